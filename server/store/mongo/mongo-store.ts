import { MongoServerError, ObjectId, type Collection, type Db } from 'mongodb';
import type { Append, AppendOutcome, MilestoneQuery, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from '../store.ts';
import { MongoConnection } from './mongo-connection.ts';
import { MongoHistory } from './mongo-history.ts';
import { MongoKeeping } from './mongo-keeping.ts';
import { MongoLog } from './mongo-log.ts';
import { MongoSnapshots } from './mongo-snapshots.ts';
import { prepareLog, type Takeover } from './takeover.ts';

interface Setting { readonly _id: string; readonly value: string }

/** The collections of documents. The ops of each are in `o_NAME`, its milestones in `m_NAME`. */
const collections = ['dashboards', 'access'] as const;

/**
 * Keeps everything in MongoDB, in the formats of sharedb-mongo: snapshots in `dashboards`, ops in `o_dashboards`, each linked to
 * the one before. Works without sessions and transactions: an op counts once it is in the log.
 */
export class MongoStore implements Store {
  readonly place: string;
  readonly history: MongoHistory;
  readonly keeping: MongoKeeping;
  /** What was found when a stock sharedb-mongo had the database before; for the log. */
  readonly takenOver: Takeover[] = [];
  private readonly connection: MongoConnection;
  private readonly log: MongoLog;
  private readonly snapshots: MongoSnapshots;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(address: string, elapsed: () => number = () => performance.now()) {
    this.connection = new MongoConnection(address, elapsed);
    this.place = this.connection.place;
    this.history = new MongoHistory(this.connection);
    this.keeping = new MongoKeeping(this.connection);
    this.log = new MongoLog(this.connection);
    this.snapshots = new MongoSnapshots(this.connection);
  }

  async start(): Promise<void> {
    try {
      await this.connection.open();
      const { db } = this.connection;
      for (const name of collections) {
        const found = await prepareLog(db, name);
        if (found) this.takenOver.push(found);
        await createMilestoneIndexes(db, name);
      }
      await MongoHistory.prepare(db);
      // proves that it can be written
      await settingsOf(db).updateOne({ _id: 'started' }, { $set: { value: new Date().toISOString() } }, { upsert: true });
    } catch (error) {
      await this.connection.close();
      throw this.connection.unavailable('cannot be opened', error);
    }
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.underWay);
    // what was written as a cache is on the disk too after a clean stop
    await this.writeSetting('stopped', new Date().toISOString()).catch(() => undefined);
    await this.connection.close();
  }

  check(): Promise<void> {
    return this.connection.use(async (db) => {
      await db.command({ ping: 1 });
    });
  }

  newLink(): ObjectId {
    return new ObjectId();
  }

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.write(() => this.log.append(entries));
  }

  readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.connection.use(() => this.log.readOps(collection, id, from, to, bytesMax));
  }

  readTail(collection: string, id: string, from: number): Promise<Tail> {
    return this.connection.use(() => this.log.readTail(collection, id, from));
  }

  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null> {
    return this.connection.use(() => this.log.findOp(collection, id, src, seq));
  }

  readSnapshot(collection: string, id: string): Promise<StoredSnapshot> {
    return this.connection.use(() => this.snapshots.read(collection, id));
  }

  writeSnapshots(snapshots: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]> {
    return this.write(() => this.snapshots.write(snapshots));
  }

  listSnapshots(collection: string): AsyncIterable<StoredSnapshot> {
    return this.guarded(this.snapshots.list(collection));
  }

  listBehind(collection: string): AsyncIterable<string> {
    return this.guarded(this.snapshots.listBehind(collection));
  }

  writeMilestones(snapshots: readonly SnapshotWrite[]): Promise<void> {
    return this.write(() => this.snapshots.writeMilestones(snapshots));
  }

  readMilestone(collection: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null> {
    return this.connection.use(() => this.snapshots.readMilestone(collection, id, wanted));
  }

  readSetting(key: string): Promise<string | null> {
    return this.connection.use(async (db) => (await settingsOf(db).findOne({ _id: key }))?.value ?? null);
  }

  writeSetting(key: string, value: string): Promise<void> {
    return this.connection.use(async (db) => {
      await settingsOf(db).updateOne({ _id: key }, { $set: { value } }, { upsert: true });
    });
  }

  createSetting(key: string, value: string): Promise<string> {
    return this.connection.use(async (db) => {
      await settingsOf(db).updateOne({ _id: key }, { $setOnInsert: { value } }, { upsert: true }).catch(ignoreDuplicate);
      return (await settingsOf(db).findOne({ _id: key }))?.value ?? value;
    });
  }

  async removeSetting(key: string): Promise<void> {
    await this.connection.use((db) => settingsOf(db).deleteOne({ _id: key }));
  }

  async *listSettings(prefix: string): AsyncGenerator<readonly [string, string]> {
    const found = settingsOf(this.connection.db).find({ _id: { $gte: prefix, $lt: `${prefix}\uffff` } }).sort({ _id: 1 });
    for await (const { _id, value } of this.guarded(found)) yield [_id, value];
  }

  /** A write that {@link stop} waits for. */
  private write<T>(step: () => Promise<T>): Promise<T> {
    const written = this.connection.use(step);
    this.underWay.add(written);
    const done = (): void => {
      this.underWay.delete(written);
    };
    written.then(done, done);
    return written;
  }

  private async *guarded<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* items;
    } catch (error) {
      throw this.connection.unavailable('failed', error);
    }
  }
}

const settingsOf = (db: Db): Collection<Setting> => db.collection<Setting>('settings');

/** Those of sharedb-milestone-mongo. */
async function createMilestoneIndexes(db: Db, name: string): Promise<void> {
  const milestones = db.collection(`m_${name}`);
  await milestones.createIndex({ d: 1, v: 1 }, { unique: true }, {});
  await milestones.createIndex({ 'm.mtime': 1 }, {}, {});
}

function ignoreDuplicate(error: unknown): void {
  if (!(error instanceof MongoServerError && error.code === 11000)) throw error;
}
