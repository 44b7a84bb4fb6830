import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredOp } from '../store/store.ts';
import { json0Uri } from './document-state.ts';
import { outlives, type Rebased } from './rebase.ts';

test('ENGINE-18 an op outlives a deletion exactly where what came back is what was deleted', () => {
  const deletion = (data: unknown): StoredOp => ({ v: 4, del: true, m: { data } });
  const creation = (data: unknown, type = json0Uri): StoredOp => ({ v: 5, create: { type, data } });
  const edit = (): Rebased => ({ v: 3, op: [{ p: ['n'], na: 1 }] });
  const cases: readonly [Rebased, StoredOp | undefined, StoredOp | undefined, boolean][] = [
    [edit(), deletion({ n: 1, list: [{ a: 1 }] }), creation({ list: [{ a: 1 }], n: 1 }), true],
    [edit(), deletion({ n: 1 }), creation({ n: 2 }), false],
    [edit(), deletion({ n: 1 }), creation({ n: 1 }, 'http://sharejs.org/types/text'), false],
    [edit(), deletion({ n: 1 }), undefined, false],
    [edit(), undefined, creation({ n: 1 }), false],
    [edit(), { v: 4, op: [] }, creation({ n: 1 }), false],
    [edit(), deletion({ n: 1 }), { v: 5, op: [] }, false],
    // of a program that does not keep what it deletes
    [edit(), { v: 4, del: true }, creation({ n: 1 }), false],
    [{ v: 3, create: {} }, deletion({ n: 1 }), creation({ n: 1 }), false],
  ];
  for (const [own, before, after, expected] of cases) {
    const { v } = own;
    assert.deepEqual([outlives(own, before, after), own.v], expected ? [true, 6] : [false, v]);
  }
});
