import { hash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { constants, gunzip, gzip } from 'node:zlib';
import * as v from 'valibot';
import { innerLimits } from '../../model/limits.ts';
import { sealedPart } from '../evidence/canonical-op.ts';
import { keptSeal } from '../evidence/chain.ts';
import type { StoredOp } from '../store/store.ts';

/** Ops of a dashboard with `from` <= version < `to`. */
export interface Range {
  readonly c: string;
  readonly d: string;
  readonly from: number;
  readonly to: number;
}

const pack = promisify(gzip);
const unpack = promisify(gunzip);

const Header = v.object({ type: v.literal('archive'), format: v.literal('coboard-archive'), version: v.literal(1), c: v.string(), d: v.string(), from: v.number(), to: v.number() });
const Line = v.object({
  type: v.literal('op'), h: v.nullable(v.string()),
  op: v.looseObject({ c: v.string(), d: v.string(), v: v.number(), m: v.record(v.string(), v.unknown()) }),
});

/** SHA-256 over the lines, in base64url. */
export const archiveHash = (text: string): string => hash('sha256', text, 'base64url');

/** The lines of an archive: what it is, and each op as an export has it. No names of people are needed for that: only dashboards are archived. */
export async function archiveText(range: Range, ops: readonly StoredOp[]): Promise<string> {
  const { c, d, from, to } = range;
  const lines = [JSON.stringify({ type: 'archive', format: 'coboard-archive', version: 1, c, d, from, to })];
  for (const op of ops) {
    lines.push(JSON.stringify({ type: 'op', op: sealedPart(c, d, op, (person) => person), h: keptSeal(op) ?? null }));
    if (lines.length % innerLimits.archivePageLines === 0) await nextTurn();
  }
  return `${lines.join('\n')}\n`;
}

/** The ops in the lines of an archive. @throws Error for lines that are none of that range */
export async function archivedOps({ c, d, from, to }: Range, text: string): Promise<StoredOp[]> {
  const [first = '', ...lines] = text.trimEnd().split('\n');
  const header = v.parse(Header, JSON.parse(first));
  if (header.c !== c || header.d !== d || header.from !== from || header.to !== to || lines.length !== to - from) throw new Error('it is another archive');
  const ops: StoredOp[] = [];
  for (const line of lines) {
    const { op: { c: collection, d: id, m, ...op }, h } = v.parse(Line, JSON.parse(line));
    if (collection !== c || id !== d || op.v !== from + ops.length) throw new Error(`op ${String(op.v)} is not where it belongs`);
    ops.push({ ...op, m: { ...m, ...(h === null ? {} : { h }) } });
    if (ops.length % innerLimits.archivePageLines === 0) await nextTurn();
  }
  return ops;
}

/** The name of a file: what is in it, and the start of its hash, so that no two have the same. */
export function archiveName({ c, d, from, to }: Range, sha256: string): string {
  return `${archivePrefix(c, d)}${String(from)}-${String(to)}.${hash('sha256', sha256).slice(0, 12)}.jsonl.gz`;
}

/** What the names of all files of a document begin with. */
export function archivePrefix(c: string, d: string): string {
  const id = /^[A-Za-z0-9_-]{1,64}$/.test(d) ? d : hash('sha256', d).slice(0, 32);
  return `${c}.${id}.`;
}

/**
 * Writes a file, all of it or nothing, and on the disk; then reads it as whoever needs it will. Killed in between it leaves a file `NAME.….part`.
 * @throws Error if that is not what was written
 */
export async function writeArchive(folder: string, name: string, text: string, written: () => void = () => undefined): Promise<{ readonly bytes: number }> {
  await mkdir(folder, { recursive: true });
  const draft = join(folder, `${name}.${randomUUID()}.part`);
  const packed = await pack(text, { level: constants.Z_BEST_COMPRESSION });
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(packed);
      await file.sync();
    } finally {
      await file.close();
    }
    written();
    await rename(draft, join(folder, name));
  } finally {
    await rm(draft, { force: true });
  }
  await syncFolder(folder);
  if (await readArchive(folder, name) !== text) throw new Error(`${name} does not read as it was written`);
  return { bytes: packed.length };
}

/** A name is on the disk when its folder is; Windows does that by itself, and lets nobody ask for it. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** @throws Error if it is missing or damaged */
export async function readArchive(folder: string, name: string): Promise<string> {
  return (await unpack(await readFile(join(folder, name)))).toString('utf8');
}
