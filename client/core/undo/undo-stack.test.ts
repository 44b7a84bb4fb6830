import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import json0 from 'ot-json0';
import { applyShared } from '../../../model/apply-shared.ts';
import { parseDashboard, type Dashboard } from '../../../model/dashboard.ts';
import { editText, replaceAt } from '../../../model/edits.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { checkOp, exactOp } from '../../../model/op-check.ts';
import { templates } from '../../../model/templates/templates.ts';
import { arbitraryChance, arbitraryDashboard, randomEdit } from '../../../model/testing/arbitrary-edits.ts';
import { UndoHistory } from './undo-history.ts';
import { UndoStack } from './undo-stack.ts';
import { Desk } from './undo-desk.ts';

const blank = (): Dashboard => templates.blank.build({ today: '2026-11-20', random: () => 0.5 });

test('UNDO-1 undoing all gives back what was there, redoing all what was made', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (before, chance) => {
      const desk = new Desk(before);
      for (let i = 0; i < 15; i++) desk.mine(randomEdit(desk.dashboard, chance));
      const made = desk.dashboard;
      while (desk.stack.nextUndo !== null) assert.ok(desk.step('undo'));
      assert.deepEqual(desk.dashboard, before);
      while (desk.stack.nextRedo !== null) assert.ok(desk.step('redo'));
      assert.deepEqual(desk.dashboard, made);
    }),
    { numRuns: 100 },
  );
});

test('UNDO-2 whatever others do in between, undo and redo never make a dashboard invalid, and come to an end', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (before, chance) => {
      const desk = new Desk(before);
      for (let i = 0; i < 40; i++) {
        desk.random(chance);
        parseDashboard(desk.dashboard);
      }
      for (const kind of ['undo', 'redo'] as const) {
        let steps = 0;
        while ((kind === 'undo' ? desk.stack.nextUndo : desk.stack.nextRedo) !== null) {
          desk.step(kind);
          parseDashboard(desk.dashboard);
          assert.ok(++steps <= 40);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('UNDO-3 what others typed stays when one takes back what one typed oneself', () => {
  const word = fc.stringMatching(/^[a-z]{1,6}$/);
  fc.assert(
    fc.property(fc.array(fc.record({ mine: fc.boolean(), word, place: fc.double({ min: 0, max: 0.999, noNaN: true }) }), { minLength: 1, maxLength: 15 }), (typings) => {
      const desk = new Desk({ ...blank(), title: '' });
      // others type capitals, so that each letter says whose it is
      for (const { mine, word: letters, place } of typings) {
        const { title } = desk.dashboard;
        const at = Math.floor(place * (title.length + 1));
        const text = `${title.slice(0, at)}${mine ? letters : letters.toUpperCase()}${title.slice(at)}`;
        const op = editText(desk.dashboard, ['title'], text, at + letters.length);
        if (mine) desk.mine(op);
        else desk.theirs(op);
      }
      const theirs = desk.dashboard.title.replaceAll(/[a-z]/g, '');
      const both = desk.dashboard.title;
      while (desk.stack.nextUndo !== null) desk.step('undo');
      assert.equal(desk.dashboard.title, theirs);
      while (desk.stack.nextRedo !== null) desk.step('redo');
      assert.deepEqual(Array.from(desk.dashboard.title).sort(), Array.from(both).sort());
    }),
    { numRuns: 300 },
  );
});

test('UNDO-4 a value that somebody else has changed since stays theirs', () => {
  const desk = new Desk(blank());
  desk.mine(replaceAt(desk.dashboard, ['description'], 'mine'));
  const [tab = ''] = Object.keys(desk.dashboard.tabs);
  desk.mine(replaceAt(desk.dashboard, ['tabs', tab, 'order'], 'b'));
  desk.theirs(replaceAt(desk.dashboard, ['tabs', tab, 'order'], 'c'));
  desk.step('undo');
  assert.equal(desk.dashboard.tabs[tab]?.order, 'c');
});

test('UNDO-5 letters typed in one place within a second each undo as one; another place, a pause or an undo between ends that', () => {
  const desk = new Desk({ ...blank(), title: '', description: '' });
  const type = (field: 'title' | 'description', letter: string, laterMs: number): void => {
    desk.mine(editText(desk.dashboard, [field], `${desk.dashboard[field]}${letter}`), field, laterMs);
  };
  for (const letter of 'abc') type('title', letter, 900);
  type('title', 'd', 1_000);
  type('description', 'x', 100);
  type('title', 'e', 100);
  const seen: string[] = [];
  while (desk.step('undo')) seen.push(`${desk.dashboard.title}|${desk.dashboard.description}`);
  assert.deepEqual(seen, ['abcd|x', 'abcd|', 'abc|', '|']);
  desk.step('redo');
  assert.equal(desk.dashboard.title, 'abc');
  type('title', 'z', 1);
  assert.equal(desk.stack.nextRedo, null, 'a new edit ends what could be made again');
  desk.step('undo');
  assert.equal(desk.dashboard.title, 'abc');
});

test('UNDO-6 only so many steps are kept, the last ones', () => {
  const desk = new Desk({ ...blank(), title: '' });
  for (let i = 0; i < 230; i++) desk.mine(replaceAt(desk.dashboard, ['title'], String(i)));
  let steps = 0;
  while (desk.step('undo')) steps += 1;
  assert.deepEqual([steps, desk.dashboard.title], [200, '29']);
});

test('UNDO-8 when three people edit, taking back all of one’s own leaves exactly what the others did', () => {
  let compared = 0;
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 - 2 }), (seed) => {
      const whole = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
      // few widgets, so that they meet (and Park and Miller's minimal standard generator)
      const start = { ...whole, widgets: Object.fromEntries(Object.entries(whole.widgets).slice(0, 3)) };
      let state = seed;
      const chance = (): number => (state = (state * 16_807) % (2 ** 31 - 1)) / (2 ** 31 - 1);
      const desk = new Desk(start);
      // as if one had never been there
      let others: Dashboard = start;
      for (let i = 0; i < 40; i++) {
        const op = randomEdit(desk.dashboard, chance);
        // letters are told apart by whose they are: UNDO-3
        if (op.some((component) => 't' in component) || !isTaken(desk.dashboard, op)) continue;
        if (chance() < 0.4) {
          desk.mine(op);
          continue;
        }
        // of what one made oneself they have nothing without one
        if (op.length > 0 && isTaken(others, op)) others = checkOp(others, op);
        else if (op.length > 0) return;
        desk.theirs(op);
      }
      while (desk.stack.nextUndo !== null) desk.step('undo');
      assert.deepEqual(desk.dashboard, others);
      compared += 1;
    }),
    { numRuns: 500 },
  );
  assert.ok(compared > 100, `${String(compared)} compared`);
});

test('UNDO-9 what somebody else has brought back as something else is theirs: no older step reaches into it', () => {
  const stack = new UndoStack();
  const widget = (title: string) => ({ title });
  stack.edited([{ p: ['widgets', 'w', 'title'], t: 'text0', o: [{ p: 0, i: 'x' }] }], 'typed', null, 0);
  stack.edited([{ p: ['widgets', 'w'], od: widget('x') }], 'deleted', null, 10_000);
  // another version of it is restored, taken back and restored again
  for (const op of [[{ p: ['widgets', 'w'], oi: widget('') }], [{ p: ['widgets', 'w'], od: widget('') }, { p: ['widgets', 'w'], oi: widget('') }]]) stack.changedByOthers(op);
  assert.deepEqual(stack.nextUndo?.op, []);
  stack.dropUndo();
  assert.deepEqual(stack.nextUndo.op, []);
});

/** Whether an edit can be made on a dashboard. */
function isTaken(dashboard: Dashboard, op: Op): boolean {
  try {
    checkOp(dashboard, op);
    return true;
  } catch {
    return false;
  }
}

test('UNDO-7 what would be undone and redone is offered in words; a step that others made impossible is left out, and told', () => {
  const history = new UndoHistory();
  const offered: string[] = [];
  history.offers.subscribe(({ undo, redo }) => offered.push(`${undo === null ? '-' : 'undo'} ${redo === null ? '-' : 'redo'}`));
  let dashboard = blank();
  const make = (op: Op, kind: 'edit' | 'undo' | 'redo'): boolean => {
    const after = applyShared(dashboard, op);
    history.made(op, kind, dashboard, after, 0);
    dashboard = after;
    return true;
  };
  make(exactOp(dashboard, replaceAt(dashboard, ['title'], 'One')), 'edit');
  assert.deepEqual(history.take('undo', (op) => make(op, 'undo')), { status: 'done', words: history.offers.value.redo });
  assert.deepEqual(history.take('redo', (op) => make(op, 'redo')), { status: 'done', words: history.offers.value.undo });
  assert.deepEqual(offered, ['- -', 'undo -', '- redo', 'undo -']);
  make(exactOp(dashboard, replaceAt(dashboard, ['title'], 'Two')), 'edit');
  const tried: Op[] = [];
  for (const left of ['done', null]) {
    const { undo: words } = history.offers.value;
    assert.deepEqual(history.take('undo', (op) => {
      tried.push(op);
      throw new CoboardError('OP_TARGET_MISSING');
    }), { status: 'gone', words });
    assert.equal(history.offers.value.undo === null, left === null, 'the one before it is for the next time');
  }
  assert.equal(tried.length, 2);
  make(exactOp(dashboard, replaceAt(dashboard, ['title'], 'Three')), 'edit');
  assert.equal(history.take('undo', () => {
    throw new CoboardError('FORBIDDEN');
  }).status, 'nothing');
  assert.notEqual(history.offers.value.undo, null, 'who may not edit now may edit later');
  assert.deepEqual(json0.type.invert(json0.type.invert(tried[0] ?? [])), tried[0]);
});
