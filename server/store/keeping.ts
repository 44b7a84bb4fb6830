import type { SnapshotWrite, StoredOp } from './store.ts';

/**
 * What is done with what is kept besides adding to it and reading it: archiving, taking a person out, removing a dashboard for good. An edit
 * never comes this way. Each step may be repeated.
 */
export interface Keeping {
  /** The ids of all documents of a collection of which anything is kept; their content is not read, so one that is damaged hides no other. Ascending. */
  listIds(collection: string): AsyncIterable<string>;

  /** Whether anything is kept of a document. */
  has(collection: string, id: string): Promise<boolean>;

  /** The versions at which states of the past are kept, ascending. */
  milestoneVersions(collection: string, id: string): Promise<readonly number[]>;

  /** The version of the first op that is here; null if there is none. */
  firstOp(collection: string, id: string): Promise<number | null>;

  /** Removes the ops with `from` <= version < `to`. */
  removeOps(collection: string, id: string, from: number, to: number): Promise<void>;

  /** Puts ops in the place of those that are there with the same versions; others are left out. */
  replaceOps(collection: string, id: string, ops: readonly StoredOp[]): Promise<void>;

  /** Puts a state in the place of the snapshot at the same version, or of the milestone, if there is one. */
  replaceStates(kind: 'snapshot' | 'milestone', states: readonly SnapshotWrite[]): Promise<void>;

  /** Removes all that there is of a document: what it is opened from first, its ops last. */
  removeDocument(collection: string, id: string): Promise<void>;

  /** Removes ops of a person that were set aside when a database was taken over: they never counted. */
  removeSetAside(userId: string): Promise<void>;

  /** Writes over what was removed or replaced before, so that the files do not have it any more; as far as the database can do that. */
  scrub(): Promise<void>;
}
