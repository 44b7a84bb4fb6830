import type { Box } from './dashboard.ts';
import { limits } from './limits.ts';

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * Where widgets are drawn. Two people can drop two widgets on one place at the same time, so stored boxes may overlap; then the
 * one that lies lower (or, at one height, further right, or with the later id) is drawn below the other. Every replica draws
 * the same, nothing is written, and a box that overlaps nothing is drawn where it is stored.
 */
export function resolveLayout(boxes: Readonly<Record<string, Box>>): Record<string, Box> {
  const placed: Box[] = [];
  const drawn: Record<string, Box> = {};
  const sorted = Object.entries(boxes).sort(([a, p], [b, q]) => p.y - q.y || p.x - q.x || (a < b ? -1 : 1));
  for (const [id, stored] of sorted) {
    const w = Math.min(stored.w, limits.gridColumns);
    const box: Box = { ...stored, w, x: Math.min(stored.x, limits.gridColumns - w) };
    let hit = placed.find((other) => overlap(box, other));
    while (hit) {
      box.y = hit.y + hit.h;
      hit = placed.find((other) => overlap(box, other));
    }
    placed.push(box);
    drawn[id] = box;
  }
  return drawn;
}

/** Ids in reading order: row by row, each from the left. */
export function readingOrder(boxes: Readonly<Record<string, Box>>): string[] {
  return Object.entries(boxes).sort(([a, p], [b, q]) => p.y - q.y || p.x - q.x || (a < b ? -1 : 1)).map(([id]) => id);
}
