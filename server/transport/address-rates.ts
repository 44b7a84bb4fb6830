import { CoboardError } from '../../model/errors.ts';
import { TokenBucket } from '../gate/token-bucket.ts';

const addressesMax = 10_000;

/** Limits how often each address may do something. Addresses not heard of for longest are forgotten first. */
export class AddressRates {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly perSecondMax: number;
  private readonly burstMax: number;
  private readonly elapsed: () => number;
  private readonly hit: () => void;

  constructor(perSecondMax: number, burstMax: number, elapsed: () => number, hit: () => void = () => undefined) {
    this.perSecondMax = perSecondMax;
    this.burstMax = burstMax;
    this.elapsed = elapsed;
    this.hit = hit;
  }

  /** @throws CoboardError TOO_MANY_REQUESTS */
  take(address: string): void {
    const bucket = this.buckets.get(address) ?? new TokenBucket(this.perSecondMax, this.burstMax, this.elapsed);
    this.buckets.delete(address);
    this.buckets.set(address, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > addressesMax && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.tryTake()) return;
    this.hit();
    throw new CoboardError('TOO_MANY_REQUESTS');
  }
}
