import type { Clock } from '../../model/clock.ts';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits, serverLimits } from '../../model/limits.ts';
import { keptSeal } from '../evidence/chain.ts';
import type { Sealer } from '../evidence/sealer.ts';
import type { Store, StoredOp } from '../store/store.ts';
import { CommitQueue } from './commit-queue.ts';
import { stateAfterAll, stateOf, type DocumentState } from './document-state.ts';
import { Sequencer, type CommittedOps, type SequencerParts } from './sequencer.ts';
import { SnapshotWriter } from './snapshot-writer.ts';

/** The limits that the engine keeps; see `model/limits.ts`. */
export type EngineLimits = Readonly<Record<
  'appendOpsMax' | 'appendBytesMax' | 'pendingOpsMax' | 'pendingBytesMax' | 'recentBytesMax' | 'storePatienceMs' | 'snapshotOpsMax' | 'snapshotDelayMs' | 'milestoneOps' | 'recentOpsMax' | 'documentsInMemoryMax' | 'documentsInMemoryBytesMax',
  number
>>;

export interface EngineParts {
  readonly store: Store;
  /** Seals each op where it gets its place. */
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: { readonly warn: (words: string) => void };
  /** Ops of a document are durable: called in the order of versions, without gaps, before their senders are answered. */
  readonly committed: (ops: CommittedOps) => void;
  /** The version before which ops of a document are archived; left out: none are. */
  readonly archivedTo?: (collection: string, id: string) => Promise<number>;
  readonly appended?: (batch: { readonly size: number; readonly tookMs: number; readonly outcome: 'stored' | 'unknown' }) => void;
  /** Left out: those of the table. */
  readonly limits?: Partial<EngineLimits>;
  /** New ops are not taken or documents leave the memory because of a limit, or the store was waited for as long as one may be. */
  readonly hit?: (limit: 'pendingOpsMax' | 'pendingBytesMax' | 'storePatienceMs' | 'documentsInMemoryBytesMax') => void;
}

/**
 * The op log comes first: an op that is in the log is committed, acknowledged and sent out, and nothing else is. Each document has
 * one sequencer; all of them share one queue into the log. States are in memory, snapshots are written behind.
 */
export class Engine {
  readonly sealer: Sealer;
  private readonly parts: EngineParts;
  private readonly queue: CommitQueue;
  private readonly snapshots: SnapshotWriter;
  private readonly sequencerParts: SequencerParts;
  /** Least recently used first. */
  private readonly sequencers = new Map<string, Sequencer>();
  private readonly limits: EngineLimits;
  private heldBytes = 0;
  private madeRoomAt = -Infinity;
  private isClosing = false;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.sealer = parts.sealer;
    this.limits = { ...serverLimits, ...parts.limits };
    const { store, clock, log } = parts;
    this.queue = new CommitQueue({
      store, clock, log, batchMax: this.limits.appendOpsMax, batchBytesMax: this.limits.appendBytesMax, turnEnd: setImmediate, ...(parts.appended ? { observed: parts.appended } : {}),
    });
    this.snapshots = new SnapshotWriter({
      store, clock, log, delayMs: this.limits.snapshotDelayMs, opsMax: this.limits.snapshotOpsMax, milestoneEvery: this.limits.milestoneOps,
    });
    this.sequencerParts = {
      opsKept: this.limits.recentOpsMax,
      bytesKept: this.limits.recentBytesMax,
      readSnapshot: (collection, id) => this.patiently(() => store.readSnapshot(collection, id)),
      readTail: async (collection, id, from) => {
        const tail = await this.patiently(() => store.readTail(collection, id, from));
        // what a program without seals wrote is sealed here
        for (const op of tail.ops) if (keptSeal(op) === undefined) await parts.sealer.ready(collection, op, undefined);
        return tail;
      },
      readOps: (collection, id, from, to) => this.patiently(() => store.readOps(collection, id, from, to)),
      sealer: parts.sealer,
      newLink: () => store.newLink(),
      enqueue: (commit) => { this.queue.push(commit); },
      committed: (sequencer, ops) => {
        this.snapshots.committed(sequencer, ops.states);
        parts.committed(ops);
      },
      resized: (sequencer, byBytes) => { this.resized(sequencer, byBytes); },
    };
  }

  /** Ops that were accepted and are not durable yet. */
  get pending(): number {
    return this.queue.size;
  }

  /** Documents in memory. */
  get size(): number {
    return this.sequencers.size;
  }

  /** About what they hold. */
  get bytes(): number {
    return this.heldBytes;
  }

  /** The one sequencer of a document. */
  sequencer(collection: string, id: string): Sequencer {
    const key = keyOf({ collection, id });
    const known = this.sequencers.get(key);
    if (known) {
      this.sequencers.delete(key);
      this.sequencers.set(key, known);
      return known;
    }
    this.makeRoom();
    const made = new Sequencer(collection, id, this.sequencerParts);
    this.sequencers.set(key, made);
    return made;
  }

  /** Whether new ops are taken. @throws CoboardError SERVER_DRAINING or STORE_UNAVAILABLE */
  checkSpace(): void {
    if (this.isClosing) throw new CoboardError('SERVER_DRAINING');
    const { pendingOpsMax, pendingBytesMax } = this.limits;
    if (this.queue.size < pendingOpsMax && this.queue.bytes < pendingBytesMax) return;
    this.parts.hit?.(this.queue.size < pendingOpsMax ? 'pendingBytesMax' : 'pendingOpsMax');
    throw new CoboardError('STORE_UNAVAILABLE', 'The store cannot keep up.');
  }

  /** A document as it is in the log now. */
  read(collection: string, id: string): Promise<DocumentState> {
    return this.holding(collection, id, async (sequencer) => {
      await this.fresh(sequencer);
      return durableOf(sequencer);
    });
  }

  /** Runs something with a document's sequencer, which stays the only one of it until that is through. */
  private async holding<T>(collection: string, id: string, run: (sequencer: Sequencer) => Promise<T>): Promise<T> {
    const sequencer = this.sequencer(collection, id);
    sequencer.holds += 1;
    try {
      return await run(sequencer);
    } finally {
      sequencer.holds -= 1;
    }
  }

  /** Afterwards the sequencer is loaded, and what it has is as new as the log was when this was called. */
  async fresh(sequencer: Sequencer): Promise<void> {
    await sequencer.catchUp();
  }

  /** Another server has brought a document to a version: if it is in memory, its ops are read. */
  heard(collection: string, id: string, version: number): void {
    const sequencer = this.sequencers.get(keyOf({ collection, id }));
    if (sequencer && sequencer.holds > 0 && (sequencer.durable?.v ?? 0) < version) this.freshInBackground(sequencer);
  }

  /** Reads what other servers have written to the documents that are in use. */
  catchUpOpen(): void {
    for (const sequencer of this.sequencers.values()) if (sequencer.holds > 0) this.freshInBackground(sequencer);
  }

  private freshInBackground(sequencer: Sequencer): void {
    this.fresh(sequencer).catch((error: unknown) => {
      this.parts.log.warn(`${sequencer.collection}/${sequencer.id} cannot be brought up to date: ${error instanceof Error ? error.message : String(error)}`);
    });
  }

  /** The durable ops with `from` <= version < `to`; to null: up to the last. `bytesMax`: the first of them, about so many bytes. */
  readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.holding(collection, id, async (sequencer) => {
      if (to === null) await this.fresh(sequencer);
      else await sequencer.ready();
      const end = durableOf(sequencer).v;
      return this.opsOf(sequencer, from, to === null ? end : Math.min(to, end), bytesMax);
    });
  }

  /** Ops of a loaded sequencer, from memory as far as they are there. */
  async opsOf(sequencer: Sequencer, from: number, to: number, bytesMax?: number): Promise<StoredOp[]> {
    const { first } = sequencer.recent;
    const recent = sequencer.recent.slice(from, to);
    if (from >= first || from >= to) return recent;
    const old = await this.patiently(() => this.parts.store.readOps(sequencer.collection, sequencer.id, from, Math.min(to, first), bytesMax));
    // where bytes ended it, the rest is for the next one who asks
    return bytesMax !== undefined && (old.at(-1)?.v ?? -1) < Math.min(to, first) - 1 ? old : [...old, ...recent];
  }

  /** A document as it was at a version: the milestone before it and the ops in between. @throws CoboardError VERSION_UNKNOWN */
  readVersion(collection: string, id: string, version: number): Promise<DocumentState> {
    return this.holding(collection, id, async (sequencer) => {
      await sequencer.ready();
      if (version > durableOf(sequencer).v) await this.fresh(sequencer);
      const durable = durableOf(sequencer);
      if (version > durable.v) throw new CoboardError('VERSION_UNKNOWN');
      if (version === durable.v) return durable;
      const { milestoneOps } = this.limits;
      // where the milestone will be, so that both are read at once
      const expected = version - (version % milestoneOps);
      const expectedOps = this.opsOf(sequencer, expected, version);
      expectedOps.catch(() => undefined);
      const milestone = await this.patiently(() => this.parts.store.readMilestone(collection, id, { atOrBeforeVersion: version }));
      // a state that is kept needs no ops, wherever they are
      if (milestone?.v === version) return stateOf(milestone);
      const ops = await expectedOps;
      const before: DocumentState = milestone ? stateOf(milestone) : { v: 0, type: null, data: undefined, m: null };
      const state = stateAfterAll(id, before, before.v === expected ? ops : await this.opsOf(sequencer, before.v, version));
      if (state.v !== version) throw new Error(`the op log of ${collection}/${id} has no op ${String(state.v)}`);
      return state;
    });
  }

  /** The version of a client's op, in memory or in the log; null if it was never accepted. */
  async findOp(sequencer: Sequencer, src: string, seq: number): Promise<number | null> {
    return sequencer.recent.find(src, seq) ?? this.patiently(() => this.parts.store.findOp(sequencer.collection, sequencer.id, src, seq));
  }

  /** The version before which nobody knows any more whose op is whose without looking through archives. */
  archivedTo({ collection, id }: Sequencer): Promise<number> {
    return this.parts.archivedTo ? this.patiently(() => this.parts.archivedTo?.(collection, id) ?? Promise.resolve(0)) : Promise.resolve(0);
  }

  /** Brings the snapshots up to date that a crash left behind: lists read snapshots. Gives how many there were. */
  async recover(collections: readonly string[]): Promise<number> {
    let count = 0;
    for (const collection of collections) {
      for await (const id of this.parts.store.listBehind(collection)) {
        await this.sequencer(collection, id).ready();
        count += 1;
      }
    }
    await this.snapshots.flush();
    return count;
  }

  /** A document is gone for good: what is in memory of it counts for nothing. */
  forget(collection: string, id: string): void {
    this.drop(keyOf({ collection, id }));
  }

  /** Waits until what was accepted is durable and has its snapshots. */
  async flush(): Promise<void> {
    await this.settled();
    await this.snapshots.flush();
  }

  /** Takes no more ops, waits until those that were accepted are durable, and writes the snapshots. */
  async drain(): Promise<void> {
    this.isClosing = true;
    await this.flush();
  }

  /** Waits until nothing is on its way into the log. */
  async settled(): Promise<void> {
    for (const sequencer of this.sequencers.values()) while (sequencer.pending > 0) await sequencer.moved();
  }

  /** A store that is away for a moment is waited for: an error here would reach a person as the refusal of their edit. */
  private async patiently<T>(read: () => Promise<T>): Promise<T> {
    const { clock } = this.parts;
    const until = clock.elapsed() + this.limits.storePatienceMs;
    for (let waitMs: number = innerLimits.storeRetryMinMs; ; waitMs = Math.min(innerLimits.storeRetryMaxMs, 2 * waitMs)) {
      try {
        return await read();
      } catch (error) {
        if (clock.elapsed() >= until) this.parts.hit?.('storePatienceMs');
        if (this.isClosing || clock.elapsed() >= until || (error instanceof CoboardError && error.code === 'ARCHIVE_UNAVAILABLE')) throw error;
        await new Promise<void>((resolve) => { clock.setTimer(resolve, waitMs); });
      }
    }
  }

  private resized(sequencer: Sequencer, byBytes: number): void {
    if (this.sequencers.get(keyOf(sequencer)) !== sequencer) return;
    this.heldBytes += byBytes;
    const { clock } = this.parts;
    if (this.heldBytes <= this.limits.documentsInMemoryBytesMax || clock.elapsed() - this.madeRoomAt < innerLimits.makeRoomEveryMs) return;
    this.madeRoomAt = clock.elapsed();
    this.makeRoom();
  }

  /** Idle documents leave, those that were used longest ago first, until there is room for one more. Those in use stay whatever they hold. */
  private makeRoom(): void {
    const { documentsInMemoryMax, documentsInMemoryBytesMax } = this.limits;
    if (this.heldBytes > documentsInMemoryBytesMax) this.parts.hit?.('documentsInMemoryBytesMax');
    for (const [key, sequencer] of this.sequencers) {
      if (this.sequencers.size < documentsInMemoryMax && this.heldBytes <= documentsInMemoryBytesMax) return;
      if (sequencer.isIdle) this.drop(key);
    }
  }

  private drop(key: string): void {
    this.heldBytes -= this.sequencers.get(key)?.bytes ?? 0;
    this.sequencers.delete(key);
  }
}

const keyOf = ({ collection, id }: Pick<Sequencer, 'collection' | 'id'>): string => `${collection}\0${id}`;

/** What a sequencer that was loaded has in the log. */
function durableOf({ durable }: Sequencer): DocumentState {
  if (durable === null) throw new CoboardError('STORE_UNAVAILABLE');
  return durable;
}
