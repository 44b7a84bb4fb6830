import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock, Timer } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import type { SnapshotWrite, Store } from '../store/store.ts';
import type { DocumentState } from './document-state.ts';
import { inPieces, sizeOf } from '../store/op-size.ts';
import type { Sequencer } from './sequencer.ts';

/** A document whose snapshot lacks ops, as it is to be written. */
interface Behind { readonly sequencer: Sequencer; readonly state: DocumentState; readonly link: Sequencer['link'] }

export interface SnapshotWriterParts {
  readonly store: Pick<Store, 'writeSnapshots' | 'writeMilestones'>;
  readonly clock: Clock;
  /** A snapshot is written this long after the first op that it lacks, at the latest. */
  readonly delayMs: number;
  /** And as soon as it lacks this many. */
  readonly opsMax: number;
  /** A state is kept for good each time a version is a multiple of this. */
  readonly milestoneEvery: number;
  readonly log: { readonly warn: (words: string) => void };
}

/**
 * Writes snapshots behind the log. They are only a cache: a document is its snapshot and the ops after it, and the number of those
 * is what this bounds. A snapshot never gets past a milestone that is not written, so none is ever left out.
 */
export class SnapshotWriter {
  private readonly parts: SnapshotWriterParts;
  private readonly behind = new Set<Sequencer>();
  private milestones: SnapshotWrite[] = [];
  private timer: Timer | null = null;
  private writing: Promise<void> | null = null;

  constructor(parts: SnapshotWriterParts) {
    this.parts = parts;
  }

  /** Ops became durable. */
  committed(sequencer: Sequencer, states: readonly DocumentState[]): void {
    const { collection, id } = sequencer;
    for (const state of states) {
      if (state.v % this.parts.milestoneEvery === 0) this.milestones.push({ collection, snapshot: { id, ...state } });
    }
    this.behind.add(sequencer);
    if ((sequencer.durable?.v ?? 0) - sequencer.storedV >= this.parts.opsMax) void this.write();
    else this.later(this.parts.delayMs);
  }

  /** Writes until nothing is behind. */
  async flush(): Promise<void> {
    while (this.behind.size > 0 || this.writing) await this.write();
    if (this.timer !== null) this.parts.clock.clearTimer(this.timer);
    this.timer = null;
  }

  private later(delayMs: number): void {
    this.timer ??= this.parts.clock.setTimer(() => {
      this.timer = null;
      void this.write();
    }, delayMs);
  }

  private write(): Promise<void> {
    this.writing ??= this.writeAll().finally(() => {
      this.writing = null;
      if (this.behind.size > 0) this.later(this.parts.delayMs);
    });
    return this.writing;
  }

  private async writeAll(): Promise<void> {
    const { clock, log, delayMs } = this.parts;
    // as they are now: what comes meanwhile may be past a milestone that is not written
    const list = [...this.behind].flatMap((sequencer) => (sequencer.durable === null ? [] : [{ sequencer, state: sequencer.durable, link: sequencer.link }]));
    const { milestones } = this;
    this.behind.clear();
    this.milestones = [];
    try {
      for (const piece of inPieces([...milestones], ({ snapshot }) => sizeOf(snapshot.data), innerLimits.snapshotsBytesAtOnce)) await this.writeMilestones(piece, milestones);
      for (const piece of inPieces(list, ({ state }) => sizeOf(state.data), innerLimits.snapshotsBytesAtOnce)) await this.writeSnapshots(piece);
    } catch (error) {
      log.warn(`snapshots cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      this.milestones.unshift(...milestones);
      for (const { sequencer, state } of list) if (state.v > sequencer.storedV) this.behind.add(sequencer);
      await new Promise<void>((resolve) => { clock.setTimer(resolve, delayMs); });
    }
  }

  /** Writes some, which are first in `all`, and takes them from it. */
  private async writeMilestones(some: readonly SnapshotWrite[], all: SnapshotWrite[]): Promise<void> {
    await this.parts.store.writeMilestones(some);
    all.splice(0, some.length);
    await nextTurn();
  }

  private async writeSnapshots(list: readonly Behind[]): Promise<void> {
    const { store, log } = this.parts;
    const outcomes = await store.writeSnapshots(list.map(({ sequencer: { collection, id }, state, link }) => ({ collection, snapshot: { id, ...state, link } })));
    list.forEach(({ sequencer, state }, i) => {
      const refused = outcomes[i];
      // its ops are in the log; it is tried again with the next one
      if (refused) log.warn(`the snapshot of ${sequencer.collection}/${sequencer.id} cannot be stored: ${refused.message}`);
      else sequencer.storedV = Math.max(sequencer.storedV, state.v);
    });
    await nextTurn();
  }
}
