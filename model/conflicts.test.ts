import assert from 'node:assert/strict';
import { test } from 'node:test';
import json0 from 'ot-json0';
import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type { Dashboard } from './dashboard.ts';
import { bothReplaced, clashesOf, isLine, isThing, meetings, verdictOf, type Verdict } from './conflicts.ts';
import type { Component, Json, Op } from './json0.ts';
import { arbitraryDashboard, randomEdit } from './testing/arbitrary-edits.ts';
import { exactOp } from './op-check.ts';
import { valueAt } from './op-paths.ts';

const widget = { kind: 'note', title: 'Old funnel', settings: { text: 'abc', color: 's1' } };
const color = (oi: string): Component => ({ p: ['widgets', 'w', 'settings', 'color'], od: 's1', oi });
const typed = (p: number, i: string): Component => ({ p: ['widgets', 'w', 'settings', 'text'], t: 'text0', o: [{ p, i }] });
const deleted: Component = { p: ['widgets', 'w'], od: widget };
const emptied: Component = { p: ['widgets', 'w', 'settings', 'unit'], od: '€' };
const cell = (oi: Json): Component => ({ p: ['datasets', 'd', 'rows', 'r', 'cells', 'c'], od: 1, oi });
const row: Component = { p: ['datasets', 'd', 'rows', 'r'], od: { order: 'a', cells: { c: 1 } } };
const settings = (of: Json): Component => ({ p: ['widgets', 'w', 'settings'], od: { color: 's1' }, oi: of });

const table: readonly (readonly [words: string, mine: Component, theirs: Component, verdict: Verdict])[] = [
  ['two widgets', color('s2'), { p: ['widgets', 'v', 'settings', 'color'], od: 's1', oi: 's3' }, 'merged'],
  ['two fields of one widget', color('s2'), { p: ['widgets', 'w', 'settings', 'unit'], od: '', oi: '€' }, 'merged'],
  ['a move and a resize', { p: ['widgets', 'w', 'box', 'x'], od: 0, oi: 3 }, { p: ['widgets', 'w', 'box', 'w'], od: 4, oi: 6 }, 'merged'],
  ['two moves', { p: ['widgets', 'w', 'box', 'x'], od: 0, oi: 3 }, { p: ['widgets', 'w', 'box', 'x'], od: 0, oi: 6 }, 'value'],
  ['one field, two values', color('s2'), color('s3'), 'value'],
  ['one field, the same value', color('s2'), color('s2'), 'merged'],
  ['one text, typed by both', typed(0, 'x'), typed(3, 'y'), 'merged'],
  ['a text typed in, and replaced', typed(0, 'x'), { p: ['widgets', 'w', 'settings', 'text'], od: 'abc', oi: 'new' }, 'value'],
  ['a text replaced, and typed in', { p: ['widgets', 'w', 'settings', 'text'], od: 'abc', oi: 'new' }, typed(0, 'x'), 'value'],
  ['two sums', { p: ['n'], na: 1 }, { p: ['n'], na: 2 }, 'merged'],
  ['a field emptied, and set', emptied, { p: emptied.p, od: '€', oi: '$' }, 'value'],
  ['a field set, and emptied', { p: emptied.p, od: '€', oi: '$' }, emptied, 'value'],
  ['a field emptied by both', emptied, emptied, 'merged'],
  ['a setting, and its widget deleted', color('s2'), deleted, 'theyDeleted'],
  ['a text, and its widget deleted', typed(1, 'x'), deleted, 'theyDeleted'],
  ['a field emptied, and its widget deleted', emptied, deleted, 'merged'],
  ['a widget deleted, and a setting of it', deleted, color('s2'), 'iDeleted'],
  ['a widget deleted, and a field of it emptied', deleted, emptied, 'merged'],
  ['a widget deleted by both', deleted, deleted, 'merged'],
  ['a cell set by both', cell(2), cell(3), 'value'],
  ['a cell, and its row deleted', cell(2), row, 'theyDeleted'],
  ['a row deleted, and a cell of it', row, cell(2), 'iDeleted'],
  ['a widget replaced, and deleted', { p: ['widgets', 'w'], od: widget, oi: { ...widget, title: 'New' } }, deleted, 'theyDeleted'],
  ['a widget deleted, and replaced', deleted, { p: ['widgets', 'w'], od: widget, oi: { ...widget, title: 'New' } }, 'iDeleted'],
  ['a setting, and all of them replaced', color('s2'), settings({ color: 's3' }), 'value'],
  ['a setting, and all of them replaced with the same in them', color('s2'), settings({ color: 's2' }), 'merged'],
  ['all settings replaced, and one set', settings({ color: 's3' }), color('s2'), 'value'],
  ['all settings replaced, and the same one set', settings({ color: 's2' }), color('s2'), 'merged'],
];

for (const [words, mine, theirs, verdict] of table) {
  test(`MODEL-17 which of two edits stand that did not know of each other: ${words}: ${verdict}`, () => {
    assert.equal(verdictOf(mine, theirs), verdict);
    // seen from the other side it is the other way round
    const mirrored: Record<Verdict, Verdict> = { merged: 'merged', value: 'value', theyDeleted: 'iDeleted', iDeleted: 'theyDeleted' };
    assert.equal(verdictOf(theirs, mine), mirrored[verdict]);
  });
}

test('MODEL-18 each field and each deleted thing clashes once, named by what is smaller, or by what was deleted', () => {
  const clashes = clashesOf([color('s2'), typed(0, 'x'), cell(2)], [deleted, cell(3)]);
  assert.deepEqual(clashes.map(({ verdict, path }) => [verdict, path.join('.')]), [['theyDeleted', 'widgets.w'], ['value', 'datasets.d.rows.r.cells.c']]);
  assert.deepEqual(clashesOf([deleted], [color('s2'), typed(0, 'x')]).map(({ path }) => path.join('.')), ['widgets.w']);
  assert.deepEqual(clashesOf([color('s2')], [settings({ color: 's3' })]).map(({ path }) => path.join('.')), ['widgets.w.settings.color']);
  assert.deepEqual([isThing(['widgets', 'w']), isThing(['widgets', 'w', 'settings']), isThing(['datasets', 'd', 'rows', 'r']), isThing(['title'])], [true, false, true, false]);
});

test('MODEL-19 a line that two people wrote anew is two lines; letters in different places of it are one', () => {
  const lines: readonly (readonly [was: string, mine: string, theirs: string, both: boolean])[] = [
    ['€', 'kr', '$', true], ['', 'kr', '$', true], ['Sales', 'Revenue', 'Orders', true], ['Sales today', 'Sales now', 'Sales here', true],
    ['Sales', 'Sales of Ana', 'Our Sales', false], ['Sales', 'Sales A', 'Sales B', false], ['Sales today', 'Revenue today', 'Sales now', false],
    ['€', '', '$', false], ['€', '€', '$', false], ['ab', 'xb', 'ay', false],
  ];
  for (const [was, mine, theirs, both] of lines) {
    assert.equal(bothReplaced(was, mine, theirs), both, `${was}: ${mine} and ${theirs}`);
    assert.equal(bothReplaced(was, theirs, mine), both);
  }
  assert.deepEqual([isLine(['title']), isLine(['widgets', 'w', 'settings', 'unit']), isLine(['widgets', 'w', 'settings', 'text']), isLine(['description'])], [true, true, false, false]);
});

test('MODEL-20 edits that met without a clash are named by where: one text, or one widget', () => {
  const moved: Component = { p: ['widgets', 'w', 'box', 'x'], od: 0, oi: 1 };
  assert.deepEqual(meetings([typed(0, 'x')], [typed(1, 'y')]), [['widgets', 'w', 'settings', 'text']]);
  assert.deepEqual(meetings([color('s2'), typed(0, 'x')], [moved, typed(1, 'y'), cell(1)]), [['widgets', 'w'], ['widgets', 'w', 'settings', 'text']]);
  assert.deepEqual(meetings([color('s2')], [cell(1)]), []);
});

test('MODEL-21 two edits without a clash both hold, in whichever order they come', () => {
  const { type } = json0;
  let clashing = 0;
  const checkPair = (dashboard: Dashboard, mine: Op, theirs: Op): void => {
    if (clashesOf(mine, theirs).length > 0) {
      clashing += 1;
      return;
    }
    const apply = (...ops: readonly Op[]): unknown => ops.reduce<unknown>((state, op) => type.apply(state, structuredClone(op)), structuredClone(dashboard));
    const [mineAfter, theirsAfter] = [type.transform(structuredClone(mine), structuredClone(theirs), 'left'), type.transform(structuredClone(theirs), structuredClone(mine), 'right')];
    const both = apply(theirs, mineAfter);
    assert.ok(isDeepStrictEqual(both, apply(mine, theirsAfter)));
    // neither of them has lost a field that it set
    for (const component of [...mine, ...theirs]) {
      if ('oi' in component && component.p.length > 2 && typeof component.oi !== 'object') assert.deepEqual(valueAt(both, component.p), component.oi);
    }
  };
  fc.assert(
    fc.property(arbitraryDashboard, fc.integer({ min: 1, max: 2 ** 31 - 2 }), (whole, seed) => {
      // few widgets, so that edits meet (and Park and Miller's minimal standard generator)
      const dashboard = { ...whole, widgets: Object.fromEntries(Object.entries(whole.widgets).slice(0, 2)) };
      let state = seed;
      const chance = (): number => (state = (state * 16_807) % (2 ** 31 - 1)) / (2 ** 31 - 1);
      const edits = (): Op[] => Array.from({ length: 6 }, () => exactOp(dashboard, randomEdit(dashboard, chance)));
      const [mine, theirs] = [edits(), edits()];
      for (const my of mine) for (const their of theirs) checkPair(dashboard, my, their);
    }),
    { numRuns: 100 },
  );
  assert.ok(clashing > 3, `${String(clashing)} pairs clashed`);
});
