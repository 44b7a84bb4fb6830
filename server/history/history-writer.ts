import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { Alarm, type Clock } from '../../model/clock.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { Runs, type Run } from '../../model/history/run.ts';
import type { Op } from '../../model/json0.ts';
import { innerLimits, serverLimits, type ServerLimits } from '../../model/limits.ts';
import { accessWords } from '../../model/access-words.ts';
import { accessCollection, editReasons } from '../../model/protocol.ts';
import type { Identities } from '../evidence/identities.ts';
import type { HistoryIndex, HistoryLine } from '../store/history-index.ts';
import type { StoredOp } from '../store/store.ts';
import { stateAfter, type DocumentState } from '../sync/document-state.ts';
import type { Engine } from '../sync/engine.ts';
import { facetsOf } from './facets.ts';
import { keyOf, settledKey, subjectCollections, subjectOf, type Subject } from './subject.ts';

export interface HistoryWriterParts {
  readonly index: HistoryIndex;
  readonly settings: { readSetting(key: string): Promise<string | null>; writeSetting(key: string, value: string): Promise<void> };
  readonly engine: Pick<Engine, 'read' | 'readOps' | 'readVersion'>;
  readonly identities: Identities;
  /** Every document of a collection, with its version. */
  readonly list: (collection: Subject['collection']) => AsyncIterable<{ readonly id: string; readonly v: number }>;
  readonly clock: Clock;
  readonly limits: Pick<ServerLimits, 'historyGapMs' | 'historyRunMs' | 'historyQuietMs' | 'historyBehindMax'>;
  readonly log: { readonly warn: (words: string) => void };
}

/** A document whose history is being written. */
interface Writing {
  readonly runs: Runs;
  /** The document at the version up to which its history is made. */
  state: DocumentState;
  settled: number;
}

interface Dirty {
  /** Ops that came since its history was made, and when the last did. */
  ops: number;
  at: number;
}

const nothing: DocumentState = { v: 0, type: null, data: undefined, m: null };

/**
 * Makes the histories of dashboards, and of who may see them, from the log: when one is quiet, when too much has come, and when somebody asks. A crash
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
    const known = subjectCollections.find((one) => one === collection);
    if (known === undefined || this.isStopped) return;
    const key = keyOf({ collection: known, id });
    const at = this.parts.clock.elapsed();
    const dirty = this.dirty.get(key);
    if (dirty) Object.assign(dirty, { ops: dirty.ops + ops.length, at });
    else this.dirty.set(key, { ops: ops.length, at });
    this.look();
  }

  /** Afterwards the history of a document has everything that was in its log when this was called. */
  upToDate(subject: Subject): Promise<void> {
    return this.awaitKey(keyOf(subject));
  }

  /** Makes all of it anew. Nobody else may be writing it. */
  async rebuild(subject: Subject): Promise<void> {
    const key = keyOf(subject);
    this.writings.delete(key);
    await this.parts.settings.writeSetting(settledKey(key), '0');
    await this.parts.index.cut(key, 0);
    await this.upToDate(subject);
  }

  private async awaitKey(key: string): Promise<void> {
    this.awaited.set(key, (this.awaited.get(key) ?? 0) + 1);
    try {
      await this.make(key);
    } finally {
      const left = (this.awaited.get(key) ?? 1) - 1;
      if (left > 0) this.awaited.set(key, left);
      else this.awaited.delete(key);
    }
  }

  /** Everything that changed lately; for a history over all dashboards. */
  async allUpToDate(): Promise<void> {
    const { settings, list, log } = this.parts;
    const wanted = new Set(this.dirty.keys());
    if (!this.hasLookedAtAll) {
      // what was edited before this server began
      for (const collection of subjectCollections) {
        for await (const { id, v } of list(collection)) {
          const key = keyOf({ collection, id });
          if (Number(await settings.readSetting(settledKey(key)) ?? 0) < v) wanted.add(key);
        }
      }
      this.hasLookedAtAll = true;
    }
    for (const key of wanted) {
      // one that cannot be read must not hide the others
      await this.awaitKey(key).catch((error: unknown) => { log.warn(`the history of ${key} cannot be made: ${error instanceof Error ? error.message : String(error)}`); });
    }
  }

  /** A dashboard was removed for good. */
  drop(id: string): void {
    for (const collection of subjectCollections) {
      const key = keyOf({ collection, id });
      this.dirty.delete(key);
      this.writings.delete(key);
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
      const now = clock.elapsed();
      const due = [...this.dirty].filter(([, { ops, at }]) => now - at >= limits.historyQuietMs || ops >= limits.historyBehindMax).map(([key]) => key);
      const run = async (): Promise<void> => {
        for (const key of due) if (!this.hasStopped()) await this.make(key);
        await this.forget(clock.now());
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
    for (const [key, { state }] of [...this.writings]) {
      if (this.dirty.has(key) || this.working.has(key) || this.hasStopped() || now - Number(state.m?.['mtime'] ?? 0) <= this.parts.limits.historyGapMs) continue;
      // its runs are over by now
      await this.make(key);
      if (!this.dirty.has(key) && !this.working.has(key)) this.writings.delete(key);
    }
  }

  private make(key: string): Promise<void> {
    const before = this.working.get(key) ?? Promise.resolve();
    const made = before.catch(() => undefined).then(() => this.makeNow(key));
    this.working.set(key, made);
    const done = (): void => { if (this.working.get(key) === made) this.working.delete(key); };
    made.then(done, done);
    return made;
  }

  private async makeNow(key: string): Promise<void> {
    const dirty = this.dirty.get(key);
    this.dirty.delete(key);
    try {
      await this.write(key);
    } catch (error) {
      // from what is kept, the next time
      this.writings.delete(key);
      this.dirty.set(key, dirty ?? { ops: 0, at: this.parts.clock.elapsed() });
      throw error;
    }
  }

  private async write(key: string): Promise<void> {
    const { engine, index, settings, clock } = this.parts;
    const { collection, id } = subjectOf(key);
    const writing = this.writings.get(key) ?? await this.load(key);
    this.writings.set(key, writing);
    const { v: head } = await engine.read(collection, id);
    let begun = performance.now();
    while (writing.state.v < head) {
      const changed = new Map<number, HistoryLine>();
      const ops = await engine.readOps(collection, id, writing.state.v, Math.min(head, writing.state.v + innerLimits.historyPageOps), serverLimits.opsPageBytesMax);
      if (ops.length === 0) throw new Error(`the op log of ${key} has no op ${String(writing.state.v)}`);
      for (const op of ops) {
        if (performance.now() - begun > innerLimits.historySliceMs) {
          await (this.awaited.has(key) ? nextTurn() : sleep(innerLimits.historyRestMs));
          begun = performance.now();
        }
        const line = await this.take(writing, key, op);
        changed.set(line.from, line);
      }
      await index.write([...changed.values()]);
    }
    writing.runs.closeBefore(clock.now());
    const settled = writing.runs.settled(writing.state.v);
    if (settled > writing.settled) {
      await settings.writeSetting(settledKey(key), String(settled));
      writing.settled = settled;
    }
  }

  private async load(key: string): Promise<Writing> {
    const { engine, index, settings, limits } = this.parts;
    const { collection, id } = subjectOf(key);
    const settled = Number(await settings.readSetting(settledKey(key)) ?? 0);
    await index.cut(key, settled);
    const state = settled === 0 ? nothing : await engine.readVersion(collection, id, settled);
    return { runs: new Runs({ gapMs: limits.historyGapMs, durationMaxMs: limits.historyRunMs }), state, settled };
  }

  /** Takes an op; gives the line that it is in, as it is now. */
  private async take(writing: Writing, key: string, op: StoredOp): Promise<HistoryLine> {
    const { collection, id } = subjectOf(key);
    const { state: before } = writing;
    const after = stateAfter(id, before, op);
    writing.state = after;
    const made = { v: op.v, by: await this.referenceOf(op), at: op.m?.ts ?? 0 };
    const run = collection === accessCollection ? accessRun(made) : writing.runs.take({
      ...made, op: op.op === undefined ? null : op.op as Op, why: editReasons.find((reason) => reason === op.m?.['w']),
      before: before.type === null ? null : before.data as Dashboard, after: after.type === null ? null : after.data as Dashboard,
    });
    // names are not kept in lines: those of an access list are told when they are read
    const words = collection === accessCollection ? accessWords(op, () => '') : run.words;
    return { id: key, from: run.from, to: run.to, until: run.until, facets: facetsOf({ ...run, words }, await this.personOf(op)), body: run };
  }

  private async referenceOf({ m }: StoredOp): Promise<string | null> {
    const reference = m?.['r'];
    if (typeof reference === 'string') return reference;
    // from before there were references
    return m?.u === undefined ? null : this.parts.identities.know({ id: m.u, name: m.n ?? '' });
  }

  private async personOf({ m }: StoredOp): Promise<string | null> {
    return m?.u === undefined ? null : this.parts.identities.personReference(m.u);
  }
}

/** A change of who may see a dashboard is a line of its own. */
const accessRun = ({ v, by, at }: { readonly v: number; readonly by: string | null; readonly at: number }): Run => ({
  from: v, to: v + 1, count: 1, by, at, until: at, things: ['access'], kinds: ['access'], words: [],
});
