import { until } from '@coboard/angular/testing';
import type { HistoryEntry, HistoryPage } from '@coboard/core/history';
import { HistoryList } from './history-list';

const entry = (from: number, to = from + 1): HistoryEntry => ({ collection: 'dashboards', dashboard: 'd', from, to, count: 1, at: from, until: from, by: null, things: [], kinds: ['moved'], words: ['moved a widget'] });

/** A history of so many lines, which grows. */
class Lines {
  entries: HistoryEntry[];
  asked = 0;

  constructor(count: number) {
    this.entries = Array.from({ length: count }, (_, i) => entry(i)).reverse();
  }

  page = (_filter: object = {}, cursor: string | null = null, count = 50): Promise<HistoryPage> => {
    this.asked += 1;
    const at = cursor === null ? 0 : this.entries.findIndex(({ from }) => String(from) === cursor) + 1;
    const entries = this.entries.slice(at, at + count);
    const last = entries.at(-1);
    return Promise.resolve({ entries, cursor: at + count < this.entries.length && last ? String(last.from) : null });
  };

  grow(): void {
    this.entries = [entry(this.entries.length), ...this.entries];
  }
}

describe('the list of changes', () => {
  it('HISTORYUI-22 is read anew when somebody edits, and beyond one page says that there is something new and moves nothing', async () => {
    const lines = new Lines(150);
    const list = new HistoryList(lines);
    await list.reload();
    expect([list.entries().length, list.hasMore(), list.isBehind()]).toEqual([60, true, false]);
    lines.grow();
    list.refresh();
    await until('it is there', () => list.entries()[0]?.from === 150);
    expect(list.isBehind()).toBeFalse();
    expect(await list.more()).toBeTrue();
    const read = list.entries();
    expect(read.length).toBe(120);
    // nothing new
    const { asked } = lines;
    list.refresh();
    await until('it has asked', () => lines.asked > asked);
    await Promise.resolve();
    expect(list.isBehind()).toBeFalse();
    // the newest goes on, which is new too
    lines.entries = [entry(150, 152), ...lines.entries.slice(1)];
    list.refresh();
    await until('it says so', () => list.isBehind());
    expect(list.entries()).toBe(read);
    await list.reload();
    expect([list.entries()[0]?.to, list.entries().length, list.isBehind()]).toEqual([152, 60, false]);
  });

  it('HISTORYUI-23 has a line once that went on while pages were read', async () => {
    const lines = new Lines(80);
    const list = new HistoryList(lines);
    await list.reload();
    // one that was read stands further down now
    const [moved] = lines.entries.splice(10, 1);
    if (moved) lines.entries.splice(70, 0, moved);
    await list.more();
    expect(list.entries().length).toBe(new Set(list.entries().map(({ from }) => from)).size);
  });
});
