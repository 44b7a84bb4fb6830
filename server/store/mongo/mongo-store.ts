import { MongoClient, type Collection, type Db, type MongoClientOptions } from 'mongodb';
import ShareDbMongo, { type MongoSnapshot } from 'sharedb-mongo';
import { CoboardError } from '../../../model/errors.ts';
import type { Append, AppendOutcome, OpMeta, Store, StoredOp, StoredSnapshot } from '../store.ts';
import { withoutSecrets } from './mongo-address.ts';

interface Setting { readonly _id: string; readonly value: string }

interface Open {
  readonly client: MongoClient;
  readonly db: Db;
  readonly share: ShareDbMongo;
  readonly settings: Collection<Setting>;
}

/** The collections of documents. sharedb-mongo keeps the ops of each in `o_NAME`. */
const collections = ['dashboards', 'access'] as const;

/** Long enough for a replica set to choose a new primary, short enough that a start on a wrong address does not hang; the address may say otherwise. */
const selectTimeoutMs = 5_000;
const selection = (address: string): MongoClientOptions => (/[?&]serverSelectionTimeoutMS=/i.test(address) ? {} : { serverSelectionTimeoutMS: selectTimeoutMs });

/**
 * Keeps everything in MongoDB, in the formats of sharedb-mongo: snapshots in `dashboards`, ops in `o_dashboards`, each linked to
 * the one before. Works without sessions and transactions: an op counts once a snapshot links to it.
 */
export class MongoStore implements Store {
  readonly place: string;
  private readonly address: string;
  private open: Open | null = null;
  private readonly underWay = new Set<Promise<unknown>>();

  constructor(address: string) {
    this.address = address;
    this.place = withoutSecrets(address);
  }

  async start(): Promise<void> {
    if (this.open) return;
    let client: MongoClient | null = null;
    try {
      const probe = new MongoClient(this.address, selection(this.address));
      const inSet = await isReplicaSet(probe).finally(() => probe.close());
      client = await new MongoClient(this.address, { ...selection(this.address), ...clientOptions(inSet) }).connect();
      const db = client.db();
      const settings = db.collection<Setting>('settings');
      for (const name of collections) await createIndexes(db, name);
      // proves that it can be written
      await settings.updateOne({ _id: 'started' }, { $set: { value: new Date().toISOString() } }, { upsert: true });
      const connected = client;
      const share = new ShareDbMongo((callback) => {
        callback(null, connected);
      }, { disableIndexCreation: true });
      this.open = { client, db, share, settings };
    } catch (error) {
      await client?.close();
      throw this.unavailable('cannot be opened', error);
    }
  }

  async stop(): Promise<void> {
    const open = this.open;
    this.open = null;
    await Promise.allSettled(this.underWay);
    await open?.client.close();
  }

  check(): Promise<void> {
    return this.guarded(async ({ db }) => {
      await db.command({ ping: 1 });
    });
  }

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const appended = this.guarded(async ({ share }) => {
      const outcomes: AppendOutcome[] = [];
      for (const entry of entries) outcomes.push(await appendOne(share, entry));
      return outcomes;
    });
    this.underWay.add(appended);
    const done = (): void => {
      this.underWay.delete(appended);
    };
    appended.then(done, done);
    return appended;
  }

  readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    return this.guarded(async ({ share }) => {
      const ops = await called<Record<string, unknown>[]>((callback) => {
        share.getOps(collection, id, from, to, { metadata: true }, callback);
      });
      return ops.map(toOp);
    });
  }

  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null> {
    return this.guarded(async ({ share }) => {
      const snapshot = await readLinked(share, collection, id);
      if (snapshot._opLink === undefined) return null;
      const version = await called<number | undefined>((callback) => {
        share.getCommittedOpVersion(collection, id, snapshot, { src, seq }, null, callback);
      });
      return version ?? null;
    });
  }

  readSnapshot(collection: string, id: string): Promise<StoredSnapshot> {
    return this.guarded(async ({ share }) => {
      const { v, type, data, m, _opLink: link } = await readLinked(share, collection, id);
      return { id, v, type, data, m: m as StoredSnapshot['m'], link };
    });
  }

  async *listSnapshots(collection: string): AsyncGenerator<StoredSnapshot> {
    const { db } = this.opened();
    const documents = db.collection<StoredDocument>(collection).find({}).sort({ _id: 1 });
    try {
      for await (const { _id: id, _v: v, _type: type, _m: m, _o: link, _data: bare, ...data } of documents) {
        yield { id, v, type: type ?? null, data: bare ?? data, m: m ?? null, link };
      }
    } catch (error) {
      throw this.unavailable('failed', error);
    }
  }

  readSetting(key: string): Promise<string | null> {
    return this.guarded(async ({ settings }) => (await settings.findOne({ _id: key }))?.value ?? null);
  }

  writeSetting(key: string, value: string): Promise<void> {
    return this.guarded(async ({ settings }) => {
      await settings.updateOne({ _id: key }, { $set: { value } }, { upsert: true });
    });
  }

  createSetting(key: string, value: string): Promise<string> {
    return this.guarded(async ({ settings }) => {
      await settings.updateOne({ _id: key }, { $setOnInsert: { value } }, { upsert: true }).catch(ignoreDuplicate);
      return (await settings.findOne({ _id: key }))?.value ?? value;
    });
  }

  async *listSettings(prefix: string): AsyncGenerator<readonly [string, string]> {
    const { settings } = this.opened();
    try {
      for await (const { _id, value } of settings.find({ _id: { $gte: prefix, $lt: `${prefix}\uffff` } }).sort({ _id: 1 })) yield [_id, value];
    } catch (error) {
      throw this.unavailable('failed', error);
    }
  }

  private opened(): Open {
    if (!this.open) throw this.unavailable('is closed');
    return this.open;
  }

  private async guarded<T>(step: (open: Open) => Promise<T>): Promise<T> {
    const open = this.opened();
    try {
      return await step(open);
    } catch (error) {
      throw this.unavailable('failed', error);
    }
  }

  private unavailable(what: string, cause?: unknown): CoboardError {
    const words = cause instanceof Error ? `: ${cause.message}` : '';
    return new CoboardError('STORE_UNAVAILABLE', `The store ${this.place} ${what}${words}`, { cause });
  }
}

/** A document as sharedb-mongo keeps it: the data's keys beside its own. */
interface StoredDocument {
  readonly _id: string;
  readonly _v: number;
  readonly _type?: string | null;
  readonly _m?: Record<string, unknown> | null;
  readonly _o?: unknown;
  readonly _data?: unknown;
}

/**
 * A write is acknowledged when it is in the journal: of most of a replica set, or of the lone server. On a lone server `majority`
 * is not safer and may be less so: see docs/adr.
 */
function clientOptions(inReplicaSet: boolean): MongoClientOptions {
  return {
    writeConcern: { w: inReplicaSet ? 'majority' : 1, journal: true },
    readConcern: { level: inReplicaSet ? 'majority' : 'local' },
    readPreference: 'primary',
    retryWrites: inReplicaSet,
    ignoreUndefined: true,
  };
}

async function isReplicaSet(client: MongoClient): Promise<boolean> {
  const hello = await client.db().command({ hello: 1 });
  // a sharded cluster's router says so in `msg`; behind it are replica sets
  return typeof hello['setName'] === 'string' || hello['msg'] === 'isdbgrid';
}

/**
 * The indexes that sharedb-mongo would make at the first op. The one on the version is not unique: sharedb-mongo writes an op before the
 * snapshot that makes it count, so an op that lost, or whose server died in between, stays beside the one that won.
 */
async function createIndexes(db: Db, name: string): Promise<void> {
  await db.collection(`o_${name}`).createIndexes([{ key: { d: 1, v: 1 } }, { key: { src: 1, seq: 1, v: 1 } }]);
}

async function appendOne(share: ShareDbMongo, { collection, id, op, snapshot: { link, ...snapshot } }: Append): Promise<AppendOutcome> {
  const succeeded = await called<boolean | undefined>((callback) => {
    share.commit(collection, id, op, { ...snapshot, _opLink: link }, null, callback);
  }).catch((error: unknown) => {
    if (isUnstorable(error)) return error;
    throw error;
  });
  if (succeeded instanceof Error) return { status: 'refused', error: new CoboardError('OP_INVALID', 'MongoDB cannot store the op.', { cause: succeeded }) };
  return { status: succeeded === true ? 'committed' : 'conflict' };
}

/** Errors of an op that would fail again: too large (10334, 17280, 2), or not to be written as BSON. */
function isUnstorable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error.name.startsWith('BSON') || ('code' in error && [2, 10334, 17280].includes(error.code as number));
}

const readLinked = (share: ShareDbMongo, collection: string, id: string) =>
  called<MongoSnapshot>((callback) => {
    share.getSnapshot(collection, id, { $submit: true }, null, callback);
  });

function toOp(stored: Record<string, unknown>): StoredOp {
  const { v, src, seq, op, create, del, m } = stored as unknown as StoredOp & { m?: OpMeta };
  return {
    v,
    ...(src == null ? {} : { src }), ...(seq == null ? {} : { seq }),
    ...(op === undefined ? {} : { op }), ...(create == null ? {} : { create }), ...(del === true ? { del } : {}),
    ...(m == null ? {} : { m }),
  };
}

function ignoreDuplicate(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 11000)) throw error;
}

/** A call with a callback, as a promise. */
function called<T>(call: (callback: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}
