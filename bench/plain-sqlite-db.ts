import { DatabaseSync } from 'node:sqlite';
import ShareDB from 'sharedb';
import Snapshot from 'sharedb/lib/snapshot.js';

type Callback<T> = (error: Error | null, result?: T) => void;
interface StoredOp { readonly v: number; readonly src?: string; readonly seq?: number; m?: unknown }

/** What a plain adapter of ShareDB on SQLite is: op and snapshot in one transaction for each commit, as durable as Coboard's store. */
export class PlainSqliteDb extends ShareDB.DB {
  private readonly database: DatabaseSync;

  constructor(file: string) {
    super();
    this.database = new DatabaseSync(file);
    this.database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
      CREATE TABLE IF NOT EXISTS ops (c TEXT, d TEXT, v INTEGER, op TEXT, PRIMARY KEY (c, d, v));
      CREATE TABLE IF NOT EXISTS snapshots (c TEXT, d TEXT, v INTEGER, type TEXT, data TEXT, m TEXT, PRIMARY KEY (c, d));`);
  }

  override commit(c: string, d: string, op: StoredOp, snapshot: Snapshot, _options: unknown, callback: Callback<boolean>): void {
    const { v, type, data, m } = snapshot;
    this.database.exec('BEGIN IMMEDIATE');
    const at = (this.database.prepare('SELECT v FROM snapshots WHERE c = ? AND d = ?').get(c, d) as { v: number } | undefined)?.v ?? 0;
    if (at === op.v) {
      this.database.prepare('INSERT INTO ops VALUES (?, ?, ?, ?)').run(c, d, op.v, JSON.stringify(op));
      this.database.prepare('INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)').run(c, d, v, type, JSON.stringify(data ?? null), JSON.stringify(m ?? null));
    }
    this.database.exec('COMMIT');
    process.nextTick(callback, null, at === op.v);
  }

  override getSnapshot(c: string, d: string, _fields: unknown, _options: unknown, callback: Callback<Snapshot>): void {
    const row = this.database.prepare('SELECT v, type, data, m FROM snapshots WHERE c = ? AND d = ?').get(c, d) as { v: number; type: string; data: string; m: string } | undefined;
    const found = row ? new Snapshot(d, row.v, row.type, JSON.parse(row.data), JSON.parse(row.m)) : new Snapshot(d, 0, null, undefined, null);
    process.nextTick(callback, null, found);
  }

  override getOps(c: string, d: string, from: number | null, to: number | null, options: { readonly metadata?: boolean } | null, callback: Callback<StoredOp[]>): void {
    const rows = this.database.prepare('SELECT op FROM ops WHERE c = ? AND d = ? AND v >= ? AND v < ? ORDER BY v').all(c, d, from ?? 0, to ?? Number.MAX_SAFE_INTEGER) as { op: string }[];
    const ops = rows.map(({ op }) => JSON.parse(op) as StoredOp);
    if (options?.metadata !== true) for (const op of ops) delete op.m;
    process.nextTick(callback, null, ops);
  }
}
