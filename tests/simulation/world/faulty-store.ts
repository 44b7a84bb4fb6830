import { CoboardError } from '../../../model/errors.ts';
import type { Append, AppendOutcome, MilestoneQuery, OpLink, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from '../../../server/store/store.ts';
import type { MemoryDisk } from './memory-disk.ts';
import type { SimClock } from './sim-clock.ts';

export interface FaultyStoreParts {
  readonly disk: MemoryDisk;
  readonly clock: SimClock;
  /** Numbers in [0, 1). */
  readonly chance: () => number;
}

const delaysMs = [0, 0, 0, 1, 1, 2, 5, 20, 150];

/**
 * One server's connection to a database that takes its time, fails before, in the middle of and after a write, and dies. What it
 * answers is as true as a real one's: an append that it calls committed is on the disk.
 */
export class FaultyStore implements Store {
  readonly place = 'simulated';
  /** How often a call fails, 0 to 1. */
  faults = 0;
  /** Its server was killed: nothing comes back any more. What is on its way may still land. */
  isDead = false;
  private readonly parts: FaultyStoreParts;

  constructor(parts: FaultyStoreParts) {
    this.parts = parts;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  check(): Promise<void> {
    return this.trip();
  }

  newLink(): OpLink {
    return {};
  }

  async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const { disk, chance } = this.parts;
    await this.delay();
    this.fail(0.4);
    const done = chance() < this.faults * 0.4 ? Math.floor(chance() * entries.length) : entries.length;
    const { crashes } = disk;
    const lost = new Set<string>();
    const outcomes = entries.slice(0, done).map(({ collection, id, op, link }): AppendOutcome => {
      const key = `${collection} ${id}`;
      const status = lost.has(key) ? 'conflict' : disk.append(collection, id, op, link);
      if (status === 'conflict') lost.add(key);
      return { status };
    });
    await this.delay();
    if (done < entries.length || disk.crashes !== crashes) throw this.away();
    disk.flush();
    this.fail(0.4);
    await this.alive();
    return outcomes;
  }

  async readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    await this.trip();
    return structuredClone(this.parts.disk.log(collection, id).slice(from, to ?? undefined).map(({ op }) => op));
  }

  async readTail(collection: string, id: string, from: number): Promise<Tail> {
    const { disk } = this.parts;
    for (;;) {
      await this.trip();
      const { crashes } = disk;
      const log = disk.log(collection, id).slice(from);
      await this.trip();
      if (disk.crashes !== crashes) continue;
      disk.flush();
      return { ops: structuredClone(log.map(({ op }) => op)), link: log.at(-1)?.link };
    }
  }

  async findOp(collection: string, id: string, src: string, seq: number): Promise<number | null> {
    await this.trip();
    return this.parts.disk.log(collection, id).find(({ op }) => op.src === src && op.seq === seq)?.op.v ?? null;
  }

  async readSnapshot(collection: string, id: string): Promise<StoredSnapshot> {
    await this.trip();
    const found = this.parts.disk.snapshot(collection, id);
    return found ? { ...found, data: structuredClone(found.data) } : { id, v: 0, type: null, m: null };
  }

  async writeSnapshots(writes: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]> {
    await this.trip();
    const { disk } = this.parts;
    for (const { collection, snapshot } of writes) disk.putSnapshot(collection, snapshot);
    await this.landed();
    return writes.map(() => null);
  }

  async *listSnapshots(collection: string): AsyncGenerator<StoredSnapshot> {
    await this.trip();
    for (const id of this.parts.disk.ids(collection)) {
      const found = this.parts.disk.snapshot(collection, id);
      if (found) yield found;
    }
  }

  async *listBehind(collection: string): AsyncGenerator<string> {
    await this.trip();
    const { disk } = this.parts;
    for (const id of disk.ids(collection)) if (disk.log(collection, id).length > (disk.snapshot(collection, id)?.v ?? 0)) yield id;
  }

  async writeMilestones(writes: readonly SnapshotWrite[]): Promise<void> {
    await this.trip();
    for (const { collection, snapshot } of writes) this.parts.disk.putMilestone(collection, snapshot);
    await this.landed();
  }

  async readMilestone(collection: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null> {
    await this.trip();
    const all = this.parts.disk.milestonesOf(collection, id);
    if ('atOrBeforeVersion' in wanted) return all.findLast(({ v }) => v <= wanted.atOrBeforeVersion) ?? null;
    const at = ({ m }: StoredSnapshot): number => (m?.['mtime'] as number | undefined) ?? 0;
    if ('atOrBeforeMs' in wanted) return all.findLast((one) => at(one) <= wanted.atOrBeforeMs) ?? null;
    return all.find((one) => at(one) >= wanted.atOrAfterMs) ?? null;
  }

  readSetting(key: string): Promise<string | null> {
    return Promise.resolve(this.parts.disk.settings.get(key) ?? null);
  }

  writeSetting(key: string, value: string): Promise<void> {
    this.parts.disk.settings.set(key, value);
    return Promise.resolve();
  }

  createSetting(key: string, value: string): Promise<string> {
    const { settings } = this.parts.disk;
    if (!settings.has(key)) settings.set(key, value);
    return Promise.resolve(settings.get(key) ?? value);
  }

  removeSetting(key: string): Promise<void> {
    this.parts.disk.settings.delete(key);
    return Promise.resolve();
  }

  async *listSettings(prefix: string): AsyncGenerator<readonly [string, string]> {
    await this.trip();
    for (const [key, value] of [...this.parts.disk.settings].sort()) if (key.startsWith(prefix)) yield [key, value];
  }

  /** There and back. */
  private async trip(): Promise<void> {
    await this.delay();
    this.fail(1);
    await this.alive();
  }

  /** What was written is on the disk when it answers, or it does not answer. */
  private async landed(): Promise<void> {
    const { disk } = this.parts;
    const { crashes } = disk;
    await this.trip();
    if (disk.crashes !== crashes) throw this.away();
    disk.flush();
  }

  private async delay(): Promise<void> {
    const { clock, chance } = this.parts;
    const ms = delaysMs[Math.floor(chance() * delaysMs.length)] ?? 0;
    if (ms > 0) await clock.sleep(ms);
  }

  private fail(share: number): void {
    if (this.parts.chance() < this.faults * share) throw this.away();
  }

  private alive(): Promise<void> {
    return this.isDead ? new Promise(() => undefined) : Promise.resolve();
  }

  private away(): CoboardError {
    return new CoboardError('STORE_UNAVAILABLE', 'The simulated store is away.');
  }
}
