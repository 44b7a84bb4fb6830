import ShareDB from 'sharedb';
import Snapshot from 'sharedb/lib/snapshot.js';
import type { StoredOp } from '../store/store.ts';
import { next, type DocumentState } from './document-state.ts';
import type { Engine } from './engine.ts';
import type { SubmittedOp } from './sharedb-types.ts';
import { publicOp, storable } from './submission.ts';

type Callback<T> = (error: Error | null, result?: T) => void;
type ReadOptions = { readonly metadata?: boolean } | null | undefined;

/** Hands a promise's outcome to a callback, outside of the promise, so that a throwing callback is not mistaken for a failure. */
export function answer<T>(promise: Promise<T>, callback: (error: Error | null, result?: T) => void): void {
  promise.then(
    (result) => {
      process.nextTick(callback, null, result);
    },
    (error: unknown) => {
      process.nextTick(callback, error);
    },
  );
}

/**
 * The engine as ShareDB sees it: a database whose documents are what is durable. Has no queries: clients cannot ask any. Our own
 * submissions do not commit here, they go to the sequencer; a plain ShareDB on it works too, an op at a time.
 */
export class EngineDb extends ShareDB.DB {
  private readonly engine: Engine;

  constructor(engine: Engine) {
    super();
    this.engine = engine;
  }

  override getSnapshot(collection: string, id: string, fields: Readonly<Record<string, unknown>> | null, options: ReadOptions, callback: Callback<Snapshot>): void {
    const isToBeChanged = fields?.['$submit'] === true;
    const withMeta = isToBeChanged || options?.metadata === true;
    answer(this.engine.read(collection, id).then((state) => toSnapshot(id, isToBeChanged ? { ...state, data: structuredClone(state.data) } : state, withMeta)), callback);
  }

  override getOps(collection: string, id: string, from: number | null, to: number | null | undefined, options: ReadOptions, callback: Callback<StoredOp[]>): void {
    answer(this.engine.readOps(collection, id, from ?? 0, to ?? null).then((ops) => ops.map((op) => toOp(op, options))), callback);
  }

  override getCommittedOpVersion(
    collection: string, id: string, _snapshot: unknown, op: { src: string; seq: number }, _options: unknown, callback: Callback<number | undefined>,
  ): void {
    answer<number | undefined>(this.engine.findOp(this.engine.sequencer(collection, id), op.src, op.seq).then((v) => v ?? undefined), callback);
  }

  override commit(collection: string, id: string, op: SubmittedOp, snapshot: Snapshot, _options: unknown, callback: Callback<boolean>): void {
    answer(this.commitOn(collection, id, op, snapshot), callback);
  }

  private async commitOn(collection: string, id: string, op: SubmittedOp, snapshot: Snapshot): Promise<boolean> {
    this.engine.checkSpace();
    const sequencer = this.engine.sequencer(collection, id);
    await sequencer.ready();
    const { head, pending } = sequencer;
    if (head?.v !== (op.v ?? -1) || pending > 0) {
      // it was worked out on what is durable; what is on its way decides first
      if (pending > 0) await sequencer.moved();
      return false;
    }
    const stored = storable(op);
    const after = next(head, stored, snapshot.type, snapshot.data);
    return new Promise((resolve, reject) => {
      sequencer.sequence(stored, { ...after, m: snapshot.m as DocumentState['m'] ?? after.m }, (outcome) => {
        if (outcome.status === 'refused') reject(outcome.error);
        else resolve(outcome.status === 'committed');
      });
    });
  }
}

/** What a reader is sent: the state's very data, which nobody may change. */
export function toSnapshot(id: string, { v, type, data, m }: DocumentState, withMeta: boolean): Snapshot {
  return new Snapshot(id, v, type, type === null ? undefined : data, withMeta && m ? { ...m } : null);
}

function toOp(op: StoredOp, options: ReadOptions): StoredOp {
  const copy = publicOp(op);
  if (options?.metadata !== true || op.m === undefined) return copy;
  // the seal and the reference are between us and the log
  const m: Record<string, unknown> = { ...op.m };
  delete m['h'];
  delete m['r'];
  return { ...copy, m };
}
