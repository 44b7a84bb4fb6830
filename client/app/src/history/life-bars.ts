import type { LifePart } from '@coboard/core/history';

/** A slice of time on the scrubber: how much was changed in it, by whom. */
export interface LifeBar {
  /** From 0 to 1: where it stands, and how high it is. */
  readonly x: number;
  readonly height: number;
  /** The version after its last change. */
  readonly to: number;
  readonly parts: readonly { readonly by: string | null; readonly share: number }[];
}

/** A life as bars of equal time, the higher the more was changed; a square root, so that a busy hour does not hide the others. */
export function lifeBars(life: readonly LifePart[], count: number): LifeBar[] {
  const [first, last] = [life[0], life.at(-1)];
  if (!first || !last) return [];
  const start = first.at;
  const span = Math.max(1, last.until - start);
  const bars = new Map<number, { to: number; by: Map<string | null, number>; sum: number }>();
  for (const { until, to, count: edits, by } of life) {
    const at = Math.min(count - 1, Math.floor(((until - start) / span) * count));
    const bar = bars.get(at) ?? { to: 0, by: new Map<string | null, number>(), sum: 0 };
    bars.set(at, bar);
    bar.to = Math.max(bar.to, to);
    bar.sum += edits;
    bar.by.set(by?.id ?? null, (bar.by.get(by?.id ?? null) ?? 0) + edits);
  }
  const most = Math.max(...[...bars.values()].map(({ sum }) => Math.sqrt(sum)));
  return [...bars].sort(([a], [b]) => a - b).map(([at, { to, by, sum }]) => ({
    x: at / count, height: Math.max(0.12, Math.sqrt(sum) / most), to, parts: [...by].map(([id, edits]) => ({ by: id, share: edits / sum })),
  }));
}

/** The version that was there at a place of the scrubber, 0 to 1. */
export function versionAt(life: readonly LifePart[], x: number): number {
  const [first, last] = [life[0], life.at(-1)];
  if (!first || !last) return 1;
  const time = first.at + x * (last.until - first.at);
  let version = first.from + 1;
  for (const { at, until, from, to } of life) {
    if (at > time) continue;
    const share = until === at ? 1 : Math.min(1, (time - at) / (until - at));
    version = Math.max(version, Math.round(from + 1 + share * (to - from - 1)));
  }
  return version;
}

/** Where a version stands on the scrubber, 0 to 1. */
export function placeOf(life: readonly LifePart[], version: number): number {
  const [first, last] = [life[0], life.at(-1)];
  if (!first || !last || last.until === first.at) return 1;
  let time = first.at;
  for (const { at, until, from, to } of life) {
    if (from >= version) continue;
    const share = to - from <= 1 ? 1 : Math.min(1, (version - from - 1) / (to - from - 1));
    time = Math.max(time, at + share * (until - at));
  }
  return (time - first.at) / (last.until - first.at);
}
