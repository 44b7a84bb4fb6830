import { limits, resolveLayout, type Box } from '@coboard/core';
import fc from 'fast-check';
import { makeRoom } from './make-room';

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

const anyBox = fc.record({ w: fc.integer({ min: 1, max: limits.gridColumns }), h: fc.integer({ min: 1, max: 6 }), at: fc.nat(), y: fc.nat(12) })
  .map(({ w, h, at, y }): Box => ({ x: at % (limits.gridColumns - w + 1), y, w, h }));
const anyBoard = fc.array(anyBox, { minLength: 2, maxLength: 12 }).map((boxes) => resolveLayout(Object.fromEntries(boxes.map((box, i) => [`w${String(i)}`, box]))));

describe('PLACE making room', () => {
  it('PLACE-1 what is moved stays where it was put, what is in its way moves down, and nothing overlaps', () => {
    fc.assert(fc.property(anyBoard, anyBox, (boxes, to) => {
      const changed = makeRoom(boxes, { w0: to });
      expect(changed['w0']).toEqual(to);
      const after = Object.entries({ ...boxes, ...changed });
      for (const [id, box] of after) for (const [other, their] of after) if (id < other && overlap(box, their)) throw new Error(`${id} lies on ${other}`);
      for (const [id, box] of Object.entries(changed)) if (id !== 'w0') expect(box).toEqual({ ...boxes[id], y: jasmine.any(Number) } as unknown as Box);
      for (const [id, box] of Object.entries(changed)) if (id !== 'w0' && box.y <= (boxes[id]?.y ?? 0)) throw new Error(`${id} did not move down`);
    }), { numRuns: 300 });
  });

  it('PLACE-2 several that are moved onto each other lie below each other', () => {
    fc.assert(fc.property(anyBoard, anyBox, anyBox, (boxes, first, second) => {
      const after = Object.values({ ...boxes, ...makeRoom(boxes, { w0: first, w1: second }) });
      after.forEach((box, i) => {
        for (const other of after.slice(i + 1)) if (overlap(box, other)) throw new Error(`${JSON.stringify(box)} lies on ${JSON.stringify(other)}`);
      });
    }), { numRuns: 300 });
  });

  it('PLACE-3 what is in nobody’s way stays as it is', () => {
    const boxes = { a: { x: 0, y: 0, w: 4, h: 2 }, b: { x: 4, y: 0, w: 4, h: 2 }, c: { x: 0, y: 2, w: 4, h: 2 }, d: { x: 8, y: 9, w: 4, h: 2 } };
    expect(makeRoom(boxes, { b: { x: 2, y: 0, w: 4, h: 2 } })).toEqual({ b: { x: 2, y: 0, w: 4, h: 2 }, a: { x: 0, y: 2, w: 4, h: 2 }, c: { x: 0, y: 4, w: 4, h: 2 } });
  });
});
