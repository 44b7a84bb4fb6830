/** Samples of a Prometheus text, by name with labels, as they stand in it. */
export interface Metrics {
  /** When they were read, in ms. */
  readonly at: number;
  readonly samples: ReadonlyMap<string, number>;
}

/** Reads the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats): name, labels, value. */
export function parseMetrics(text: string, at: number): Metrics {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const space = line.lastIndexOf(' ');
    if (line === '' || line.startsWith('#') || space < 0) continue;
    samples.set(line.slice(0, space), Number(line.slice(space + 1)));
  }
  return { at, samples };
}

/** A value now; 0 for what is not there. */
export const value = ({ samples }: Metrics, name: string): number => samples.get(name) ?? 0;

/** How much a counter grew a second between two readings. */
export function perSecond(before: Metrics, now: Metrics, name: string): number {
  const seconds = (now.at - before.at) / 1_000;
  // a server that was started anew counts from 0
  return seconds > 0 ? Math.max(0, value(now, name) - value(before, name)) / seconds : 0;
}

/** Counters of one name with their label, the largest growth first; those that did not grow are left out. */
export function growing(before: Metrics, now: Metrics, name: string): readonly (readonly [label: string, perSecond: number])[] {
  return [...now.samples.keys()]
    .flatMap((key): [string, number][] => (key.startsWith(`${name}{`) ? [[/"([^"]*)"/.exec(key)?.[1] ?? '', perSecond(before, now, key)]] : []))
    .filter(([, rate]) => rate > 0)
    .sort(([, a], [, b]) => b - a);
}

/**
 * A quantile of what a histogram saw between two readings, in its own unit, as `histogram_quantile` of Prometheus reckons it: by a
 * straight line within the bucket. Null where it saw nothing.
 */
export function quantile(before: Metrics, now: Metrics, name: string, q: number, labels = ''): number | null {
  const prefix = `${name}_bucket{`;
  const buckets = [...now.samples.keys()]
    .filter((key) => key.startsWith(prefix) && (labels === '' || key.includes(labels)))
    .map((key) => ({ le: Number((/le="([^"]*)"/.exec(key)?.[1] ?? '').replace('+Inf', 'Infinity')), count: value(now, key) - value(before, key) }))
    .sort((a, b) => a.le - b.le);
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  const rank = q * total;
  let [low, below] = [0, 0];
  for (const { le, count } of buckets) {
    if (count >= rank) return le === Infinity ? low : low + ((le - low) * (rank - below)) / Math.max(1, count - below);
    [low, below] = [le, count];
  }
  return low;
}
