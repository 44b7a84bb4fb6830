import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { closeCodes, CoboardError, errorTable } from '../../model/errors.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import type { Append, AppendOutcome } from '../../server/store/store.ts';
import { Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { until } from '../until.ts';

/** A store that can be made to fail before or after it has written, or to wait. */
class FaultyStore extends SqliteStore {
  fault: 'none' | 'before' | 'after' = 'none';
  /** Appends wait for this. */
  gate: Promise<void> = Promise.resolve();
  readsWait: Promise<void> = Promise.resolve();

  override async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    await this.gate;
    if (this.fault === 'before') throw new CoboardError('STORE_UNAVAILABLE', 'The store a://secret-host failed');
    const outcomes = await super.append(entries);
    if (this.fault === 'after') throw new CoboardError('STORE_UNAVAILABLE', 'The store a://secret-host failed');
    return outcomes;
  }

  override async readSnapshot(collection: string, id: string): ReturnType<SqliteStore['readSnapshot']> {
    const snapshot = await super.readSnapshot(collection, id);
    await this.readsWait;
    return snapshot;
  }
}

for (const fault of ['before', 'after'] as const) {
  test(`SYNC-6 an edit that meets a store failing ${fault} the write is neither refused nor doubled: the socket closes, and it is sent again`, async (t) => {
    const store = new FaultyStore(':memory:');
    const server = await startServer({}, { store });
    t.after(() => server.stop());
    const ana = await Person.signIn(server.url, 'Ana');
    const id = await ana.create('Board');
    const client = new StockClient(ana);
    await client.connected();
    await client.subscribe(id);
    store.fault = fault;
    const submitted = client.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'once ' }] }]);
    await until('it is closed', () => client.closeCode !== null);
    assert.equal(client.closeCode, closeCodes.storeUnavailable);
    const failed = await ana.call('POST', '/api/dashboards', { title: 'x' });
    assert.deepEqual([failed.status, failed.body.error?.code], [503, 'STORE_UNAVAILABLE']);
    assert.ok(!JSON.stringify(failed.body).includes('secret-host'), 'where the store is concerns nobody outside');
    store.fault = 'none';
    await client.reconnect();
    await submitted;
    const { body } = await ana.call('GET', `/api/dashboards/${id}`);
    assert.deepEqual([body['v'], (body['data'] as { title: string }).title], [2, 'once Board']);
    await client.close();
  });
}

test('GATE-20 what Node or a driver calls an error is no answer: only codes that are documented leave', async (t) => {
  class BrokenStore extends SqliteStore {
    isBroken = false;

    override readTail(...args: Parameters<SqliteStore['readTail']>): ReturnType<SqliteStore['readTail']> {
      return this.isBroken ? Promise.reject(Object.assign(new TypeError('of a path on this machine'), { code: 'ERR_INVALID_ARG_TYPE' })) : super.readTail(...args);
    }
  }
  const store = new BrokenStore(':memory:');
  const server = await startServer({ limits: { storePatienceMs: 1 } }, { store });
  t.after(() => server.stop());
  const ana = await Person.signIn(server.url, 'Ana');
  const id = await ana.create('Board');
  const client = new StockClient(ana);
  await client.connected();
  store.isBroken = true;
  const { error } = await client.ask({ a: 'f', c: 'dashboards', d: id }, ({ a }) => a === 'f');
  assert.deepEqual(error, { code: 'INTERNAL', message: errorTable.INTERNAL.words });
  store.isBroken = false;
  await client.close();
});

test('ACCESS-8 an edit that is on its way when its person loses access is refused, however far it has come', async (t) => {
  const folder = scratchFolder();
  t.after(() => { folder.remove(); });
  const store = new FaultyStore(join(folder.path, 'a.db'));
  const first = await startServer({}, { store });
  const [anaBefore, benBefore] = [await Person.signIn(first.url, 'Ana'), await Person.signIn(first.url, 'Ben')];
  const id = await anaBefore.create('Board');
  await anaBefore.share(id, { everyone: 'editor' });
  await first.stop();
  // one that has the dashboard in no memory yet
  const server = await startServer({}, { store });
  t.after(() => server.stop());
  const [ana, ben] = [anaBefore.at(server.url), benBefore.at(server.url)];
  const client = new StockClient(ben);
  await client.connected();
  // the edit has passed the gate and waits for the snapshot that it will be applied to
  let goOn: () => void = () => undefined;
  store.readsWait = new Promise((resolve) => { goOn = resolve; });
  const edit = { a: 'op', c: 'dashboards', d: id, v: 1, seq: 1, op: [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }] };
  const answered = client.ask(edit, ({ a }) => a === 'op');
  await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  store.readsWait = Promise.resolve();
  await ana.share(id, {});
  goOn();
  assert.equal(((await answered)['error'] as { code: string }).code, 'ACCESS_REVOKED');
  assert.equal((await ana.call('GET', `/api/dashboards/${id}`)).body['v'], 1);
  await client.close();
});

test('SYNC-7 what an edit claims to replace is put right before it is stored, so that it can be undone', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const ana = await Person.signIn(server.url, 'Ana');
  const id = await ana.create('Board', 'launch-room');
  const client = new StockClient(ana);
  await client.connected();
  const { data } = await client.subscribe(id);
  const [widget, { box: { x } }] = Object.entries(data.widgets)[0] ?? assert.fail();
  await client.submit(id, [{ p: ['widgets', widget, 'box', 'x'], od: 999, oi: x + 1 }, { p: ['variables', 'new'], od: 'a lie', oi: { label: 'l', value: 1 } }]);
  const { ops } = (await ana.call('GET', `/api/dashboards/${id}/ops?from=1`)).body as { ops: { op: unknown }[] };
  assert.deepEqual(ops[0]?.op, [{ p: ['widgets', widget, 'box', 'x'], od: x, oi: x + 1 }, { p: ['variables', 'new'], oi: { label: 'l', value: 1 } }]);
  await client.close();
});
