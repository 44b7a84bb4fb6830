import { readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { archiveHash } from '../../server/archive/archive-file.ts';
import type { Tampering } from '../../server/evidence/verify-document.ts';
import type { StoredOp } from '../../server/store/store.ts';
import type { RawStore } from './raw-store.ts';

export interface ArchiveScene {
  readonly raw: RawStore;
  readonly folder: string;
  readonly id: string;
  /** The versions at which its archives begin. */
  readonly begins: readonly number[];
  /** What is in the store. */
  readonly live: readonly StoredOp[];
}

export interface ArchiveCrime {
  readonly name: string;
  readonly found: { readonly tampering: Tampering; /** Which archive it begins with. */ readonly archive: number };
  readonly commit: (scene: ArchiveScene) => Promise<void> | void;
}

const fileAt = ({ folder, id, begins }: ArchiveScene, i: number): string => {
  const found = readdirSync(folder).find((name) => name.startsWith(`dashboards.${id}.${String(begins[i])}-`));
  if (found === undefined) throw new Error('there is no such archive');
  return join(folder, found);
};
const recordAt = ({ id, begins }: ArchiveScene, i: number): string => `archive:dashboards/${id}:${String(begins[i]).padStart(12, '0')}`;

/** Puts other lines in the place of those of an archive, compressed as well as ever. */
function rewrite(scene: ArchiveScene, i: number, change: (lines: string[]) => string[]): string {
  const file = fileAt(scene, i);
  const text = `${change(gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n')).join('\n')}\n`;
  writeFileSync(file, gzipSync(text));
  return text;
}

const forge = (lines: string[]): string[] => lines.with(3, (lines[3] ?? '').replace(/"ts":(\d+)/, '"ts":1'));

/** Everything that somebody with the folder of archives, and the database too, may do to them. */
export const archiveCrimes: readonly ArchiveCrime[] = [
  { name: 'remove a file', found: { tampering: 'archive', archive: 1 }, commit: (scene) => { rmSync(fileAt(scene, 1)); } },
  { name: 'cut a file', found: { tampering: 'archive', archive: 0 }, commit: (scene) => { truncateSync(fileAt(scene, 0), 300); } },
  { name: 'empty a file', found: { tampering: 'archive', archive: 0 }, commit: (scene) => { truncateSync(fileAt(scene, 0), 0); } },
  {
    name: 'change a byte of a file', found: { tampering: 'archive', archive: 1 },
    commit: (scene) => {
      const bytes = readFileSync(fileAt(scene, 1));
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(fileAt(scene, 1), bytes);
    },
  },
  { name: 'change a time in it, and compress it anew', found: { tampering: 'archive', archive: 1 }, commit: (scene) => { rewrite(scene, 1, forge); } },
  { name: 'take the last op out of it', found: { tampering: 'archive', archive: 0 }, commit: (scene) => { rewrite(scene, 0, (lines) => lines.slice(0, -1)); } },
  {
    name: 'exchange two files', found: { tampering: 'archive', archive: 0 },
    commit: (scene) => {
      const [one, other] = [fileAt(scene, 0), fileAt(scene, 1)];
      renameSync(one, `${one}.x`);
      renameSync(other, one);
      renameSync(`${one}.x`, other);
    },
  },
  {
    name: 'change an op in it and have the record say so', found: { tampering: 'archive', archive: 1 },
    commit: async (scene) => {
      const sha256 = archiveHash(rewrite(scene, 1, forge));
      const record = JSON.parse(await scene.raw.setting(recordAt(scene, 1))) as object;
      await scene.raw.putSetting(recordAt(scene, 1), JSON.stringify({ ...record, sha256 }));
    },
  },
  { name: 'remove the record of the first', found: { tampering: 'removed', archive: 0 }, commit: (scene) => scene.raw.putSetting(recordAt(scene, 0), null) },
  { name: 'remove the record of another', found: { tampering: 'removed', archive: 1 }, commit: (scene) => scene.raw.putSetting(recordAt(scene, 1), null) },
  {
    name: 'put another op into the store, where one is archived', found: { tampering: 'inserted', archive: 1 },
    commit: ({ raw, id, begins, live }) => raw.putOps('dashboards', id, [{ v: begins[1] ?? 0, op: [{ p: ['title'], od: 'x', oi: 'Forged' }], m: { ts: 1 } }, ...live]),
  },
  {
    name: 'do that, and have the record say that ops are still on their way out', found: { tampering: 'inserted', archive: 1 },
    commit: async (scene) => {
      const { raw, id, begins, live } = scene;
      await raw.putOps('dashboards', id, [{ v: begins[1] ?? 0, op: [{ p: ['title'], od: 'x', oi: 'Forged' }], m: { ts: 1 } }, ...live]);
      await raw.putSetting(recordAt(scene, 1), JSON.stringify({ ...JSON.parse(await raw.setting(recordAt(scene, 1))) as object, state: 'signed' }));
    },
  },
  { name: 'write nonsense into a record', found: { tampering: 'removed', archive: 1 }, commit: (scene) => scene.raw.putSetting(recordAt(scene, 1), '{"file":"../../etc/passwd"}') },
];
