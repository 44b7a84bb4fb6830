/**
 * What Coboard needs of a place that keeps documents, and no more. An implementation runs `store-contract.ts` and ShareDB's own
 * suite (through `StoreDb`).
 *
 * The op log is the truth: an op is committed when it is in the log, durably, at its version. A snapshot is what the ops up to it
 * make; it lets a document open without replaying them.
 */
export interface Store {
  /** What and where, without secrets: for the log and for error messages. */
  readonly place: string;

  /** Opens the store and creates what is missing. @throws CoboardError STORE_UNAVAILABLE saying what and where */
  start(): Promise<void>;

  /** Waits for appends under way and closes. May be called more than once. */
  stop(): Promise<void>;

  /** Answers when the store can be read. @throws CoboardError STORE_UNAVAILABLE */
  check(): Promise<void>;

  /**
   * Appends ops, of one document or of many, in the order given. An op takes the version it names (`op.v`), or none: the version
   * is the compare-and-set, and two ops never get the same one. The answer has an outcome for each entry, in order, and comes
   * when every committed one is durable. One that cannot be stored does not stop the others.
   * @throws CoboardError STORE_UNAVAILABLE if it is not known what was stored
   */
  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /** The ops of a document with `from` <= version < `to`, in order; to null: up to the last. With their metadata. */
  readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]>;

  /** The version at which the op of this client (`src`, `seq`) was committed; null if it was not. */
  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null>;

  /** The snapshot of a document, or version 0 without a type if there never was one. */
  readSnapshot(collection: string, id: string): Promise<StoredSnapshot>;

  /** All snapshots of a collection, deleted documents too (`type` null). */
  listSnapshots(collection: string): AsyncIterable<StoredSnapshot>;

  /** A small value kept beside the documents: secrets, people. */
  readSetting(key: string): Promise<string | null>;
  writeSetting(key: string, value: string): Promise<void>;

  /** Writes a value unless there is one; answers what is stored then, the same for all servers that ask at once. */
  createSetting(key: string, value: string): Promise<string>;

  /** All settings whose keys begin with a prefix. */
  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
}

/** Who made an op and when, kept with it. ShareDB adds `data` (what a deletion deleted) and `fixup`. */
export interface OpMeta {
  /** Milliseconds since 1970, the server's clock. */
  readonly ts?: number;
  /** The user's id. */
  readonly u?: string;
  /** The user's name then. */
  readonly n?: string;
  readonly [key: string]: unknown;
}

/** An op as it is kept: the version it applies to, the client and its number there, and one of `op`, `create`, `del`. */
export interface StoredOp {
  v: number;
  src?: string | null;
  seq?: number | null;
  op?: unknown;
  create?: { type: string; data?: unknown };
  del?: true;
  m?: OpMeta;
}

export interface StoredSnapshot {
  readonly id: string;
  readonly v: number;
  /** The OT type's URI; null for a document that does not exist (any more). */
  readonly type: string | null;
  readonly data?: unknown;
  readonly m: Readonly<Record<string, unknown>> | null;
  /** For the store alone: what it needs to append behind this snapshot. Hand it on with the next one. */
  readonly link?: unknown;
}

/** An op and what the document is after it. */
export interface Append {
  readonly collection: string;
  readonly id: string;
  readonly op: StoredOp;
  /** `v` is `op.v + 1`; `link` is that of the snapshot before. */
  readonly snapshot: StoredSnapshot;
}

export type AppendOutcome =
  | { readonly status: 'committed' }
  /** The version is taken: read the ops since, transform, append again. */
  | { readonly status: 'conflict' }
  /** This one can never be stored. */
  | { readonly status: 'refused'; readonly error: Error };
