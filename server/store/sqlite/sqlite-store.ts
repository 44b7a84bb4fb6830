import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CoboardError } from '../../../model/errors.ts';
import type { Append, AppendOutcome, MilestoneQuery, OpMeta, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from '../store.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';

interface OpRow { v: number; src: string | null; seq: number | null; body: string; m: string | null }
interface SnapshotRow { id: string; v: number; type: string | null; data: string | null; m: string | null }

interface Statements {
  readonly insertOp: StatementSync;
  readonly opAt: StatementSync;
  readonly putSnapshot: StatementSync;
  readonly ops: StatementSync;
  readonly findOp: StatementSync;
  readonly snapshot: StatementSync;
  readonly snapshotsAfter: StatementSync;
  readonly behindAfter: StatementSync;
  readonly putMilestone: StatementSync;
  readonly milestone: StatementSync;
  readonly milestoneBefore: StatementSync;
  readonly milestoneAfter: StatementSync;
  readonly setting: StatementSync;
  readonly putSetting: StatementSync;
  readonly createSetting: StatementSync;
  readonly settingsAfter: StatementSync;
}

/** Rows read at a time by the lists, so that a long list never holds up the server. */
const pageRows = 100;

/**
 * Keeps everything in one SQLite file. An append is one transaction that is on the disk (WAL with `synchronous=FULL`) when it
 * answers; `BEGIN IMMEDIATE` takes the write lock first, so several processes may share the file.
 */
export class SqliteStore implements Store {
  readonly place: string;
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

  readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    return this.guarded(({ ops }) => {
      const rows = ops.all(collection, id, from, to ?? Number.MAX_SAFE_INTEGER) as unknown as OpRow[];
      return rows.map(toOp);
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
      const rows = await this.guarded(({ behindAfter }) => behindAfter.all({ collection, after, page: pageRows }) as { id: string; behind: number }[]);
      for (const { id, behind } of rows) if (behind === 1) yield id;
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
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
      const rows = await this.guarded(({ snapshotsAfter }) => snapshotsAfter.all(collection, after, pageRows) as unknown as SnapshotRow[]);
      for (const row of rows) yield toSnapshot(row);
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
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

  async *listSettings(prefix: string): AsyncGenerator<readonly [string, string]> {
    let after = prefix;
    for (;;) {
      const rows = await this.guarded(({ settingsAfter }) => settingsAfter.all(after, pageRows) as { key: string; value: string }[]);
      for (const { key, value } of rows) {
        if (!key.startsWith(prefix)) return;
        yield [key, value];
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return;
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

/** Sets what SQLite leaves to each connection, and creates or checks the tables. */
function prepareFile(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (version > schemaVersion) throw new Error(`it was written by a newer Coboard (layout ${String(version)}, this one knows ${String(schemaVersion)})`);
  const owner = (database.prepare('PRAGMA application_id').get() as { application_id: number }).application_id;
  if (owner !== 0 && owner !== applicationId) throw new Error('it belongs to another program');
  // also proves that the file can be written
  database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${String(schemaVersion)}; PRAGMA application_id = ${String(applicationId)}; COMMIT;`);
}

function prepare(database: DatabaseSync): Statements {
  const sql = (text: string): StatementSync => database.prepare(text);
  return {
    // an op ahead of its document would leave a gap
    insertOp: sql(
      `INSERT INTO ops (collection, id, v, src, seq, body, m) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
       WHERE ?3 = 0 OR EXISTS (SELECT 1 FROM ops WHERE collection = ?1 AND id = ?2 AND v = ?3 - 1)
       ON CONFLICT (collection, id, v) DO NOTHING`,
    ),
    opAt: sql('SELECT v, src, seq, body, m FROM ops WHERE collection = ? AND id = ? AND v = ?'),
    putSnapshot: sql(
      `INSERT INTO snapshots (collection, id, v, type, data, m) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (collection, id) DO UPDATE SET v = excluded.v, type = excluded.type, data = excluded.data, m = excluded.m WHERE excluded.v > v`,
    ),
    ops: sql('SELECT v, src, seq, body, m FROM ops WHERE collection = ? AND id = ? AND v >= ? AND v < ? ORDER BY v'),
    findOp: sql('SELECT v FROM ops WHERE collection = ? AND id = ? AND src = ? AND seq = ? ORDER BY v DESC LIMIT 1'),
    snapshot: sql('SELECT id, v, type, data, m FROM snapshots WHERE collection = ? AND id = ?'),
    snapshotsAfter: sql('SELECT id, v, type, data, m FROM snapshots WHERE collection = ? AND id > ? ORDER BY id LIMIT ?'),
    // from one document to the next by the index, whatever the number of ops
    behindAfter: sql(
      `WITH RECURSIVE docs(id) AS (
         SELECT min(id) FROM ops WHERE collection = $collection AND id > $after
         UNION ALL SELECT (SELECT min(id) FROM ops WHERE collection = $collection AND id > docs.id) FROM docs WHERE docs.id IS NOT NULL)
       SELECT docs.id, (SELECT max(v) FROM ops WHERE collection = $collection AND id = docs.id)
         >= ifnull((SELECT v FROM snapshots WHERE collection = $collection AND id = docs.id), 0) AS behind
       FROM docs WHERE docs.id IS NOT NULL LIMIT $page`,
    ),
    putMilestone: sql('INSERT INTO milestones (collection, id, v, type, data, m) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (collection, id, v) DO NOTHING'),
    milestone: sql('SELECT id, v, type, data, m FROM milestones WHERE collection = ? AND id = ? AND v <= ? ORDER BY v DESC LIMIT 1'),
    milestoneBefore: sql(`SELECT id, v, type, data, m FROM milestones WHERE collection = ? AND id = ? AND m ->> '$.mtime' <= ? ORDER BY v DESC LIMIT 1`),
    milestoneAfter: sql(`SELECT id, v, type, data, m FROM milestones WHERE collection = ? AND id = ? AND m ->> '$.mtime' >= ? ORDER BY v LIMIT 1`),
    setting: sql('SELECT value FROM settings WHERE key = ?'),
    putSetting: sql('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    createSetting: sql('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING'),
    settingsAfter: sql('SELECT key, value FROM settings WHERE key > ? ORDER BY key LIMIT ?'),
  };
}

type Text = string | null;
type OpRowIn = readonly [collection: string, id: string, v: number, src: Text, seq: number | null, body: string, m: Text];
type SnapshotRowIn = readonly [collection: string, id: string, v: number, type: Text, data: Text, m: Text];

const json = (value: unknown): Text => (value === undefined || value === null ? null : JSON.stringify(value));

/** All of it or nothing, and on the disk when it is through. */
function inTransaction<T>(database: DatabaseSync, step: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = step();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** An entry as a row, or why it cannot be stored (it holds what JSON cannot). */
function toRow({ collection, id, op }: Append): OpRowIn | Error {
  const { v, src = null, seq = null, m, ...body } = op;
  if (!Number.isSafeInteger(v)) return new CoboardError('OP_INVALID', 'An op needs its version.');
  try {
    return [collection, id, v, src, seq, JSON.stringify(body), json(m)];
  } catch (error) {
    return new CoboardError('OP_INVALID', 'The op cannot be written as JSON.', { cause: error });
  }
}

function toSnapshotRow({ collection, snapshot: { id, v, type, data, m } }: SnapshotWrite): SnapshotRowIn | Error {
  try {
    return [collection, id, v, type, type === null ? null : json(data), json(m)];
  } catch (error) {
    return error instanceof Error ? error : new Error('The snapshot cannot be written as JSON.');
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

function toOp({ v, src, seq, body, m }: OpRow): StoredOp {
  const op = { v, ...(JSON.parse(body) as object) } as StoredOp;
  if (src !== null) op.src = src;
  if (seq !== null) op.seq = seq;
  if (m !== null) op.m = JSON.parse(m) as OpMeta;
  return op;
}

function toSnapshot({ id, v, type, data, m }: SnapshotRow): StoredSnapshot {
  return {
    id, v, type,
    ...(data === null ? {} : { data: JSON.parse(data) as unknown }),
    m: m === null ? null : (JSON.parse(m) as Record<string, unknown>),
  };
}
