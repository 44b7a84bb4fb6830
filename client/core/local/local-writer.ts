import { BehaviorSubject } from 'rxjs';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Keeping, LocalWrite } from './local-store.ts';

export interface LocalWriterParts {
  readonly clock: Clock;
  /** Makes changes, all of them or none. @throws where the browser refuses */
  readonly run: (changes: readonly LocalWrite[]) => Promise<void>;
}

/** What takes something from an outbox, or says under which numbers it leaves. */
type Leaving = Extract<LocalWrite, { type: 'sending' | 'settled' | 'dropped' }>;

const retryMs = 5_000;

/**
 * Writes to a place that may fail. From the first failure on nothing is added: an edit must not be kept without those before it. What was
 * kept by then is marked and taken away all the same as it leaves, because the next tab would send it a second time.
 */
export class LocalWriter {
  readonly keeping = new BehaviorSubject<Keeping>('kept');
  private readonly parts: LocalWriterParts;
  private readonly retry: Alarm;
  /** Outboxes that there is something of. */
  private readonly stored = new Set<string>();
  /** What could not be done yet. */
  private owed: Leaving[] = [];
  private paying: Promise<void> = Promise.resolve();
  private readonly waiting: (() => void)[] = [];

  constructor(parts: LocalWriterParts) {
    this.parts = parts;
    this.retry = new Alarm(parts.clock);
  }

  /** Whether there is something kept that has left. */
  get isBehind(): boolean {
    return this.owed.length > 0;
  }

  /** Comes back when all that has left is marked or taken away: until then no other tab may have it. */
  async through(): Promise<void> {
    if (this.isBehind) await new Promise<void>((resolve) => { this.waiting.push(resolve); });
  }

  /** There is something of an outbox from before. */
  found(outbox: string): void {
    this.stored.add(outbox);
  }

  /** The browser refuses: nothing is added from now on. */
  fail(): void {
    if (this.keeping.value === 'kept') this.keeping.next('memory');
  }

  /** Everything is gone, and stays so. */
  end(): void {
    this.stop();
    this.owed = [];
    this.tellThrough();
    if (this.keeping.value !== 'wiped') this.keeping.next('wiped');
  }

  stop(): void {
    this.retry.clear();
  }

  async write(changes: readonly LocalWrite[]): Promise<void> {
    if (this.keeping.value === 'kept') {
      try {
        // the connection to it may have been lost and nothing else
        await this.parts.run(changes).catch(() => this.parts.run(changes));
        for (const change of changes) if (change.type === 'edit') this.found(change.outbox);
        return;
      } catch {
        this.fail();
      }
    }
    if (this.keeping.value === 'memory') this.owed.push(...changes.filter((change): change is Leaving => leaves(change) && this.stored.has(change.outbox)));
    await this.pay();
  }

  /** Does what could not be done yet, as far as it can be done now. */
  private pay(): Promise<void> {
    this.paying = this.paying.then(async () => {
      this.retry.clear();
      const owed = [...this.owed];
      if (!this.isBehind) return;
      // what cannot be marked leaves all the same
      const gone = owed.map((one) => (one.type === 'sending' ? { type: 'settled', outbox: one.outbox, last: one.sending.last } as const : one));
      const isDone = await this.parts.run(owed).catch(() => this.parts.run(gone)).then(() => true, () => false);
      if (this.hasEnded()) return;
      this.owed = [...(isDone ? [] : needed(gone)), ...this.owed.slice(owed.length)];
      if (!isDone) this.retry.set(retryMs, () => { void this.pay(); });
      else if (this.owed.length === 0) this.tellThrough();
    });
    return this.paying;
  }

  private hasEnded(): boolean {
    return this.keeping.value === 'wiped';
  }

  private tellThrough(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const leaves = (change: LocalWrite): change is Leaving => change.type === 'sending' || change.type === 'settled' || change.type === 'dropped';

/** Without what a later one does too. */
function needed(gone: readonly Exclude<Leaving, { type: 'sending' }>[]): Leaving[] {
  const through = new Map<string, number>();
  return gone.toReversed().filter((one) => {
    const before = through.get(one.outbox) ?? 0;
    if (one.type === 'settled') through.set(one.outbox, Math.max(before, one.last));
    return before < (one.type === 'settled' ? one.last : one.n);
  }).toReversed();
}
