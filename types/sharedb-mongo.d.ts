declare module 'sharedb-mongo' {
  import type { MongoClient } from 'mongodb';

  type Callback<T> = (error: Error | null, result: T) => void;

  export interface MongoSnapshot {
    id: string;
    v: number;
    type: string | null;
    data: unknown;
    m: unknown;
    /** The `_id` of the op that made this version; the next op links to it. */
    _opLink?: unknown;
  }

  class ShareDbMongo {
    constructor(mongo: (callback: (error: Error | null, client?: MongoClient) => void) => void, options?: { disableIndexCreation?: boolean; getOpsWithoutStrictLinking?: boolean });
    commit(collection: string, id: string, op: object, snapshot: object, options: unknown, callback: Callback<boolean | undefined>): void;
    getSnapshot(collection: string, id: string, fields: unknown, options: unknown, callback: Callback<MongoSnapshot>): void;
    getSnapshotBulk(collection: string, ids: readonly string[], fields: unknown, options: unknown, callback: Callback<Record<string, MongoSnapshot>>): void;
    getOps(collection: string, id: string, from: number | null, to: number | null, options: unknown, callback: Callback<Record<string, unknown>[]>): void;
    getCommittedOpVersion(collection: string, id: string, snapshot: object, op: object, options: unknown, callback: Callback<number | undefined>): void;
    close(callback?: (error: Error | null) => void): void;
  }
  export default ShareDbMongo;
}
