import { MongoBulkWriteError, type AnyBulkWriteOperation, type Collection, type Filter } from 'mongodb';
import type { MilestoneQuery, SnapshotWrite, StoredSnapshot } from '../store.ts';
import type { MongoConnection } from './mongo-connection.ts';
import { fromSnapshot, toSnapshot, type MilestoneDocument, type OpDocument, type SnapshotDocument } from './mongo-formats.ts';
import { isUnstorable, unstorableCodes } from './mongo-log.ts';

const duplicateKey = 11000;
/**
 * What is only a cache need not wait for the disk, and an append not for it: the journal has the order of the writes, so what survives a
 * crash is never newer than the ops that it was made of.
 */
const asCache = { ordered: false, writeConcern: { w: 1, journal: false } } as const;

/** Snapshots in the format of sharedb-mongo, and milestones in that of sharedb-milestone-mongo. */
export class MongoSnapshots {
  private readonly connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.connection = connection;
  }

  async read(name: string, id: string): Promise<StoredSnapshot> {
    const found = await this.snapshots(name).findOne({ _id: id });
    return found ? toSnapshot(found) : { id, v: 0, type: null, m: null };
  }

  async *list(name: string): AsyncGenerator<StoredSnapshot> {
    for await (const found of this.snapshots(name).find({}).sort({ _id: 1 })) yield toSnapshot(found);
  }

  /** See `Store.writeSnapshots`. */
  async write(writes: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]> {
    const outcomes = writes.map((): Error | null => null);
    for (const name of new Set(writes.map(({ collection }) => collection))) {
      const indexes = writes.flatMap(({ collection }, i) => (collection === name ? [i] : []));
      await this.writeTo(name, writes, indexes, outcomes);
    }
    return outcomes;
  }

  /** A state that MongoDB cannot hold fails the whole bulk, so the bulk is halved until it stands alone. */
  private async writeTo(name: string, writes: readonly SnapshotWrite[], indexes: readonly number[], outcomes: (Error | null)[]): Promise<void> {
    const bulk = indexes.flatMap((i) => writes[i] ?? []).map(({ snapshot }): AnyBulkWriteOperation<SnapshotDocument> => {
      const replacement = fromSnapshot(snapshot);
      // where a newer one is, the filter misses it and the upsert runs into its `_id`
      return { replaceOne: { filter: { _id: replacement._id, _v: { $lt: replacement._v } }, replacement, upsert: true } };
    });
    try {
      await this.snapshots(name).bulkWrite(bulk, asCache);
    } catch (error) {
      if (isThere(error)) return;
      if (!isContent(error)) throw error;
      const [only] = indexes;
      if (indexes.length === 1 && only !== undefined) {
        outcomes[only] = error instanceof Error ? error : new Error('MongoDB cannot store the snapshot.');
        return;
      }
      const half = indexes.length >> 1;
      await this.writeTo(name, writes, indexes.slice(0, half), outcomes);
      await this.writeTo(name, writes, indexes.slice(half), outcomes);
    }
  }

  /** See `Store.listBehind`. The index on document and version gives the last op of each document without a look at the others. */
  async *listBehind(name: string): AsyncGenerator<string> {
    const { db } = this.connection;
    const heads = db.collection<OpDocument>(`o_${name}`).aggregate<{ _id: string; v: number }>([
      { $sort: { d: -1, v: -1 } },
      { $group: { _id: '$d', v: { $first: '$v' } } },
    ]);
    let page: { _id: string; v: number }[] = [];
    for await (const head of heads) {
      page.push(head);
      if (page.length < 1_000) continue;
      yield* await this.behindOf(name, page);
      page = [];
    }
    yield* await this.behindOf(name, page);
  }

  private async behindOf(name: string, heads: readonly { _id: string; v: number }[]): Promise<string[]> {
    const stored = await this.snapshots(name).find({ _id: { $in: heads.map(({ _id }) => _id) } }, { projection: { _v: 1 } }).toArray();
    const versions = new Map(stored.map(({ _id, _v }) => [_id, _v]));
    return heads.filter(({ _id, v }) => (versions.get(_id) ?? 0) <= v).map(({ _id }) => _id);
  }

  async writeMilestones(writes: readonly SnapshotWrite[]): Promise<void> {
    for (const name of new Set(writes.map(({ collection }) => collection))) await this.writeMilestonesTo(name, writes.filter(({ collection }) => collection === name));
  }

  private async writeMilestonesTo(name: string, writes: readonly SnapshotWrite[]): Promise<void> {
    const bulk = writes.map(({ snapshot: { id, v, type, data, m } }): AnyBulkWriteOperation<MilestoneDocument> => (
      { updateOne: { filter: { d: id, v }, update: { $setOnInsert: { d: id, v, type, data, m } }, upsert: true } }
    ));
    try {
      await this.milestones(name).bulkWrite(bulk, asCache);
    } catch (error) {
      // two servers keep the same ones
      if (isThere(error)) return;
      if (!isContent(error)) throw error;
      // one that is too large for MongoDB is left out: its ops are still there
      if (writes.length > 1) for (const half of [writes.slice(0, writes.length >> 1), writes.slice(writes.length >> 1)]) await this.writeMilestonesTo(name, half);
    }
  }

  async readMilestone(name: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null> {
    const where: Filter<MilestoneDocument> = 'atOrBeforeVersion' in wanted ? { v: { $lte: wanted.atOrBeforeVersion } }
      : 'atOrBeforeMs' in wanted ? { 'm.mtime': { $lte: wanted.atOrBeforeMs } } : { 'm.mtime': { $gte: wanted.atOrAfterMs } };
    const found = await this.milestones(name).findOne({ d: id, ...where }, { sort: { v: 'atOrAfterMs' in wanted ? 1 : -1 } });
    if (!found) return null;
    const { v, type, data, m } = found;
    return { id, v, type, ...(type === null ? {} : { data }), m };
  }

  private snapshots(name: string): Collection<SnapshotDocument> {
    return this.connection.db.collection<SnapshotDocument>(name);
  }

  private milestones(name: string): Collection<MilestoneDocument> {
    return this.connection.db.collection<MilestoneDocument>(`m_${name}`);
  }
}

const codesOf = (error: unknown): unknown[] => (error instanceof MongoBulkWriteError ? [error.writeErrors].flat().map(({ code }) => code) : []);

/** Whether all that failed of a bulk was there already. */
function isThere(error: unknown): boolean {
  const codes = codesOf(error);
  return codes.length > 0 && codes.every((code) => code === duplicateKey);
}

/** Whether a bulk failed for what is in it, and would fail again. */
function isContent(error: unknown): boolean {
  const codes = codesOf(error);
  return isUnstorable(error) || (codes.length > 0 && codes.every((code) => code === duplicateKey || unstorableCodes.has(Number(code))));
}
