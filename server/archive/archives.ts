import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits } from '../../model/limits.ts';
import { DamagedLog } from '../evidence/damaged-log.ts';
import type { Store, StoredOp } from '../store/store.ts';
import { archivedOps, archiveHash, archiveName, archivePrefix, archiveText, readArchive, writeArchive, type Range } from './archive-file.ts';

const RecordSchema = v.object({
  from: v.number(), to: v.number(),
  /** The seal of the last op in it. */
  h: v.string(),
  sha256: v.string(),
  file: v.string(),
  /** As it lies on the disk. */
  bytes: v.number(),
  /** How far it is: the file is there; a checkpoint states it; the ops are out of the store. */
  state: v.picklist(['written', 'signed', 'done']),
});
/** Where ops of a document have gone. */
export type ArchiveRecord = v.InferOutput<typeof RecordSchema>;

const prefixOf = (c: string, d: string): string => `archive:${c}/${d}:`;
const staleKey = (file: string): string => `archive-stale:${file}`;
/** What a mark says of a file: another one has its place, or it is being written and has no record yet. */
type Stale = 'replaced' | 'draft';

/** The archives of a store: a record of each stands in the settings, its ops in a file. */
export class Archives {
  private readonly store: Pick<Store, 'listSettings' | 'writeSetting' | 'removeSetting'>;
  private readonly folder: string | null;
  private readonly passed: (step: string) => void;
  /** The least recently used first; by hash. */
  private readonly kept = new Map<string, readonly StoredOp[]>();

  /** @param folder null where nobody said which: then there must be none */
  constructor(store: Archives['store'], folder: string | null, passed: (step: string) => void = () => undefined) {
    this.store = store;
    this.folder = folder;
    this.passed = passed;
  }

  /** Those of a document, in the order of versions. */
  async of(c: string, d: string): Promise<ArchiveRecord[]> {
    const records: ArchiveRecord[] = [];
    for await (const [, value] of this.store.listSettings(prefixOf(c, d))) {
      const record = recordIn(value);
      if (record !== null) records.push(record);
    }
    return records;
  }

  /** All documents that have some. */
  async documents(): Promise<readonly (readonly [c: string, d: string])[]> {
    const found = new Map<string, readonly [string, string]>();
    for await (const [key] of this.store.listSettings('archive:')) {
      const [, c, d] = /^archive:([^/]+)\/(.*):\d+$/s.exec(key) ?? [];
      if (c !== undefined && d !== undefined) found.set(`${c}/${d}`, [c, d]);
    }
    return [...found.values()];
  }

  /** The ops of one. @throws DamagedLog if its file is missing or was altered, CoboardError ARCHIVE_UNAVAILABLE without a folder */
  async read(c: string, d: string, record: ArchiveRecord): Promise<readonly StoredOp[]> {
    const { from, to, sha256, file } = record;
    const known = this.kept.get(sha256);
    if (known) {
      this.kept.delete(sha256);
      this.kept.set(sha256, known);
      return known;
    }
    const folder = this.place();
    try {
      const text = await readArchive(folder, file);
      if (archiveHash(text) !== sha256) throw new Error('the file is not the one that was written');
      const ops = await archivedOps({ c, d, from, to }, text);
      this.kept.set(sha256, ops);
      for (const oldest of this.kept.keys()) {
        if (this.kept.size <= innerLimits.archivesInMemoryMax) break;
        this.kept.delete(oldest);
      }
      return ops;
    } catch (cause) {
      throw new DamagedLog('archive', from, to, { cause });
    }
  }

  /** What is in memory counts for nothing: the files are looked at again. */
  forget(): void {
    this.kept.clear();
  }

  /** Writes the file of ops that lie one behind the other. */
  async write(range: Range, ops: readonly StoredOp[], h: string): Promise<ArchiveRecord> {
    const text = await archiveText(range, ops);
    const sha256 = archiveHash(text);
    const file = archiveName(range, sha256);
    // until there is a record only this knows of the file
    await this.mark(file, 'draft');
    const { bytes } = await writeArchive(this.place(), file, text, () => { this.passed('part'); });
    return { from: range.from, to: range.to, h, sha256, file, bytes, state: 'written' };
  }

  /** Keeps a record, in place of the one that begins at the same version. */
  async put(c: string, d: string, record: ArchiveRecord): Promise<void> {
    const before = (await this.of(c, d)).find(({ from }) => from === record.from);
    const isOther = before !== undefined && before.file !== record.file;
    if (isOther) await this.mark(before.file, 'replaced');
    if (isOther) this.passed('marked');
    await this.store.writeSetting(`${prefixOf(c, d)}${String(record.from).padStart(12, '0')}`, JSON.stringify(record));
    this.passed('recorded');
    if (before?.file !== record.file) {
      await this.removeParts(record.file);
      await this.store.removeSetting(staleKey(record.file));
    }
    if (isOther) await this.sweep();
  }

  /** Removes files that were replaced; and with `drafts`, where nobody archives beside, those that were being written when that was killed. */
  async sweep({ drafts = false } = {}): Promise<void> {
    const marks = await this.marks();
    if (marks.length === 0) return;
    const used = new Set<string>();
    for await (const [, value] of this.store.listSettings('archive:')) used.add(recordIn(value)?.file ?? '');
    for (const [file, what] of marks) if (drafts || what !== 'draft' || used.has(file)) await this.drop(file, used.has(file));
  }

  private mark(file: string, what: Stale): Promise<void> {
    return this.store.writeSetting(staleKey(file), what);
  }

  private async marks(): Promise<(readonly [file: string, what: string])[]> {
    const marks: (readonly [string, string])[] = [];
    for await (const [key, value] of this.store.listSettings(staleKey(''))) marks.push([key.slice(staleKey('').length), value]);
    return marks;
  }

  private async drop(file: string, isUsed: boolean): Promise<void> {
    if (!isUsed) await rm(join(this.place(), file), { force: true });
    await this.removeParts(file);
    await this.store.removeSetting(staleKey(file));
  }

  /** What was written of a file when that was killed. */
  private async removeParts(file: string): Promise<void> {
    const folder = this.place();
    for (const name of await readdir(folder).catch(() => [])) if (name.startsWith(`${file}.`) && name.endsWith('.part')) await rm(join(folder, name), { force: true });
  }

  /** Removes all of a document. */
  async remove(c: string, d: string): Promise<void> {
    const records: (readonly [key: string, file: string | undefined])[] = [];
    for await (const [key, value] of this.store.listSettings(prefixOf(c, d))) records.push([key, recordIn(value)?.file]);
    for (const [key, file] of records) {
      if (file !== undefined) await rm(join(this.place(), file), { force: true });
      this.passed('unlinked');
      await this.store.removeSetting(key);
    }
    // nobody archives it any more
    for (const [file] of await this.marks()) if (file.startsWith(archivePrefix(c, d))) await this.drop(file, false);
    this.forget();
  }

  private place(): string {
    if (this.folder === null) throw new CoboardError('ARCHIVE_UNAVAILABLE', 'There are archives, and nobody said where: --archive-dir.');
    return this.folder;
  }
}

function recordIn(value: string): ArchiveRecord | null {
  try {
    const parsed = v.safeParse(RecordSchema, JSON.parse(value));
    // it never leads out of the folder
    return parsed.success && /^[\w.-]+$/.test(parsed.output.file) ? parsed.output : null;
  } catch {
    return null;
  }
}
