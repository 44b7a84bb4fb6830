import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { applyShared } from './apply-shared.ts';
import { parseDashboard, type Dashboard } from './dashboard.ts';
import { CoboardError, type ErrorCode } from './errors.ts';
import type { Op } from './json0.ts';
import { checkOp, exactOp } from './op-check.ts';
import { parseOp } from './op-parse.ts';
import { valueAt } from './op-paths.ts';
import { templates } from './templates/templates.ts';

const dashboard: Dashboard = templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 });
const note = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? assert.fail();
const tab = Object.keys(dashboard.tabs)[0] ?? assert.fail();

/** What parsing and checking an op answers. */
function verdict(op: unknown): ErrorCode | 'applies' {
  try {
    checkOp(dashboard, parseOp(op));
    return 'applies';
  } catch (error) {
    assert.ok(error instanceof CoboardError, String(error));
    return error.code;
  }
}

const hostile: readonly (readonly [name: string, op: unknown, expected: ErrorCode | 'applies'])[] = [
  ['not a list', { p: ['title'] }, 'OP_INVALID'],
  ['a component that is no object', [7], 'OP_INVALID'],
  ['no path', [{ oi: 1 }], 'OP_INVALID'],
  ['the empty path (the root)', [{ p: [], oi: {} }], 'OP_INVALID'],
  ['a path of objects', [{ p: [{}], oi: 1 }], 'OP_INVALID'],
  ['a very long path', [{ p: Array.from({ length: 50 }, () => 'a'), oi: 1 }], 'OP_INVALID'],
  ['an unknown key beside p', [{ p: ['title'], oi: 'a', evil: 1 }], 'OP_INVALID'],
  ['nothing but a path', [{ p: ['title'] }], 'OP_INVALID'],
  ['na of infinity', [{ p: ['widgets', note, 'box', 'x'], na: Infinity }], 'OP_INVALID'],
  ['na of a string', [{ p: ['widgets', note, 'box', 'x'], na: '1' }], 'OP_INVALID'],
  ['na on a string', [{ p: ['title'], na: 1 }], 'OP_TARGET_MISSING'],
  ['na to a fraction', [{ p: ['widgets', note, 'box', 'x'], na: 0.5 }], 'OP_RESULT_INVALID'],
  ['na within the grid', [{ p: ['widgets', note, 'box', 'x'], na: 1 }], 'applies'],
  ['na out of the grid', [{ p: ['widgets', note, 'box', 'x'], na: 100 }], 'OP_RESULT_INVALID'],
  ['na to infinity', [{ p: ['widgets', note, 'box', 'x'], na: 1.7e308 }, { p: ['widgets', note, 'box', 'x'], na: 1.7e308 }], 'OP_INVALID'],
  ['a list insertion', [{ p: ['tabs', 0], li: 1 }], 'OP_INVALID'],
  ['a list deletion', [{ p: ['tabs', 0], ld: 1 }], 'OP_INVALID'],
  ['a list move', [{ p: ['tabs', 0], lm: 'x' }], 'OP_INVALID'],
  ['__proto__ as a key', [{ p: ['widgets', '__proto__'], oi: {} }], 'OP_INVALID'],
  ['constructor on the way', [{ p: ['widgets', 'constructor', 'x'], oi: 1 }], 'OP_INVALID'],
  ['__proto__ in a value', JSON.parse(`[{"p":["widgets","w"],"oi":{"__proto__":{"a":1}}}]`) as unknown, 'OP_INVALID'],
  ['constructor in a value', [{ p: ['datasets', 'd'], oi: { title: 'x', columns: {}, rows: { constructor: { evil: 1 } } } }], 'OP_INVALID'],
  ['a value nested too deep', [{ p: ['title'], oi: JSON.parse('['.repeat(40) + ']'.repeat(40)) as unknown }], 'OP_INVALID'],
  ['an unknown key at the top', [{ p: ['evil'], oi: 1 }], 'OP_RESULT_INVALID'],
  ['the schema version', [{ p: ['schema'], od: 1, oi: 2 }], 'OP_RESULT_INVALID'],
  ['all widgets at once', [{ p: ['widgets'], oi: {} }], 'OP_RESULT_INVALID'],
  ['the title removed', [{ p: ['title'], od: 'Launch room' }], 'OP_RESULT_INVALID'],
  ['the title as a number', [{ p: ['title'], oi: 3 }], 'OP_RESULT_INVALID'],
  ['the title too long', [{ p: ['title'], oi: 'a'.repeat(201) }], 'OP_RESULT_INVALID'],
  ['an id with a space', [{ p: ['tabs', 'a b'], oi: { title: 'x', order: 'a' } }], 'OP_RESULT_INVALID'],
  ['an order with a sign', [{ p: ['tabs', tab, 'order'], oi: 'a!' }], 'OP_RESULT_INVALID'],
  ['the last tab', [{ p: ['tabs', tab], od: {} }], 'OP_RESULT_INVALID'],
  ['a widget of no kind', [{ p: ['widgets', 'w'], oi: { kind: 'evil', tab, title: '', box: { x: 0, y: 0, w: 1, h: 1 }, settings: {} } }], 'OP_RESULT_INVALID'],
  ['a widget without a box', [{ p: ['widgets', 'w'], oi: { kind: 'note', tab, title: '', settings: { text: '' } } }], 'OP_RESULT_INVALID'],
  ['a new key in a widget', [{ p: ['widgets', note, 'evil'], oi: 1 }], 'OP_RESULT_INVALID'],
  ['the kind changed alone', [{ p: ['widgets', note, 'kind'], oi: 'kpi' }], 'OP_RESULT_INVALID'],
  ['a setting of another kind', [{ p: ['widgets', note, 'settings', 'shape'], oi: 'pie' }], 'OP_RESULT_INVALID'],
  ['a setting of a widget that is gone', [{ p: ['widgets', 'gone', 'settings', 'text'], oi: '' }], 'OP_TARGET_MISSING'],
  ['text into a number', [{ p: ['widgets', note, 'box', 'x'], t: 'text0', o: [{ p: 0, i: 'a' }] }], 'OP_TARGET_MISSING'],
  ['text behind the end', [{ p: ['title'], t: 'text0', o: [{ p: 999, i: 'a' }] }], 'OP_TARGET_MISSING'],
  ['text at -1', [{ p: ['title'], t: 'text0', o: [{ p: -1, i: 'a' }] }], 'OP_INVALID'],
  ['text at a half', [{ p: ['title'], t: 'text0', o: [{ p: 0.5, i: 'a' }] }], 'OP_INVALID'],
  ['deleting text that is not there', [{ p: ['title'], t: 'text0', o: [{ p: 0, d: 'zzz' }] }], 'OP_TARGET_MISSING'],
  ['half of a character', [{ p: ['title'], t: 'text0', o: [{ p: 0, i: '\ud83d' }] }], 'OP_INVALID'],
  ['another subtype', [{ p: ['title'], t: 'text-unicode', o: ['a'] }], 'OP_INVALID'],
  ['the old text form', [{ p: ['title', 0], si: 'The ' }], 'applies'],
  ['the old text form at a name', [{ p: ['title', 'x'], si: 'The ' }], 'OP_INVALID'],
  ['a cell that is an object', [{ p: ['datasets', Object.keys(dashboard.datasets)[0], 'rows', 'r'], oi: { order: 'a', cells: { c: {} } } }], 'OP_RESULT_INVALID'],
  ['nothing at all', [], 'applies'],
];

for (const [name, op, expected] of hostile) {
  test(`CHECK-1 ${name}: ${expected}`, () => {
    const before = structuredClone(dashboard);
    assert.equal(verdict(op), expected);
    assert.deepEqual(dashboard, before);
    assert.equal(({} as { a?: number }).a, undefined);
  });
}

test('CHECK-2 an op that passes never makes an invalid dashboard, whatever it is made of', () => {
  const keys = fc.constantFrom('title', 'tabs', 'widgets', 'datasets', 'schema', 'box', 'x', 'settings', 'text', 'items', 'order', 'rows', 'cells', tab, note, '__proto__', 'new');
  const path = fc.array(fc.oneof(keys, fc.nat(5)), { minLength: 1, maxLength: 6 });
  const real = fc.constantFrom(['title'], ['tabs', tab, 'title'], ['tabs', tab, 'order'], ['widgets', note, 'box', 'x'], ['widgets', note, 'settings', 'text'], ['widgets', note, 'title']);
  const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('a', 0, 1, {}, dashboard.tabs[tab], dashboard.widgets[note]));
  const component = fc.oneof(
    fc.record({ p: fc.oneof(path, real), oi: value }),
    fc.record({ p: fc.oneof(path, real), od: value, oi: value }),
    fc.record({ p: fc.oneof(path, real), od: value }),
    fc.record({ p: fc.oneof(path, real), na: fc.oneof(fc.integer({ min: -5, max: 5 }), fc.double()) }),
    fc.record({ p: fc.oneof(path, real), t: fc.constant('text0'), o: fc.array(fc.record({ p: fc.integer({ min: -1, max: 12 }), i: fc.string({ unit: 'binary' }) }), { maxLength: 3 }) }),
  );
  let applied = 0;
  fc.assert(
    fc.property(fc.array(component, { maxLength: 4 }), (op) => {
      if (verdict(op) !== 'applies') return;
      if (op.length > 0) applied += 1;
      parseDashboard(checkOp(dashboard, parseOp(op)));
    }),
    { numRuns: 4_000 },
  );
  assert.ok(applied > 50, `only ${applied} ops passed: the property proves little`);
});

test('CHECK-3 od that lies is replaced by what was really there, so every stored op inverts', () => {
  const lying: Op = [{ p: ['widgets', note, 'title'], od: 'a lie', oi: 'New' }, { p: ['tabs', 'more'], oi: { title: 'x', order: 'a' } }, { p: ['tabs', 'more'], od: null }];
  assert.deepEqual(exactOp(dashboard, lying), [
    { p: ['widgets', note, 'title'], od: valueAt(dashboard, ['widgets', note, 'title']), oi: 'New' },
    { p: ['tabs', 'more'], oi: { title: 'x', order: 'a' } },
    { p: ['tabs', 'more'], od: { title: 'x', order: 'a' } },
  ]);
  assert.deepEqual(applyShared(dashboard, exactOp(dashboard, lying)), applyShared(dashboard, lying));
});
