import fc from 'fast-check';
import { isWithin, nextCell, normalized, stepped } from './cell-range';

const size = { rows: 3, columns: 2 };
const place = fc.record({ row: fc.nat(20), column: fc.nat(20) });

describe('DATA ranges of cells', () => {
  it('DATA-1 a range holds the same cells from whichever corner it was drawn', () => {
    fc.assert(fc.property(place, place, place, (from, to, one) => {
      expect(isWithin(one, { from, to })).toBe(isWithin(one, { from: to, to: from }));
      expect(isWithin(from, { from, to }) && isWithin(to, { from, to })).toBeTrue();
      const { from: top, to: bottom } = normalized({ from, to });
      expect(top.row <= bottom.row && top.column <= bottom.column).toBeTrue();
    }));
    expect(isWithin({ row: 1, column: 1 }, { from: { row: 2, column: 2 }, to: { row: 0, column: 0 } })).toBeTrue();
    expect(isWithin({ row: 1, column: 3 }, { from: { row: 2, column: 2 }, to: { row: 0, column: 0 } })).toBeFalse();
  });

  it('DATA-2 a step never leaves the grid', () => {
    expect(stepped({ row: 1, column: 0 }, 1, 1, size)).toEqual({ row: 2, column: 1 });
    expect(stepped({ row: 1, column: 0 }, 10_000, -10_000, size)).toEqual({ row: 2, column: 0 });
    expect(stepped({ row: 1, column: 0 }, -10_000, 0, size)).toEqual({ row: 0, column: 0 });
    expect(stepped({ row: 0, column: 0 }, 1, 1, { rows: 0, columns: 0 })).toEqual({ row: 0, column: 0 });
  });

  it('DATA-3 the next cell goes on in the next row, and stays at either end', () => {
    expect(nextCell({ row: 0, column: 1 }, 1, size)).toEqual({ row: 1, column: 0 });
    expect(nextCell({ row: 1, column: 0 }, -1, size)).toEqual({ row: 0, column: 1 });
    expect(nextCell({ row: 2, column: 1 }, 1, size)).toEqual({ row: 2, column: 1 });
    expect(nextCell({ row: 0, column: 0 }, -1, size)).toEqual({ row: 0, column: 0 });
  });
});
