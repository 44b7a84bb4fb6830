import { TestBed } from '@angular/core/testing';
import { until } from '@coboard/angular/testing';
import type { Changes, HistoryEntry, TakeBackPlan } from '@coboard/core/history';
import type { HistoryDesk } from './history-desk';
import { LineChanges } from './line-changes';

const entry = (more: Partial<HistoryEntry> = {}): HistoryEntry => ({ collection: 'dashboards', dashboard: 'd', from: 4, to: 9, count: 5, at: 0, until: 0, by: null, things: ['widget:a'], kinds: ['setting'], words: ['changed the unit of Orders'], ...more });
const change = (v: number, words = [`changed ${String(v)}`]): Changes['changes'][number] => ({ v, at: v * 1_000, words, detail: { was: `old ${String(v)}`, is: `new ${String(v)}` }, seal: null, device: null });

function open(one: HistoryEntry, pages: (at: number) => Promise<Changes>) {
  const went: number[] = [];
  const desk = { changes: (_entry: HistoryEntry, at: number) => pages(at), pause: () => undefined, go: (version: number) => { went.push(version); } } as unknown as HistoryDesk;
  const fixture = TestBed.createComponent(LineChanges);
  fixture.componentRef.setInput('desk', desk);
  fixture.componentRef.setInput('entry', one);
  const wanted: number[] = [];
  let taken = 0;
  fixture.componentInstance.wanted.subscribe((version) => wanted.push(version));
  fixture.componentInstance.taken.subscribe(() => { taken += 1; });
  const element = fixture.nativeElement as HTMLElement;
  const texts = (selector: string): string[] => [...element.querySelectorAll(selector)].map((found) => found.textContent.trim().replaceAll(/\s+/g, ' '));
  const click = (selector: string, at = 0): void => { element.querySelectorAll<HTMLElement>(selector)[at]?.click(); };
  return { fixture, element, texts, click, went, wanted, taken: () => taken };
}

describe('an opened line', () => {
  it('HISTORYUI-24 shows change by change, page by page, what it is made of; each leads to its moment and is taken back alone', async () => {
    const { fixture, texts, click, went, wanted, taken, element } = open(entry(), (at) => Promise.resolve(at === 4 ? { changes: [change(4), change(5, [])], more: true, next: 6 } : { changes: [change(6), change(8)], more: false, next: null }));
    await until('they are there', () => texts('li').length === 2);
    expect(texts('li')[0]).toContain('changed 4old 4→new 4');
    expect(texts('li')[1]).toContain('changed nothing');
    // nothing of that can be taken back
    expect(element.querySelectorAll('button[aria-label^="Take back only"]').length).toBe(1);
    const more = [...element.querySelectorAll('button')].find((one) => one.textContent.includes('More changes'));
    more?.click();
    await until('all are there', () => texts('li').length === 4);
    expect(texts('button').some((words) => words.includes('More changes'))).toBeFalse();
    click('.go', 2);
    expect(went).toEqual([7]);
    click('button[aria-label^="Take back only: changed 8"]');
    expect(wanted).toEqual([8]);
    const words: TakeBackPlan = { words: ['changed the unit of Orders'], lost: [], count: 1 };
    fixture.componentRef.setInput('planned', { version: 8, words });
    await until('it is asked', () => texts('li:nth-child(4) app-take-back-plan').length === 1);
    click('app-take-back-plan .primary');
    expect(taken()).toBe(1);
  });

  it('HISTORYUI-25 of one change shows what it was and is, of a creation nothing to take back, and what cannot be read can be asked for again', async () => {
    const one = open(entry({ count: 1 }), () => Promise.resolve({ changes: [change(4)], more: false, next: null }));
    await until('it is there', () => one.texts('.detail').length === 1);
    expect([one.texts('li').length, one.texts('del')[0], one.texts('ins')[0]]).toEqual([0, 'old 4', 'new 4']);
    const created = open(entry({ kinds: ['created'], count: 2 }), () => Promise.resolve({ changes: [change(0), change(1)], more: false, next: null }));
    await until('they are there', () => created.texts('li').length === 2);
    expect(created.element.querySelector('button[aria-label^="Take back"]')).toBeNull();
    let isAway = true;
    const failing = open(entry(), () => (isAway ? Promise.reject(new Error('away')) : Promise.resolve({ changes: [change(4)], more: false, next: null })));
    await until('it says so', () => failing.texts('p').length === 1);
    isAway = false;
    failing.click('p button');
    await until('it is there', () => failing.texts('li').length === 1);
  });
});
