import { innerLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import type { ArchiveRecord } from '../archive/archives.ts';
import { canonicalOp } from '../evidence/canonical-op.ts';
import { beginning, keptSeal, sealOf } from '../evidence/chain.ts';
import { walkCheckpoints } from '../evidence/checkpoint-walk.ts';
import { DamagedLog } from '../evidence/damaged-log.ts';
import { logPages } from '../evidence/log-pages.ts';
import { contentHash, isAmended, type Amended, type DocumentStatements } from '../evidence/statements.ts';
import type { StoredOp } from '../store/store.ts';
import { namelessData, namelessOp, type Leaver } from './nameless.ts';
import type { Upkeep } from './upkeep.ts';

/** What was done in the logs. */
export interface ErasedOps {
  readonly ops: number;
  /** Those of them that were not what was sealed before either, as `collection/id: version`: verifying goes on to find them. */
  readonly altered: readonly string[];
  /** Documents whose log could not be read to its end, and why. */
  readonly unreached: readonly string[];
}

const collections = [accessCollection, dashboardsCollection] as const;

/**
 * Takes a person out of the logs. Where that changes what was sealed, it is signed for before: the seal that the op had stays on it, and a
 * checkpoint says what it is now. In access lists nothing that was sealed changes.
 */
export class LogEraser {
  private readonly upkeep: Upkeep;

  constructor(upkeep: Upkeep) {
    this.upkeep = upkeep;
  }

  /** Keeps what a person is called in ops from before there were references, as their other names are. */
  async keepOpenNames(userId: string): Promise<void> {
    const { identities } = this.upkeep;
    await this.eachDocument(async (collection, id) => {
      for await (const page of this.pages(collection, id)) {
        for (const { m } of page) if (m?.u === userId && typeof m.n === 'string') await identities.know({ id: userId, name: m.n });
      }
    });
  }

  /** Gives the number of ops that named them, and which of those were not what was sealed anyway. */
  async erase(leaver: Leaver): Promise<ErasedOps> {
    let count = 0;
    const altered: string[] = [];
    const { statements } = await walkCheckpoints({ store: this.upkeep.store });
    const unreached = await this.eachDocument(async (collection, id) => {
      await this.eraseStates(collection, id, leaver);
      count += await this.eraseOps(collection, id, leaver, statements.of(collection, id).amended, altered);
    });
    this.upkeep.passed('logs');
    return { ops: count, altered, unreached };
  }

  /** Gives those whose log cannot be read to its end: one that is damaged must not be in the way of the others. */
  private async eachDocument(run: (collection: string, id: string) => Promise<void>): Promise<string[]> {
    const unreached: string[] = [];
    for (const collection of collections) {
      for await (const id of this.upkeep.store.keeping.listIds(collection)) {
        try {
          await run(collection, id);
        } catch (error) {
          if (!(error instanceof DamagedLog)) throw error;
          unreached.push(`${collection}/${id}: ${error.message}`);
        }
      }
    }
    return unreached;
  }

  private pages(collection: string, id: string): AsyncIterable<readonly StoredOp[]> {
    return logPages({ store: this.upkeep.log, collection, id, pageOps: innerLimits.erasePageOps });
  }

  /** A log in pieces that are replaced as a whole: archives, and then what is in the store. */
  private async *pieces(collection: string, id: string): AsyncIterable<readonly [ops: readonly StoredOp[], put: (changed: readonly StoredOp[]) => Promise<void>]> {
    const { store, archives } = this.upkeep;
    let first = 0;
    for (const record of await archives.of(collection, id)) {
      const ops = await archives.read(collection, id, record);
      yield [ops, (changed) => this.replaceArchive(collection, id, record, ops, changed)];
      first = record.to;
    }
    for await (const ops of logPages({ store, collection, id, pageOps: innerLimits.erasePageOps, first })) yield [ops, (changed) => store.keeping.replaceOps(collection, id, changed)];
  }

  private async replaceArchive(c: string, d: string, record: ArchiveRecord, ops: readonly StoredOp[], changed: readonly StoredOp[]): Promise<void> {
    const { archives, checkpoints, passed } = this.upkeep;
    const { from, to, h } = record;
    const byVersion = new Map(changed.map((op) => [op.v, op]));
    const written = await archives.write({ c, d, from, to }, ops.map((op) => byVersion.get(op.v) ?? op), h);
    passed('file');
    await checkpoints.state({ archived: [{ c, d, from, to, h, sha256: written.sha256 }] });
    passed('stated');
    await archives.put(c, d, { ...written, state: 'done' });
    passed('put');
  }

  private async eraseOps(collection: string, id: string, leaver: Leaver, known: DocumentStatements['amended'], altered: string[]): Promise<number> {
    const { checkpoints, identities, engine: { sealer }, passed } = this.upkeep;
    const referenceOf = (person: string): string => identities.accessReference(person);
    let count = 0;
    let seal = beginning;
    for await (const [ops, put] of this.pieces(collection, id)) {
      const changed: StoredOp[] = [];
      const amended: Amended[] = [];
      for (const op of ops) {
        await sealer.ready(collection, op, undefined);
        const before = seal;
        seal = sealer.behind(before, collection, id, op);
        const cleaned = namelessOp(collection, op, leaver);
        if (cleaned === op) continue;
        if (canonicalOp(collection, id, cleaned, referenceOf) === canonicalOp(collection, id, op, referenceOf)) {
          changed.push(cleaned);
          continue;
        }
        changed.push({ ...cleaned, m: { ...cleaned.m, h: seal } });
        // what somebody altered is not signed for now: it stays to be found
        if (keptSeal(op) !== undefined && sealOf(before, collection, id, op, referenceOf) !== seal && !isAmended(collection, id, op, before, known, referenceOf)) altered.push(`${collection}/${id}: ${String(op.v)}`);
        else amended.push({ c: collection, d: id, v: op.v, before, h: seal, is: contentHash(collection, id, cleaned, referenceOf) });
      }
      if (amended.length > 0) {
        await checkpoints.state({ amended });
        passed('amended');
      }
      if (changed.length === 0) continue;
      await put(changed);
      passed('replaced');
      count += changed.length;
    }
    return count;
  }

  private async eraseStates(collection: string, id: string, leaver: Leaver): Promise<void> {
    const { store } = this.upkeep;
    for (const v of await store.keeping.milestoneVersions(collection, id)) {
      const milestone = await store.readMilestone(collection, id, { atOrBeforeVersion: v });
      if (milestone?.v !== v) continue;
      const data = namelessData(collection, milestone.data, leaver);
      if (data === milestone.data) continue;
      await store.keeping.replaceStates('milestone', [{ collection, snapshot: { ...milestone, data } }]);
      this.upkeep.passed('milestone');
    }
    const snapshot = await store.readSnapshot(collection, id);
    const data = namelessData(collection, snapshot.data, leaver);
    if (data !== snapshot.data) await store.keeping.replaceStates('snapshot', [{ collection, snapshot: { ...snapshot, data } }]);
  }
}
