import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { browserStore, IdbStore } from './idb-store.ts';
import { checkLocalStore } from './local-store-contract.ts';
import { MemoryDevice, MemoryStore } from './memory-store.ts';

const devices = new Map<string, MemoryDevice>();

test('LOCAL-1 what is kept in memory comes back as it was, and goes when it is not needed any more', async (t) => {
  await checkLocalStore(t, (_t, device) => {
    const known = devices.get(device) ?? new MemoryDevice();
    devices.set(device, known);
    return new MemoryStore(known);
  });
});

test('LOCAL-2 what is kept in a browser comes back as it was, and goes when it is not needed any more', async (t) => {
  await checkLocalStore(t, (each, device) => {
    const store = browserStore(device);
    each.after(() => { store.close(); });
    return store;
  });
});

test('LOCAL-3 each person has a store of their own', async (t) => {
  const [ana, ben] = [browserStore('ana'), browserStore('ben')];
  t.after(() => {
    ana.close();
    ben.close();
  });
  await ana.write([{ type: 'value', name: 'x', value: 1 }]);
  assert.deepEqual([await ana.readValue('x'), await ben.readValue('x')], [1, null]);
  assert.ok(await ana.claim('o'));
  assert.ok(await ben.claim('o'));
});

test('LOCAL-4 a browser that refuses to keep anything says so, and everything goes on', async (t) => {
  t.mock.method(IDBFactory.prototype, 'open', () => { throw new DOMException('no', 'QuotaExceededError'); });
  const store = new IdbStore('cem', navigator.locks);
  t.after(() => { store.close(); });
  const said: string[] = [];
  store.keeping.subscribe((keeping) => said.push(keeping));
  await store.write([{ type: 'value', name: 'x', value: 1 }]);
  assert.deepEqual([await store.readValue('x'), await store.outboxes(), (await store.readDocument('d')).copy], [null, [], null]);
  assert.deepEqual(said, ['kept', 'memory']);
  assert.equal(browserStore('dev', { navigator: {} }).keeping.value, 'memory', 'without locks nothing is kept');
});
