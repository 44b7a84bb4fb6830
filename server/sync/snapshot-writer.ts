import type { Clock, Timer } from '../../model/clock.ts';
import type { SnapshotWrite, Store } from '../store/store.ts';
import type { DocumentState } from './document-state.ts';
import type { Sequencer } from './sequencer.ts';

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
    const { store, clock, log, delayMs } = this.parts;
    const list = [...this.behind].flatMap((sequencer) => (sequencer.durable === null ? [] : [{ sequencer, state: sequencer.durable, link: sequencer.link }]));
    const { milestones } = this;
    this.behind.clear();
    this.milestones = [];
    try {
      if (milestones.length > 0) await store.writeMilestones(milestones);
      const outcomes = await store.writeSnapshots(list.map(({ sequencer: { collection, id }, state, link }) => ({ collection, snapshot: { id, ...state, link } })));
      list.forEach(({ sequencer, state }, i) => {
        const refused = outcomes[i];
        // its ops are in the log; it is tried again with the next one
        if (refused) log.warn(`the snapshot of ${sequencer.collection}/${sequencer.id} cannot be stored: ${refused.message}`);
        else sequencer.storedV = Math.max(sequencer.storedV, state.v);
      });
    } catch (error) {
      log.warn(`snapshots cannot be written: ${error instanceof Error ? error.message : String(error)}`);
      this.milestones.unshift(...milestones);
      for (const { sequencer } of list) this.behind.add(sequencer);
      await new Promise<void>((resolve) => { clock.setTimer(resolve, delayMs); });
    }
  }
}
