import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { test } from 'node:test';
import { runInThisContext } from 'node:vm';
import { applyShared } from './apply-shared.ts';
import type { Json, Op } from './json0.ts';
import { fastened } from './maps.ts';

setFlagsFromString('--allow-natives-syntax');
const isFast = runInThisContext('(map) => %HasFastProperties(map)') as (map: object) => boolean;

const rowsOf = (count: number, name: string): Readonly<Record<string, Json>> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`${name}${String(i)}`, { cells: { value: i } }]));
const fromJson = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

test('MODEL-22 large maps stay such that V8 copies them fast: from JSON too, and however many other maps there are', () => {
  // V8 remembers so many first keys of maps, and makes hash tables of others
  const others = Array.from({ length: 5_000 }, (_, i) => ({ [`other${String(i)}`]: i }));
  let document = applyShared<{ rows: Readonly<Record<string, Json>>; title: string }>({ rows: {}, title: '' }, [{ p: ['rows'], od: {}, oi: fastened(fromJson(rowsOf(250, 'row'))) }]);
  const edited = (op: Op): void => {
    document = applyShared(document, op);
    assert.ok(isFast(document.rows), JSON.stringify(op));
  };
  edited([{ p: ['rows', 'row7', 'cells', 'value'], od: 7, oi: 8 }]);
  edited([{ p: ['rows', 'row9', 'cells', 'value'], od: 9, oi: 10 }]);
  const wanted: Readonly<Record<string, Json>> = { ...rowsOf(250, 'row'), row7: { cells: { value: 8 } }, row9: { cells: { value: 10 } } };
  assert.deepEqual(document, { title: '', rows: wanted });
  assert.equal(others.length, 5_000);
});

test('MODEL-23 what is made fast to copy is the same value, and what it was made from is as it was', () => {
  const text = JSON.stringify({ small: { a: 1 }, list: [rowsOf(9, 'x')], deep: { rows: rowsOf(40, 'row') } }).replace('"row7":', '"__proto__":');
  const before = JSON.parse(text) as { readonly small: object; readonly list: object; readonly deep: { readonly rows: object } };
  const after = fastened(before);
  assert.equal(JSON.stringify(after), text);
  assert.equal(JSON.stringify(before), text);
  assert.ok(Object.hasOwn(after.deep.rows, '__proto__'));
  assert.deepEqual([after.small === before.small, after.list === before.list, after.deep.rows === before.deep.rows], [true, true, false]);
});
