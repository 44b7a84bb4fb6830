import { beginning, keptSeal } from '../evidence/chain.ts';
import type { Sealer } from '../evidence/sealer.ts';
import type { OpLink, StoredOp, StoredSnapshot, Tail } from '../store/store.ts';
import { stateAfter, stateOf, type DocumentState } from './document-state.ts';
import { OpWindow } from './op-window.ts';
import { SizeGauge } from './size-gauge.ts';

/** What became of an op that was given to the log. */
export type CommitOutcome =
  | { readonly status: 'committed' }
  /** Another process was faster, or an op before it was lost: work it out anew. */
  | { readonly status: 'lost' }
  | { readonly status: 'refused'; readonly error: Error };

/** An op with the state that it makes, on its way into the log. */
export interface Commit {
  readonly sequencer: Sequencer;
  readonly op: StoredOp;
  readonly next: DocumentState;
  readonly link: OpLink;
  readonly after: OpLink;
  readonly done: (outcome: CommitOutcome) => void;
}

/** Ops of one document that are durable now, and the states around them. */
export interface CommittedOps {
  readonly collection: string;
  readonly id: string;
  readonly ops: readonly StoredOp[];
  /** The state after each of them. */
  readonly states: readonly DocumentState[];
  /** Whether this server wrote them, and not another one on the same store. */
  readonly isOwn: boolean;
}

/** The rest of the engine, as a sequencer needs it. */
export interface SequencerParts {
  readonly opsKept: number;
  /** And about how many bytes of them. */
  readonly bytesKept: number;
  /** Reads that wait out a store that is away for a moment. */
  readonly readSnapshot: (collection: string, id: string) => Promise<StoredSnapshot>;
  readonly readTail: (collection: string, id: string, from: number) => Promise<Tail>;
  readonly readOps: (collection: string, id: string, from: number, to: number) => Promise<StoredOp[]>;
  readonly sealer: Sealer;
  readonly newLink: () => OpLink;
  readonly enqueue: (commit: Commit) => void;
  readonly committed: (sequencer: Sequencer, ops: CommittedOps) => void;
  /** It holds so much more in memory, or less. */
  readonly resized: (sequencer: Sequencer, byBytes: number) => void;
}

/**
 * One document in memory, and the one place where its ops get their order. `head` is the state after every op that was accepted;
 * `durable` the one after every op that is in the log; the ops in between are on their way there. Whatever was worked out on
 * `head` holds only once `durable` has caught up with it.
 */
export class Sequencer {
  readonly collection: string;
  readonly id: string;
  /** Goes up when ops that were accepted turn out not to be in the log: what was built on them is void. */
  epoch = 0;
  /** The version of the stored snapshot. */
  storedV = 0;
  /** Those who use it, such as sockets that have it open: while there are any it stays in memory, and stays the only one of its document. */
  holds = 0;
  private readonly parts: SequencerParts;
  private headState: DocumentState | null = null;
  private durableState: DocumentState | null = null;
  private headLink: OpLink;
  private durableLink: OpLink;
  private headSeal = beginning;
  private durableSeal = beginning;
  private window: OpWindow;
  private readonly size = new SizeGauge();
  private toldBytes = 0;
  private pendingOps = 0;
  private loading: Promise<void> | null = null;
  private caughtUp: Promise<void> = Promise.resolve();
  private nextCatchUp: Promise<void> | null = null;
  private waiting: (() => void)[] = [];

  constructor(collection: string, id: string, parts: SequencerParts) {
    this.collection = collection;
    this.id = id;
    this.parts = parts;
    this.window = new OpWindow(0, parts.opsKept, parts.bytesKept);
  }

  /** Null while it is not loaded, or has to be loaded again. */
  get head(): DocumentState | null {
    return this.headState;
  }

  get durable(): DocumentState | null {
    return this.durableState;
  }

  /** The seal of the op that made {@link durable}; empty before the first. */
  get seal(): string {
    return this.durableSeal;
  }

  /** The link of the op that made {@link durable}. */
  get link(): OpLink {
    return this.durableLink;
  }

  get recent(): OpWindow {
    return this.window;
  }

  /** About what it holds in memory, as it was told last. */
  get bytes(): number {
    return this.toldBytes;
  }

  /** Ops that are on their way into the log. */
  get pending(): number {
    return this.pendingOps;
  }

  /** Whether nothing holds it in memory. */
  get isIdle(): boolean {
    return this.pendingOps === 0 && this.holds === 0 && this.loading === null && this.waiting.length === 0 && this.nextCatchUp === null
      && (this.durableState === null || this.durableState.v <= this.storedV);
  }

  /** Loads it if need be. What follows must use {@link head} before it waits for anything else. */
  async ready(): Promise<void> {
    while (this.headState === null) await this.load();
  }

  /** Brings in what other processes have committed: afterwards `durable` is as new as the log was when this was called. */
  catchUp(): Promise<void> {
    // whoever comes while a read is under way needs one that begins after that
    this.nextCatchUp ??= this.caughtUp.catch(() => undefined).then(() => {
      this.nextCatchUp = null;
      this.caughtUp = this.readAhead();
      return this.caughtUp;
    });
    return this.nextCatchUp;
  }

  private async readAhead(): Promise<void> {
    for (;;) {
      const begun = this.epoch;
      if (this.headState === null) {
        // a load that is under way may have read before what is asked for was written
        const isUnderWay = this.loading !== null;
        await this.ready();
        if (isUnderWay) continue;
        return;
      }
      // an op that is put in line from here on tells as much as a read: once it is durable, it stands behind everything that was in the log
      const next = this.headState.v;
      while (this.pendingOps > 0 && !this.hasLost(begun) && !this.hasPassed(next)) await this.moved();
      if (this.hasPassed(next)) return;
      if (this.hasLost(begun) || this.durableState === null) continue;
      const { v } = this.durableState;
      const tail = await this.parts.readTail(this.collection, this.id, v);
      if (tail.ops.length === 0 || this.hasPassed(v + tail.ops.length - 1)) return;
      if (!this.isAt(v)) continue;
      this.extend(tail);
      return;
    }
  }

  /** Whether ops that were accepted in an epoch were lost since. */
  private hasLost(epoch: number): boolean {
    return this.epoch !== epoch;
  }

  /** Whether the op that a version is before is durable. */
  private hasPassed(v: number): boolean {
    return this.durableState !== null && this.durableState.v > v;
  }

  /** Whether nothing has happened to it since it was at a version. */
  private isAt(v: number): boolean {
    return this.pendingOps === 0 && this.headState?.v === v && this.durableState?.v === v;
  }

  /** Takes an op that was worked out on {@link head}; `done` is called when its fate is known. */
  sequence(op: StoredOp, next: DocumentState, done: (outcome: CommitOutcome) => void): void {
    if (this.headState?.v !== op.v || next.v !== op.v + 1) throw new Error(`op ${String(op.v)} is out of order`);
    const link = this.parts.newLink();
    const after = this.headLink;
    const sealed = this.parts.sealer.sealed(this.headSeal, this.collection, this.id, op);
    this.headSeal = keptSeal(sealed) ?? beginning;
    this.headState = next;
    this.headLink = link;
    this.size.add(sealed, next, this.window.push(sealed));
    this.pendingOps += 1;
    this.parts.enqueue({ sequencer: this, op: sealed, next, link, after, done });
  }

  /** The next ones in line are in the log. Tells the engine before it answers their senders. */
  settle(commits: readonly Commit[]): void {
    const last = commits.at(-1);
    if (!last) return;
    this.pendingOps -= commits.length;
    this.durableState = last.next;
    this.durableLink = last.link;
    this.durableSeal = keptSeal(last.op) ?? beginning;
    this.parts.committed(this, { collection: this.collection, id: this.id, ops: commits.map(({ op }) => op), states: commits.map(({ next }) => next), isOwn: true });
    this.window.trim(last.next.v);
    this.tellSize();
    for (const { done } of commits) done({ status: 'committed' });
    this.wake();
  }

  /** The next one in line is not in the log, and so all that were built on it are void. */
  lose(commits: readonly Commit[], refused: Error | null): void {
    this.epoch += 1;
    this.headState = null;
    this.headLink = this.durableLink;
    this.headSeal = this.durableSeal;
    this.pendingOps -= commits.length;
    this.window.cut(this.durableState?.v ?? 0);
    commits.forEach(({ done }, i) => {
      done(i === 0 && refused ? { status: 'refused', error: refused } : { status: 'lost' });
    });
    this.wake();
  }

  /** Waits until ops were committed or lost. */
  moved(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  private tellSize(): void {
    const bytes = this.size.bytes + this.window.bytes;
    const by = bytes - this.toldBytes;
    this.toldBytes = bytes;
    if (by !== 0) this.parts.resized(this, by);
  }

  private wake(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const go of waiting) go();
  }

  private load(): Promise<void> {
    this.loading ??= this.read().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /** The stored snapshot and the ops after it; with a durable state in memory only the ops after that. */
  private async read(): Promise<void> {
    if (this.durableState === null) {
      const snapshot = await this.parts.readSnapshot(this.collection, this.id);
      const { v } = snapshot;
      // with the op before it: the next one is sealed behind that
      const tail = await this.parts.readTail(this.collection, this.id, Math.max(0, v - 1));
      const before = tail.ops.find((op) => op.v === v - 1);
      const seal = (before && keptSeal(before)) ?? await this.fold(v);
      // all of it or nothing: what failed half way is read again from the start
      this.durableState = stateOf(snapshot);
      this.durableLink = snapshot.link;
      this.durableSeal = seal;
      this.storedV = v;
      this.size.measure(this.durableState);
      this.window = new OpWindow(v, this.parts.opsKept, this.parts.bytesKept);
      this.extend({ ...tail, ops: tail.ops.filter((op) => op.v >= v) });
      return;
    }
    this.extend(await this.parts.readTail(this.collection, this.id, this.durableState.v));
  }

  /** The seal of ops that another program has written. */
  private fold(version: number): Promise<string> {
    return this.parts.sealer.foldUpTo(this.collection, this.id, version, (from, to) => this.parts.readOps(this.collection, this.id, from, to));
  }

  /** Takes in ops that are in the log behind the durable state, while nothing of ours is on its way. */
  private extend({ ops, link }: Tail): void {
    if (this.durableState === null) return;
    let state = this.durableState;
    const states = ops.map((op) => {
      if (op.v !== state.v) throw new Error(`the op log of ${this.collection}/${this.id} has ${String(op.v)} where ${String(state.v)} belongs`);
      state = stateAfter(this.id, state, op);
      return state;
    });
    const seal = ops.reduce((behind, op) => this.parts.sealer.behind(behind, this.collection, this.id, op), this.durableSeal);
    ops.forEach((op, i) => { this.size.add(op, states[i] ?? state, this.window.push(op)); });
    this.tellSize();
    this.headSeal = this.durableSeal = seal;
    this.durableState = this.headState = state;
    if (ops.length > 0) this.durableLink = link;
    this.headLink = this.durableLink;
    if (ops.length === 0) return;
    this.parts.committed(this, { collection: this.collection, id: this.id, ops, states, isOwn: false });
    this.window.trim(state.v);
  }
}
