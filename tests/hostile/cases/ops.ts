import type { Dashboard } from '../../../model/dashboard.ts';
import { limits } from '../../../model/limits.ts';
import { op, taken } from '../attacks.ts';
import type { HostileCase, World } from '../world.ts';

const title = ['title'];
const noteOf = ({ note }: World): string[] => ['widgets', note, 'settings', 'text'];
const boxOf = ({ kpi }: World, field: string): string[] => ['widgets', kpi, 'box', field];
const nested = (depth: number): unknown => (depth === 0 ? 1 : { x: nested(depth - 1) });
const text = (p: unknown, o: unknown): unknown[] => [{ p, t: 'text0', o }];
const times = <T>(count: number, one: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => one(i));

/** Where a number stands in a dataset. */
function firstNumber(dataset: string, { datasets }: Dashboard): string[] {
  const [row = '', { cells }] = Object.entries(datasets[dataset]?.rows ?? {})[0] ?? ['', { cells: {} }];
  const column = Object.entries(cells).find(([, cell]) => typeof cell === 'number')?.[0] ?? '';
  return ['datasets', dataset, 'rows', row, 'cells', column];
}

/** What an op says stood there, as it is stored: what really stood there. */
const trueOd = (wanted: (before: Dashboard, world: World) => unknown) => (stored: Record<string, unknown>, before: Dashboard, _after: Dashboard, world: World): boolean =>
  JSON.stringify((stored['op'] as { od?: unknown }[])[0]?.od) === JSON.stringify(wanted(before, world));

export const opCases: readonly HostileCase[] = [
  // what is no edit
  op('a creation', 'DOCUMENT_CREATE_REFUSED', () => undefined, { create: { type: 'json0', data: {} } }),
  op('a creation beside an op', 'DOCUMENT_CREATE_REFUSED', () => [], { create: { type: 'json0', data: {} } }),
  op('a creation of a type that there is not', 'DOCUMENT_CREATE_REFUSED', () => undefined, { create: { type: 'evil', data: 1 } }),
  op('a deletion', 'DOCUMENT_CREATE_REFUSED', () => undefined, { del: true }),
  op('a deletion that is false', 'DOCUMENT_CREATE_REFUSED', () => [], { del: false }),
  op('an op message without an op', 'OP_INVALID', () => undefined),
  op('an op that is null', 'OP_INVALID', () => null),
  op('an op that is a text', 'OP_INVALID', () => 'x'.repeat(100_000)),
  op('an op that is an object', 'OP_INVALID', () => ({ p: title, oi: 'x' })),
  op('an op that looks like a list', 'OP_INVALID', () => ({ length: 1, 0: { p: title, oi: 'x' } })),
  op('a component that is null', 'OP_INVALID', () => [null]),
  op('a component that is a list', 'OP_INVALID', () => [[title, 'x']]),
  op('a component without a path', 'OP_INVALID', () => [{ oi: 'x' }]),
  op('a component that does nothing', 'OP_INVALID', () => [{ p: title }]),
  op('a component with a key too many', 'OP_INVALID', () => [{ p: title, oi: 'x', evil: 1 }]),
  op('a component of two kinds', 'OP_INVALID', () => [{ p: title, oi: 'x', na: 1 }]),
  op('a component of a type that there is not', 'OP_INVALID', () => [{ p: title, t: 'rich-text', o: [] }]),
  op('a component of the type constructor', 'OP_INVALID', () => [{ p: title, t: 'constructor', o: [] }]),
  op('an op number that is no number', 'MESSAGE_INVALID', () => [], { seq: 'x' }),
  op('an op number beyond counting', 'MESSAGE_INVALID', () => [], { seq: 2 ** 53 }),
  op('an op of the future', 'ERR_OP_VERSION_NEWER_THAN_CURRENT_SNAPSHOT', () => [{ p: title, oi: 'x' }], { v: 1_000_000 }),
  op('a base that is no number', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 'x' } }),
  op('a base that is a fraction', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0.5 } }),
  op('a base below nothing', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: -1 } }),
  op('a base of null', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: null } }),
  op('extras that are a list of bases', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: [1] } }),
  op('written lines without end', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0, l: times(21, () => ({ p: title, oi: 'x' })) } }),
  op('a written line that is too long', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0, l: [{ p: title, oi: 'x'.repeat(2_001) }] } }),
  op('a written line that is no text', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0, l: [{ p: title, oi: { evil: 1 } }] } }),
  op('a written line at __proto__', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0, l: [{ p: ['__proto__'], oi: 'x' }] } }),
  op('a written line with more in it', 'MESSAGE_INVALID', () => [{ p: title, oi: 'x' }], { x: { b: 0, l: [{ p: title, oi: 'x', evil: 1 }] } }),
  // json0 that Coboard has no use for
  op('a list insertion', 'OP_INVALID', () => [{ p: ['tabs', 0], li: 1 }]),
  op('a list insertion at -1', 'OP_INVALID', () => [{ p: ['tabs', -1], li: 1 }]),
  op('a list deletion', 'OP_INVALID', () => [{ p: ['tabs', 0], ld: 1 }]),
  op('a list move', 'OP_INVALID', () => [{ p: ['tabs', 0], lm: 1 }]),
  op('a list move to a text', 'OP_INVALID', () => [{ p: ['tabs', 0], lm: 'x' }]),
  op('the insertion of nothing', 'OP_INVALID', () => '[{"p":["title"]}]'),
  // paths
  op('an empty path', 'OP_INVALID', () => [{ p: [], oi: {} }]),
  op('the deletion of everything', 'OP_INVALID', (_world, mine) => [{ p: [], od: mine }]),
  op('an addition to the whole document', 'OP_INVALID', () => [{ p: [], na: 1 }]),
  op('a path that is a text', 'OP_INVALID', () => [{ p: 'title', oi: 'x' }]),
  op('a path of objects', 'OP_INVALID', () => [{ p: [{}], oi: 'x' }]),
  op('a path of null', 'OP_INVALID', () => [{ p: [null], oi: 'x' }]),
  op('a path of fractions', 'OP_INVALID', () => [{ p: [0.5], oi: 'x' }]),
  op('a path of 1,000 steps', 'OP_INVALID', () => [{ p: times(1_000, () => 'x'), oi: 1 }]),
  op('a path through __proto__', 'OP_INVALID', () => '[{"p":["widgets","__proto__","x"],"oi":1}]'),
  op('a path __proto__', 'OP_INVALID', () => [{ p: ['widgets', '__proto__', 'x'], oi: 1 }]),
  op('a path to a constructor', 'OP_INVALID', () => [{ p: ['constructor', 'prototype', 'x'], oi: 1 }]),
  op('a path to toString', 'OP_INVALID', () => [{ p: ['widgets', 'toString'], oi: 1 }]),
  op('a path through a text', 'OP_TARGET_MISSING', () => [{ p: ['title', 'x'], oi: 1 }]),
  op('a path through nothing', 'OP_TARGET_MISSING', () => [{ p: ['widgets', 'none', 'box', 'x'], oi: 1 }]),
  op('a new key of the dashboard', 'OP_RESULT_INVALID', () => [{ p: ['evil'], oi: 1 }]),
  // values
  op('a value with a key __proto__', 'OP_INVALID', () => [{ p: ['tabs', 'x'], oi: JSON.parse('{"__proto__":{"x":1}}') as unknown }]),
  op('a value with a constructor', 'OP_INVALID', () => [{ p: ['tabs', 'x'], oi: { constructor: { prototype: 1 } } }]),
  op('a value nested 13 deep', 'OP_INVALID', () => [{ p: ['tabs', 'x'], oi: nested(13) }]),
  op('what stood there, nested 13 deep', 'OP_INVALID', () => [{ p: ['tabs', 'x'], od: nested(13) }]),
  op('an addition of a text', 'OP_INVALID', (world) => [{ p: boxOf(world, 'x'), na: '1' }]),
  op('an addition of null', 'OP_INVALID', (world) => [{ p: boxOf(world, 'x'), na: null }]),
  op('an addition to a text', 'OP_TARGET_MISSING', () => [{ p: title, na: 1 }]),
  op('an addition to nothing', 'OP_TARGET_MISSING', (world) => [{ p: boxOf(world, 'z'), na: 1 }]),
  op('additions that overflow to infinity', 'OP_INVALID', (world) => [{ p: boxOf(world, 'y'), na: 1e308 }, { p: boxOf(world, 'y'), na: 1e308 }]),
  op('an addition that leaves the grid', 'OP_RESULT_INVALID', (world) => [{ p: boxOf(world, 'x'), na: 1_000 }]),
  op('an addition that makes half a column', 'OP_RESULT_INVALID', (world) => [{ p: boxOf(world, 'x'), na: 0.5 }]),
  op('a place outside of the grid', 'OP_RESULT_INVALID', (world) => [{ p: boxOf(world, 'y'), oi: -1 }]),
  op('a box without a field', 'OP_RESULT_INVALID', (world, mine) => [{ p: boxOf(world, 'w'), od: mine.widgets[world.kpi]?.box.w }]),
  op('a widget of a kind that there is not', 'OP_RESULT_INVALID', (world) => [{ p: ['widgets', world.kpi, 'kind'], oi: 'evil' }]),
  op('a setting that there is not', 'OP_RESULT_INVALID', (world) => [{ p: ['widgets', world.kpi, 'settings', 'evil'], oi: 1 }]),
  op('a setting of the wrong type', 'OP_RESULT_INVALID', (world) => [{ p: ['widgets', world.kpi, 'settings', 'sparkline'], oi: 'yes' }]),
  op('settings of another kind', 'OP_RESULT_INVALID', (world) => [{ p: ['widgets', world.kpi, 'settings'], oi: { text: '' } }]),
  op('another schema version', 'OP_RESULT_INVALID', () => [{ p: ['schema'], od: 1, oi: 2 }]),
  op('a dashboard without widgets', 'OP_RESULT_INVALID', () => [{ p: ['widgets'], oi: {} }]),
  op('a dashboard without a map', 'OP_RESULT_INVALID', (_world, mine) => [{ p: ['datasets'], od: mine.datasets }]),
  op('a dashboard without a tab', 'OP_RESULT_INVALID', (_world, mine) => Object.entries(mine.tabs).map(([id, tab]) => ({ p: ['tabs', id], od: tab }))),
  op('a tab whose id is no id', 'OP_RESULT_INVALID', () => [{ p: ['tabs', 'a b'], oi: { title: 'x', order: 'V' } }]),
  op('a tab that is a text', 'OP_RESULT_INVALID', () => [{ p: ['tabs', 'x'], oi: 'tab' }]),
  op('a row whose cells are a list', 'OP_RESULT_INVALID', ({ dataset }) => [{ p: ['datasets', dataset, 'rows', 'r'], oi: { order: 'V', cells: [] } }]),
  op('a dashboard whose tabs are a list', 'OP_RESULT_INVALID', () => [{ p: ['tabs'], oi: [] }]),
  op('a dataset whose rows are a list', 'OP_RESULT_INVALID', ({ dataset }) => [{ p: ['datasets', dataset, 'rows'], oi: [] }]),
  op('a cell that is an object', 'OP_RESULT_INVALID', ({ dataset }, mine) => [{ p: ['datasets', dataset, 'rows', Object.keys(mine.datasets[dataset]?.rows ?? {})[0], 'cells', 'c'], oi: {} }]),
  // texts
  op('an insertion behind the end', 'OP_TARGET_MISSING', (world) => text(noteOf(world), [{ p: 100_000, i: 'x' }])),
  op('an insertion at -1', 'OP_INVALID', (world) => text(noteOf(world), [{ p: -1, i: 'x' }])),
  op('an insertion at half a place', 'OP_INVALID', (world) => text(noteOf(world), [{ p: 0.5, i: 'x' }])),
  op('an insertion at a text', 'OP_INVALID', (world) => text(noteOf(world), [{ p: '0', i: 'x' }])),
  op('an insertion of a number', 'OP_INVALID', (world) => text(noteOf(world), [{ p: 0, i: 5 }])),
  op('an insertion and deletion in one', 'OP_INVALID', (world) => text(noteOf(world), [{ p: 0, i: 'x', d: 'y' }])),
  op('a deletion of what is not there', 'OP_TARGET_MISSING', (world) => text(noteOf(world), [{ p: 0, d: 'not there' }])),
  op('half a character', 'OP_INVALID', (world) => text(noteOf(world), [{ p: 0, i: '\ud83d' }])),
  op('half a character as a value', 'OP_INVALID', () => [{ p: title, oi: '\udc00' }]),
  op('two halves of a character that would meet', 'OP_INVALID', () => [{ p: title, t: 'text0', o: [{ p: 0, i: '\ude00' }, { p: 0, i: '\ud83d' }] }]),
  op('a text edit of a number', 'OP_TARGET_MISSING', (world) => text(boxOf(world, 'x'), [{ p: 0, i: 'x' }])),
  op('an old text edit without a place', 'OP_INVALID', () => [{ p: title, si: 'x' }]),
  op('a text that is no list', 'OP_INVALID', (world) => text(noteOf(world), { p: 0, i: 'x' })),
  op('a title that is too long', 'OP_RESULT_INVALID', () => [{ p: title, oi: 'x'.repeat(201) }]),
  op('a note that is too long', 'OP_RESULT_INVALID', (world) => [...times(3, () => ({ p: noteOf(world), t: 'text0', o: [{ p: 0, i: 'x'.repeat(50_000) }] }))]),
  // size and work
  op('too many components', 'OP_INVALID', () => times(limits.opComponentsMax + 1, () => ({ p: title, oi: 'x' }))),
  op('too many changes of texts', 'OP_TOO_LARGE', (world) => times(20, () => ({ p: noteOf(world), t: 'text0', o: times(60, () => ({ p: 0, i: 'x' })) }))),
  op('too many bytes', 'OP_TOO_LARGE', () => [{ p: title, oi: 'ä'.repeat(80_000) }, ...times(8, () => ({ p: title, od: 'ä'.repeat(55_000) }))]),
  op('too many widgets', 'DOCUMENT_FULL', (_world, mine) => times(201, (i) => ({ p: ['widgets', `w${String(i)}`], oi: Object.values(mine.widgets)[0] }))),
  op('too many tabs', 'DOCUMENT_FULL', () => times(31, (i) => ({ p: ['tabs', `t${String(i)}`], oi: { title: '', order: 'V' } }))),
  op('too many datasets', 'DOCUMENT_FULL', () => times(21, (i) => ({ p: ['datasets', `d${String(i)}`], oi: { title: '', columns: {}, rows: {} } }))),
  op('too many cells', 'DOCUMENT_FULL', () => [{ p: ['datasets', 'big'], oi: { title: '', columns: Object.fromEntries(times(40, (i) => [`c${String(i)}`, { name: '', type: 'text', order: 'V' }])), rows: Object.fromEntries(times(60, (i) => [`r${String(i)}`, { order: 'V', cells: {} }])) } }]),
  op('a good component before a bad one', 'OP_TARGET_MISSING', () => [{ p: title, oi: 'half done' }, { p: ['widgets', 'none', 'title'], t: 'text0', o: [{ p: 0, i: 'x' }] }]),
  // what is taken, but not as it was said
  taken('an old value that lies', () => [{ p: title, od: 'a lie', oi: 'Mine' }], trueOd((before) => before.title)),
  taken('an old value that is left out', () => [{ p: title, oi: 'Mine' }], trueOd((before) => before.title)),
  taken('an old value of another type', () => [{ p: title, od: { evil: 1 }, oi: 'Mine' }], trueOd((before) => before.title)),
  taken('a deletion that lies about what it deletes', ({ kpi }) => [{ p: ['widgets', kpi], od: null }], trueOd((before, { kpi }) => before.widgets[kpi])),
  taken('an addition that rounds the number away', ({ dataset }, mine) => [{ p: firstNumber(dataset, mine), na: 1e300 }, { p: firstNumber(dataset, mine), na: -1e300 }], (stored) => JSON.stringify(stored['op']).includes('"od"')),
  taken('1,000 changes of one text', (world) => [{ p: noteOf(world), t: 'text0', o: times(999, () => ({ p: 0, i: 'x' })) }], (_stored, _before, after, { note }) => JSON.stringify(after.widgets[note]).includes('x'.repeat(999))),
  taken('1,000 components', () => times(1_000, (i) => ({ p: title, oi: i === 999 ? 'Mine' : `t${String(i)}` })), (_stored, _before, after) => after.title === 'Mine'),
  // a client that says it has seen what is not there yet has at least seen what it sent the op for; refusing would take an edit back for nothing
  taken('a base of the future', () => [{ p: title, oi: 'Mine' }], (stored) => !('b' in (stored['m'] as object)), { x: { b: 1_000_000, l: [{ p: title, oi: 'x' }] } }),
  taken('extras of a client’s own', () => [{ p: title, oi: 'Mine' }], (stored) => !JSON.stringify(stored['m']).includes('theirs'), { x: { source: 'theirs' } }),
  taken('an op that does nothing', () => [], (stored) => JSON.stringify(stored['op']) === '[]'),
  taken('a script', () => [{ p: ['description'], oi: '<script>alert(1)</script>' }], (_stored, _before, after) => after.description === '<script>alert(1)</script>'),
];
