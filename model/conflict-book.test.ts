import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyBook, parseBook, type Conflict } from './conflict-book.ts';
import { limits } from './limits.ts';

const conflict = (id: string): Conflict => ({ id, kind: 'theyDeleted', path: ['widgets', 'w'], field: 'Sales', of: null, parts: [], thing: { title: 'Sales' }, edits: ['moved Sales'], by: null, mineAt: 1, theirsAt: 2 });

test('CONFLICT-45 one entry of a book that is none, or that a newer version wrote, takes no other with it', () => {
  const newer = { ...conflict('b'), kind: 'theyMoved' };
  const deep = { ...conflict('c'), thing: Array.from({ length: limits.documentDepthMax + 1 }).reduce<unknown>((inner) => [inner], 1) };
  assert.deepEqual(parseBook({ open: [conflict('a'), newer, deep, null, 7, conflict('d')], settled: [{ id: 'x', at: 1 }, { id: '../x', at: 1 }, 'y'], more: 1 }), { open: [conflict('a'), conflict('d')], settled: [{ id: 'x', at: 1 }] });
  for (const none of [null, undefined, 7, 'book', [], { open: {}, settled: 'x' }]) assert.deepEqual(parseBook(none), emptyBook);
  const many = Array.from({ length: limits.conflictsMax + 5 }, (_, n) => conflict(`c${String(n)}`));
  assert.deepEqual(parseBook({ open: many, settled: [] }).open, many.slice(-limits.conflictsMax));
});
