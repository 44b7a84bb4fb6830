import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { MongoClient, type Db } from 'mongodb';
import ShareDB from 'sharedb';
import ShareDbMongo from 'sharedb-mongo';
import { MongoProxy } from '../../../tests/chaos/mongo-proxy.ts';
import { findMongod, startMongod } from '../../../tests/real-mongod.ts';
import { done } from '../../../tests/stock-client.ts';
import { storeContract } from '../store-contract.ts';
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

/** A call with a callback, as a promise. */
function called<T>(call: (callback: (error: Error | null, result: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    call((error, result) => { if (error) reject(error); else resolve(result); });
  });
}

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

test('STORE-20 the indexes that reading ops needs are there after the start', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const store = await started(address);
  const client = await new MongoClient(address).connect();
  for (const name of ['o_dashboards', 'o_access']) {
    const indexes = await client.db().collection(name).indexes();
    assert.deepEqual(indexes.map(({ key, unique = false }) => [Object.keys(key as object).join(), unique]).sort(), [['_id', false], ['d,v', true], ['src,seq,v', false]]);
  }
  await client.close();
  await store.stop();
});

const type = 'http://sharejs.org/types/JSONv0';

/** A stock sharedb-mongo on a database; `own` keeps it from making its own indexes, as it must on one of ours. */
async function stockBackend(address: string, own = false): Promise<{ backend: ShareDB; db: Db; stop: () => Promise<void> }> {
  const client = await new MongoClient(address).connect();
  const backend = new ShareDB({ db: new ShareDbMongo((callback) => { callback(null, client); }, { disableIndexCreation: own }) as never });
  return { backend, db: client.db(), stop: () => new Promise((resolve) => { backend.close(() => { resolve(); }); }) };
}

/** Creates a document if there is none, and adds to its number. */
async function edit(backend: ShareDB, id: string, times: number): Promise<unknown> {
  const doc = backend.connect().get('dashboards', id);
  await done((callback) => { doc.fetch(callback); });
  if (doc.type === null) await done((callback) => { doc.create({ n: 0 }, callback); });
  for (let i = 0; i < times; i++) await done((callback) => { doc.submitOp([{ p: ['n'], na: 1 }], {}, callback); });
  return doc.data;
}

test('STORE-21 a stock sharedb-mongo reads what the store wrote and goes on behind it, and the store behind that', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const store = await started(address);
  const [first, second] = [store.newLink(), store.newLink()];
  const create = { collection: 'dashboards', id: 'd', op: { v: 0, src: 'c', seq: 1, create: { type, data: { n: 0 } }, m: { ts: 1, u: 'ana' } }, link: first };
  const change = { collection: 'dashboards', id: 'd', op: { v: 1, src: 'c', seq: 2, op: [{ p: ['n'], na: 5 }], m: { ts: 2 } }, link: second, after: first };
  assert.deepEqual(await store.append([create, change]), [{ status: 'committed' }, { status: 'committed' }]);
  assert.deepEqual(await store.writeSnapshots([{ collection: 'dashboards', snapshot: { id: 'd', v: 2, type, data: { n: 5 }, m: { mtime: 2 }, link: second } }]), [null]);

  const stock = await stockBackend(address, true);
  assert.deepEqual(await edit(stock.backend, 'd', 2), { n: 7 });
  const ops = await called<unknown[]>((callback) => { stock.backend.db.getOps('dashboards', 'd', 0, null, null, callback as never); });
  assert.equal(ops.length, 4);
  await stock.stop();

  const tail = await store.readTail('dashboards', 'd', 2);
  assert.deepEqual(tail.ops.map(({ v, op }) => [v, op]), [[2, [{ p: ['n'], na: 1 }]], [3, [{ p: ['n'], na: 1 }]]]);
  assert.equal((await store.readSnapshot('dashboards', 'd')).v, 4);
  await store.stop();
});

test('STORE-27 a database of a stock sharedb-mongo is taken over; ops that its crashes left are set aside', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const stock = await stockBackend(address);
  await edit(stock.backend, 'fine', 3);
  await edit(stock.backend, 'torn', 3);
  const ops = stock.db.collection('o_dashboards');
  const [second] = await ops.find({ d: 'torn', v: 2 }).toArray();
  // it died after an op was written and before its snapshot: beside one that won, behind the last, and before the first
  const left = (d: string, v: number, o: unknown): object => ({ d, v, o, src: 'dead', seq: v, op: [{ p: ['n'], na: 100 }], m: { ts: 1 } });
  const [last] = await ops.find({ d: 'torn', v: 3 }).toArray();
  await ops.insertMany([left('torn', 2, second?.['o']), left('torn', 4, last?._id), left('never', 0, null)]);
  await stock.stop();

  const store = new MongoStore(address);
  await store.start();
  assert.deepEqual(store.takenOver, [{ collection: 'dashboards', orphans: 3 }]);
  const versions = async (id: string): Promise<(string | null | undefined)[]> => (await store.readOps('dashboards', id, 0, null)).map(({ src }) => src);
  assert.equal((await versions('torn')).length, 4);
  assert.ok(!(await versions('torn')).includes('dead'));
  assert.equal((await versions('fine')).length, 4);
  assert.deepEqual(await versions('never'), []);
  const client = await new MongoClient(address).connect();
  assert.equal(await client.db().collection('o_dashboards_orphans').countDocuments(), 3);
  const index = (await client.db().collection('o_dashboards').indexes()).find(({ name }) => name === 'd_1_v_1');
  assert.equal(index?.unique, true);
  await client.close();
  await store.stop();
  const again = await started(address);
  assert.deepEqual(again.takenOver, []);
  await again.stop();
});

test('STORE-28 a log that lost an op that counts is refused, and nothing in it is changed', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const stock = await stockBackend(address);
  await edit(stock.backend, 'torn', 3);
  await stock.db.collection('o_dashboards').deleteOne({ d: 'torn', v: 1 });
  await stock.stop();
  await assert.rejects(started(address), { code: 'STORE_UNAVAILABLE', message: /dashboards\/torn has no op 1 / });
  const client = await new MongoClient(address).connect();
  assert.equal(await client.db().collection('o_dashboards').countDocuments(), 3);
  await client.close();
});

test('STORE-29 the list of documents that are behind reads one entry of the index for each', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const store = await started(address);
  for (const id of ['a', 'b', 'c']) {
    let after: unknown;
    const entries = Array.from({ length: 200 }, (_, v) => {
      const link = store.newLink();
      const entry = { collection: 'dashboards', id, op: { v, src: 's', seq: v, op: [] }, link, after };
      after = link;
      return entry;
    });
    await store.append(entries);
  }
  const client = await new MongoClient(address).connect();
  const plan = await client.db().collection('o_dashboards').aggregate([{ $sort: { d: -1, v: -1 } }, { $group: { _id: '$d', v: { $first: '$v' } } }]).explain();
  assert.match(JSON.stringify(plan), /DISTINCT_SCAN/);
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

test('STORE-30 a connection that is dead without having been closed is given up after a while, and the next try finds another', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const proxy = await MongoProxy.before(Number(new URL(address.replace('mongodb:', 'http:')).port));
  const store = await started(address.replace(/:\d+\//, `:${String(proxy.port)}/`));
  const entry = { collection: 'dashboards', id: 'd', op: { v: 0, create: { type, data: {} } }, link: store.newLink(), after: undefined };
  assert.deepEqual(await store.append([entry]), [{ status: 'committed' }]);
  proxy.freeze();
  const next = { ...entry, op: { v: 1, op: [] }, link: store.newLink(), after: entry.link };
  await assert.rejects(store.append([next]), { code: 'STORE_UNAVAILABLE' });
  // it was not known whether it is there: the very same is appended once more
  assert.deepEqual(await store.append([next]), [{ status: 'committed' }]);
  assert.equal((await store.readOps('dashboards', 'd', 0, null)).length, 2);
  await store.stop();
  proxy.stop();
});

test('STORE-35 a large batch of which it was not known whether it landed is found there with a few looks, however slow each is', { skip: skip ?? false }, async () => {
  const address = freshDatabase();
  const proxy = await MongoProxy.before(Number(new URL(address.replace('mongodb:', 'http:')).port));
  const store = await started(address.replace(/:\d+\//, `:${String(proxy.port)}/`));
  const links = Array.from({ length: 1_000 }, () => store.newLink());
  const entries = links.map((link, v) => ({ collection: 'dashboards', id: 'd', op: v === 0 ? { v, create: { type, data: {} } } : { v, src: 's', seq: v, op: [{ p: ['a'], oi: v }] }, link, after: links[v - 1] }));
  const committed = entries.map(() => ({ status: 'committed' }));
  assert.deepEqual(await store.append(entries.slice(0, 700)), committed.slice(0, 700));
  proxy.delayMs = 100;
  assert.deepEqual(await store.append(entries), committed);
  // and one of them that another server has is a conflict as ever, with all behind it
  const other = entries.map((entry, v) => (v < 998 ? entry : { ...entry, link: store.newLink() }));
  assert.deepEqual((await store.append(other)).map(({ status }) => status), [...committed.slice(0, 998).map(({ status }) => status), 'conflict', 'conflict']);
  proxy.delayMs = 0;
  assert.equal((await store.readOps('dashboards', 'd', 0, null)).length, 1_000);
  await store.stop();
  proxy.stop();
});
