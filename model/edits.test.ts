import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import diff from 'json0-ot-diff';
import json0 from 'ot-json0';
import { applyShared } from './apply-shared.ts';
import { parseDashboard, type Dashboard } from './dashboard.ts';
import { checkItem, editText, moveWidget, removeTab, setBox, setCell, addRows } from './edits.ts';
import type { Json, Op, Path } from './json0.ts';
import { checkOp, exactOp } from './op-check.ts';
import { parseOp } from './op-parse.ts';
import { opPaths, valueAt } from './op-paths.ts';
import { opWords } from './op-words.ts';
import { templates } from './templates/templates.ts';
import { arbitraryChance, arbitraryDashboard, randomEdit } from './testing/arbitrary-edits.ts';

const { type } = json0;
const sales = (): Dashboard => templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
const first = (map: object): string => Object.keys(map)[0] ?? assert.fail('empty');

test('MODEL-1 every template is a valid dashboard', () => {
  for (const template of Object.values(templates)) parseDashboard(template.build({ today: '2026-11-20', random: Math.random }));
});

test('MODEL-2 every edit makes an op that the gate lets pass, that is exact, and that leads to a valid dashboard', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (start, chance) => {
      let dashboard = start;
      for (let i = 0; i < 20; i++) {
        const op = parseOp(JSON.parse(JSON.stringify(randomEdit(dashboard, chance))));
        assert.deepEqual(exactOp(dashboard, op), op);
        const next = checkOp(dashboard, op);
        parseDashboard(next);
        assert.equal(opWords(op, dashboard, next).length === 0, op.length === 0);
        dashboard = next;
      }
    }),
    { numRuns: 150 },
  );
});

test('MODEL-3 applying an op and then its inverse gives the dashboard back', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (dashboard, chance) => {
      for (let i = 0; i < 15; i++) {
        const op = randomEdit(dashboard, chance);
        assert.deepEqual(applyShared(applyShared(dashboard, op), type.invert(op)), dashboard);
      }
    }),
    { numRuns: 150 },
  );
});

test('MODEL-4 applying with sharing gives what json0 gives, changes nothing in place, and keeps === off the changed paths', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (dashboard, chance) => {
      const op = randomEdit(dashboard, chance);
      const copy = structuredClone(dashboard);
      const next = applyShared(dashboard, op);
      assert.deepEqual(dashboard, copy);
      assert.deepEqual(next, type.apply(structuredClone(dashboard), structuredClone(op)));
      assertShared(dashboard, next, opPaths(op), []);
    }),
    { numRuns: 300 },
  );
});

/** Everything that no changed path leads into is the very same object. */
function assertShared(before: unknown, after: unknown, changed: readonly Path[], at: Path): void {
  const key = (path: Path) => path.map(String).join('\0');
  const onTheWay = changed.some((path) => key(path.slice(0, at.length)) === key(at));
  if (!onTheWay) assert.equal(after, before, `not shared: ${at.map(String).join('.')}`);
  if (!onTheWay || typeof before !== 'object' || before === null || typeof after !== 'object' || after === null) return;
  for (const step of Object.keys(before)) {
    if (Object.hasOwn(after, step)) assertShared(valueAt(before, [step]), valueAt(after, [step]), changed, [...at, step]);
  }
}

test('MODEL-5 two edits made at once and transformed lead to the same valid dashboard on both sides', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, arbitraryChance, (dashboard, mine, theirs) => {
      const a = randomEdit(dashboard, mine, () => 'mine');
      const b = randomEdit(dashboard, theirs, () => 'theirs');
      const left = checkOp(applyShared(dashboard, b), type.transform(a, b, 'left'));
      const right = applyShared(applyShared(dashboard, a), type.transform(b, a, 'right'));
      assert.deepEqual(left, right);
    }),
    { numRuns: 500 },
  );
});

test('MODEL-6 a move and a resize of one widget at once both hold', () => {
  const dashboard = sales();
  const id = first(dashboard.widgets);
  const move = moveWidget(dashboard, id, { x: 6, y: 20 });
  const resize = setBox(dashboard, id, { w: 5, h: 9 });
  const merged = checkOp(applyShared(dashboard, move), type.transform(resize, move, 'right'));
  assert.deepEqual(merged.widgets[id]?.box, { x: 6, y: 20, w: 5, h: 9 });
});

test('MODEL-7 two people typing in one title merge by character', () => {
  const dashboard = sales();
  const a = editText(dashboard, ['title'], 'Sales overview 2026');
  const b = editText(dashboard, ['title'], 'The sales overview');
  assert.equal(applyShared(applyShared(dashboard, a), type.transform(b, a, 'right')).title, 'The sales overview 2026');
});

test('MODEL-8 typing keeps to what differs: one character typed is one component of one character', () => {
  const dashboard = { ...sales(), title: 'aaa' };
  assert.deepEqual(editText(dashboard, ['title'], 'aaaa', 1), [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'a' }] }]);
  assert.deepEqual(editText(dashboard, ['title'], 'aaaa', 4), [{ p: ['title'], t: 'text0', o: [{ p: 3, i: 'a' }] }]);
  assert.deepEqual(editText(dashboard, ['title'], 'aa', 0), [{ p: ['title'], t: 'text0', o: [{ p: 0, d: 'a' }] }]);
  const faces = { ...dashboard, title: '😀😀' };
  assert.deepEqual(editText(faces, ['title'], '😀😁', 4), [{ p: ['title'], t: 'text0', o: [{ p: 2, d: '😀' }, { p: 2, i: '😁' }] }]);
});

test('MODEL-9 a text edit always turns the one text into the other and never cuts a character', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '😀', '😁', '𝒳', ' ') });
  fc.assert(
    fc.property(text, text, fc.nat(20), (before, after, caret) => {
      const op = editText({ ...sales(), title: before }, ['title'], after, Math.min(caret, after.length));
      assert.equal(applyShared({ title: before }, op).title, after);
      for (const component of op) {
        for (const part of 't' in component ? component.o : []) assert.ok(('i' in part ? part.i : part.d).isWellFormed());
      }
    }),
  );
});

test('MODEL-10 the last tab stays, and a tab takes its widgets along', () => {
  const dashboard = sales();
  const next = checkOp(dashboard, removeTab(dashboard, first(dashboard.tabs)));
  assert.equal(Object.values(next.widgets).some(({ tab }) => tab === first(dashboard.tabs)), false);
  assert.throws(() => removeTab(next, first(next.tabs)), { code: 'OP_RESULT_INVALID' });
  assert.throws(() => checkOp(next, [{ p: ['tabs', first(next.tabs)], od: valueAt(next, ['tabs', first(next.tabs)]) as Json }]), { code: 'OP_RESULT_INVALID' });
});

test('MODEL-11 datasets hold at most the cells of the limits table', () => {
  const dashboard = sales();
  const dataset = first(dashboard.datasets);
  assert.throws(() => addRows(dashboard, dataset, Array.from({ length: 400 }, () => ({ cells: {} }))), { code: 'DOCUMENT_FULL' });
  const rows: Op = Array.from({ length: 300 }, (_, i) => ({ p: ['datasets', dataset, 'rows', `x${i}`], oi: { order: 'a', cells: {} } }));
  assert.throws(() => checkOp(dashboard, rows), { code: 'DOCUMENT_FULL' });
});

test('MODEL-12 a cell that holds text is edited by character, any other is replaced', () => {
  const dashboard = sales();
  const dataset = Object.keys(dashboard.datasets)[2] ?? '';
  const row = first(dashboard.datasets[dataset]?.rows ?? {});
  const [order = '', , , , value = ''] = Object.keys(dashboard.datasets[dataset]?.columns ?? {});
  assert.deepEqual(setCell(dashboard, dataset, row, order, 'ORD-48210'), [
    { p: ['datasets', dataset, 'rows', row, 'cells', order], t: 'text0', o: [{ p: 8, i: '0' }] },
  ]);
  assert.deepEqual(setCell(dashboard, dataset, row, value, 5), [{ p: ['datasets', dataset, 'rows', row, 'cells', value], od: 18_240, oi: 5 }]);
  assert.deepEqual(setCell(dashboard, dataset, row, value, null), [{ p: ['datasets', dataset, 'rows', row, 'cells', value], od: 18_240 }]);
});

test('MODEL-13 an op is said in words, past tense, with the names people gave', () => {
  const launch = templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 });
  const say = (op: Op) => opWords(op, launch, checkOp(launch, op));
  const byTitle = (title: string) => Object.entries(launch.widgets).find(([, widget]) => widget.title === title)?.[0] ?? assert.fail(title);
  const note = byTitle('Launch notes');
  const checklist = byTitle('Before we go');
  const items = launch.widgets[checklist];
  assert.ok(items?.kind === 'checklist');
  const item = Object.entries(items.settings.items).find(([, { text }]) => text === 'Freeze prices')?.[0] ?? '';
  assert.deepEqual(say(editText(launch, ['widgets', note, 'settings', 'text'], `Three new words. ${(launch.widgets[note]?.settings as { text: string }).text}`)), ['wrote 3 words in Launch notes']);
  assert.deepEqual(say(checkItem(launch, checklist, item, true, 'Ben')), ['checked Freeze prices in Before we go']);
  assert.deepEqual(say(moveWidget(launch, note, { x: 1, y: 1 })), ['moved Launch notes']);
  assert.deepEqual(say(editText(launch, ['title'], 'Launch day')), ['renamed the dashboard to Launch day']);
});

test('MODEL-14 the operation that json0-ot-diff makes of two dashboards is let pass and leads from the one to the other', () => {
  fc.assert(
    fc.property(arbitraryDashboard, arbitraryChance, (before, chance) => {
      let after = before;
      for (let i = 0; i < 5; i++) after = checkOp(after, parseOp(JSON.parse(JSON.stringify(randomEdit(after, chance)))));
      const op = parseOp(diff(before, after));
      assert.deepEqual(checkOp(before, op), after);
      assert.deepEqual(exactOp(before, op), op);
    }),
    { numRuns: 60 },
  );
});
