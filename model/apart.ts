import type { Op, Path } from './json0.ts';

/** Pairs of paths from which on it pays to look at where they begin first. */
const manyPairs = 32;

/** Whether two paths part at an object's key: what happens at the one cannot affect the other. */
export function partAtKey(one: Path, other: Path): boolean {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [one[i], other[i]];
    if (a !== b) return typeof a === 'string' && typeof b === 'string';
  }
  return false;
}

/** Whether there is nothing to transform between two json0 operations. */
export function areApart(one: Op, other: Op): boolean {
  if (one.length * other.length > manyPairs && beginApart(one, other)) return true;
  for (const { p } of one) for (const { p: q } of other) if (!partAtKey(p, q)) return false;
  return true;
}

/** Where the paths of an op begin, by two keys; null if one of them is shorter, or has a place in a list there. */
const beginnings = new WeakMap<Op, ReadonlySet<string> | null>();

function beginningsOf(op: Op): ReadonlySet<string> | null {
  let known = beginnings.get(op);
  if (known !== undefined) return known;
  const found = new Set<string>();
  known = found;
  for (const { p: [first, second] } of op) {
    if (typeof first === 'string' && typeof second === 'string') found.add(`${first}\0${second}`);
    else known = null;
  }
  beginnings.set(op, known);
  return known;
}

/** Whether no path of the one begins where a path of the other does: enough to be apart. */
export function beginApart(one: Op, other: Op): boolean {
  const [a, b] = [beginningsOf(one), beginningsOf(other)];
  if (a === null || b === null) return false;
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  for (const beginning of few) if (many.has(beginning)) return false;
  return true;
}
