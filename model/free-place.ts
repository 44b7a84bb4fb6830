import type { Box } from './dashboard.ts';
import { limits } from './limits.ts';

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/** The first free place for a size, row by row from `fromRow`, so that a new widget comes where one looks. */
export function freePlace(taken: readonly Box[], size: { readonly w: number; readonly h: number }, fromRow = 0): Box {
  const w = Math.min(size.w, limits.gridColumns);
  const bottom = taken.reduce((row, box) => Math.max(row, box.y + box.h), 0);
  for (let y = fromRow; y <= bottom; y++) {
    for (let x = 0; x + w <= limits.gridColumns; x++) {
      const box = { x, y, w, h: size.h };
      if (!taken.some((other) => overlap(box, other))) return box;
    }
  }
  return { x: 0, y: Math.max(bottom, fromRow), w, h: size.h };
}
