import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { ArchivedStore } from '../archive/archived-store.ts';
import { Archives } from '../archive/archives.ts';
import { strayOp } from '../archive/stray-ops.ts';
import type { FullStore } from '../store/open-store.ts';
import type { Store, StoredSnapshot } from '../store/store.ts';
import { beginning } from './chain.ts';
import { walkCheckpoints, type Anchor, type CheckpointFault, type Walk } from './checkpoint-walk.ts';
import type { Head } from './checkpoint.ts';
import { accessReference, referenceOf } from './identities.ts';
import { logPages } from './log-pages.ts';
import type { Tombstone } from './statements.ts';
import { verifyDocument, type DocumentReport, type Finding } from './verify-document.ts';

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
  /** References that lead nowhere, though nobody signed that their person was erased. */
  readonly nameless: readonly string[];
  /** Dashboards that were deleted for good, as was signed. */
  readonly removed: readonly Tombstone[];
  /** Those of them of which something is there all the same: the removal was interrupted, or somebody put it there. */
  readonly remains: readonly string[];
  readonly isSound: boolean;
}

export interface VerifyParts {
  /** The bare one: ops as they are kept. */
  readonly store: FullStore;
  /** Where older ops are; left out: nowhere. */
  readonly archives?: Archives;
  readonly keys?: readonly string[];
  readonly anchors?: readonly Anchor[];
  /** One dashboard; left out: everything. */
  readonly dashboard?: string;
  readonly ownKey?: string;
  readonly now: () => number;
  /** Ops that are looked at without a pause; left out: 2,000. A server that goes on beside it takes fewer. */
  readonly pageOps?: number;
  /** How far it is, in ops. */
  readonly progress?: (ops: number) => void;
}

export const collections = [dashboardsCollection, accessCollection] as const;

/** Recomputes everything that a store claims of its past. It may be in use meanwhile. @throws CoboardError NOT_FOUND for a dashboard that never was */
export async function verify(parts: VerifyParts): Promise<VerifyReport> {
  const begun = parts.now();
  const { store, dashboard } = parts;
  const { salts, known, wrong } = await readIdentities(store);
  const walk = await walkCheckpoints(parts);
  const references = new Set<string>();
  const archives = parts.archives ?? new Archives(store, null);
  archives.forget();
  const remains = new Set<string>();
  let ops = 0;

  const reportOf = async (collection: string, id: string, signed: Walk): Promise<DocumentReport | null> => {
    const { tombstone, archived, amended } = signed.statements.of(collection, id);
    const heads = signed.heads.get(`${collection}\0${id}`) ?? [];
    if (tombstone !== null) {
      if (await store.keeping.has(collection, id) || (await archives.of(collection, id)).length > 0) remains.add(id);
      const cut = cutBefore(tombstone, collection, heads);
      return cut && { collection, id, ops: 0, unsealed: 0, uncovered: 0, findings: [cut] };
    }
    // only what was signed for is an archive
    const log = new ArchivedStore(store, archives, (_c, _d, { from, to, h, sha256 }) => archived.some((each) => each.from === from && each.to === to && each.h === h && each.sha256 === sha256));
    const { report, references: named } = await verifyDocument({
      collection, id, amended, heads,
      ops: logPages({ store: log, collection, id, pageOps: parts.pageOps ?? innerLimits.verifyPageOps, progress: (read) => parts.progress?.(ops + read) }),
      snapshot: await snapshotOf(store, collection, id),
      milestoneAt: (version) => milestoneAt(store, collection, id, version),
      milestones: await store.keeping.milestoneVersions(collection, id),
      referenceOf: (person) => accessReference(salts.get(person) ?? '', person),
    });
    for (const reference of named) references.add(reference);
    // with one that is damaged that is known already
    const stray = report.findings.length > 0 ? null : await strayOp(store, archives, collection, id);
    if (stray !== null) return { ...report, findings: [{ tampering: 'inserted', v: stray }] };
    return report.ops > 0 || report.findings.length > 0 ? report : null;
  };

  /** What is archived or removed for good meanwhile looks like damage to who read the signatures before. */
  const reportOfNow = async (collection: string, id: string): Promise<DocumentReport | null> => {
    const report = await reportOf(collection, id, walk);
    if (report === null || report.findings.length === 0) return report;
    const now = await walkCheckpoints(parts);
    return now.count > walk.count ? reportOf(collection, id, now) : report;
  };

  const documents: DocumentReport[] = [];
  for (const collection of collections) {
    for (const id of dashboard === undefined ? await idsOf(store, collection, walk) : [dashboard]) {
      const report = await reportOfNow(collection, id);
      if (report !== null) documents.push(report);
      ops += report?.ops ?? 0;
    }
  }
  const nameless = await leadNowhere(store, [...references].filter((reference) => !known.has(reference) && !walk.statements.erased.has(reference)), parts);
  const removed = [...walk.statements.removed.values()].filter(({ d }) => dashboard === undefined || d === dashboard);
  if (dashboard !== undefined && documents.length === 0 && removed.length === 0) throw new CoboardError('NOT_FOUND', `There is no dashboard ${dashboard}, and nothing says that there was one.`);
  const isSound = walk.fault === null && wrong.length === 0 && nameless.length === 0 && remains.size === 0 && documents.every(({ findings }) => findings.length === 0);
  return {
    tookMs: parts.now() - begun, documents, ops, checkpoints: walk.count, checkpointFault: walk.fault,
    identities: wrong, nameless, removed, remains: [...remains].sort(), isSound,
  };
}

/** Whether ops were missing at the end already when a dashboard was removed, or were not those that had been signed for. */
function cutBefore({ heads }: Tombstone, collection: string, signed: readonly Head[]): Finding | null {
  const stood = heads.find(({ c }) => c === collection) ?? { v: 0, h: beginning };
  const last = signed.reduce<Head | null>((latest, head) => (latest === null || head.v > latest.v ? head : latest), null);
  if (last === null || last.v < stood.v || (last.v === stood.v && last.h === stood.h)) return null;
  return { tampering: 'cut', v: Math.min(stood.v, last.v - 1), to: last.v };
}

/** All dashboards that there are or were, also those that only a checkpoint knows. */
export async function documentIds(store: FullStore): Promise<readonly string[]> {
  const ids = new Set<string>();
  const walk = await walkCheckpoints({ store });
  for (const collection of collections) for (const id of await idsOf(store, collection, walk)) ids.add(id);
  return [...ids].sort();
}

/** The documents that there are, and those that a checkpoint knows. */
async function idsOf(store: FullStore, collection: string, { heads, statements }: Walk): Promise<readonly string[]> {
  const ids = new Set<string>(statements.removed.keys());
  for await (const id of store.keeping.listIds(collection)) ids.add(id);
  for (const [head] of heads.values()) if (head?.c === collection) ids.add(head.d);
  return [...ids].sort();
}

/** What a store that answers cannot read is damaged. */
async function orUnreadable<T>(store: Store, read: () => Promise<T>): Promise<T | 'unreadable'> {
  try {
    return await read();
  } catch {
    await store.check();
    return 'unreadable';
  }
}

const snapshotOf = (store: Store, collection: string, id: string): Promise<StoredSnapshot | null | 'unreadable'> => orUnreadable(store, async () => {
  const snapshot = await store.readSnapshot(collection, id);
  return snapshot.v === 0 ? null : snapshot;
});

const milestoneAt = (store: Store, collection: string, id: string, version: number): Promise<StoredSnapshot | null | 'unreadable'> => orUnreadable(store, async () => {
  const milestone = await store.readMilestone(collection, id, { atOrBeforeVersion: version });
  return milestone?.v === version ? milestone : null;
});

/** Those of references that nobody stands behind now either, and nobody was erased from. */
async function leadNowhere(store: Store, references: readonly string[], parts: VerifyParts): Promise<string[]> {
  if (references.length === 0) return [];
  const { statements: { erased } } = await walkCheckpoints(parts);
  const found: string[] = [];
  for (const reference of references) if (!erased.has(reference) && (await store.readSetting(`identity:${reference}`)) === null) found.push(reference);
  return found.sort();
}

async function readIdentities(store: Store): Promise<{ readonly salts: ReadonlyMap<string, string>; readonly known: ReadonlySet<string>; readonly wrong: string[] }> {
  const salts = new Map<string, string>();
  const known = new Set<string>();
  const wrong: string[] = [];
  for await (const [key, value] of store.listSettings('salt:')) salts.set(key.slice('salt:'.length), value);
  const Identity = v.object({ id: v.string(), name: v.string(), salt: v.string() });
  for await (const [key, value] of store.listSettings('identity:')) {
    const reference = key.slice('identity:'.length);
    known.add(reference);
    let identity: v.InferOutput<typeof Identity> | null = null;
    try {
      identity = v.parse(Identity, JSON.parse(value));
    } catch {
      // told as wrong
    }
    if (identity === null || referenceOf(identity.salt, identity) !== reference) wrong.push(reference);
  }
  return { salts, known, wrong };
}
