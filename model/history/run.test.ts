import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyShared } from '../apply-shared.ts';
import type { Dashboard } from '../dashboard.ts';
import { editText, moveWidget, removeWidgets, setSetting } from '../edits.ts';
import type { Op } from '../json0.ts';
import { templates } from '../templates/templates.ts';
import { Runs, type Run } from './run.ts';

const minute = 60_000;

class Life {
  dashboard: Dashboard = templates['sales-overview'].build({ today: '2026-11-21', random: Math.random });
  readonly runs = new Runs({ gapMs: 5 * minute, durationMaxMs: 30 * minute });
  readonly entries = new Map<number, Run>();
  v = 1;
  at = 1_000;

  id(kind: string): string {
    return Object.entries(this.dashboard.widgets).find(([, widget]) => widget.kind === kind)?.[0] ?? '';
  }

  edit(by: string, make: (dashboard: Dashboard) => Op, afterMs = 1_000): this {
    this.at += afterMs;
    const op = make(this.dashboard);
    const after = applyShared(this.dashboard, op);
    const run = this.runs.take({ v: this.v, by, at: this.at, op, before: this.dashboard, after });
    this.entries.set(run.from, run);
    this.dashboard = after;
    this.v += 1;
    return this;
  }

  get lines(): string[] {
    return [...this.entries.values()].map(({ by, words }) => `${String(by)} ${words.join(', ')}`);
  }
}

const typeTitle = (id: string, title: string) => (dashboard: Dashboard): Op => editText(dashboard, ['widgets', id, 'title'], title, title.length);
const typeNote = (id: string, text: string) => (dashboard: Dashboard): Op => editText(dashboard, ['widgets', id, 'settings', 'text'], text, text.length);

test('HISTORY-1 edits of one person on one thing are one line, whatever others do between, until a while passes', () => {
  const life = new Life();
  const [kpi, note] = [life.id('kpi'), life.id('note')];
  for (const title of ['Net r', 'Net re', 'Net revenue']) {
    life.edit('ana', typeTitle(kpi, title)).edit('ben', (dashboard) => moveWidget(dashboard, note, { x: 0, y: 40 + title.length }));
  }
  assert.deepEqual([...life.entries.values()].map(({ by, count, from, to }) => [by, count, from, to]), [['ana', 3, 1, 6], ['ben', 3, 2, 7]]);
  assert.match(life.lines[0] ?? '', /^ana renamed .+ to Net revenue$/);
  life.edit('ana', typeTitle(kpi, 'Revenue'), 6 * minute);
  assert.match(life.lines.at(-1) ?? '', /^ana renamed Net revenue to Revenue$/);
  // nothing is open before that
  assert.equal(life.runs.settled(life.v), life.v - 1);
  life.runs.closeBefore(life.at + 6 * minute);
  assert.equal(life.runs.settled(life.v), life.v);
});

test('HISTORY-16 where runs may begin anew none goes across, so that no op is in two', () => {
  const life = new Life();
  const [kpi, note] = [life.id('kpi'), life.id('note')];
  const move = (id: string, y: number) => (dashboard: Dashboard): Op => moveWidget(dashboard, id, { x: 0, y });
  life.edit('ana', move(kpi, 40)).edit('ben', move(note, 60)).edit('ana', move(kpi, 41)).edit('ben', move(note, 61), 4 * minute).edit('ben', move(note, 62), 4 * minute);
  // Ana's is over, and Ben's began in the middle of it
  assert.deepEqual([...life.entries.values()].map(({ from, to }) => [from, to]), [[1, 4], [2, 6]]);
  assert.equal(life.runs.settled(life.v), 1);
});

test('HISTORY-2 a run ends when it has lasted long enough, however busy it is', () => {
  const life = new Life();
  const note = life.id('note');
  for (let i = 0; i < 50; i++) life.edit('ana', (dashboard) => moveWidget(dashboard, note, { x: 0, y: 40 + i }), minute);
  assert.equal(life.entries.size, 2);
});

test('HISTORY-3 typing is told by the words that are new, letter by letter or at once, and by those that are gone', () => {
  const life = new Life();
  const note = life.id('note');
  life.edit('ana', (dashboard) => setSetting(dashboard, life.id('kpi'), 'unit', 'kr'));
  const was = (life.dashboard.widgets[note] as { settings: { text: string } }).settings.text;
  for (const letters of ['T', 'Th', 'Three n', 'Three new words ']) life.edit('ana', typeNote(note, letters + was));
  assert.match(life.lines.at(-1) ?? '', /^ana wrote 3 words in /);
  life.edit('ben', typeNote(note, was));
  assert.match(life.lines.at(-1) ?? '', /^ben deleted 3 words in /);
});

test('HISTORY-4 what is told has its kinds and its things', () => {
  const life = new Life();
  const [kpi, note] = [life.id('kpi'), life.id('note')];
  life.edit('ana', (dashboard) => setSetting(dashboard, kpi, 'unit', 'kr')).edit('ana', (dashboard) => moveWidget(dashboard, kpi, { x: 0, y: 50 }));
  life.edit('ben', (dashboard) => removeWidgets(dashboard, [kpi, note]));
  const [first, second] = [...life.entries.values()];
  assert.deepEqual([first?.things, first?.kinds], [[`widget:${kpi}`], ['setting', 'moved']]);
  assert.deepEqual([new Set(second?.things), second?.kinds], [new Set([`widget:${kpi}`, `widget:${note}`]), ['removed']]);
  const created = life.runs.take({ v: 0, by: 'ana', at: 1, op: null, before: null, after: life.dashboard });
  assert.deepEqual([created.kinds, created.count], [['created'], 1]);
});
