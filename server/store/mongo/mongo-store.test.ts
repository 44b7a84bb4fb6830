import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MongoClient } from 'mongodb';
import ShareDbMongo from 'sharedb-mongo';
import { findMongod, startMongod } from '../../../tests/real-mongod.ts';
import { runShareDbSuite } from '../sharedb-suite.ts';
import { storeContract } from '../store-contract.ts';
import { StoreDb } from '../store-db.ts';
import { withoutSecrets } from './mongo-address.ts';
import { MongoStore } from './mongo-store.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const skip = 'skip' in place ? place.skip : undefined;
let count = 0;
const freshDatabase = (): string => mongod?.database(`coboard-test-${String((count += 1))}`) ?? '';

after(async () => {
  await mongod?.stop();
});

async function started(address: string): Promise<MongoStore> {
  const store = new MongoStore(address);
  await store.start();
  return store;
}

storeContract({
  name: 'MongoDB',
  skip,
  open: async () => {
    const address = freshDatabase();
    return { store: await started(address), reopen: () => started(address), remove: () => Promise.resolve() };
  },
});

test('STORE-19 ShareDB’s own suite passes on MongoDB', { skip: skip ?? false }, async (t) => {
  const { ran, passed, leftOut, failures } = await runShareDbSuite((callback) => {
    const store = new MongoStore(freshDatabase());
    store.start().then(() => {
      const db = new StoreDb(store);
      // the suite closes its databases; a store of the server is closed by the lifecycle
      db.close = (closed) => {
        void store.stop().then(() => { closed?.(); });
      };
      callback(null, db);
    }, callback);
  });
  t.diagnostic(`${String(passed)} of ${String(ran)} passed; ${String(leftOut)} tests of queries left out`);
  assert.deepEqual(failures, []);
  assert.equal(passed, ran);
  assert.ok(ran > 150, `only ${String(ran)} tests were found`);
});

test('STORE-20 the indexes that reading ops needs are there after the start', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const store = await started(address);
  const client = await new MongoClient(address).connect();
  for (const name of ['o_dashboards', 'o_access']) {
    const keys = (await client.db().collection(name).indexes()).map(({ key }) => key);
    assert.deepEqual(keys, [{ _id: 1 }, { d: 1, v: 1 }, { src: 1, seq: 1, v: 1 }]);
  }
  await client.close();
  await store.stop();
});

test('STORE-21 a stock sharedb-mongo reads what the store wrote, and the store goes on behind it', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const store = await started(address);
  const type = 'http://sharejs.org/types/JSONv0';
  const create = { collection: 'dashboards', id: 'd', op: { v: 0, src: 'c', seq: 1, create: { type, data: { n: 0 } }, m: { ts: 1, u: 'ana' } }, snapshot: { id: 'd', v: 1, type, data: { n: 0 }, m: { mtime: 1 } } };
  assert.deepEqual(await store.append([create]), [{ status: 'committed' }]);

  const client = await new MongoClient(address).connect();
  const stock = new ShareDbMongo((callback) => { callback(null, client); }, { disableIndexCreation: true });
  const snapshot = await new Promise<{ v: number; data: unknown; _opLink?: unknown }>((resolve, reject) => {
    stock.getSnapshot('dashboards', 'd', { $submit: true }, null, (error, result) => { if (error) reject(error); else resolve(result); });
  });
  assert.deepEqual([snapshot.v, snapshot.data], [1, { n: 0 }]);
  const committed = await new Promise((resolve, reject) => {
    const next = { id: 'd', v: 2, type, data: { n: 1 }, m: { mtime: 2 }, _opLink: snapshot._opLink };
    stock.commit('dashboards', 'd', { v: 1, src: 's', seq: 1, op: [{ p: ['n'], na: 1 }], m: { ts: 2 } }, next, null, (error, ok) => { if (error) reject(error); else resolve(ok); });
  });
  assert.equal(committed, true);
  assert.deepEqual((await store.readOps('dashboards', 'd', 0, null)).map(({ v, src, m }) => [v, src, m?.ts]), [[0, 'c', 1], [1, 's', 2]]);
  const { v, link } = await store.readSnapshot('dashboards', 'd');
  const third = { collection: 'dashboards', id: 'd', op: { v, src: 'c', seq: 2, op: [{ p: ['n'], na: 1 }] }, snapshot: { id: 'd', v: v + 1, type, data: { n: 2 }, m: null, link } };
  assert.deepEqual(await store.append([third]), [{ status: 'committed' }]);
  await client.close();
  await store.stop();
});

test('STORE-22 a place that cannot be reached is named without its password, with the reason', async () => {
  const store = new MongoStore('mongodb://ana:secret@127.0.0.1:1/board?serverSelectionTimeoutMS=200');
  await assert.rejects(store.start(), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'STORE_UNAVAILABLE');
    assert.match(error.message, /mongodb:\/\/127\.0\.0\.1:1\/board cannot be opened: .*ECONNREFUSED/);
    assert.ok(!error.message.includes('secret'));
    return true;
  });
});

test('STORE-23 an address loses name, password and options where it is shown', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['mongodb://localhost:27017/board', 'mongodb://localhost:27017/board'],
    ['mongodb://u:p%40@a:1,b:2/board?authSource=admin', 'mongodb://a:1,b:2/board'],
    ['mongodb+srv://u:p@cluster.example.org', 'mongodb+srv://cluster.example.org'],
    ['mongodb://a?tls=true', 'mongodb://a'],
  ];
  for (const [address, shown] of cases) assert.equal(withoutSecrets(address), shown);
});
