import type { IncomingMessage } from 'node:http';
import { CoboardError } from '../../model/errors.ts';
import { TokenBucket } from '../gate/token-bucket.ts';

export interface Rate {
  readonly perSecondMax: number;
  readonly burstMax: number;
  /** Addresses that are remembered. */
  readonly addressesMax: number;
}

/** Limits how often each address may do something. Addresses not heard of for longest are forgotten first. */
export class AddressRates {
  private readonly buckets = new Map<string, TokenBucket>();
  private readonly rate: Rate;
  private readonly elapsed: () => number;
  private readonly hit: () => void;

  constructor(rate: Rate, elapsed: () => number, hit: () => void = () => undefined) {
    this.rate = rate;
    this.elapsed = elapsed;
    this.hit = hit;
  }

  /** @throws CoboardError TOO_MANY_REQUESTS */
  take(address: string): void {
    const { perSecondMax, burstMax, addressesMax } = this.rate;
    const bucket = this.buckets.get(address) ?? new TokenBucket(perSecondMax, burstMax, this.elapsed);
    this.buckets.delete(address);
    this.buckets.set(address, bucket);
    const [oldest] = this.buckets.keys();
    if (this.buckets.size > addressesMax && oldest !== undefined) this.buckets.delete(oldest);
    if (bucket.tryTake()) return;
    this.hit();
    throw new CoboardError('TOO_MANY_REQUESTS');
  }
}

/** Whose request it is, as Fastify says it of those that it sees: behind a proxy that is believed, what that one says. */
export function addressOf({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>, trustProxy: boolean): string {
  const [told = ''] = trustProxy ? [headers['x-forwarded-for']].flat().join(',').split(',') : [];
  return told.trim() || (socket.remoteAddress ?? '');
}
