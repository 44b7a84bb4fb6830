import { hash } from 'node:crypto';
import * as v from 'valibot';
import { beginning, keptSeal } from './chain.ts';
import { canonicalOp, type ReferenceOf } from './canonical-op.ts';
import type { StoredOp } from '../store/store.ts';

/** A dashboard was removed for good: where it and its access list stood, when, by whom (a reference; null for nobody known), and why. */
export const TombstoneSchema = v.strictObject({
  d: v.string(),
  heads: v.array(v.strictObject({ c: v.string(), v: v.number(), h: v.string() })),
  at: v.number(),
  by: v.nullable(v.string()),
  why: v.string(),
});
export type Tombstone = v.InferOutput<typeof TombstoneSchema>;

/** Ops with `from` <= version < `to` are in a file: `h` is the seal of the last of them, `sha256` the hash of the lines (not of the compressed bytes). */
export const ArchivedSchema = v.strictObject({ c: v.string(), d: v.string(), from: v.number(), to: v.number(), h: v.string(), sha256: v.string() });
export type Archived = v.InferOutput<typeof ArchivedSchema>;

/**
 * A person was taken out of an op that named them in the open. The op stood behind the seal `before` and had the seal `h`, which it keeps;
 * `is` is the hash of its canonical form as it stands now.
 */
export const AmendedSchema = v.strictObject({ c: v.string(), d: v.string(), v: v.number(), before: v.string(), h: v.string(), is: v.string() });
export type Amended = v.InferOutput<typeof AmendedSchema>;

/** What a checkpoint may state besides where documents stand. */
export interface Statements {
  readonly tombstones?: readonly Tombstone[] | undefined;
  readonly archived?: readonly Archived[] | undefined;
  readonly amended?: readonly Amended[] | undefined;
  /** References whose person was erased: that they lead nowhere is as it should be. */
  readonly erased?: readonly string[] | undefined;
}

/** SHA-256 over the canonical form of an op, in base64url. */
export const contentHash = (collection: string, id: string, op: StoredOp, referenceOf: ReferenceOf): string =>
  hash('sha256', canonicalOp(collection, id, op, referenceOf), 'base64url');

/** What was signed of one document. */
export interface DocumentStatements {
  readonly tombstone: Tombstone | null;
  readonly archived: readonly Archived[];
  /** By version. */
  readonly amended: ReadonlyMap<number, readonly Amended[]>;
}

export const noStatements: DocumentStatements = { tombstone: null, archived: [], amended: new Map() };

/** Gathers the statements of checkpoints, by document. */
export class StatementBook {
  private readonly tombstones = new Map<string, Tombstone>();
  private readonly archived = new Map<string, Archived[]>();
  private readonly amended = new Map<string, Map<number, Amended[]>>();
  /** See {@link Statements}. */
  readonly erased = new Set<string>();

  take({ tombstones = [], archived = [], amended = [], erased = [] }: Statements): void {
    for (const reference of erased) this.erased.add(reference);
    for (const tombstone of tombstones) this.tombstones.set(tombstone.d, tombstone);
    for (const one of archived) {
      const key = `${one.c}\0${one.d}`;
      this.archived.set(key, [...(this.archived.get(key) ?? []), one]);
    }
    for (const one of amended) {
      const key = `${one.c}\0${one.d}`;
      const ofDocument = this.amended.get(key) ?? new Map<number, Amended[]>();
      ofDocument.set(one.v, [...(ofDocument.get(one.v) ?? []), one]);
      this.amended.set(key, ofDocument);
    }
  }

  /** The removed dashboards, by id. */
  get removed(): ReadonlyMap<string, Tombstone> {
    return this.tombstones;
  }

  of(collection: string, id: string): DocumentStatements {
    const key = `${collection}\0${id}`;
    return { tombstone: this.tombstones.get(id) ?? null, archived: this.archived.get(key) ?? [], amended: this.amended.get(key) ?? new Map<number, Amended[]>() };
  }
}

/** Whether an op that stands behind a seal and has one of its own was amended to what it is. */
export function isAmended(collection: string, id: string, op: StoredOp, before: string, amended: DocumentStatements['amended'], referenceOf: ReferenceOf): boolean {
  const kept = keptSeal(op) ?? beginning;
  return (amended.get(op.v) ?? []).some((one) => one.before === before && one.h === kept && one.is === contentHash(collection, id, op, referenceOf));
}
