import type { DatabaseSync } from 'node:sqlite';
import { innerLimits } from '../../../model/limits.ts';
import type { Keeping } from '../keeping.ts';
import type { SnapshotWrite, StoredOp } from '../store.ts';
import { toRow, toSnapshotRow } from './rows.ts';
import { inTransaction } from './statements.ts';

type Guarded = <T>(step: (database: DatabaseSync) => T) => Promise<T>;

export class SqliteKeeping implements Keeping {
  private readonly guarded: Guarded;

  constructor(guarded: Guarded) {
    this.guarded = guarded;
  }

  async *listIds(collection: string): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const next = await this.guarded((database) => database.prepare(
        `SELECT min(id) AS id FROM (SELECT min(id) AS id FROM ops WHERE collection = $c AND id > $after
         UNION ALL SELECT min(id) FROM snapshots WHERE collection = $c AND id > $after UNION ALL SELECT min(id) FROM milestones WHERE collection = $c AND id > $after)`,
      ).get({ c: collection, after }) as { id: string | null });
      if (next.id === null) return;
      yield next.id;
      after = next.id;
    }
  }

  has(collection: string, id: string): Promise<boolean> {
    return this.guarded((database) => ['ops', 'snapshots', 'milestones'].some((table) => database.prepare(`SELECT 1 FROM ${table} WHERE collection = ? AND id = ? LIMIT 1`).get(collection, id) !== undefined));
  }

  milestoneVersions(collection: string, id: string): Promise<readonly number[]> {
    return this.guarded((database) => (database.prepare('SELECT v FROM milestones WHERE collection = ? AND id = ? ORDER BY v').all(collection, id) as { v: number }[]).map(({ v }) => v));
  }

  firstOp(collection: string, id: string): Promise<number | null> {
    return this.guarded((database) => (database.prepare('SELECT min(v) AS v FROM ops WHERE collection = ? AND id = ?').get(collection, id) as { v: number | null }).v);
  }

  async removeOps(collection: string, id: string, from: number, to: number): Promise<void> {
    for (;;) {
      const { changes } = await this.erasing((database) => database.prepare(
        'DELETE FROM ops WHERE rowid IN (SELECT rowid FROM ops WHERE collection = ? AND id = ? AND v >= ? AND v < ? ORDER BY v LIMIT ?)',
      ).run(collection, id, from, to, innerLimits.removedAtOnceMax));
      if (Number(changes) < innerLimits.removedAtOnceMax) return;
    }
  }

  async replaceOps(collection: string, id: string, ops: readonly StoredOp[]): Promise<void> {
    await this.erasing((database) => {
      const put = database.prepare('UPDATE ops SET src = ?4, seq = ?5, body = ?6, m = ?7 WHERE collection = ?1 AND id = ?2 AND v = ?3');
      for (const op of ops) {
        const row = toRow({ collection, id, op, link: undefined });
        if (row instanceof Error) throw row;
        put.run(...row);
      }
    });
  }

  async replaceStates(kind: 'snapshot' | 'milestone', states: readonly SnapshotWrite[]): Promise<void> {
    await this.erasing((database) => {
      const put = database.prepare(`UPDATE ${kind}s SET type = ?4, data = ?5, m = ?6 WHERE collection = ?1 AND id = ?2 AND v = ?3`);
      for (const state of states) {
        const row = toSnapshotRow(state);
        if (row instanceof Error) throw row;
        put.run(...row);
      }
    });
  }

  async removeDocument(collection: string, id: string): Promise<void> {
    for (const table of ['snapshots', 'milestones']) await this.erasing((database) => database.prepare(`DELETE FROM ${table} WHERE collection = ? AND id = ?`).run(collection, id));
    await this.removeOps(collection, id, 0, Number.MAX_SAFE_INTEGER);
  }

  removeSetAside(): Promise<void> {
    // nothing is ever taken over
    return Promise.resolve();
  }

  /** Writes the file anew, which leaves out free pages and what stood beside rows, and empties the log in front of it. */
  scrub(): Promise<void> {
    return this.guarded((database) => {
      database.exec('VACUUM');
      const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
      if (busy !== 0) throw new Error('another program reads it, so what was removed still stands in its log; stop that program and try again');
    });
  }

  /** In one transaction; what is removed is written over with zeros. */
  private erasing<T>(step: (database: DatabaseSync) => T): Promise<T> {
    return this.guarded((database) => {
      database.exec('PRAGMA secure_delete = ON');
      try {
        return inTransaction(database, () => step(database));
      } finally {
        database.exec('PRAGMA secure_delete = OFF');
      }
    });
  }
}
