import type { Box } from '@coboard/core';

const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;

/**
 * The boxes that change when some widgets go to new places: themselves, and those in their way, which move down. Where two new
 * places overlap, the lower one moves down too.
 */
export function makeRoom(boxes: Readonly<Record<string, Box>>, moved: Readonly<Record<string, Box>>): Record<string, Box> {
  const placed: Box[] = [];
  const changed: Record<string, Box> = {};
  const put = (id: string, wanted: Box): void => {
    const box = { ...wanted };
    for (let hit = placed.find((other) => overlap(box, other)); hit !== undefined; hit = placed.find((other) => overlap(box, other))) box.y = hit.y + hit.h;
    placed.push(box);
    if (moved[id] !== undefined || box.y !== wanted.y) changed[id] = box;
  };
  for (const [id, box] of fromTheTop(moved)) put(id, box);
  for (const [id, box] of fromTheTop(boxes)) if (moved[id] === undefined) put(id, box);
  return changed;
}

const fromTheTop = (boxes: Readonly<Record<string, Box>>): [string, Box][] => Object.entries(boxes).sort(([a, p], [b, q]) => p.y - q.y || p.x - q.x || (a < b ? -1 : 1));
