import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Alarm, type Clock } from '../../model/clock.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { Runs, type Run } from '../../model/history/run.ts';
import type { Op } from '../../model/json0.ts';
import type { ServerLimits } from '../../model/limits.ts';
import { dashboardsCollection, editReasons } from '../../model/protocol.ts';
import type { Identities } from '../evidence/identities.ts';
import type { HistoryIndex, HistoryLine } from '../store/history-index.ts';
import type { StoredOp } from '../store/store.ts';
import { stateAfter, type DocumentState } from '../sync/document-state.ts';
import type { Engine } from '../sync/engine.ts';
import { facetsOf } from './facets.ts';

export interface HistoryWriterParts {
  readonly index: HistoryIndex;
  readonly settings: { readSetting(key: string): Promise<string | null>; writeSetting(key: string, value: string): Promise<void> };
  readonly engine: Pick<Engine, 'read' | 'readOps' | 'readVersion'>;
  readonly identities: Identities;
  /** Every dashboard, with its version. */
  readonly dashboards: () => AsyncIterable<{ readonly id: string; readonly v: number }>;
  readonly clock: Clock;
  readonly limits: Pick<ServerLimits, 'historyGapMs' | 'historyRunMs' | 'historyQuietMs' | 'historyBehindMax'>;
  readonly log: { readonly warn: (words: string) => void };
}

/** A dashboard whose history is being written. */
interface Writing {
  readonly runs: Runs;
  /** The dashboard at the version up to which its history is made. */
  state: DocumentState;
  settled: number;
}

interface Dirty {
  /** Ops that came since its history was made, and when the last did. */
  ops: number;
  at: number;
}

/** Ops that are read at once. */
const pageOps = 200;
/** Work after which others have their turn, and how long they have it where nobody waits for the history. */
const sliceMs = 2;
const restMs = 6;
const nothing: DocumentState = { v: 0, type: null, data: undefined, m: null };
const settledKey = (id: string): string => `history:${id}`;

/**
 * Makes the histories of dashboards from the log: when a dashboard is quiet, when too much has come, and when somebody asks. A crash
 * loses nothing: what is kept says up to which version nothing changes any more, and the rest is made again.
 */
export class HistoryWriter {
  private readonly parts: HistoryWriterParts;
  private readonly alarm: Alarm;
  private readonly dirty = new Map<string, Dirty>();
  private readonly writings = new Map<string, Writing>();
  /** Dashboards whose history somebody waits for. */
  private readonly awaited = new Map<string, number>();
  /** One at a time for each dashboard. */
  private readonly working = new Map<string, Promise<void>>();
  private hasLookedAtAll = false;
  private isStopped = false;

  constructor(parts: HistoryWriterParts) {
    this.parts = parts;
    this.alarm = new Alarm(parts.clock);
  }

  committed({ collection, id, ops }: { readonly collection: string; readonly id: string; readonly ops: readonly unknown[] }): void {
    if (collection !== dashboardsCollection || this.isStopped) return;
    const at = this.parts.clock.now();
    const dirty = this.dirty.get(id);
    if (dirty) Object.assign(dirty, { ops: dirty.ops + ops.length, at });
    else this.dirty.set(id, { ops: ops.length, at });
    this.look();
  }

  /** Afterwards the history of a dashboard has everything that was in its log when this was called. */
  async upToDate(id: string): Promise<void> {
    this.awaited.set(id, (this.awaited.get(id) ?? 0) + 1);
    try {
      await this.make(id);
    } finally {
      const left = (this.awaited.get(id) ?? 1) - 1;
      if (left > 0) this.awaited.set(id, left);
      else this.awaited.delete(id);
    }
  }

  /** Everything that changed lately; for a history over all dashboards. */
  async allUpToDate(): Promise<void> {
    const { settings, dashboards, log } = this.parts;
    const wanted = new Set(this.dirty.keys());
    if (!this.hasLookedAtAll) {
      // what was edited before this server began
      for await (const { id, v } of dashboards()) if (Number(await settings.readSetting(settledKey(id)) ?? 0) < v) wanted.add(id);
      this.hasLookedAtAll = true;
    }
    for (const id of wanted) {
      // one that cannot be read must not hide the others
      await this.upToDate(id).catch((error: unknown) => { log.warn(`the history of ${id} cannot be made: ${error instanceof Error ? error.message : String(error)}`); });
    }
  }

  stop(): void {
    this.isStopped = true;
    this.alarm.clear();
  }

  private look(): void {
    const { clock, limits, log } = this.parts;
    if (this.alarm.isSet || this.isStopped) return;
    this.alarm.set(limits.historyQuietMs, () => {
      const now = clock.now();
      const due = [...this.dirty].filter(([, { ops, at }]) => now - at >= limits.historyQuietMs || ops >= limits.historyBehindMax).map(([id]) => id);
      const run = async (): Promise<void> => {
        for (const id of due) if (!this.hasStopped()) await this.make(id);
        await this.forget(now);
      };
      run().catch((error: unknown) => {
        if (!this.hasStopped()) log.warn(`a history cannot be written; it is tried again: ${error instanceof Error ? error.message : String(error)}`);
      }).finally(() => { if (this.dirty.size > 0 || this.writings.size > 0) this.look(); });
    });
  }

  private hasStopped(): boolean {
    return this.isStopped;
  }

  /** Dashboards that nobody edits any more leave. */
  private async forget(now: number): Promise<void> {
    for (const [id, { state }] of [...this.writings]) {
      if (this.dirty.has(id) || this.working.has(id) || this.hasStopped() || now - Number(state.m?.['mtime'] ?? 0) <= this.parts.limits.historyGapMs) continue;
      // its runs are over by now
      await this.make(id);
      if (!this.dirty.has(id) && !this.working.has(id)) this.writings.delete(id);
    }
  }

  private make(id: string): Promise<void> {
    const before = this.working.get(id) ?? Promise.resolve();
    const made = before.catch(() => undefined).then(() => this.makeNow(id));
    this.working.set(id, made);
    const done = (): void => { if (this.working.get(id) === made) this.working.delete(id); };
    made.then(done, done);
    return made;
  }

  private async makeNow(id: string): Promise<void> {
    const dirty = this.dirty.get(id);
    this.dirty.delete(id);
    try {
      await this.write(id);
    } catch (error) {
      // from what is kept, the next time
      this.writings.delete(id);
      this.dirty.set(id, dirty ?? { ops: 0, at: this.parts.clock.now() });
      throw error;
    }
  }

  private async write(id: string): Promise<void> {
    const { engine, index, settings, clock } = this.parts;
    const writing = this.writings.get(id) ?? await this.load(id);
    this.writings.set(id, writing);
    const { v: head } = await engine.read(dashboardsCollection, id);
    let begun = performance.now();
    while (writing.state.v < head) {
      const changed = new Map<number, HistoryLine>();
      const ops = await engine.readOps(dashboardsCollection, id, writing.state.v, Math.min(head, writing.state.v + pageOps));
      if (ops.length === 0) throw new Error(`the op log of ${id} has no op ${String(writing.state.v)}`);
      for (const op of ops) {
        if (performance.now() - begun > sliceMs) {
          await (this.awaited.has(id) ? nextTurn() : sleep(restMs));
          begun = performance.now();
        }
        const run = await this.take(writing, id, op);
        changed.set(run.from, { id, from: run.from, to: run.to, until: run.until, facets: facetsOf(run), body: run });
      }
      await index.write([...changed.values()]);
    }
    writing.runs.closeBefore(clock.now());
    const settled = writing.runs.settled(writing.state.v);
    if (settled > writing.settled) {
      await settings.writeSetting(settledKey(id), String(settled));
      writing.settled = settled;
    }
  }

  private async load(id: string): Promise<Writing> {
    const { engine, index, settings, limits } = this.parts;
    const settled = Number(await settings.readSetting(settledKey(id)) ?? 0);
    await index.cut(id, settled);
    const state = settled === 0 ? nothing : await engine.readVersion(dashboardsCollection, id, settled);
    return { runs: new Runs({ gapMs: limits.historyGapMs, durationMaxMs: limits.historyRunMs }), state, settled };
  }

  private async take(writing: Writing, id: string, op: StoredOp): Promise<Run> {
    const { state: before } = writing;
    const after = stateAfter(id, before, op);
    const run = writing.runs.take({
      v: op.v, by: await this.referenceOf(op), at: op.m?.ts ?? 0, op: op.op === undefined ? null : op.op as Op, why: editReasons.find((reason) => reason === op.m?.['w']),
      before: before.type === null ? null : before.data as Dashboard, after: after.type === null ? null : after.data as Dashboard,
    });
    writing.state = after;
    return run;
  }

  private async referenceOf({ m }: StoredOp): Promise<string | null> {
    const reference = m?.['r'];
    if (typeof reference === 'string') return reference;
    // from before there were references
    return m?.u === undefined ? null : this.parts.identities.know({ id: m.u, name: m.n ?? '' });
  }
}
