import { limits } from '../../../model/limits.ts';

interface DelayRange {
  readonly reconnectDelayMinMs: number;
  readonly reconnectDelayMaxMs: number;
}

/**
 * How long to wait before the next attempt, in milliseconds: somewhere between the least delay and a ceiling that doubles, so
 * that thousands of clients do not come back at the same moment ("full jitter",
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/). `random` gives numbers in [0, 1); `spreadMs` is how much
 * longer it may take where a server asks for it.
 */
export function reconnectDelayMs(attempt: number, random: () => number, spreadMs = 0, { reconnectDelayMinMs: least, reconnectDelayMaxMs: most }: DelayRange = limits): number {
  const ceiling = Math.min(most, least * 2 ** Math.min(attempt + 1, 30));
  return Math.round(least + random() * (ceiling - least + spreadMs));
}
