// Parts of ShareDB 7 that @types/sharedb (written for version 5) leaves out.

declare module 'sharedb/lib/snapshot.js' {
  class Snapshot {
    constructor(id: string, version: number, type: string | null, data: unknown, meta: unknown);
    id: string;
    v: number;
    type: string | null;
    data: unknown;
    m: unknown;
  }
  export default Snapshot;
}

declare module 'sharedb/lib/error.js' {
  class ShareDBError extends Error {
    constructor(code: string, message: string);
    code: string;
    static readonly CODES: Readonly<Record<string, string>>;
  }
  export default ShareDBError;
}

declare module 'sharedb/lib/ot.js' {
  interface OpLike { v?: number | null | undefined; op?: unknown; create?: unknown; del?: unknown }
  const ot: {
    checkOp(op: unknown): Error | undefined;
    applyOps(snapshot: object, ops: readonly object[]): Error | undefined;
    checkSubmittedOpForType(type: string | null, op: OpLike): Error | undefined;
    checkOpPathsForType(type: string | null, op: OpLike): Error | undefined;
    /** Changes the snapshot in place; gives the error instead of throwing it. */
    apply(snapshot: { v: number; type: string | null; data: unknown }, op: OpLike): Error | undefined;
    /** Changes `op` in place. */
    transform(type: string | null, op: OpLike, appliedOp: OpLike): Error | undefined;
  };
  export default ot;
}

declare module 'sharedb/lib/types.js' {
  const types: { readonly map: Readonly<Record<string, { readonly name: string; readonly uri: string; apply(data: unknown, op: unknown): unknown; transform(op: unknown, other: unknown, side: 'left' | 'right'): unknown } | undefined>> };
  export default types;
}

declare module 'sharedb/lib/submit-request.js' {
  class SubmitRequest {}
  export default SubmitRequest;
}

declare module 'sharedb/test/db.js' {
  const suite: (options: { create(callback: (error: Error | null, db?: unknown) => void): void; getQuery?: (options: unknown) => unknown }) => void;
  export default suite;
}

declare module 'sharedb/test/milestone-db.js' {
  const suite: (options: { create(options: unknown, callback?: unknown): void }) => void;
  export default suite;
}

declare module 'sharedb/test/pubsub.js' {
  const suite: (create: (callback: (error: Error | null, pubsub?: unknown) => void) => void) => void;
  export default suite;
}

declare module 'sharedb-redis-pubsub' {
  import type { EventEmitter } from 'node:events';
  interface OpStream extends EventEmitter { destroy(): void }
  class RedisPubSub extends EventEmitter {
    constructor(options: { client: object; observer: object; prefix?: string });
    publish(channels: string[], data: object, callback: (error?: Error | null) => void): void;
    subscribe(channel: string, callback: (error: Error | null, stream?: OpStream) => void): void;
    close(callback?: (error?: Error) => void): void;
  }
  export default RedisPubSub;
}
