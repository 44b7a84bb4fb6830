import { MongoBulkWriteError, MongoError, type Collection, type FindCursor, type ObjectId } from 'mongodb';
import { CoboardError } from '../../../model/errors.ts';
import { innerLimits } from '../../../model/limits.ts';
import { opSize } from '../op-size.ts';
import type { Append, AppendOutcome, StoredOp, Tail } from '../store.ts';
import type { MongoConnection } from './mongo-connection.ts';
import { toOp, type OpDocument } from './mongo-formats.ts';

/** After these the write may be there or not: not primary, shutting down, interrupted, write concern not met, out of time. */
const undecided = new Set([6, 7, 24, 50, 64, 89, 91, 112, 189, 262, 9001, 10107, 11600, 11601, 11602, 13435, 13436, 14031]);
const duplicateKey = 11000;

/** Refused before it was sent, or for its content: it would be again. */
const unstorableNames = /^(BSON|MongoInvalidArgument|MongoAPI|MongoParse)|^(TypeError|RangeError)$/;
export const unstorableCodes = new Set([2, 10334, 17280, 17419]);

/** What became of the first entries of an ordered write; the entry after them is the one that `next` is about. */
type Progress =
  | { readonly done: number; readonly next: 'none' | 'conflict' }
  | { readonly done: number; readonly next: 'refused'; readonly error: Error };

/**
 * The op log, in the format of sharedb-mongo. One ordered `insertMany` takes all that waits; the unique index on document and
 * version makes it the compare-and-set, so an op that is in the log is committed, whatever happens next.
 */
export class MongoLog {
  private readonly connection: MongoConnection;
  private barrier: Promise<unknown> = Promise.resolve();
  private nextBarrier: Promise<unknown> | null = null;

  constructor(connection: MongoConnection) {
    this.connection = connection;
  }

  /** Appends, a collection at a time; see `Store.append`. */
  async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    const outcomes = new Array<AppendOutcome>(entries.length);
    for (const name of new Set(entries.map(({ collection }) => collection))) {
      const indexes = entries.flatMap(({ collection }, i) => (collection === name ? [i] : []));
      await this.appendTo(name, entries, indexes, outcomes);
    }
    return outcomes;
  }

  private async appendTo(name: string, entries: readonly Append[], indexes: readonly number[], outcomes: AppendOutcome[]): Promise<void> {
    let rest = indexes;
    while (rest.length > 0) {
      const progress = await this.write(name, rest.flatMap((i) => entries[i] ?? []));
      for (const i of rest.slice(0, progress.done)) outcomes[i] = { status: 'committed' };
      rest = rest.slice(progress.done);
      const [stopped] = rest;
      if (progress.next === 'none' || stopped === undefined) continue;
      // what comes after it in its document was built on it
      const lost = rest.filter((i) => entries[i]?.id === entries[stopped]?.id);
      for (const i of lost) outcomes[i] = { status: 'conflict' };
      if (progress.next === 'refused') outcomes[stopped] = { status: 'refused', error: progress.error };
      rest = rest.filter((i) => !lost.includes(i));
    }
  }

  /** One write of the first entries, as many as can go. @throws if it is not known what was stored */
  private async write(name: string, entries: readonly Append[]): Promise<Progress> {
    const ops = this.ops(name);
    const documents = entries.map(({ id, op, link, after }): OpDocument => ({ ...(op as object), _id: link as ObjectId, d: id, v: op.v, o: (after as ObjectId | undefined) ?? null }));
    try {
      await ops.insertMany(documents, { ordered: true, forceServerObjectId: true });
      return { done: entries.length, next: 'none' };
    } catch (error) {
      if (error instanceof MongoBulkWriteError) return this.explain(name, entries, error);
      if (!isUnstorable(error)) throw error;
      // nothing of it was sent: one that cannot be stored must not hold up the rest
      if (entries.length > 1) return this.write(name, entries.slice(0, entries.length >> 1));
      return { done: 0, next: 'refused', error: new CoboardError('OP_INVALID', 'MongoDB cannot store the op.', { cause: error }) };
    }
  }

  private async explain(name: string, entries: readonly Append[], error: MongoBulkWriteError): Promise<Progress> {
    const [failed] = [error.writeErrors].flat();
    if (!failed || error.result.getWriteConcernError() !== undefined || undecided.has(failed.code)) throw error;
    const done = failed.index;
    if (failed.code !== duplicateKey) return { done, next: 'refused', error: new CoboardError('OP_INVALID', 'MongoDB cannot store the op.', { cause: error }) };
    const entry = entries[done];
    const there = await this.ops(name).findOne({ d: entry?.id ?? '', v: entry?.op.v ?? 0 }, { projection: { _id: 1 } });
    // gone again: a server that came back without it
    if (!there || !entry) throw error;
    if (!there._id.equals(entry.link as ObjectId)) return { done, next: 'conflict' };
    // an earlier try landed, with more of them perhaps
    const landed = await this.landed(name, entries.slice(done).map(({ link }) => link as ObjectId));
    if (landed === 0) throw error;
    return { done: done + landed, next: 'none' };
  }

  /** How many of the first ops are in the log to stay; they are looked for all at once, because each look takes a while. */
  private async landed(name: string, links: readonly ObjectId[]): Promise<number> {
    const found = async (): Promise<number> => {
      const there = await this.ops(name).find({ _id: { $in: [...links] } }, { projection: { _id: 1 }, batchSize: innerLimits.mongoBatchOps }).toArray();
      const known = new Set(there.map(({ _id }) => _id.toHexString()));
      const missing = links.findIndex((link) => !known.has(link.toHexString()));
      return missing < 0 ? links.length : missing;
    };
    const visible = await found();
    const last = links[visible - 1];
    // what is visible may not be durable yet
    if (last === undefined || !(await this.isDurable(name, last))) return 0;
    return Math.min(visible, await found());
  }

  async readOps(name: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    // links are of no use to who reads ops alone, and a third of what there is to read
    const found = this.find(name, id, from, to, { _id: 0, o: 0, d: 0 });
    if (bytesMax === undefined) return (await found.toArray()).map(toOp);
    const ops: StoredOp[] = [];
    let bytes = 0;
    for await (const document of found) {
      const op = toOp(document);
      bytes += opSize(op);
      if (bytes > bytesMax && ops.length > 0) break;
      ops.push(op);
    }
    return ops;
  }

  /** See `Store.readTail`. */
  async readTail(name: string, id: string, from: number): Promise<Tail> {
    for (;;) {
      const found = await this.find(name, id, from, null).toArray();
      const link = found.at(-1)?._id;
      if (link === undefined) return { ops: [] };
      if (await this.isDurable(name, link)) return { ops: found.map(toOp), link };
    }
  }

  async findOp(name: string, id: string, src: string, seq: number): Promise<number | null> {
    for (;;) {
      const found = await this.ops(name).findOne({ src, seq, d: id }, { projection: { v: 1 }, sort: { v: -1 } });
      if (found === null) return null;
      // its sender is told that it is saved
      if (await this.isDurable(name, found._id)) return found.v;
    }
  }

  private find(name: string, id: string, from: number, to: number | null, projection = {}): FindCursor<OpDocument> {
    const v = { $gte: from, ...(to === null ? {} : { $lt: to }) };
    return this.ops(name).find({ d: id, v }, { sort: { v: 1 }, batchSize: innerLimits.mongoBatchOps, projection, enableUtf8Validation: false });
  }

  /**
   * Reads see writes that are not in the journal (or not on most of the set) yet. A durable write of our own after the read makes
   * all before it durable too; looking again notices a restart or a new primary in between. One write serves all who wait for it.
   */
  private async isDurable(name: string, link: ObjectId): Promise<boolean> {
    this.nextBarrier ??= this.barrier.catch(() => undefined).then(() => {
      this.nextBarrier = null;
      this.barrier = this.connection.db.collection<{ _id: string }>('settings').updateOne({ _id: 'barrier' }, { $inc: { n: 1 } }, { upsert: true });
      return this.barrier;
    });
    await this.nextBarrier;
    return (await this.ops(name).findOne({ _id: link }, { projection: { _id: 1 } })) !== null;
  }

  private ops(name: string): Collection<OpDocument> {
    return this.connection.db.collection<OpDocument>(`o_${name}`);
  }
}

/** Whether a write fails for its content and would fail again. */
export function isUnstorable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return unstorableNames.test(error.name) || (error instanceof MongoError && unstorableCodes.has(Number(error.code)));
}
