import type { OpOrigin } from '../../model/protocol.ts';

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

  /** Names one op that is about to be appended; an append that is repeated with the same link is the same append. */
  newLink(): OpLink;

  /**
   * Appends ops, of one document or of many, in the order given. An op takes the version it names (`op.v`), or none: the version
   * is the compare-and-set, and two ops never get the same one. The answer has an outcome for each entry, in order, and comes
   * when every committed one is durable. One that is not committed takes the later ones of its document along, and no others.
   * @throws CoboardError STORE_UNAVAILABLE if it is not known what was stored: the same entries may be appended again until
   *   the answer comes
   */
  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]>;

  /**
   * The ops of a document with `from` <= version < `to`, in order; to null: up to the last. With their metadata. `bytesMax`: the first of
   * them, as many as hold about so many bytes, one at least.
   */
  readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]>;

  /** The ops from a version on, and the link of the last; what it gives is durable and not only visible, so that more can be built on it. */
  readTail(collection: string, id: string, from: number): Promise<Tail>;

  /** The version at which the op of this client (`src`, `seq`) was committed; null if it was not. */
  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null>;

  /** The stored snapshot of a document, or version 0 without a type if there never was one. The document is that and the ops after it. */
  readSnapshot(collection: string, id: string): Promise<StoredSnapshot>;

  /** Writes snapshots, each unless a newer one is there. One that cannot be stored does not stop the others: its outcome is an error. */
  writeSnapshots(snapshots: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]>;

  /** All snapshots of a collection, deleted documents too (`type` null). */
  listSnapshots(collection: string): AsyncIterable<StoredSnapshot>;

  /** The documents of a collection whose ops go further than their snapshot: a crash left it behind. */
  listBehind(collection: string): AsyncIterable<string>;

  /** Keeps states for good, so that a version in the past can be read without replaying everything before it. */
  writeMilestones(snapshots: readonly SnapshotWrite[]): Promise<void>;

  /** The nearest milestone of that kind; null if there is none. */
  readMilestone(collection: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null>;

  /** A small value kept beside the documents: secrets, people. */
  readSetting(key: string): Promise<string | null>;
  writeSetting(key: string, value: string): Promise<void>;

  /** Writes a value unless there is one; answers what is stored then, the same for all servers that ask at once. */
  createSetting(key: string, value: string): Promise<string>;

  /** Removes a value; harmless where there is none. */
  removeSetting(key: string): Promise<void>;

  /** All settings whose keys begin with a prefix. */
  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
}

/** Who made an op, when, and in view of what where that was not everything before it, kept with it. ShareDB adds `data` (what a deletion deleted) and `fixup`. */
export interface OpMeta extends OpOrigin {
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

/** What a store calls an op by; opaque to everyone else. */
export type OpLink = unknown;

export interface StoredSnapshot {
  readonly id: string;
  readonly v: number;
  /** The OT type's URI; null for a document that does not exist (any more). */
  readonly type: string | null;
  readonly data?: unknown;
  readonly m: Readonly<Record<string, unknown>> | null;
  /** That of the op that made this version; the next op is appended behind it. */
  readonly link?: OpLink;
}

export interface SnapshotWrite {
  readonly collection: string;
  readonly snapshot: StoredSnapshot;
}

/** A milestone by its version, or by the time of its last op (milliseconds since 1970). */
export type MilestoneQuery =
  | { readonly atOrBeforeVersion: number }
  | { readonly atOrBeforeMs: number }
  | { readonly atOrAfterMs: number };

export interface Tail {
  readonly ops: StoredOp[];
  /** Undefined if there are no ops. */
  readonly link?: OpLink;
}

/** An op on its way into the log. */
export interface Append {
  readonly collection: string;
  readonly id: string;
  readonly op: StoredOp;
  readonly link: OpLink;
  /** The link of the op before it in its document; undefined for the first. */
  readonly after?: OpLink;
}

export type AppendOutcome =
  | { readonly status: 'committed' }
  /** The version is taken, or an op before it was not committed: read the ops since, transform, append again. */
  | { readonly status: 'conflict' }
  /** This one can never be stored. */
  | { readonly status: 'refused'; readonly error: Error };
