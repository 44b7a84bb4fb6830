/** The value below which a share of the sorted numbers lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

export interface Spread {
  readonly median: number;
  readonly p5: number;
  readonly p95: number;
  readonly p99: number;
  readonly count: number;
  readonly sorted: readonly number[];
}

export function spread(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p5: quantile(sorted, 0.05), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99), count: sorted.length, sorted };
}
