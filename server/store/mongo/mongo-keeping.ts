import type { Collection, Db } from 'mongodb';
import { innerLimits } from '../../../model/limits.ts';
import type { Keeping } from '../keeping.ts';
import type { SnapshotWrite, StoredOp } from '../store.ts';
import type { MongoConnection } from './mongo-connection.ts';
import { fromSnapshot, type MilestoneDocument, type OpDocument, type SnapshotDocument } from './mongo-formats.ts';

const collections = ['dashboards', 'access'] as const;

const opsOf = (db: Db, name: string): Collection<OpDocument> => db.collection<OpDocument>(`o_${name}`);
const milestonesOf = (db: Db, name: string): Collection<MilestoneDocument> => db.collection<MilestoneDocument>(`m_${name}`);
const snapshotsOf = (db: Db, name: string): Collection<SnapshotDocument> => db.collection<SnapshotDocument>(name);

export class MongoKeeping implements Keeping {
  private readonly connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.connection = connection;
  }

  async *listIds(collection: string): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const found = await this.connection.use((db) => Promise.all([
        opsOf(db, collection).find({ d: { $gt: after } }, { projection: { d: 1 } }).sort({ d: 1, v: 1 }).limit(1).next().then((op) => op?.d),
        milestonesOf(db, collection).find({ d: { $gt: after } }, { projection: { d: 1 } }).sort({ d: 1, v: 1 }).limit(1).next().then((milestone) => milestone?.d),
        snapshotsOf(db, collection).find({ _id: { $gt: after } }, { projection: { _id: 1 } }).sort({ _id: 1 }).limit(1).next().then((snapshot) => snapshot?._id),
      ]));
      const next = found.filter((id) => id !== undefined).sort()[0];
      if (next === undefined) return;
      yield next;
      after = next;
    }
  }

  async has(collection: string, id: string): Promise<boolean> {
    const found = await this.connection.use((db) => Promise.all([
      opsOf(db, collection).findOne({ d: id }, { projection: { _id: 1 } }), snapshotsOf(db, collection).findOne({ _id: id }, { projection: { _id: 1 } }),
      milestonesOf(db, collection).findOne({ d: id }, { projection: { _id: 1 } }),
    ]));
    return found.some((document) => document !== null);
  }

  async milestoneVersions(collection: string, id: string): Promise<readonly number[]> {
    const found = await this.connection.use((db) => milestonesOf(db, collection).find({ d: id }, { projection: { v: 1 } }).sort({ v: 1 }).toArray());
    return found.map(({ v }) => v);
  }

  async firstOp(collection: string, id: string): Promise<number | null> {
    const found = await this.connection.use((db) => opsOf(db, collection).findOne({ d: id }, { projection: { v: 1 }, sort: { v: 1 } }));
    return found?.v ?? null;
  }

  async removeOps(collection: string, id: string, from: number, to: number): Promise<void> {
    for (;;) {
      // the first ones first, so that what is left has no gap
      const found = await this.connection.use((db) => opsOf(db, collection).find({ d: id, v: { $gte: from, $lt: to } }, { projection: { v: 1 } }).sort({ v: 1 }).limit(innerLimits.removedAtOnceMax).toArray());
      const last = found.at(-1);
      if (last === undefined) return;
      await this.connection.use((db) => opsOf(db, collection).deleteMany({ d: id, v: { $gte: from, $lte: last.v } }));
    }
  }

  async replaceOps(collection: string, id: string, ops: readonly StoredOp[]): Promise<void> {
    for (const { v, ...op } of ops) {
      await this.connection.use(async (db) => {
        const there = await opsOf(db, collection).findOne({ d: id, v }, { projection: { _id: 1, o: 1 } });
        if (there) await opsOf(db, collection).replaceOne({ _id: there._id }, { ...(op as object), d: id, v, ...(there.o === undefined ? {} : { o: there.o }) });
      });
    }
  }

  async replaceStates(kind: 'snapshot' | 'milestone', states: readonly SnapshotWrite[]): Promise<void> {
    for (const { collection, snapshot } of states) {
      const { id, v, type, data, m } = snapshot;
      await this.connection.use(async (db) => {
        if (kind === 'milestone') {
          await milestonesOf(db, collection).replaceOne({ d: id, v }, { d: id, v, type, data, m });
          return;
        }
        const there = await snapshotsOf(db, collection).findOne({ _id: id, _v: v }, { projection: { _o: 1 } });
        if (there) await snapshotsOf(db, collection).replaceOne({ _id: id, _v: v }, { ...fromSnapshot(snapshot), _o: there._o ?? null });
      });
    }
  }

  async removeDocument(collection: string, id: string): Promise<void> {
    await this.connection.use((db) => snapshotsOf(db, collection).deleteOne({ _id: id }));
    await this.connection.use((db) => milestonesOf(db, collection).deleteMany({ d: id }));
    await this.removeOps(collection, id, 0, Number.MAX_SAFE_INTEGER);
  }

  async removeSetAside(userId: string): Promise<void> {
    for (const name of collections) {
      const named = { $or: [{ 'm.u': userId }, { [`create.data.people.${userId}`]: { $exists: true } }, { op: { $elemMatch: { 'p.1': userId } } }] };
      await this.connection.use((db) => db.collection(`o_${name}_orphans`).deleteMany(named));
    }
  }

  scrub(): Promise<void> {
    // a mongod reuses what it freed in its own time, and nobody can ask it to write over it
    return Promise.resolve();
  }
}
