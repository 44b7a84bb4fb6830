import ShareDB from 'sharedb';
import Snapshot from 'sharedb/lib/snapshot.js';
import type { Append, Store, StoredOp, StoredSnapshot } from './store.ts';

type Callback<T> = (error: Error | null, result?: T) => void;
type ReadOptions = { readonly metadata?: boolean } | null | undefined;

/** A snapshot on its way through ShareDB; it carries the store's link along. */
type LinkedSnapshot = Snapshot & { link?: unknown };

/** `by` rides on an op in memory only, for the sockets it is sent to; see `sync/op-author.ts`. */
type RidingOp = StoredOp & { by?: unknown };

/** An op as it is kept: without what rides on it and what says where it goes. */
function storable({ v, src, seq, op, create, del, m }: RidingOp): StoredOp {
  return {
    v,
    ...(src == null ? {} : { src }), ...(seq == null ? {} : { seq }),
    ...(op === undefined ? {} : { op }), ...(create === undefined ? {} : { create }), ...(del === true ? { del } : {}),
    ...(m == null ? {} : { m }),
  };
}

/** Hands a promise's outcome to a callback, outside of the promise, so that a throwing callback is not mistaken for a failure. */
function answer<T>(promise: Promise<T>, callback: Callback<T>): void {
  promise.then(
    (result) => {
      process.nextTick(callback, null, result);
    },
    (error: unknown) => {
      process.nextTick(callback, error);
    },
  );
}

/** Turns a {@link Store} into a database for ShareDB. Has no queries: clients cannot ask any. */
export class StoreDb extends ShareDB.DB {
  private readonly store: Store;

  constructor(store: Store) {
    super();
    this.store = store;
  }

  override commit(collection: string, id: string, op: RidingOp, snapshot: LinkedSnapshot, _options: unknown, callback: Callback<boolean>): void {
    const { v, type, data, m, link } = snapshot;
    const entry: Append = { collection, id, op: storable(op), snapshot: { id, v, type, data, m: m as StoredSnapshot['m'], link } };
    const committed = this.store.append([entry]).then(([outcome]) => {
      if (outcome?.status === 'refused') throw outcome.error;
      return outcome?.status === 'committed';
    });
    answer(committed, callback);
  }

  override getSnapshot(collection: string, id: string, fields: Readonly<Record<string, unknown>> | null, options: ReadOptions, callback: Callback<Snapshot>): void {
    answer(this.store.readSnapshot(collection, id).then((stored) => toSnapshot(stored, fields, options)), callback);
  }

  override getOps(collection: string, id: string, from: number | null, to: number | null, options: ReadOptions, callback: Callback<StoredOp[]>): void {
    answer(this.store.readOps(collection, id, from ?? 0, to).then((ops) => ops.map((op) => toOp(op, options))), callback);
  }

  override getCommittedOpVersion(
    collection: string, id: string, _snapshot: unknown, op: { src: string; seq: number }, _options: unknown, callback: Callback<number | undefined>,
  ): void {
    answer(this.store.findOp(collection, id, op.src, op.seq).then((version) => version ?? undefined), callback);
  }
}

function toSnapshot(stored: StoredSnapshot, fields: Readonly<Record<string, unknown>> | null, options: ReadOptions): Snapshot {
  const forSubmit = fields?.['$submit'] === true;
  const meta = forSubmit || options?.metadata === true ? stored.m : null;
  const snapshot: LinkedSnapshot = new Snapshot(stored.id, stored.v, stored.type, stored.type === null ? undefined : stored.data, meta);
  if (forSubmit && stored.link !== undefined) snapshot.link = stored.link;
  return snapshot;
}

function toOp(stored: StoredOp, options: ReadOptions): StoredOp {
  const { m, ...op } = stored;
  const riding: RidingOp = op;
  if (m?.u !== undefined) riding.by = { id: m.u, name: m.n ?? '' };
  if (options?.metadata === true && m !== undefined) riding.m = m;
  return riding;
}
