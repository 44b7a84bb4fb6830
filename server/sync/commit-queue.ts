import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import type { Append, AppendOutcome, Store } from '../store/store.ts';
import { firstWithin, opSize } from '../store/op-size.ts';
import type { Commit, Sequencer } from './sequencer.ts';

export interface CommitQueueParts {
  readonly store: Pick<Store, 'append'>;
  readonly clock: Clock;
  /** How many ops go into one append, and about how many bytes of them. */
  readonly batchMax: number;
  readonly batchBytesMax: number;
  /** Calls back when the sockets' messages of this turn have been taken in. */
  readonly turnEnd: (run: () => void) => void;
  readonly log: { readonly warn: (words: string) => void };
  readonly observed?: (batch: { readonly size: number; readonly tookMs: number; readonly outcome: 'stored' | 'unknown' }) => void;
}

const tellEvery = 20;

/**
 * The way into the log: every op that waits, of every document, goes into one ordered append, and the next append takes what
 * came meanwhile. An append whose outcome is not known is repeated, the very same, until the log answers; nobody is told
 * anything before.
 */
export class CommitQueue {
  private readonly parts: CommitQueueParts;
  private queue: Commit[] = [];
  private inFlight = 0;
  private heldBytes = 0;
  private isRunning = false;
  private retryMs: number = innerLimits.storeRetryMinMs;

  constructor(parts: CommitQueueParts) {
    this.parts = parts;
  }

  /** Ops that wait or are on their way. */
  get size(): number {
    return this.queue.length + this.inFlight;
  }

  /** About what those hold in memory. */
  get bytes(): number {
    return this.heldBytes;
  }

  /** Whether the last append was not answered. */
  get isStalled(): boolean {
    return this.retryMs > innerLimits.storeRetryMinMs;
  }

  push(commit: Commit): void {
    this.queue.push(commit);
    this.heldBytes += opSize(commit.op);
    if (this.isRunning) return;
    this.isRunning = true;
    this.parts.turnEnd(() => {
      void this.run();
    });
  }

  private async run(): Promise<void> {
    while (this.queue.length > 0) {
      const { batchMax, batchBytesMax } = this.parts;
      const batch = this.queue.splice(0, firstWithin(this.queue.slice(0, batchMax).map(({ op }) => op), batchBytesMax).length);
      this.inFlight = batch.length;
      const outcomes = await this.append(batch);
      this.inFlight = 0;
      const bytes = this.letGo(batch);
      this.settle(batch, outcomes);
      // what is large took its time, and others have theirs before there is more of it
      if (bytes > batchBytesMax / 4) await nextTurn();
    }
    this.isRunning = false;
  }

  /** Counts out what they hold; gives how much that is. */
  private letGo(commits: readonly Commit[]): number {
    const bytes = commits.reduce((sum, { op }) => sum + opSize(op), 0);
    this.heldBytes -= bytes;
    return bytes;
  }

  private async append(batch: readonly Commit[]): Promise<readonly AppendOutcome[]> {
    const entries = batch.map(({ sequencer: { collection, id }, op, link, after }): Append => ({ collection, id, op, link, after }));
    const { store, clock, log, observed } = this.parts;
    for (let tries = 0; ;) {
      const startedAt = clock.elapsed();
      try {
        const outcomes = await store.append(entries);
        observed?.({ size: batch.length, tookMs: clock.elapsed() - startedAt, outcome: 'stored' });
        if (tries > 0) log.warn(`the log takes ops again, after ${String(tries)} failures`);
        this.retryMs = innerLimits.storeRetryMinMs;
        return outcomes;
      } catch (error) {
        // once for each time of trouble, and now and then while it lasts
        if (tries % tellEvery === 0) log.warn(`the log does not take ops; it is tried again until it does: ${error instanceof Error ? error.message : String(error)}`);
        tries += 1;
        observed?.({ size: batch.length, tookMs: clock.elapsed() - startedAt, outcome: 'unknown' });
        await new Promise<void>((resolve) => { clock.setTimer(resolve, this.retryMs); });
        this.retryMs = Math.min(innerLimits.storeRetryMaxMs, 2 * this.retryMs);
      }
    }
  }

  /** Tells each document, in the order in which they stand in the batch. */
  private settle(batch: readonly Commit[], outcomes: readonly AppendOutcome[]): void {
    const documents = new Map<Sequencer, { committed: Commit[]; lost: Commit[]; refused: Error | null }>();
    batch.forEach((commit, i) => {
      const { sequencer } = commit;
      let document = documents.get(sequencer);
      if (!document) documents.set(sequencer, (document = { committed: [], lost: [], refused: null }));
      const outcome = outcomes[i] ?? { status: 'conflict' };
      if (outcome.status === 'committed' && document.lost.length === 0) {
        document.committed.push(commit);
        return;
      }
      if (outcome.status === 'refused' && document.lost.length === 0) document.refused = outcome.error;
      document.lost.push(commit);
    });
    for (const [sequencer, { committed, lost, refused }] of documents) {
      sequencer.settle(committed);
      if (lost.length === 0) continue;
      // what waits behind them was built on them
      const behind = this.queue.filter((commit) => commit.sequencer === sequencer);
      if (behind.length > 0) this.queue = this.queue.filter((commit) => commit.sequencer !== sequencer);
      this.letGo(behind);
      sequencer.lose([...lost, ...behind], refused);
    }
  }
}
