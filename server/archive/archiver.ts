import { setImmediate as nextTurn } from 'node:timers/promises';
import { innerLimits } from '../../model/limits.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import { beginning, keptSeal, sealOf } from '../evidence/chain.ts';
import { walkCheckpoints, type Walk } from '../evidence/checkpoint-walk.ts';
import { isAmended } from '../evidence/statements.ts';
import type { Upkeep } from '../retention/upkeep.ts';
import type { StoredOp } from '../store/store.ts';
import type { ArchiveRecord } from './archives.ts';

export interface ArchiverLimits {
  /** Ops that are younger stay; milliseconds. */
  readonly afterMs: number;
  /** Ops in one file. */
  readonly opsMax: number;
  readonly warn: (words: string) => void;
  /** Whether to leave off; what is begun is gone on with the next time. */
  readonly isStopped?: () => boolean;
}

export interface Archiving {
  readonly files: number;
  readonly ops: number;
  readonly bytes: number;
}

const nothing: Archiving = { files: 0, ops: 0, bytes: 0 };

/**
 * Moves ops that are old and lie before a milestone to files. They leave the store only when the file was read back, and a checkpoint states it.
 * It may be ended at any point and goes on where it was.
 */
export class Archiver {
  private readonly upkeep: Upkeep;
  private readonly limits: ArchiverLimits;

  constructor(upkeep: Upkeep, limits: ArchiverLimits) {
    this.upkeep = upkeep;
    this.limits = limits;
  }

  async run(): Promise<Archiving> {
    const { store, archives } = this.upkeep;
    await archives.sweep();
    const walk = await walkCheckpoints({ store });
    let sum = nothing;
    for await (const id of store.keeping.listIds(dashboardsCollection)) {
      if (this.limits.isStopped?.() === true) break;
      try {
        const { files, ops, bytes } = await this.archive(id, walk);
        sum = { files: sum.files + files, ops: sum.ops + ops, bytes: sum.bytes + bytes };
      } catch (error) {
        // one that cannot be archived must not hold up the others
        this.limits.warn(`${id} is not archived: ${error instanceof Error ? error.message : String(error)}`);
      }
      await nextTurn();
    }
    return sum;
  }

  private async archive(id: string, walk: Walk): Promise<Archiving> {
    const { archives } = this.upkeep;
    const records = await archives.of(dashboardsCollection, id);
    for (const record of records) await this.finish(id, record, walk);
    await this.keepNamed(id);
    let { to: from, h } = records.at(-1) ?? { to: 0, h: beginning };
    const end = await this.endOf(id);
    let sum = nothing;
    while (from < end && this.limits.isStopped?.() !== true) {
      const to = Math.min(end, from + this.limits.opsMax);
      const ops = await this.upkeep.store.readOps(dashboardsCollection, id, from, to);
      if (ops.length !== to - from) throw new Error(`its changes ${String(from)} to ${String(to - 1)} are not all there`);
      h = await this.sealBehind(id, ops, h, walk);
      const record = await archives.write({ c: dashboardsCollection, d: id, from, to }, ops, h);
      this.upkeep.passed('file');
      await archives.put(dashboardsCollection, id, record);
      this.upkeep.passed('written');
      await this.finish(id, record, walk);
      sum = { files: sum.files + 1, ops: sum.ops + to - from, bytes: sum.bytes + record.bytes };
      from = to;
    }
    return sum;
  }

  /** The version before which ops are old enough: one of which the state is kept, and not the last. */
  private async endOf(id: string): Promise<number> {
    const { store, clock } = this.upkeep;
    const { v: head } = await store.readSnapshot(dashboardsCollection, id);
    const old = await store.readMilestone(dashboardsCollection, id, { atOrBeforeMs: clock.now() - this.limits.afterMs });
    if (old === null || old.v < head) return old?.v ?? 0;
    // the next op is sealed behind the last one, which stays
    return (await store.readMilestone(dashboardsCollection, id, { atOrBeforeVersion: head - 1 }))?.v ?? 0;
  }

  /** The seal behind ops. @throws Error if they are not what was sealed: such are evidence, and stay where they are */
  private async sealBehind(id: string, ops: readonly StoredOp[], before: string, { statements }: Walk): Promise<string> {
    const { amended } = statements.of(dashboardsCollection, id);
    const nobody = (person: string): string => person;
    let seal = before;
    for (const [i, op] of ops.entries()) {
      const is = sealOf(seal, dashboardsCollection, id, op, nobody);
      const kept = keptSeal(op);
      if (kept !== undefined && kept !== is && !isAmended(dashboardsCollection, id, op, seal, amended, nobody)) throw new Error(`its change ${String(op.v)} is not what was sealed; verify it`);
      seal = kept ?? is;
      if (i % innerLimits.archivePageOps === innerLimits.archivePageOps - 1) await nextTurn();
    }
    return seal;
  }

  /** What is left to do of an archive whose file is there. */
  private async finish(id: string, record: ArchiveRecord, walk: Walk): Promise<void> {
    const { store, archives, checkpoints, passed } = this.upkeep;
    if (record.state === 'done') return;
    const { from, to, h, sha256 } = record;
    // it may have been a while
    archives.forget();
    await archives.read(dashboardsCollection, id, record);
    const isStated = walk.statements.of(dashboardsCollection, id).archived.some((one) => one.from === from && one.to === to && one.sha256 === sha256);
    if (record.state === 'written' && !isStated) await checkpoints.state({ archived: [{ c: dashboardsCollection, d: id, from, to, h, sha256 }] });
    passed('stated');
    await archives.put(dashboardsCollection, id, { ...record, state: 'signed' });
    passed('signed');
    await this.keepNamed(id);
    await store.keeping.removeOps(dashboardsCollection, id, from, to);
    passed('removed');
    await archives.put(dashboardsCollection, id, { ...record, state: 'done' });
    passed('done');
  }

  /** A version that somebody gave a name is read without an archive: its state is kept. */
  private async keepNamed(id: string): Promise<void> {
    const { store, engine } = this.upkeep;
    const kept = new Set(await store.keeping.milestoneVersions(dashboardsCollection, id));
    for await (const [key] of store.listSettings(`named:${id}:`)) {
      const version = Number(key.slice(`named:${id}:`.length));
      if (kept.has(version) || version === 0) continue;
      const state = await engine.readVersion(dashboardsCollection, id, version);
      await store.writeMilestones([{ collection: dashboardsCollection, snapshot: { id, ...state } }]);
    }
  }
}
