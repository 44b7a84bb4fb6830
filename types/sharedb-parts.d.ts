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
  const ot: {
    /** Applies ops to a snapshot in place; gives an error or undefined. */
    applyOps(snapshot: object, ops: readonly object[]): Error | undefined;
    apply(snapshot: object, op: object): Error | undefined;
  };
  export default ot;
}

declare module 'sharedb/test/db.js' {
  const suite: (options: { create(callback: (error: Error | null, db?: unknown) => void): void; getQuery?: (options: unknown) => unknown }) => void;
  export default suite;
}
