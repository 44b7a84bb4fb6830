import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Dashboard } from '../dashboard.ts';
import { moveWidget, removeWidgets, setSetting } from '../edits.ts';
import type { Op } from '../json0.ts';
import { checkOp, exactOp } from '../op-check.ts';
import { templates } from '../templates/templates.ts';
import { arbitraryChance, randomEdit } from '../testing/arbitrary-edits.ts';
import { restoreOp, restoreWidgetOp } from './restore.ts';
import { takeBack, type PastOp } from './take-back.ts';

const start = (): Dashboard => templates['sales-overview'].build({ today: '2026-11-21', random: () => 0.5 });

/** Applies an edit; null if it cannot be. */
function tried(dashboard: Dashboard, op: Op): { readonly op: Op; readonly after: Dashboard } | null {
  try {
    const exact = exactOp(dashboard, op);
    return exact.length === 0 ? null : { op: exact, after: checkOp(dashboard, exact) };
  } catch {
    return null;
  }
}

test('HISTORY-8 restoring any version gives exactly that version, as one edit that passes, and undoing it what was before', () => {
  fc.assert(fc.property(arbitraryChance, fc.integer({ min: 1, max: 12 }), (chance, count) => {
    const states = [start()];
    for (let i = 0; i < count; i++) states.push(tried(states.at(-1) ?? start(), randomEdit(states.at(-1) ?? start(), chance))?.after ?? states.at(-1) ?? start());
    const now = states.at(-1) ?? start();
    for (const then of states) {
      const made = tried(now, restoreOp(now, then));
      assert.deepEqual(made?.after ?? now, then);
    }
  }), { numRuns: 60 });
});

test('HISTORY-9 one widget is restored alone, also where it or its tab is gone', () => {
  const then = start();
  const [first = '', second = ''] = Object.keys(then.widgets);
  let now = checkOp(then, moveWidget(then, first, { x: 0, y: 90 }));
  now = checkOp(now, removeWidgets(now, [second]));
  const back = checkOp(now, restoreWidgetOp(now, then, first));
  assert.deepEqual(back.widgets[first], then.widgets[first]);
  assert.equal(back.widgets[second], undefined);
  assert.deepEqual(checkOp(now, restoreWidgetOp(now, then, second)).widgets[second], then.widgets[second]);
  assert.deepEqual(restoreWidgetOp(then, then, first), []);
  assert.deepEqual(restoreWidgetOp(then, now, second), []);
  const lost = { ...then, widgets: { ...then.widgets, [first]: { ...then.widgets[first], tab: 'gone' } } } as Dashboard;
  assert.deepEqual(checkOp(now, restoreWidgetOp(now, lost, first)).widgets[first], { ...then.widgets[first], tab: Object.keys(now.tabs)[0] });
});

test('HISTORY-10 taking back everything of one person leaves what the history without them would be, wherever that is defined', () => {
  let defined = 0;
  fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 31 - 2 }), (seed) => {
    let random = seed;
    // Park and Miller's minimal standard generator
    const chance = (): number => (random = (random * 16_807) % (2 ** 31 - 1)) / (2 ** 31 - 1);
    const whole = start();
    // few widgets, so that they meet
    let now: Dashboard = { ...whole, widgets: Object.fromEntries(Object.entries(whole.widgets).slice(0, 3)) };
    let without = now;
    const log: PastOp[] = [];
    for (let i = 0; i < 40; i++) {
      const wanted = randomEdit(now, chance);
      // a place in a text means another one without what somebody else typed: see the next test
      const made = wanted.some((component) => 't' in component) ? null : tried(now, wanted);
      if (made === null) continue;
      const isWanted = chance() < 0.4;
      if (!isWanted) {
        // others who edited what the person had made have nothing to edit without them
        const same = tried(without, made.op);
        if (same === null) return;
        without = same.after;
      }
      log.push({ v: i, op: made.op, isWanted });
      now = made.after;
    }
    const { op } = takeBack(log, now);
    assert.deepEqual(op.length === 0 ? now : checkOp(now, op), without);
    defined += 1;
  }), { numRuns: 400 });
  assert.ok(defined > 80, `only ${String(defined)} histories say anything`);
});

test('HISTORY-12 of a text that several wrote, the letters of one are taken back and those of the others stay', () => {
  fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 40 }), (typed) => {
    const board = start();
    const note = Object.entries(board.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
    const textOf = (dashboard: Dashboard): string => (dashboard.widgets[note] as { settings: { text: string } }).settings.text;
    const log: PastOp[] = [];
    let now = board;
    for (const [isWanted, at] of typed) {
      const made = tried(now, [{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: Math.floor(at * textOf(now).length), i: isWanted ? '\u2460' : '\u2461' }] }]);
      assert.ok(made);
      log.push({ v: log.length, op: made.op, isWanted });
      now = made.after;
    }
    const { op, lost } = takeBack(log, now);
    assert.deepEqual(lost, []);
    assert.equal(textOf(op.length === 0 ? now : checkOp(now, op)), textOf(now).replaceAll('\u2460', ''));
  }));
});

test('HISTORY-11 what somebody has changed since stays, and is told beforehand', () => {
  const before = start();
  const kpi = Object.entries(before.widgets).find(([, { kind }]) => kind === 'kpi')?.[0] ?? '';
  const log: PastOp[] = [];
  let now = before;
  const edit = (isWanted: boolean, make: (dashboard: Dashboard) => Op): void => {
    const made = tried(now, make(now));
    assert.ok(made);
    log.push({ v: log.length + 5, op: made.op, isWanted });
    now = made.after;
  };
  edit(true, (dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'));
  edit(true, (dashboard) => moveWidget(dashboard, kpi, { x: 0, y: 70 }));
  edit(false, (dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  const { op, lost } = takeBack(log, now);
  const back = checkOp(now, op);
  assert.deepEqual(lost.map(({ v }) => v), [5]);
  const widget = back.widgets[kpi];
  assert.ok(widget?.kind === 'kpi');
  assert.deepEqual([widget.settings.unit, widget.box], ['$', before.widgets[kpi]?.box]);
  edit(false, (dashboard) => removeWidgets(dashboard, [kpi]));
  const gone = takeBack(log, now);
  assert.deepEqual([gone.op, gone.lost.map(({ v }) => v)], [[], [5, 6]]);
});
