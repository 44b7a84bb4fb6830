/**
 * Lets a steady rate through and bursts above it. Algorithm: the leaky bucket as a meter, kept as the time at which the bucket
 * will be full again.
 */
export class TokenBucket {
  private readonly msPerToken: number;
  private readonly burstMs: number;
  private readonly now: () => number;
  private emptyUntil = 0;
  private lastNow = 0;

  constructor(perSecondMax: number, burstMax: number, now: () => number) {
    this.msPerToken = 1000 / perSecondMax;
    this.burstMs = this.msPerToken * burstMax;
    this.now = now;
  }

  /** Takes a token and gives the time to wait until it may be used, in ms: 0 while the burst lasts. */
  take(): number {
    const now = this.time();
    this.emptyUntil = Math.max(this.emptyUntil, now) + this.msPerToken;
    return Math.max(0, this.emptyUntil - now - this.burstMs);
  }

  /** Takes a token if one is there. */
  tryTake(): boolean {
    const now = this.time();
    if (Math.max(this.emptyUntil, now) + this.msPerToken - now > this.burstMs) return false;
    this.take();
    return true;
  }

  /** The time; where the clock was set back, what was reckoned goes back with it. */
  private time(): number {
    const now = this.now();
    if (now < this.lastNow) this.emptyUntil -= this.lastNow - now;
    this.lastNow = now;
    return now;
  }
}
