import { hash } from 'node:crypto';
import type { StoredOp } from '../store/store.ts';
import { canonicalOp, type ReferenceOf } from './canonical-op.ts';

/** What stands before the first op of a document. */
export const beginning = '';

/** The seal of an op: SHA-256 over the seal of the op before it (in ASCII; empty for the first) and its canonical form; base64url, 43 characters. */
export function sealOf(before: string, collection: string, id: string, op: StoredOp, referenceOf: ReferenceOf): string {
  return hash('sha256', `${before}\n${canonicalOp(collection, id, op, referenceOf)}`, 'base64url');
}

/** The seal that is kept with an op; undefined for one that was written by a program that does not seal. */
export function keptSeal({ m }: StoredOp): string | undefined {
  const seal = m?.['h'];
  return typeof seal === 'string' ? seal : undefined;
}
