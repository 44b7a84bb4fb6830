import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { scratchFolder } from '../../../tests/test-server.ts';
import { storeContract } from '../store-contract.ts';
import { SqliteStore } from './sqlite-store.ts';

storeContract({
  name: 'SQLite',
  open: async () => {
    const folder = scratchFolder();
    const file = join(folder.path, 'deep/er/coboard.db');
    const reopen = async (): Promise<SqliteStore> => {
      const store = new SqliteStore(file);
      await store.start();
      return store;
    };
    return { store: await reopen(), reopen, remove: () => { folder.remove(); } };
  },
});

test('STORE-16 an op ahead of its document is not committed', async () => {
  const store = new SqliteStore(':memory:');
  await store.start();
  const append = (v: number): ReturnType<SqliteStore['append']> => store.append([{ collection: 'dashboards', id: 'd', op: { v, src: 'c', seq: v + 1, op: [] }, link: undefined }]);
  assert.deepEqual(await append(1), [{ status: 'conflict' }]);
  assert.deepEqual(await append(0), [{ status: 'committed' }]);
  assert.deepEqual(await append(2), [{ status: 'conflict' }]);
  assert.deepEqual(await append(1), [{ status: 'committed' }]);
  await store.stop();
});

test('STORE-17 the file is written through to the disk at each append', async () => {
  const folder = scratchFolder();
  const store = new SqliteStore(join(folder.path, 'a.db'));
  await store.start();
  const { database } = (store as unknown as { open: { database: DatabaseSync } }).open;
  const pragma = (name: string): unknown => Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0];
  assert.deepEqual([pragma('journal_mode'), pragma('synchronous'), pragma('busy_timeout')], ['wal', 2, 5000]);
  await store.stop();
  folder.remove();
});

test('STORE-18 a place that cannot be opened or written is named, with the reason', async (t) => {
  const folder = scratchFolder();
  t.after(() => { folder.remove(); });
  const refused = async (path: string, words: RegExp): Promise<void> => {
    await assert.rejects(new SqliteStore(path).start(), (error: Error & { code?: string }) => {
      assert.equal(error.code, 'STORE_UNAVAILABLE');
      assert.ok(error.message.includes(path), error.message);
      assert.match(error.message, words);
      return true;
    });
  };
  writeFileSync(join(folder.path, 'text.db'), 'this is a text file, not a database, and long enough to be read as one'.repeat(20));
  await refused(join(folder.path, 'text.db'), /not a database/);
  mkdirSync(join(folder.path, 'folder.db'));
  await refused(join(folder.path, 'folder.db'), /unable to open/);
  writeFileSync(join(folder.path, 'file'), '');
  await refused(join(folder.path, 'file/under.db'), /EEXIST|ENOTDIR/);

  const foreign = new DatabaseSync(join(folder.path, 'foreign.db'));
  foreign.exec('PRAGMA application_id = 42; CREATE TABLE theirs (a)');
  foreign.close();
  await refused(join(folder.path, 'foreign.db'), /another program/);

  const newer = new DatabaseSync(join(folder.path, 'newer.db'));
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await refused(join(folder.path, 'newer.db'), /newer Coboard/);

  if (process.getuid?.() !== 0) {
    writeFileSync(join(folder.path, 'locked.db'), '');
    chmodSync(join(folder.path, 'locked.db'), 0o400);
    await refused(join(folder.path, 'locked.db'), /readonly/);
  }
});

test('STORE-34 what was removed or replaced is in no file any more once it is scrubbed, and a reader that keeps it there is told of', async (t) => {
  const folder = scratchFolder();
  t.after(() => { folder.remove(); });
  const store = new SqliteStore(join(folder.path, 'a.db'));
  await store.start();
  const secret = 'Wilhelmina'.repeat(30);
  const append = (id: string, v: number): ReturnType<SqliteStore['append']> => store.append([{ collection: 'dashboards', id, op: { v, op: [{ p: ['n'], oi: `${secret}${String(v)}` }] }, link: undefined }]);
  for (let v = 0; v < 20; v++) for (const id of ['one', 'two']) await append(id, v);
  await store.writeSetting('a', secret);
  await store.writeSetting('a', 'nothing');
  await store.keeping.removeDocument('dashboards', 'one');
  await store.keeping.replaceOps('dashboards', 'two', Array.from({ length: 20 }, (_, v) => ({ v, op: [] })));
  const found = (): string[] => readdirSync(folder.path).filter((name) => readFileSync(join(folder.path, name)).includes('Wilhelmina'));
  assert.ok(found().length > 0, 'SQLite keeps what was there until it needs the place');
  const reader = new DatabaseSync(join(folder.path, 'a.db'));
  reader.exec('BEGIN; SELECT * FROM ops');
  reader.prepare('SELECT count(*) FROM ops').get();
  await assert.rejects(store.keeping.scrub(), /another program reads it/);
  reader.exec('COMMIT');
  reader.close();
  await store.keeping.scrub();
  assert.deepEqual(found(), []);
  assert.equal((await store.readOps('dashboards', 'two', 0, null)).length, 20);
  await store.stop();
  assert.deepEqual(found(), []);
});
