import { setImmediate as nextTurn } from 'node:timers/promises';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import type { Store, StoredOp, StoredSnapshot } from '../store/store.ts';
import { accessReference, referenceOf } from './identities.ts';
import { beginning } from './chain.ts';
import { checkpointHash, isSigned, listCheckpoints, type Checkpoint, type Head } from './checkpoint.ts';
import { verifyDocument, type DocumentReport } from './verify-document.ts';
import * as v from 'valibot';

/** A checkpoint as it was told to the outside. */
export interface Anchor {
  readonly n: number;
  readonly hash: string;
}

/** What is wrong with a checkpoint: it is missing or damaged, does not stand behind the one before, is not signed by who may, or is not the one that was anchored. */
export type CheckpointFault = 'missing' | 'damaged' | 'unlinked' | 'unsigned' | 'unanchored';

export interface VerifyReport {
  /** Milliseconds. */
  readonly tookMs: number;
  readonly documents: readonly DocumentReport[];
  readonly ops: number;
  readonly checkpoints: number;
  /** The first checkpoint that is wrong; those from it on count for nothing. */
  readonly checkpointFault: { readonly n: number; readonly fault: CheckpointFault } | null;
  /** References under which another name or person stands now than when ops were made with them. */
  readonly identities: readonly string[];
  readonly isSound: boolean;
}

export interface VerifyParts {
  /** The bare one: ops as they are kept. */
  readonly store: Store;
  /** The public keys (base64url) that may sign, besides those that a checkpoint names as the next; left out: the first one's. */
  readonly keys?: readonly string[];
  readonly anchors?: readonly Anchor[];
  /** One dashboard; left out: everything. */
  readonly dashboard?: string;
  /** The public key that the server signs with: the last checkpoint has to be signed with it, or announce it. Left out: any. */
  readonly ownKey?: string;
  readonly now: () => number;
  /** Ops that are looked at without a pause; left out: 2,000. A server that goes on beside it takes fewer. */
  readonly pageOps?: number;
  /** How far it is, in ops. */
  readonly progress?: (ops: number) => void;
}

const pageOpsAtOnce = 2_000;
const collections = [dashboardsCollection, accessCollection] as const;

/** Recomputes everything that a store claims of its past. It may be in use meanwhile. */
export async function verify(parts: VerifyParts): Promise<VerifyReport> {
  const begun = parts.now();
  const { store, dashboard } = parts;
  const { salts, wrong } = await readIdentities(store);
  const { heads, count, fault } = await readCheckpoints(parts);
  const documents: DocumentReport[] = [];
  let ops = 0;
  for (const collection of collections) {
    const ids = dashboard === undefined ? await idsOf(store, collection, heads) : [dashboard];
    for (const id of ids) {
      const snapshot = await store.readSnapshot(collection, id);
      const report = await verifyDocument({
        collection, id,
        ops: pages(store, collection, id, parts.pageOps ?? pageOpsAtOnce, (read) => parts.progress?.(ops + read)),
        heads: heads.get(`${collection}\0${id}`) ?? [],
        snapshot: snapshot.v === 0 ? null : snapshot,
        milestoneAt: async (version) => exactly(version, await store.readMilestone(collection, id, { atOrBeforeVersion: version })),
        milestones: await milestonesOf(store, collection, id),
        referenceOf: (person) => accessReference(salts.get(person) ?? '', person),
      });
      ops += report.ops;
      if (report.ops > 0 || report.findings.length > 0) documents.push(report);
    }
  }
  const isSound = fault === null && wrong.length === 0 && documents.every(({ findings }) => findings.length === 0);
  return { tookMs: parts.now() - begun, documents, ops, checkpoints: count, checkpointFault: fault, identities: wrong, isSound };
}

const exactly = (version: number, milestone: StoredSnapshot | null): StoredSnapshot | null => (milestone?.v === version ? milestone : null);

/** All dashboards that there are or were, also those that only a checkpoint knows. */
export async function documentIds(store: Store): Promise<readonly string[]> {
  const ids = new Set<string>();
  const { heads } = await readCheckpoints({ store, now: () => 0 });
  for (const collection of collections) for (const id of await idsOf(store, collection, heads)) ids.add(id);
  return [...ids].sort();
}

/** The versions of the states of the past that are kept, ascending. */
async function milestonesOf(store: Store, collection: string, id: string): Promise<readonly number[]> {
  const versions: number[] = [];
  for (let before = Number.MAX_SAFE_INTEGER; before > 0;) {
    const milestone = await store.readMilestone(collection, id, { atOrBeforeVersion: before });
    if (milestone === null) break;
    versions.unshift(milestone.v);
    before = milestone.v - 1;
  }
  return versions;
}

/** The documents that there are, and those that a checkpoint knows. */
async function idsOf(store: Store, collection: string, heads: ReadonlyMap<string, readonly Head[]>): Promise<readonly string[]> {
  const ids = new Set<string>();
  for await (const { id } of store.listSnapshots(collection)) ids.add(id);
  for await (const id of store.listBehind(collection)) ids.add(id);
  for (const [head] of heads.values()) if (head?.c === collection) ids.add(head.d);
  return [...ids].sort();
}

async function* pages(store: Store, collection: string, id: string, pageOps: number, progress: (ops: number) => void): AsyncIterable<readonly StoredOp[]> {
  let read = 0;
  let next = store.readOps(collection, id, 0, pageOps);
  for (let from = 0; ; from += pageOps) {
    const page: readonly StoredOp[] = await next;
    read += page.length;
    progress(read);
    await nextTurn();
    if (page.length < pageOps) {
      yield page;
      // some may have come meanwhile; and where some are missing the others are further on
      const rest = await store.readOps(collection, id, Math.max(from, (page.at(-1)?.v ?? -1) + 1), null);
      if (rest.length > 0) yield rest;
      return;
    }
    // the next page is read while this one is looked at
    next = store.readOps(collection, id, from + pageOps, from + 2 * pageOps);
    next.catch(() => undefined);
    yield page;
  }
}

async function readIdentities(store: Store): Promise<{ readonly salts: ReadonlyMap<string, string>; readonly wrong: string[] }> {
  const salts = new Map<string, string>();
  const wrong: string[] = [];
  for await (const [key, value] of store.listSettings('salt:')) salts.set(key.slice('salt:'.length), value);
  const Identity = v.object({ id: v.string(), name: v.string(), salt: v.string() });
  for await (const [key, value] of store.listSettings('identity:')) {
    const reference = key.slice('identity:'.length);
    let identity: v.InferOutput<typeof Identity> | null = null;
    try {
      identity = v.parse(Identity, JSON.parse(value));
    } catch {
      // told as wrong
    }
    if (identity === null || referenceOf(identity.salt, identity) !== reference) wrong.push(reference);
  }
  return { salts, wrong };
}

/** Walks the chain of checkpoints as far as it is sound. */
async function readCheckpoints({ store, keys, ownKey, anchors = [] }: VerifyParts): Promise<{
  readonly heads: ReadonlyMap<string, readonly Head[]>; readonly count: number; readonly fault: VerifyReport['checkpointFault'];
}> {
  const heads = new Map<string, Head[]>();
  const anchored = new Map(anchors.map(({ n, hash }) => [n, hash]));
  const lastAnchored = Math.max(-1, ...anchored.keys());
  let count = 0;
  let before: Checkpoint | null = null;
  let fault: CheckpointFault | null = null;
  for await (const [n, checkpoint] of listCheckpoints(store)) {
    const allowed: readonly string[] = [...(keys ?? (before === null && checkpoint ? [checkpoint.key] : [])), ...(before === null ? [] : [before.nextKey ?? before.key])];
    fault = faultOf(checkpoint, n, count, before, allowed);
    if (fault === null && checkpoint !== null && (anchored.get(n) ?? checkpointHash(checkpoint)) !== checkpointHash(checkpoint)) fault = 'unanchored';
    if (fault !== null || checkpoint === null) break;
    for (const head of checkpoint.heads) {
      const key = `${head.c}\0${head.d}`;
      const list = heads.get(key);
      if (list) list.push(head);
      else heads.set(key, [head]);
    }
    before = checkpoint;
    count += 1;
  }
  if (fault === null && lastAnchored >= count) fault = 'missing';
  // somebody who has not the key signed all of it anew, or removed what it signed since
  if (fault === null && before !== null && ownKey !== undefined && (before.nextKey ?? before.key) !== ownKey) fault = 'unsigned';
  return { heads, count, fault: fault === null ? null : { n: count, fault } };
}

function faultOf(checkpoint: Checkpoint | null, n: number, expected: number, before: Checkpoint | null, allowed: readonly string[]): CheckpointFault | null {
  if (n !== expected) return 'missing';
  if (checkpoint?.n !== n) return 'damaged';
  if (checkpoint.before !== (before === null ? beginning : checkpointHash(before))) return 'unlinked';
  return isSigned(checkpoint) && allowed.includes(checkpoint.key) ? null : 'unsigned';
}
