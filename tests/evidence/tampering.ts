import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { checkpointKey, parseCheckpoint, signed } from '../../server/evidence/checkpoint.ts';
import { beginning, keptSeal, sealOf } from '../../server/evidence/chain.ts';
import { accessReference } from '../../server/evidence/identities.ts';
import type { CheckpointFault } from '../../server/evidence/checkpoint-walk.ts';
import type { Tampering } from '../../server/evidence/verify-document.ts';
import type { StoredOp } from '../../server/store/store.ts';
import type { RawStore } from './raw-store.ts';

export interface Crime {
  readonly name: string;
  /** What is to be found, and where: the version, or the number of the checkpoint. */
  readonly found: { readonly tampering: Tampering; readonly v: number; readonly to?: number } | { readonly fault: CheckpointFault; readonly n: number } | { readonly identity: true } | { readonly nameless: true };
  /** In the access list instead of the dashboard. */
  readonly collection?: 'access';
  /** Done to what an export does not have in it: states, which can be made of the log at any time, and people in access lists in the open. */
  readonly isInStoreOnly?: true;
  readonly commit: (scene: Scene) => Promise<void>;
}

export interface Scene {
  readonly raw: RawStore;
  readonly id: string;
  /** As they are kept. */
  readonly ops: readonly StoredOp[];
  /** The same of its access list. */
  readonly accessOps: readonly StoredOp[];
  /** How many checkpoints there are. */
  readonly checkpoints: number;
  /** Versions of the document that a checkpoint covers, ascending. */
  readonly heads: readonly number[];
}

const at = 7;
const put = (change: (ops: StoredOp[]) => StoredOp[]) => ({ raw, id, ops }: Scene): Promise<void> => raw.putOps('dashboards', id, change(structuredClone([...ops])));
const renumbered = (ops: StoredOp[]): StoredOp[] => ops.map((op, v) => ({ ...op, v }));

/** The whole chain anew, as whoever has the program can make it. */
function resealed(id: string, ops: readonly StoredOp[]): StoredOp[] {
  let seal = beginning;
  return ops.map((op) => {
    seal = sealOf(seal, 'dashboards', id, op, () => '');
    return { ...op, m: { ...op.m, h: seal } };
  });
}

const withTitle = (op: StoredOp, title: string): StoredOp => ({ ...op, op: [{ p: ['title'], od: 'x', oi: title }] });
const withMeta = (op: StoredOp | undefined, meta: object): StoredOp => ({ v: 0, ...op, m: { ...op?.m, ...meta } });
const with_ = (ops: StoredOp[], v: number, op: StoredOp): StoredOp[] => ops.map((each, i) => (i === v ? op : each));

/** Everything that somebody with the database may do, and what verification has to say. */
export const crimes: readonly Crime[] = [
  { name: 'change a value', found: { tampering: 'changed', v: at }, commit: put((ops) => with_(ops, at, withTitle(ops[at] ?? { v: at }, 'Forged'))) },
  { name: 'change an author', found: { tampering: 'changed', v: at }, commit: put((ops) => with_(ops, at, withMeta(ops[at], { r: ops.find(({ m }) => m?.['r'] !== ops[at]?.m?.['r'])?.m?.['r'] }))) },
  { name: 'change a time', found: { tampering: 'changed', v: at }, commit: put((ops) => with_(ops, at, withMeta(ops[at], { ts: 1 }))) },
  { name: 'change the first op', found: { tampering: 'changed', v: 0 }, commit: put((ops) => with_(ops, 0, withMeta(ops[0], { ts: 1 }))) },
  { name: 'change the last op', found: { tampering: 'changed', v: -1 }, commit: put((ops) => with_(ops, ops.length - 1, withMeta(ops.at(-1), { ts: 1 }))) },
  { name: 'remove one', found: { tampering: 'removed', v: at }, commit: put((ops) => ops.filter(({ v }) => v !== at)) },
  { name: 'remove one and close the gap', found: { tampering: 'removed', v: at }, commit: put((ops) => renumbered(ops.filter(({ v }) => v !== at))) },
  { name: 'remove the last', found: { tampering: 'cut', v: -1 }, commit: put((ops) => ops.slice(0, -1)) },
  { name: 'insert', found: { tampering: 'inserted', v: at }, commit: put((ops) => renumbered([...ops.slice(0, at), withTitle(ops[at] ?? { v: at }, 'Forged'), ...ops.slice(at)])) },
  { name: 'swap two', found: { tampering: 'reordered', v: at }, commit: put((ops) => renumbered(ops.flatMap((op, v) => (v === at ? [ops[at + 1] ?? op] : v === at + 1 ? [ops[at] ?? op] : [op])))) },
  { name: 'renumber', found: { tampering: 'removed', v: at }, commit: put((ops) => ops.map((op) => (op.v >= at ? { ...op, v: op.v + 1 } : op))) },
  { name: 'replace the snapshot', isInStoreOnly: true, found: { tampering: 'snapshot', v: -2 }, commit: ({ raw, id }) => raw.putTitleInSnapshot(id, 'Forged') },
  { name: 'replace a state of the past', isInStoreOnly: true, found: { tampering: 'milestone', v: 20 }, commit: ({ raw, id }) => raw.putTitleInMilestone(id, 20, 'Forged') },
  {
    name: 'replace the whole log with one that fits together', found: { tampering: 'rewritten', v: 0, to: -3 },
    commit: ({ raw, id, ops }) => raw.putOps('dashboards', id, resealed(id, ops.map((op) => withMeta(op, { v: op.v, ts: (op.m?.ts ?? 0) - 1 })).map((op, v) => ({ ...op, v })))),
  },
  { name: 'strip all hashes', found: { tampering: 'stripped', v: 0 }, commit: put((ops) => ops.map((op) => withMeta(op, { h: undefined }))) },
  { name: 'strip one hash', found: { tampering: 'stripped', v: at }, commit: put((ops) => with_(ops, at, withMeta(ops[at], { h: undefined }))) },
  {
    name: 'strip hashes and references', found: { tampering: 'stripped', v: 0 },
    commit: put((ops) => ops.map((op) => withMeta(op, { h: undefined, r: undefined, u: 'u-ana', n: 'Ana' }))),
  },
  { name: 'remove the whole log', found: { tampering: 'cut', v: 0 }, commit: put(() => []) },
  { name: 'remove a checkpoint', found: { fault: 'missing', n: 1 }, commit: ({ raw }) => raw.putSetting(checkpointKey(1), null) },
  { name: 'remove the last checkpoint, which was anchored', found: { fault: 'missing', n: -1 }, commit: ({ raw, checkpoints }) => raw.putSetting(checkpointKey(checkpoints - 1), null) },
  {
    name: 'change a checkpoint', found: { fault: 'unsigned', n: 1 },
    commit: async ({ raw }) => {
      const checkpoint = parseCheckpoint(await raw.setting(checkpointKey(1)));
      await raw.putSetting(checkpointKey(1), JSON.stringify({ ...checkpoint, at: 1 }));
    },
  },
  {
    name: 'sign a checkpoint with another key', found: { fault: 'unsigned', n: 1 },
    commit: async ({ raw }) => {
      const checkpoint = parseCheckpoint(await raw.setting(checkpointKey(1)));
      if (checkpoint) await raw.putSetting(checkpointKey(1), JSON.stringify(signed({ n: 1, at: checkpoint.at, before: checkpoint.before, heads: [] }, generateKeyPairSync('ed25519').privateKey)));
    },
  },
  {
    name: 'give a person another name', found: { identity: true },
    commit: async ({ raw, ops }) => {
      const key = `identity:${String(ops[0]?.m?.['r'])}`;
      await raw.putSetting(key, JSON.stringify({ ...JSON.parse(await raw.setting(key)) as object, name: 'Mallory' }));
    },
  },
  { name: 'remove who made it', found: { nameless: true }, commit: ({ raw, ops }) => raw.putSetting(`identity:${String(ops[0]?.m?.['r'])}`, null) },
  { name: 'plant a state of a time to come', isInStoreOnly: true, found: { tampering: 'milestone', v: 80 }, commit: ({ raw, id }) => raw.copyMilestone(id, 20, 80) },
  { name: 'give a role that nobody gave', collection: 'access', found: { tampering: 'changed', v: 0 }, commit: putAccess((people) => ({ ...people, 'u-mallory': 'owner' })) },
  {
    name: 'have somebody in an access list pass for erased', isInStoreOnly: true, found: { nameless: true },
    commit: async (scene) => {
      const salt = await scene.raw.setting('salt:u-ben');
      await putAccess(({ 'u-ben': role, ...others }) => ({ ...others, [accessReference(salt, 'u-ben')]: role ?? '' }))(scene);
    },
  },
  { name: 'replace the stored access list', collection: 'access', isInStoreOnly: true, found: { tampering: 'snapshot', v: 1 }, commit: ({ raw, id }) => raw.putPersonInAccess(id, 'u-mallory') },
];

/** The access list as it was created, with other people. */
function putAccess(change: (people: Readonly<Record<string, string>>) => object): Crime['commit'] {
  return ({ raw, id, accessOps }) => {
    const ops = structuredClone([...accessOps]);
    const { create } = ops[0] ?? {};
    const data = create?.data as { people: Readonly<Record<string, string>> };
    return raw.putOps('access', id, [{ ...ops[0], v: 0, create: { type: create?.type ?? '', data: { ...data, people: change(data.people) } } }, ...ops.slice(1)]);
  };
}

/** Somebody who has the key too, and signs a chain of their own: only anchors tell. */
export async function rewriteCheckpoints({ raw, checkpoints }: Scene, key: KeyObject): Promise<void> {
  const made = signed({ n: checkpoints - 1, at: 1, before: parseCheckpoint(await raw.setting(checkpointKey(checkpoints - 1)))?.before ?? '', heads: [] }, createPrivateKey(key.export({ type: 'pkcs8', format: 'pem' })));
  await raw.putSetting(checkpointKey(checkpoints - 1), JSON.stringify(made));
}

export const hasSeals = (ops: readonly StoredOp[]): boolean => ops.every((op) => keptSeal(op) !== undefined);
