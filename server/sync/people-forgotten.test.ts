import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { limits } from '../../model/limits.ts';
import { accessCollection } from '../../model/protocol.ts';
import { done } from '../../tests/stock-client.ts';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Backend } from './backend.ts';
import { Engine } from './engine.ts';
import { Rooms } from './rooms.ts';
import { StoreMilestones } from './store-milestones.ts';

/** A store that lets nobody read documents for a while. */
class SlowStore extends SqliteStore {
  gate: Promise<void> = Promise.resolve();

  override async readSnapshot(...args: Parameters<SqliteStore['readSnapshot']>): ReturnType<SqliteStore['readSnapshot']> {
    await this.gate;
    return super.readSnapshot(...args);
  }
}

test('ENGINE-34 an op whose people leave the memory while it waits is sealed all the same, and not refused', async (t) => {
  const store = new SlowStore(':memory:');
  await store.start();
  const log = { warn: () => undefined, debug: () => undefined };
  const rooms = new Rooms({ mayReceive: () => true, log });
  const identities = new Identities(store, { max: 1 });
  const engine = new Engine({ store, sealer: new Sealer(identities), clock: systemClock, log, committed: (ops) => { rooms.deliver(ops); } });
  rooms.attach(engine);
  const backend = new Backend(engine, rooms, new StoreMilestones(store), { authorOf: () => null, mayReceive: () => true, passed: () => undefined, log, clock: systemClock });
  t.after(async () => {
    await engine.drain();
    await store.stop();
  });
  let open: () => void = () => undefined;
  store.gate = new Promise((resolve) => { open = resolve; });
  const doc = backend.connect().get(accessCollection, 'd');
  const created = done((callback) => { doc.create({ everyone: null, people: { ana: 'owner', ben: 'editor' } }, callback); });
  while (identities.knownSalt('ben') === undefined) await new Promise(setImmediate);
  for (let i = 0; i < 2 * limits.accessPeopleMax; i++) await identities.saltOf(`p${String(i)}`);
  assert.equal(identities.knownSalt('ben'), undefined);
  open();
  await created;
  const [{ m } = { m: undefined }] = await store.readOps(accessCollection, 'd', 0, null);
  assert.equal(typeof m?.['h'], 'string');
});
