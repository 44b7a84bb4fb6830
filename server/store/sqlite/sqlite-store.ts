import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { CoboardError } from '../../../model/errors.ts';
import type { Append, AppendOutcome, OpMeta, Store, StoredOp, StoredSnapshot } from '../store.ts';
import { applicationId, schema, schemaVersion } from './schema.ts';

interface OpRow { v: number; src: string | null; seq: number | null; body: string; m: string | null }
interface SnapshotRow { id: string; v: number; type: string | null; data: string | null; m: string | null }

interface Statements {
  readonly version: StatementSync;
  readonly insertOp: StatementSync;
  readonly putSnapshot: StatementSync;
  readonly ops: StatementSync;
  readonly findOp: StatementSync;
  readonly snapshot: StatementSync;
  readonly snapshotsAfter: StatementSync;
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

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.guarded((statements, database) => {
      const rows = entries.map(toRows);
      database.exec('BEGIN IMMEDIATE');
      try {
        const outcomes = rows.map((row) => appendOne(statements, row));
        database.exec('COMMIT');
        return outcomes;
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }

  readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    return this.guarded(({ ops }) => {
      const rows = ops.all(collection, id, from, to ?? Number.MAX_SAFE_INTEGER) as unknown as OpRow[];
      return rows.map(toOp);
    });
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
    version: sql('SELECT v FROM snapshots WHERE collection = ? AND id = ?'),
    insertOp: sql('INSERT INTO ops (collection, id, v, src, seq, body, m) VALUES (?, ?, ?, ?, ?, ?, ?)'),
    putSnapshot: sql(
      `INSERT INTO snapshots (collection, id, v, type, data, m) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (collection, id) DO UPDATE SET v = excluded.v, type = excluded.type, data = excluded.data, m = excluded.m`,
    ),
    ops: sql('SELECT v, src, seq, body, m FROM ops WHERE collection = ? AND id = ? AND v >= ? AND v < ? ORDER BY v'),
    findOp: sql('SELECT v FROM ops WHERE collection = ? AND id = ? AND src = ? AND seq = ? ORDER BY v DESC LIMIT 1'),
    snapshot: sql('SELECT id, v, type, data, m FROM snapshots WHERE collection = ? AND id = ?'),
    snapshotsAfter: sql('SELECT id, v, type, data, m FROM snapshots WHERE collection = ? AND id > ? ORDER BY id LIMIT ?'),
    setting: sql('SELECT value FROM settings WHERE key = ?'),
    putSetting: sql('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value'),
    createSetting: sql('INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING'),
    settingsAfter: sql('SELECT key, value FROM settings WHERE key > ? ORDER BY key LIMIT ?'),
  };
}

type Text = string | null;

interface Rows {
  readonly key: readonly [collection: string, id: string];
  readonly v: number;
  readonly op: readonly [src: Text, seq: number | null, body: string, m: Text];
  readonly snapshot: readonly [type: Text, data: Text, m: Text];
}

const json = (value: unknown): Text => (value === undefined || value === null ? null : JSON.stringify(value));

/** What an entry makes as rows, or why it cannot be stored (it holds what JSON cannot). */
function toRows({ collection, id, op, snapshot }: Append): Rows | Error {
  const { v, src = null, seq = null, m, ...body } = op;
  if (!Number.isSafeInteger(v)) return new CoboardError('OP_INVALID', 'An op needs its version.');
  try {
    return {
      key: [collection, id],
      v,
      op: [src, seq, JSON.stringify(body), json(m)],
      snapshot: [snapshot.type, snapshot.type === null ? null : json(snapshot.data), json(snapshot.m)],
    };
  } catch (error) {
    return new CoboardError('OP_INVALID', 'The op cannot be written as JSON.', { cause: error });
  }
}

function appendOne({ version, insertOp, putSnapshot }: Statements, rows: Rows | Error): AppendOutcome {
  if (rows instanceof Error) return { status: 'refused', error: rows };
  const at = (version.get(...rows.key) as { v: number } | undefined)?.v ?? 0;
  if (rows.v !== at) return { status: 'conflict' };
  insertOp.run(...rows.key, rows.v, ...rows.op);
  putSnapshot.run(...rows.key, rows.v + 1, ...rows.snapshot);
  return { status: 'committed' };
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
