import { DatabaseSync } from 'node:sqlite';
import { MongoClient, ObjectId } from 'mongodb';
import { toRow } from '../../server/store/sqlite/rows.ts';
import type { StoredOp } from '../../server/store/store.ts';

/** What somebody can do who has the database and not the program. */
export interface RawStore {
  /** Replaces the log of a document. */
  putOps(collection: string, id: string, ops: readonly StoredOp[]): Promise<void>;
  dropSnapshot(id: string): Promise<void>;
  putTitleInSnapshot(id: string, title: string): Promise<void>;
  putTitleInMilestone(id: string, v: number, title: string): Promise<void>;
  /** Puts the state of a version in the place of a later one; null removes that. */
  copyMilestone(id: string, from: number | null, to: number): Promise<void>;
  /** Has somebody own a dashboard, in the stored access list alone; null takes them out. */
  putPersonInAccess(id: string, person: string, role?: string | null): Promise<void>;
  setting(key: string): Promise<string>;
  putSetting(key: string, value: string | null): Promise<void>;
  close(): Promise<void>;
}

export function rawSqlite(path: string): RawStore {
  const database = new DatabaseSync(path);
  return {
    putOps(collection, id, ops) {
      database.prepare('DELETE FROM ops WHERE collection = ? AND id = ?').run(collection, id);
      for (const op of ops) {
        const row = toRow({ collection, id, op, link: undefined });
        if (row instanceof Error) throw row;
        database.prepare('INSERT INTO ops (collection, id, v, src, seq, body, m) VALUES (?, ?, ?, ?, ?, ?, ?)').run(...row);
      }
      return Promise.resolve();
    },
    dropSnapshot(id) {
      database.prepare(`DELETE FROM snapshots WHERE collection = 'dashboards' AND id = ?`).run(id);
      return Promise.resolve();
    },
    putTitleInSnapshot(id, title) {
      database.prepare(`UPDATE snapshots SET data = json_set(data, '$.title', ?) WHERE collection = 'dashboards' AND id = ?`).run(title, id);
      return Promise.resolve();
    },
    putTitleInMilestone(id, v, title) {
      database.prepare(`UPDATE milestones SET data = json_set(data, '$.title', ?) WHERE collection = 'dashboards' AND id = ? AND v = ?`).run(title, id, v);
      return Promise.resolve();
    },
    copyMilestone(id, from, to) {
      database.prepare(`DELETE FROM milestones WHERE collection = 'dashboards' AND id = ? AND v = ?`).run(id, to);
      const row = database.prepare(`SELECT * FROM milestones WHERE collection = 'dashboards' AND id = ? AND v = ?`).get(id, from);
      if (row) database.prepare(`INSERT INTO milestones (${Object.keys(row).join(', ')}) VALUES (${Object.keys(row).map(() => '?').join(', ')})`).run(...Object.values({ ...row, v: to }));
      return Promise.resolve();
    },
    putPersonInAccess(id, person, role = 'owner') {
      if (role === null) database.prepare(`UPDATE snapshots SET data = json_remove(data, ?) WHERE collection = 'access' AND id = ?`).run(`$.people."${person}"`, id);
      else database.prepare(`UPDATE snapshots SET data = json_set(data, ?, ?) WHERE collection = 'access' AND id = ?`).run(`$.people."${person}"`, role, id);
      return Promise.resolve();
    },
    setting: (key) => Promise.resolve((database.prepare('SELECT value FROM settings WHERE key = ?').get(key) as { value: string }).value),
    putSetting(key, value) {
      if (value === null) database.prepare('DELETE FROM settings WHERE key = ?').run(key);
      else database.prepare('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)').run(key, value);
      return Promise.resolve();
    },
    close() {
      database.close();
      return Promise.resolve();
    },
  };
}

export async function rawMongo(address: string): Promise<RawStore> {
  const client = await MongoClient.connect(address);
  const db = client.db();
  const settings = db.collection<{ _id: string; value: string }>('settings');
  return {
    async putOps(collection, id, ops) {
      await db.collection(`o_${collection}`).deleteMany({ d: id });
      if (ops.length > 0) await db.collection(`o_${collection}`).insertMany(ops.map((op) => ({ ...op, _id: new ObjectId(), d: id })));
    },
    async dropSnapshot(id) {
      await db.collection<{ _id: string }>('dashboards').deleteOne({ _id: id });
    },
    async putTitleInSnapshot(id, title) {
      await db.collection<{ _id: string }>('dashboards').updateOne({ _id: id }, { $set: { title } });
    },
    async putTitleInMilestone(id, v, title) {
      await db.collection('m_dashboards').updateOne({ d: id, v }, { $set: { 'data.title': title } });
    },
    async copyMilestone(id, from, to) {
      await db.collection('m_dashboards').deleteOne({ d: id, v: to });
      const milestone = await db.collection('m_dashboards').findOne({ d: id, v: from });
      if (milestone) await db.collection('m_dashboards').insertOne({ ...milestone, _id: new ObjectId(), v: to });
    },
    async putPersonInAccess(id, person, role = 'owner') {
      await db.collection<{ _id: string }>('access').updateOne({ _id: id }, role === null ? { $unset: { [`people.${person}`]: '' } } : { $set: { [`people.${person}`]: role } });
    },
    setting: async (key) => (await settings.findOne({ _id: key }))?.value ?? '',
    async putSetting(key, value) {
      if (value === null) await settings.deleteOne({ _id: key });
      else await settings.updateOne({ _id: key }, { $set: { value } }, { upsert: true });
    },
    close: () => client.close(),
  };
}
