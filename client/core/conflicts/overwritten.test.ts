import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Conflict } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { editText, moveWidget, removeWidgets, replaceAt, setBox, setSetting } from '../../../model/edits.ts';
import type { Json, Op } from '../../../model/json0.ts';
import { exactOp } from '../../../model/op-check.ts';
import { applyShared } from '../../../model/apply-shared.ts';
import { pathsTouch } from '../../../model/op-paths.ts';
import { arbitraryDashboard, randomEdit } from '../../../model/testing/arbitrary-edits.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import { shown } from '../document/live-stage.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import { MemoryDevice, MemoryStore } from '../local/memory-store.ts';
import { FakeClock } from '../testing/index.ts';
import { standing } from './conflict.ts';
import { ConflictLedger } from './conflict-ledger.ts';
import { Tunnel } from './tunnel.ts';

type Make = (dashboard: Dashboard) => Op;
const unit = (widget: string, value: string): Make => (dashboard) => setSetting(dashboard, widget, 'unit', value);
const titled = (title: string): Make => (dashboard) => editText(dashboard, ['title'], title);
const noteText = ({ widgets }: Dashboard, note: string): string => {
  const widget = widgets[note];
  return widget?.kind === 'note' ? widget.settings.text : '';
};
const values = ({ parts }: Conflict): unknown[] => parts.map(({ was, mine, theirs }) => [was, mine, theirs]);

test('CONFLICT-10 a saved edit that somebody overwrites who had not seen it is an entry on both sides: each has its own value as theirs, and the later one stands', async () => {
  const tunnel = await Tunnel.enter();
  const kpi = tunnel.id('kpi');
  const was = (tunnel.now.widgets[kpi]?.settings as { unit: string }).unit;
  const savedAt = tunnel.stage.clock.now();
  const [anas] = await tunnel.apart(unit(kpi, 'kr'), unit(kpi, '$'));
  const [bens, ...more] = tunnel.ben.conflicts.value;
  assert.ok(anas && bens && more.length === 0);
  assert.deepEqual([anas.by?.name, values(anas), standing(anas, tunnel.now)], ['Ben', [[was, 'kr', '$']], 'mine']);
  assert.deepEqual([bens.by?.name, values(bens), standing(bens, tunnel.now)], ['Ana', [[was, '$', 'kr']], 'theirs']);
  assert.deepEqual([bens.field, bens.of, bens.mineAt], ['Unit', anas.of, savedAt]);
  assert.ok(bens.theirsAt > savedAt);
  // each decides for themself, and the later choice stands
  assert.equal(tunnel.ben.decide(bens, 'theirs').status, 'nothing');
  assert.deepEqual([tunnel.ben.conflicts.value.length, tunnel.ana.conflicts.value.length], [0, 1]);
  assert.equal(tunnel.ana.decide(anas, 'theirs').status, 'changed');
  await tunnel.stage.settle();
  assert.deepEqual([tunnel.ana.conflicts.value, tunnel.ben.conflicts.value], [[], []]);
  assert.equal((shown(tunnel.ben).widgets[kpi]?.settings as { unit: string }).unit, '$');
});

test('CONFLICT-11 what is deleted by somebody who had not seen one’s saved edits of it comes back with them', async () => {
  const tunnel = await Tunnel.enter();
  const note = tunnel.id('note');
  tunnel.ben.edit((dashboard) => moveWidget(dashboard, note, { x: 1, y: 9 }));
  await tunnel.apart((dashboard) => removeWidgets(dashboard, [note]), (dashboard) => editText(dashboard, ['widgets', note, 'settings', 'text'], 'Written at a desk'));
  const [bens, ...more] = tunnel.ben.conflicts.value;
  assert.ok(bens && more.length === 0);
  assert.deepEqual([bens.kind, bens.by?.name, standing(bens, tunnel.now)], ['theyDeleted', 'Ana', 'deleted']);
  assert.ok(bens.edits.some((words) => words.startsWith('wrote ')) && bens.edits.some((words) => words.startsWith('moved ')), bens.edits.join());
  assert.equal(tunnel.ben.decide(bens, 'back').status, 'changed');
  await tunnel.stage.settle();
  assert.deepEqual([noteText(tunnel.now, note), tunnel.now.widgets[note]?.box.y], ['Written at a desk', 9]);
});

test('CONFLICT-12 a line that both wrote anew is shown to each as both wrote it, and one that both only added to is none', async () => {
  const tunnel = await Tunnel.enter();
  const { title } = tunnel.now;
  const [anas] = await tunnel.apart(titled('Numbers of Ana'), titled('Ben’s board'));
  const [bens, ...more] = tunnel.ben.conflicts.value;
  assert.ok(anas && bens && more.length === 0);
  assert.deepEqual([values(anas), values(bens)], [[[title, 'Numbers of Ana', 'Ben’s board']], [[title, 'Ben’s board', 'Numbers of Ana']]]);
  tunnel.ben.decide(bens, 'mine');
  await tunnel.stage.settle();
  assert.equal(tunnel.now.title, 'Ben’s board');

  const other = await Tunnel.enter();
  const before = other.now.title;
  await other.apart(titled(`${before}, by Ana`), titled(`Our ${before}`));
  assert.equal(other.now.title, `Our ${before}, by Ana`);
  assert.deepEqual([other.ana.conflicts.value, other.ben.conflicts.value], [[], []]);
});

test('CONFLICT-13 nothing is told where nothing is lost: other fields, one text, the same value, and an edit that was made in view of it', async () => {
  const tunnel = await Tunnel.enter();
  const { ana, ben } = tunnel;
  const [note, kpi] = [tunnel.id('note'), tunnel.id('kpi')];
  ana.edit(unit(kpi, 'kr'));
  ana.edit((dashboard) => setBox(dashboard, kpi, { h: 5 }));
  ben.edit(unit(kpi, 'kr'));
  ben.edit((dashboard) => moveWidget(dashboard, kpi, { x: 2, y: 0 }));
  const type = (word: string): Make => (dashboard) => editText(dashboard, ['widgets', note, 'settings', 'text'], `${word}${noteText(dashboard, note)}`, word.length);
  await tunnel.apart(type('Ana '), type('Ben '));
  assert.deepEqual([ana.conflicts.value, ben.conflicts.value, ben.merged.value], [[], [], []]);
  ana.edit(unit(kpi, '$'));
  await tunnel.stage.settle();
  assert.deepEqual(ben.conflicts.value, []);
});

test('CONFLICT-14 what was changed since in view of it, by others or oneself, is theirs to lose, or what one has now', async () => {
  const tunnel = await Tunnel.enter();
  const { stage, ana, ben } = tunnel;
  const kpi = tunnel.id('kpi');
  const cem = (await stage.opened('Cem')).live;
  ana.edit(unit(kpi, 'kr'));
  ben.edit(unit(kpi, '$'));
  await stage.settle();
  cem.edit(unit(kpi, '£'));
  await stage.settle();
  await tunnel.back();
  assert.deepEqual(ben.conflicts.value, [], 'Cem had seen Ben’s');
  assert.deepEqual(cem.conflicts.value.map(values), [[['$', '£', 'kr']]]);

  const again = await Tunnel.enter();
  const same = again.id('kpi');
  const was = (again.now.widgets[same]?.settings as { unit: string }).unit;
  again.ana.edit(unit(same, 'kr'));
  for (const value of ['$', '£', '¥']) {
    again.ben.edit(unit(same, value));
    await again.stage.settle();
  }
  await again.back();
  assert.deepEqual(again.ben.conflicts.value.map(values), [[[was, '¥', 'kr']]]);
});

test('CONFLICT-15 an edit that joins others on their way says when it was made, and one that had something in view does not join what had not', async () => {
  const tunnel = await Tunnel.enter();
  const { stage, ana, ben } = tunnel;
  const [note, kpi] = [tunnel.id('note'), tunnel.id('kpi')];
  const server = stage.server.dashboard(stage.id);
  const { version } = server;
  ana.edit((dashboard) => moveWidget(dashboard, note, { x: 1, y: 9 }));
  ben.edit(unit(kpi, '$'));
  await stage.settle();
  stage.server.restore('Ana');
  tunnel.coboard.connection.tryNow();
  // she hears of Ben’s, and sets the same field before her first edit has left
  const sub = ana.changes.subscribe(({ source }) => { if (source === 'remote') queueMicrotask(() => { ana.edit(unit(kpi, 'kr')); }); });
  await stage.clock.advance(2_000);
  sub.unsubscribe();
  assert.deepEqual(server.ops.slice(-2).map(({ op, origin }) => [op[0]?.p[2], origin?.b]), [['box', version], ['settings', undefined]]);
  assert.deepEqual([ana.conflicts.value, ben.conflicts.value], [[], []]);
  // what only one’s own edits have come before is made in view of all
  for (let i = 0; i < 5; i++) {
    ana.edit(unit(kpi, `u${String(i)}`));
    await stage.clock.advance(1);
  }
  await stage.settle();
  assert.ok(server.ops.slice(version + 2).every(({ origin }) => origin === undefined));
});

test('CONFLICT-16 a window that ends and comes back, and an op whose answer was lost, say the same as before', async () => {
  const tunnel = await Tunnel.enter();
  const { stage, device, ben } = tunnel;
  const kpi = tunnel.id('kpi');
  const { version } = stage.server.dashboard(stage.id);
  tunnel.ana.edit(unit(kpi, 'kr'));
  await stage.settle();
  tunnel.coboard.stop();
  device.claimed.clear();
  ben.edit(unit(kpi, '$'));
  await stage.settle();
  stage.server.restore('Ana');
  stage.server.loseNextAnswer();
  const again = await tunnel.opened(await tunnel.window());
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.server.dashboard(stage.id).ops.map(({ origin }) => origin?.b), [undefined, version]);
  assert.deepEqual([again.conflicts.value.length, ben.conflicts.value.length], [1, 1]);
});

test('CONFLICT-17 all windows of a person find one and the same entry, and what one of them saved counts as one’s own in all', async () => {
  const tunnel = await Tunnel.enter();
  const { stage, ana } = tunnel;
  const kpi = tunnel.id('kpi');
  const device = new MemoryDevice();
  const bens = async (): Promise<LiveDashboard> => {
    const coboard = stage.server.clientIn(stage.server.session('Ben'), { store: () => new MemoryStore(device, 'kept') });
    await coboard.start();
    return tunnel.opened(coboard);
  };
  const [ben, second] = [await bens(), await bens()];
  // keeps nothing, so it hears of nothing from the others
  const alone = (await stage.opened('Ben')).live;
  ana.edit(unit(kpi, 'kr'));
  ben.edit(unit(kpi, '$'));
  await stage.settle();
  await tunnel.back();
  await stage.clock.advance(30_000);
  assert.equal(ben.conflicts.value.length, 1);
  assert.deepEqual([second.conflicts.value, alone.conflicts.value], [ben.conflicts.value, ben.conflicts.value]);
  const [conflict] = second.conflicts.value as [Conflict];
  second.decide(conflict, 'mine');
  await stage.settle();
  assert.deepEqual(ben.conflicts.value, []);
});

test('CONFLICT-21 what others did while a window stood still that has ended meets its kept edits: both sides are told, once, and nothing that was decided comes back', async () => {
  const tunnel = await Tunnel.enter();
  const { stage, device, ana, ben, coboard } = tunnel;
  const kpi = tunnel.id('kpi');
  const was = (tunnel.now.widgets[kpi]?.settings as { unit: string }).unit;
  const { title } = tunnel.now;
  ana.edit(unit(kpi, 'kr'));
  ana.edit(titled('Numbers of Ana'));
  await stage.settle();
  coboard.connection.pause();
  // another window of hers hears it, and keeps a newer copy
  stage.server.restore('Ana');
  const beside = await tunnel.window();
  const besides = await tunnel.opened(beside);
  for (const make of [unit(kpi, '$'), titled('Ben’s board'), (dashboard: Dashboard): Op => setBox(dashboard, kpi, { h: 5 })]) {
    ben.edit(make);
    await stage.clock.advance(2_000);
  }
  assert.ok((device.copies.get(stage.id)?.version ?? 0) > 2, 'the copy is newer than the edits');
  assert.deepEqual(besides.conflicts.value, []);
  coboard.stop();
  beside.stop();
  device.claimed.clear();

  stage.server.cut('Ana', { stay: true });
  const again = await tunnel.window();
  const anas = await tunnel.opened(again);
  const told = (live: LiveDashboard): unknown[] => live.conflicts.value.map((conflict) => [conflict.by?.name, conflict.field, ...values(conflict)]).sort();
  const hers = [['Ben', 'Title', [title, 'Numbers of Ana', 'Ben’s board']], ['Ben', 'Unit', [was, 'kr', '$']]];
  assert.deepEqual(told(anas), hers);
  const [decided] = anas.conflicts.value.filter(({ field }) => field === 'Unit') as [Conflict];
  anas.decide(decided, 'mine');
  await stage.settle();
  again.stop();
  device.claimed.clear();

  const third = await tunnel.window();
  const last = await tunnel.opened(third);
  assert.deepEqual(told(last), hers.slice(0, 1));
  stage.server.restore('Ana');
  third.connection.tryNow();
  await stage.clock.advance(5_000);
  assert.deepEqual([told(last), told(ben)], [hers.slice(0, 1), [['Ana', 'Title', [title, 'Ben’s board', 'Numbers of Ana']], ['Ana', 'Unit', [was, '$', 'kr']]]]);
  assert.deepEqual(shown(last), shown(ben));
});

/** Whether each part of an op is about something of its own. */
const isPlain = (op: Op): boolean => op.every(({ p }, i) => op.every(({ p: q }, j) => i === j || !pathsTouch(p, q)));

test('CONFLICT-18 each side finds what the other side finds, the other way round, and nothing else', () => {
  let [clashing, both] = [0, 0];
  const ledger = (): ConflictLedger => new ConflictLedger({ clock: new FakeClock(), keep: () => undefined });
  const told = ({ open: { value } }: ConflictLedger): Map<string, Conflict> => new Map(value.map((one) => [one.path.join('.'), one]));
  const by = { id: 'u', name: 'U' };
  fc.assert(fc.property(arbitraryDashboard, fc.integer({ min: 1, max: 2 ** 31 - 2 }), (whole, seed) => {
    // few widgets, so that edits meet (and Park and Miller's minimal standard generator)
    const dashboard = { ...whole, widgets: Object.fromEntries(Object.entries(whole.widgets).slice(0, 2)) };
    let state = seed;
    const chance = (): number => (state = (state * 16_807) % (2 ** 31 - 1)) / (2 ** 31 - 1);
    /** Some edits, one after the other, as one op. */
    const edits = (): Op => {
      let [op, now]: [Op, Dashboard] = [[], dashboard];
      for (let i = 0; i < 4; i++) {
        const next = exactOp(now, randomEdit(now, chance));
        [op, now] = [swiftJson0.compose(op, structuredClone(next)), applyShared(now, next)];
      }
      return op;
    };
    const [first, second] = [edits(), edits()];
    // the first is saved; the second comes later, from somebody who has not seen it
    const late = ledger();
    const lines = late.met({ mine: [second], theirs: first, by, dashboard: applyShared(dashboard, second) });
    const saver = ledger();
    saver.saved(first, 7);
    const now = applyShared(dashboard, first);
    const moved = swiftJson0.transform(structuredClone(second), structuredClone(first), 'left');
    saver.missed({ mine: [], theirs: moved, by, dashboard: now, base: 7, version: 9, lines });
    const [anas, bens] = [told(late), told(saver)];
    clashing += bens.size;
    const side = (conflict: Conflict, which: 'was' | 'mine' | 'theirs'): (Json | undefined)[] => conflict.parts.toSorted((a, b) => (a.path.join() < b.path.join() ? -1 : 1)).map((part) => part[which]);
    for (const [path, mine] of bens) {
      const other = anas.get(path) ?? assert.fail(`${path} is told on one side only`);
      assert.deepEqual([side(mine, 'was'), side(mine, 'mine'), side(mine, 'theirs')], [side(other, 'was'), side(other, 'theirs'), side(other, 'mine')], path);
    }
    // what came too late to do anything, because its place was deleted or replaced, is for its maker to know; and an op that changes
    // what it deletes itself is weighed by its parts
    const done = [...anas.values()].filter(({ path }) => moved.some(({ p }) => pathsTouch(p, path)));
    if (isPlain(first) && isPlain(second)) for (const { path, kind } of done) assert.ok(bens.has(path.join('.')), `${path.join('.')}: ${kind}`);
    both += done.length;
    // whoever had seen it overwrites it knowingly
    const seen = ledger();
    seen.saved(first, 7);
    seen.missed({ mine: [], theirs: moved, by, dashboard: now, base: 8, version: 9, lines });
    assert.deepEqual(seen.open.value, []);
  }), { numRuns: 2_000 });
  assert.ok(clashing > 100 && both > 100, `${String(clashing)}, ${String(both)}`);
});

test('CONFLICT-19 what one remembers of one’s own is bounded', () => {
  const ledger = new ConflictLedger({ clock: new FakeClock(), keep: () => undefined });
  const dashboard = { title: 'x'.repeat(100) } as unknown as Dashboard;
  for (let v = 0; v < 2_000; v++) ledger.saved(replaceAt({ title: String(v) } as unknown as Dashboard, ['title'], v === 1_999 ? dashboard.title : String(v)), v);
  const theirs: Op = [{ p: ['title'], od: dashboard.title, oi: 'Theirs' }];
  ledger.missed({ mine: [], theirs, by: null, dashboard, base: 0, version: 2_000, lines: [] });
  const [conflict] = ledger.open.value;
  assert.deepEqual([ledger.open.value.length, conflict?.parts[0]?.mine], [1, dashboard.title]);
});
