import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { applicationId, schema, schemaVersion } from './schema.ts';

export interface Statements {
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
  readonly removeSetting: StatementSync;
  readonly settingsAfter: StatementSync;
}

/** Sets what SQLite leaves to each connection, and creates or checks the tables. */
export function prepareFile(database: DatabaseSync): void {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const version = (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (version > schemaVersion) throw new Error(`it was written by a newer Coboard (layout ${String(version)}, this one knows ${String(schemaVersion)})`);
  const owner = (database.prepare('PRAGMA application_id').get() as { application_id: number }).application_id;
  if (owner !== 0 && owner !== applicationId) throw new Error('it belongs to another program');
  // also proves that the file can be written
  database.exec(`BEGIN IMMEDIATE; ${schema} PRAGMA user_version = ${String(schemaVersion)}; PRAGMA application_id = ${String(applicationId)}; COMMIT;`);
}

export function prepare(database: DatabaseSync): Statements {
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
    removeSetting: sql('DELETE FROM settings WHERE key = ?'),
    settingsAfter: sql('SELECT key, value FROM settings WHERE key > ? ORDER BY key LIMIT ?'),
  };
}

/** All of it or nothing, and on the disk when it is through. */
export function inTransaction<T>(database: DatabaseSync, step: () => T): T {
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
