import { applyShared } from '../../../model/apply-shared.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { migrate } from '../../../model/migrations.ts';
import { shareEqual } from '../document/share-equal.ts';
import type { DashboardHistory, Moment } from './dashboard-history.ts';
import type { PastOpOfLog } from './history-schemas.ts';

/** Versions between states that are kept, and that are fetched together. */
const stepOps = 50;
const chunkOps = 1_000;
/** Chunks that are kept: a life of any length takes no more memory than that. */
const chunksMax = 20;
/** Moments that are kept of those that were fetched alone. */
const momentsMax = 300;

/** A part of a life: the dashboard at its start, its ops, and states every {@link stepOps} of them. */
interface Chunk {
  readonly from: number;
  readonly ops: readonly PastOpOfLog[];
  readonly states: Map<number, Dashboard | null>;
}

/**
 * The dashboard at any version, as fast as somebody drags over its life: ops are fetched a thousand at a time with the state before them,
 * and frames in between are made here.
 */
export class Playback {
  private readonly history: Pick<DashboardHistory, 'moment' | 'ops'>;
  private readonly end: () => number;
  /** Least recently used first. */
  private readonly chunks = new Map<number, Promise<Chunk>>();
  private readonly ready = new Map<number, Chunk>();
  /** The oldest first. */
  private readonly moments = new Map<number, Moment>();

  /** @param end the last version of the life that is played, as far as it has come */
  constructor(history: Pick<DashboardHistory, 'moment' | 'ops'>, end: () => number) {
    this.history = history;
    this.end = end;
  }

  /** The dashboard at a version if it can be shown at once (null while it was deleted); undefined if it has to be fetched first. */
  frame(version: number): Dashboard | null | undefined {
    const chunk = this.ready.get(chunkOf(version));
    return chunk === undefined || !reaches(chunk, version) ? this.moments.get(version)?.dashboard : stateIn(chunk, version);
  }

  /** When a version was made, if that is known here; milliseconds since 1970. */
  madeAt(version: number): number | null {
    return this.op(version)?.m?.ts ?? this.moments.get(version)?.at ?? null;
  }

  /** Fetches one version and nothing around it: all that can be shown of a life by whoever drags fast over it. */
  async moment(version: number): Promise<Dashboard | null> {
    const known = this.moments.get(version);
    if (known !== undefined) return known.dashboard;
    const fetched = await this.history.moment(version);
    // what is as in the moment before is the very same, and is not drawn again
    const before = [...this.moments.values()].at(-1)?.dashboard ?? null;
    const moment = before === null || fetched.dashboard === null ? fetched : { ...fetched, dashboard: shareEqual(before, fetched.dashboard) };
    this.moments.set(version, moment);
    for (const oldest of this.moments.keys()) {
      if (this.moments.size <= momentsMax) break;
      this.moments.delete(oldest);
    }
    return moment.dashboard;
  }

  /** The op that made a version, with who made it and when, if it is here. */
  op(version: number): PastOpOfLog | undefined {
    const chunk = this.ready.get(chunkOf(version - 1));
    return chunk?.ops[version - 1 - chunk.from];
  }

  /** Fetches what a version needs, and what comes next when it is played. */
  async load(version: number): Promise<Dashboard | null> {
    let chunk = await this.chunk(chunkOf(version));
    if (!reaches(chunk, version)) {
      // life went on
      this.chunks.delete(chunk.from);
      chunk = await this.chunk(chunk.from);
    }
    const next = chunk.from + chunkOps;
    if (next < this.end() && version - chunk.from > chunkOps / 2) this.chunk(next).catch(() => undefined);
    return stateIn(chunk, version);
  }

  private chunk(from: number): Promise<Chunk> {
    const known = this.chunks.get(from);
    this.chunks.delete(from);
    const chunk = known ?? this.fetch(from);
    this.chunks.set(from, chunk);
    for (const oldest of this.chunks.keys()) {
      if (this.chunks.size <= chunksMax) break;
      this.chunks.delete(oldest);
      this.ready.delete(oldest);
    }
    return chunk;
  }

  private async fetch(from: number): Promise<Chunk> {
    try {
      const [{ dashboard }, ops] = await Promise.all([this.history.moment(from), this.history.ops(from, Math.min(this.end(), from + chunkOps))]);
      const chunk = { from, ops, states: new Map([[from, dashboard]]) };
      if (this.chunks.has(from)) this.ready.set(from, chunk);
      return chunk;
    } catch (error) {
      // the next one who asks tries again
      this.chunks.delete(from);
      throw error;
    }
  }
}

const reaches = ({ from, ops }: Chunk, version: number): boolean => version <= from + ops.length;

const chunkOf = (version: number): number => version - (version % chunkOps);

function stateIn({ from, ops, states }: Chunk, version: number): Dashboard | null {
  let at = Math.max(from, version - ((version - from) % stepOps));
  while (!states.has(at)) at -= stepOps;
  let state = states.get(at) ?? null;
  while (at < version) {
    const past = ops[at - from];
    if (past === undefined) break;
    state = after(state, past);
    at += 1;
    if ((at - from) % stepOps === 0) states.set(at, state);
  }
  return state;
}

function after(state: Dashboard | null, { op, create }: PastOpOfLog): Dashboard | null {
  if (create !== undefined) return migrate(create.data);
  return op === undefined || state === null ? null : applyShared(state, op);
}
