import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readingOrder, resolveLayout } from './layout.ts';

const box = fc.record({ x: fc.nat(11), y: fc.nat(20), w: fc.integer({ min: 1, max: 12 }), h: fc.integer({ min: 1, max: 8 }) });

test('GRID-2 whatever boxes are stored, what is drawn never overlaps, stays in the grid, and is the same in any order of keys', () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 25 }), (boxes) => {
      const stored = Object.fromEntries(boxes.map((one, i) => [`w${i}`, one]));
      const drawn = Object.values(resolveLayout(stored));
      drawn.forEach((a, i) => {
        assert.ok(a.x >= 0 && a.x + a.w <= 12);
        drawn.forEach((b, k) => {
          assert.ok(i === k || a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h, 'overlap');
        });
      });
      assert.deepEqual(resolveLayout(Object.fromEntries(Object.entries(stored).reverse())), resolveLayout(stored));
    }),
  );
});

test('GRID-3 boxes that do not overlap are drawn where they are stored', () => {
  const stored = { a: { x: 0, y: 0, w: 3, h: 3 }, b: { x: 3, y: 5, w: 9, h: 2 } };
  assert.deepEqual(resolveLayout(stored), stored);
  assert.deepEqual(readingOrder({ ...stored, c: { x: 4, y: 0, w: 1, h: 1 } }), ['a', 'c', 'b']);
});
