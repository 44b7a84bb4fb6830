import { createHash, sign, type KeyObject } from 'node:crypto';
import { innerLimits } from '../../model/limits.ts';
import type { Store } from '../store/store.ts';
import { sealedPart } from './canonical-op.ts';
import { keptSeal } from './chain.ts';
import { listCheckpoints, publicKeyOf } from './checkpoint.ts';
import { accessReference } from './identities.ts';
import { logPages } from './log-pages.ts';

export interface ExportParts {
  /** The bare one. */
  readonly store: Store;
  readonly key: KeyObject;
  /** `[collection, id]` of each document. */
  readonly documents: readonly (readonly [collection: string, id: string])[];
  /** Whether these are all documents of the store: then one that is missing is found. */
  readonly isComplete: boolean;
  /** Whether people are named, with what proves that their references are theirs; otherwise the references stand alone. */
  readonly withPeople: boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** What was changed and by whom, with everything that proves it, as lines of JSON; docs/EVIDENCE.md says what is in them. */
export async function* exportLines({ store, key, documents, isComplete, withPeople, now }: ExportParts): AsyncIterable<string> {
  const digest = createHash('sha256');
  let lines = 0;
  const line = (part: object): string => {
    const text = `${JSON.stringify(part)}\n`;
    digest.update(text);
    lines += 1;
    return text;
  };
  yield line({ type: 'export', format: 'coboard-evidence', version: 1, at: now(), complete: isComplete, people: withPeople, documents: documents.map(([c, d]) => ({ c, d })) });
  const salts = new Map<string, string>();
  for await (const [name, value] of store.listSettings('salt:')) salts.set(name.slice('salt:'.length), value);
  // a checkpoint that is written meanwhile may be about ops that are not in here
  let checkpoints = 0;
  for await (const [n] of listCheckpoints(store)) checkpoints = n + 1;
  const references = new Set<string>();
  for (const [collection, id] of documents) {
    for await (const page of logPages({ store, collection, id, pageOps: innerLimits.exportPageOps })) for (const op of page) {
      const reference = op.m?.['r'];
      if (typeof reference === 'string') references.add(reference);
      yield line({ type: 'op', op: sealedPart(collection, id, op, (person) => accessReference(salts.get(person) ?? '', person)), h: keptSeal(op) ?? null });
    }
  }
  if (withPeople) {
    for (const reference of [...references].sort()) {
      const identity = await store.readSetting(`identity:${reference}`);
      if (identity !== null) yield line({ type: 'person', r: reference, ...JSON.parse(identity) as object });
    }
  }
  for await (const [n, checkpoint] of listCheckpoints(store)) if (n < checkpoints) yield line({ type: 'checkpoint', checkpoint });
  const hash = digest.digest();
  yield `${JSON.stringify({ type: 'end', lines, sha256: hash.toString('base64url'), key: publicKeyOf(key), sig: sign(null, hash, key).toString('base64url') })}\n`;
}
