import type { StoredOp } from './store.ts';

const ofAnything = 16;

/** About how many bytes an op holds in memory: its texts, and something for everything else. It is not written down for that. */
export const opSize = ({ op, create, m }: StoredOp): number => 200 + sizeOf(op) + sizeOf(create) + sizeOf(m?.['data']);

/** About how many bytes a value holds in memory. It is not written down for that. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return ofAnything + value.length;
  if (typeof value !== 'object' || value === null) return ofAnything;
  let size = ofAnything;
  if (Array.isArray(value)) for (const item of value as readonly unknown[]) size += sizeOf(item);
  else for (const key in value) size += key.length + sizeOf((value as Readonly<Record<string, unknown>>)[key]);
  return size;
}

/** The first ops of a list, as many as do not hold more than so many bytes together; one at least. */
export function firstWithin(ops: readonly StoredOp[], bytesMax: number): readonly StoredOp[] {
  let bytes = 0;
  const end = ops.findIndex((op, i) => (bytes += opSize(op)) > bytesMax && i > 0);
  return end < 0 ? ops : ops.slice(0, end);
}

/** A list in pieces that hold about so many bytes each; one item at least. */
export function* inPieces<T>(list: readonly T[], bytesOf: (item: T) => number, bytesMax: number): Generator<readonly T[], void, undefined> {
  let piece: T[] = [];
  let bytes = 0;
  for (const item of list) {
    const more = bytesOf(item);
    if (piece.length > 0 && bytes + more > bytesMax) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(item);
    bytes += more;
  }
  if (piece.length > 0) yield piece;
}
