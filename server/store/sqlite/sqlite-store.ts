import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CoboardError } from '../../../model/errors.ts';
import { innerLimits } from '../../../model/limits.ts';
import type { Append, AppendOutcome, MilestoneQuery, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from '../store.ts';
import { SqliteHistory } from './sqlite-history.ts';
import { SqliteKeeping } from './sqlite-keeping.ts';
import { toOp, toRow, toSnapshot, toSnapshotRow, type OpRow, type OpRowIn, type SnapshotRow } from './rows.ts';
import { inTransaction, prepare, prepareFile, type Statements } from './statements.ts';

/**
 * Keeps everything in one SQLite file. An append is one transaction that is on the disk (WAL with `synchronous=FULL`) when it
 * answers; `BEGIN IMMEDIATE` takes the write lock first, so several processes may share the file.
 */
export class SqliteStore implements Store {
  readonly place: string;
  readonly history = new SqliteHistory((step) => this.guarded((_, database) => step(database)));
  readonly keeping = new SqliteKeeping((step) => this.guarded((_, database) => step(database)));
  private readonly file: string;
  private open: { readonly database: DatabaseSync; readonly statements: Statements } | null = null;

  /** @param file path of the database, or `:memory:` */
  constructor(file: string) {
    this.file = file === ':memory:' ? file : resolve(file);
    this.place = `sqlite:${this.file}`;
  }

  start(): Promise<void> {
    if (this.open) return Promise.resolve();
    let database: DatabaseSync | null = null;
    try {
      if (this.file !== ':memory:') mkdirSync(dirname(this.file), { recursive: true });
      database = new DatabaseSync(this.file);
      prepareFile(database);
      this.open = { database, statements: prepare(database) };
      return Promise.resolve();
    } catch (error) {
      database?.close();
      return Promise.reject(this.unavailable('cannot be opened', error));
    }
  }

  stop(): Promise<void> {
    const open = this.open;
    this.open = null;
    // closing the last connection also moves the log into the file
    open?.database.close();
    return Promise.resolve();
  }

  check(): Promise<void> {
    return this.guarded(({ setting }) => {
      setting.get('');
    });
  }

  /** SQLite knows an op by its version and content: one that is there is the same append. */
  newLink(): undefined {
    return undefined;
  }

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.guarded((statements, database) => {
      const rows = entries.map(toRow);
      return inTransaction(database, () => appendAll(statements, rows, entries));
    });
  }

  readOps(collection: string, id: string, from: number, to: number | null, bytesMax = Infinity): Promise<StoredOp[]> {
    return this.guarded(({ ops }) => {
      const found: StoredOp[] = [];
      let bytes = 0;
      for (const row of ops.iterate(collection, id, from, to ?? Number.MAX_SAFE_INTEGER) as IterableIterator<unknown> as IterableIterator<OpRow>) {
        bytes += row.body.length;
        if (bytes > bytesMax && found.length > 0) break;
        found.push(toOp(row));
      }
      return found;
    });
  }

  async readTail(collection: string, id: string, from: number): Promise<Tail> {
    return { ops: await this.readOps(collection, id, from, null) };
  }

  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null> {
    return this.guarded(({ findOp }) => (findOp.get(collection, id, src, seq) as { v: number } | undefined)?.v ?? null);
  }

  readSnapshot(collection: string, id: string): Promise<StoredSnapshot> {
    return this.guarded(({ snapshot }) => {
      const row = snapshot.get(collection, id) as unknown as SnapshotRow | undefined;
      return row ? toSnapshot(row) : { id, v: 0, type: null, m: null };
    });
  }

  writeSnapshots(snapshots: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]> {
    return this.guarded(({ putSnapshot }, database) => {
      const rows = snapshots.map(toSnapshotRow);
      return inTransaction(database, () => rows.map((row) => {
        if (row instanceof Error) return row;
        putSnapshot.run(...row);
        return null;
      }));
    });
  }

  async *listBehind(collection: string): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const rows = await this.guarded(({ behindAfter }) => behindAfter.all({ collection, after, page: innerLimits.sqlitePageRows }) as { id: string; behind: number }[]);
      for (const { id, behind } of rows) if (behind === 1) yield id;
      const last = rows.at(-1);
      if (last === undefined || rows.length < innerLimits.sqlitePageRows) return;
      after = last.id;
    }
  }

  writeMilestones(snapshots: readonly SnapshotWrite[]): Promise<void> {
    return this.guarded(({ putMilestone }, database) => {
      const rows = snapshots.map(toSnapshotRow);
      inTransaction(database, () => {
        for (const row of rows) if (!(row instanceof Error)) putMilestone.run(...row);
      });
    });
  }

  readMilestone(collection: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null> {
    return this.guarded(({ milestone, milestoneBefore, milestoneAfter }) => {
      const found = 'atOrBeforeVersion' in wanted ? milestone.get(collection, id, wanted.atOrBeforeVersion)
        : 'atOrBeforeMs' in wanted ? milestoneBefore.get(collection, id, wanted.atOrBeforeMs) : milestoneAfter.get(collection, id, wanted.atOrAfterMs);
      return found ? toSnapshot(found as unknown as SnapshotRow) : null;
    });
  }

  async *listSnapshots(collection: string): AsyncGenerator<StoredSnapshot> {
    let after = '';
    for (;;) {
      const rows = await this.guarded(({ snapshotsAfter }) => snapshotsAfter.all(collection, after, innerLimits.sqlitePageRows) as unknown as SnapshotRow[]);
      for (const row of rows) yield toSnapshot(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < innerLimits.sqlitePageRows) return;
      after = last.id;
    }
  }

  readSetting(key: string): Promise<string | null> {
    return this.guarded(({ setting }) => (setting.get(key) as { value: string } | undefined)?.value ?? null);
  }

  writeSetting(key: string, value: string): Promise<void> {
    return this.guarded(({ putSetting }) => {
      putSetting.run(key, value);
    });
  }

  createSetting(key: string, value: string): Promise<string> {
    return this.guarded(({ createSetting, setting }) => {
      createSetting.run(key, value);
      return (setting.get(key) as { value: string }).value;
    });
  }

  removeSetting(key: string): Promise<void> {
    return this.guarded(({ removeSetting }) => { removeSetting.run(key); });
  }

  async *listSettings(prefix: string): AsyncGenerator<readonly [string, string]> {
    let after = prefix;
    for (;;) {
      const rows = await this.guarded(({ settingsAfter }) => settingsAfter.all(after, innerLimits.sqlitePageRows) as { key: string; value: string }[]);
      for (const { key, value } of rows) {
        if (!key.startsWith(prefix)) return;
        yield [key, value];
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < innerLimits.sqlitePageRows) return;
      after = last.key;
    }
  }

  /** Runs one step on the open database; what SQLite throws becomes STORE_UNAVAILABLE with the file's name. */
  private guarded<T>(step: (statements: Statements, database: DatabaseSync) => T): Promise<T> {
    return new Promise((resolvePromise, reject) => {
      if (!this.open) {
        reject(this.unavailable('is closed'));
        return;
      }
      try {
        resolvePromise(step(this.open.statements, this.open.database));
      } catch (error) {
        reject(this.unavailable('failed', error));
      }
    });
  }

  private unavailable(what: string, cause?: unknown): CoboardError {
    const words = cause instanceof Error ? `: ${cause.message}` : '';
    return new CoboardError('STORE_UNAVAILABLE', `The store ${this.place} ${what}${words}`, { cause });
  }
}

function appendAll(statements: Statements, rows: readonly (OpRowIn | Error)[], entries: readonly Append[]): AppendOutcome[] {
  const lost = new Set<string>();
  return rows.map((row, i) => {
    const { collection = '', id = '' } = entries[i] ?? {};
    const document = `${collection}\0${id}`;
    if (lost.has(document)) return { status: 'conflict' };
    const outcome: AppendOutcome = row instanceof Error ? { status: 'refused', error: row } : appendOne(statements, row);
    if (outcome.status !== 'committed') lost.add(document);
    return outcome;
  });
}

function appendOne({ insertOp, opAt }: Statements, row: OpRowIn): AppendOutcome {
  if (insertOp.run(...row).changes === 1) return { status: 'committed' };
  const [collection, id, v, src, seq, body, m] = row;
  const there = opAt.get(collection, id, v) as unknown as OpRow | undefined;
  const isSame = there?.src === src && there.seq === seq && there.body === body && there.m === m;
  return { status: isSame ? 'committed' : 'conflict' };
}
