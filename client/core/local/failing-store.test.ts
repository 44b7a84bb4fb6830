import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openDB } from 'idb';
import { FakeClock } from '../testing/index.ts';
import { IdbStore } from './idb-store.ts';
import type { LocalWrite } from './local-store.ts';

const edit = (n: number): LocalWrite => ({ type: 'edit', outbox: 'o', document: 'd', edit: { n, v: 5, op: [] } });
const sending = (last: number): LocalWrite => ({ type: 'sending', outbox: 'o', sending: { src: 's', seq: last, last } });
const settled = (last: number): LocalWrite => ({ type: 'settled', outbox: 'o', last });

function open(t: TestContext, user: string, clock?: FakeClock): IdbStore {
  const store = new IdbStore(user, navigator.locks, clock);
  t.after(() => { store.close(); });
  return store;
}

/** What another tab finds: the edits, and up to which they were sent. */
async function found(t: TestContext, user: string): Promise<unknown> {
  const [outbox] = (await open(t, user).readDocument('d')).outboxes;
  return outbox && [outbox.edits.map(({ n }) => n), outbox.sendings.map(({ last }) => last)];
}

/** What comes of it once time passes, in the browser too. */
async function waits(clock: FakeClock, ms: number): Promise<void> {
  await clock.advance(ms);
  await new Promise((resolve) => setTimeout(resolve, 20));
}

const full = (): never => { throw new DOMException('no room', 'QuotaExceededError'); };

test('LOCAL-21 what was kept before the browser takes nothing more is marked as sent or taken away before it leaves, so that no tab sends it again', async (t) => {
  const store = open(t, 'full');
  await store.write([edit(1), edit(2)]);
  await store.write([{ type: 'edit', outbox: 'p', document: 'e', edit: { n: 1, v: 5, op: [] } }]);
  const put = Reflect.get(IDBObjectStore.prototype, 'put') as (this: IDBObjectStore, ...what: Parameters<IDBObjectStore['put']>) => IDBRequest<IDBValidKey>;
  let takesSendings = true;
  t.mock.method(IDBObjectStore.prototype, 'put', function refusing(this: IDBObjectStore, ...what: Parameters<IDBObjectStore['put']>) {
    return takesSendings && this.name === 'sendings' ? put.apply(this, what) : full();
  });
  await store.write([edit(3)]);
  assert.equal(store.keeping.value, 'memory');
  assert.deepEqual(await found(t, 'full'), [[1, 2], []], 'it may go on with what is whole');
  await store.write([sending(1)]);
  assert.deepEqual(await found(t, 'full'), [[1, 2], [1]], 'where that can be written');
  await store.write([edit(4), sending(4)]);
  assert.equal(await found(t, 'full'), undefined, 'others go with it that are not kept');
  takesSendings = false;
  await store.write([{ type: 'sending', outbox: 'p', sending: { src: 's', seq: 9, last: 1 } }]);
  assert.deepEqual(await open(t, 'full').outboxes(), [], 'where nothing can be added, what leaves is taken away');
});

test('LOCAL-22 a browser that refuses once is asked again, and everything is kept as before', async (t) => {
  const store = open(t, 'once');
  await store.write([edit(1)]);
  t.mock.method(IDBObjectStore.prototype, 'put', full, { times: 1 });
  await store.write([edit(2), sending(2)]);
  assert.deepEqual([store.keeping.value, await found(t, 'once')], ['kept', [[1, 2], [2]]]);
});

test('LOCAL-23 while nothing can be written at all, no other tab gets what has left; as soon as something can, it is taken away', async (t) => {
  const clock = new FakeClock();
  const store = open(t, 'stuck', clock);
  const release = await store.claim('o');
  await store.write([edit(1), edit(2)]);
  const stuck = t.mock.method(IDBDatabase.prototype, 'transaction', full);
  await store.write([edit(3), sending(1)]);
  await store.write([settled(1), { type: 'dropped', outbox: 'o', n: 2 }, sending(3)]);
  release?.();
  await waits(clock, 60_000);
  stuck.mock.restore();
  const other = open(t, 'stuck');
  assert.equal(await other.claim('o'), null);
  assert.deepEqual(await found(t, 'stuck'), [[1, 2], []]);
  await waits(clock, 5_000);
  assert.equal(await found(t, 'stuck'), undefined);
  assert.ok(await other.claim('o'));
});

test('LOCAL-24 a newer version that changes the layout does not have what an older tab has sent sent again', async (t) => {
  const store = open(t, 'newer');
  await store.write([edit(1), edit(2)]);
  (await openDB('coboard.newer', 2)).close();
  await store.write([sending(1), edit(3)]);
  await store.write([settled(2)]);
  const database = await openDB('coboard.newer');
  t.after(() => { database.close(); });
  assert.deepEqual([store.keeping.value, await database.getAll('edits'), await database.getAll('outboxes')], ['memory', [], []]);
});

test('LOCAL-25 removing everything waits for no tab that does not answer, and neither does whoever comes next', async (t) => {
  const clock = new FakeClock();
  const store = open(t, 'silent', clock);
  await store.write([edit(1)]);
  // it does not let go
  const silent = await openDB('coboard.silent');
  await store.wipe();
  assert.deepEqual(await silent.getAll('edits'), [], 'its content is gone');
  const next = open(t, 'silent', clock);
  const reading = next.readDocument('d');
  await waits(clock, 10_000);
  assert.deepEqual([(await reading).outboxes, next.keeping.value], [[], 'memory']);
  silent.close();
});
