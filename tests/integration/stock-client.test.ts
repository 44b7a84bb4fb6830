import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CoboardServer } from '../../server/build-server.ts';
import { Person } from '../person.ts';
import { show, StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ana: Person;
let ben: Person;
const clients: StockClient[] = [];

before(async () => {
  server = await startServer();
  [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
});
after(async () => {
  for (const client of clients) await client.close();
  await server.stop();
});

async function connect(person: Person, protocols?: string[]): Promise<StockClient> {
  const client = new StockClient(person, protocols);
  clients.push(client);
  await client.connected();
  return client;
}

async function shared(): Promise<string> {
  const id = await ana.create('Shared', 'launch-room');
  assert.equal((await ana.share(id, { people: { [ben.user.id]: 'editor' } })).status, 200);
  return id;
}

test('SYNC-1 two stock clients edit one dashboard and converge', async () => {
  const id = await shared();
  const [one, two] = [await connect(ana), await connect(ben)];
  const [a, b] = [await one.subscribe(id), await two.subscribe(id)];
  await Promise.all([
    one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'A' }] }]),
    two.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 6, i: 'B' }] }]),
    one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'a' }] }]),
  ]);
  await until('both have all', () => a.version === b.version && !a.hasPending() && !b.hasPending());
  assert.deepEqual(a.data, b.data);
  assert.equal(a.data.title, 'aASharedB');
  const { body } = await ben.call('GET', `/api/dashboards/${id}`);
  assert.deepEqual([body['v'], body['data'], body['role']], [a.version, a.data, 'editor']);
});

test('SYNC-2 each op says who made it: to subscribers, to those who catch up, and in the log', async () => {
  const id = await shared();
  const [one, two] = [await connect(ana), await connect(ben)];
  await two.subscribe(id);
  await one.subscribe(id);
  await one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'A' }] }]);
  await until('Ben has it', () => two.doc(id).version === 2);
  const live = two.received.find(({ a, v }) => a === 'op' && v === 1);
  assert.deepEqual(live?.['m'], { u: { id: ana.user.id, name: 'Ana' } });
  two.received.length = 0;
  two.sendRaw({ a: 'f', c: 'dashboards', d: id, v: 1 });
  await until('Ben got it again', () => two.received.some(({ a }) => a === 'op'));
  assert.deepEqual(two.received.find(({ a }) => a === 'op')?.['m'], { u: { id: ana.user.id, name: 'Ana' } });
  const { body } = await ben.call('GET', `/api/dashboards/${id}/ops?from=1&to=2`);
  const [op] = body['ops'] as { v: number; src: string; seq: number; op: unknown; m: { u: string; n: string; ts: number } }[];
  assert.deepEqual([op?.v, op?.m.u, op?.m.n, op?.op], [1, ana.user.id, 'Ana', [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'A' }] }]]);
  assert.equal(op?.src, one.connection.id);
});

test('SYNC-9 an op whose author had not seen everything before it says so: to subscribers, to those who catch up, and in the log', async () => {
  const id = await shared();
  const [one, two, watching] = [await connect(ana), await connect(ben), await connect(ana)];
  await watching.subscribe(id);
  await one.subscribe(id);
  await one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'A' }] }]);
  const isAnswer = ({ a, error }: Record<string, unknown>): boolean => a === 'op' || error !== undefined;
  const lines = [{ p: ['title'], oi: 'As Ben wrote it' }];
  // made at version 1 and sent as such; made at 1 and brought forward by its client; nothing said; and said of a version that is none yet
  const sent = [{ v: 1 }, { v: 3, x: { b: 1, l: lines } }, { v: 4 }, { v: 5, x: { b: 9, l: lines } }];
  for (const [i, extra] of sent.entries()) await two.ask({ a: 'op', c: 'dashboards', d: id, src: two.connection.id, seq: 700 + i, op: [{ p: ['description'], oi: String(i) }], ...extra }, isAnswer);
  await until('all are there', () => watching.doc(id).version === 6);
  const wanted = [{ b: 1 }, { b: 1, l: lines }, {}, {}];
  const by = { u: { id: ben.user.id, name: 'Ben' } };
  const metas = (): unknown[] => watching.received.filter(({ a, v }) => a === 'op' && Number(v) >= 2).map(({ m }) => m);
  assert.deepEqual(metas(), wanted.map((origin) => ({ ...by, ...origin })));
  watching.received.length = 0;
  watching.sendRaw({ a: 'f', c: 'dashboards', d: id, v: 2 });
  await until('they came again', () => metas().length === 4);
  assert.deepEqual(metas(), wanted.map((origin) => ({ ...by, ...origin })));
  const { body } = await ana.call('GET', `/api/dashboards/${id}/ops?from=2`);
  assert.deepEqual((body['ops'] as { m: { b?: number; l?: unknown } }[]).map(({ m: { b, l } }) => ({ ...(b === undefined ? {} : { b }), ...(l === undefined ? {} : { l }) })), wanted);
});

test('SYNC-3 an op that is resent after a lost answer is stored once', async () => {
  const id = await shared();
  const one = await connect(ana);
  const doc = await one.subscribe(id);
  const op = { a: 'op', c: 'dashboards', d: id, v: doc.version, src: one.connection.id, seq: 500, op: [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'once ' }] }] };
  const isAck = ({ a, seq, error }: Record<string, unknown>): boolean => a === 'op' && seq === 500 && error === undefined;
  await one.ask(op, isAck);
  one.cut();
  await until('cut', () => one.closeCode !== null);
  await one.reconnect();
  const again = await one.ask(op, isAck);
  assert.equal(again['v'], 1);
  const { body } = await ana.call('GET', `/api/dashboards/${id}`);
  assert.deepEqual([body['v'], (body['data'] as { title: string }).title], [2, 'once Shared']);
});

test('PRESENCE-1 presence of stock clients goes both ways, stamped with the person, and a newcomer knows the room at once', async () => {
  const id = await shared();
  const [one, two] = [await connect(ana), await connect(ben)];
  const [room1, room2] = [await one.presence(id), await two.presence(id)];
  await show(room1.create('ana-1'), { cursor: { tab: 't', x: 1.5, y: 2 } });
  await show(room2.create('ben-1'), { typing: true });
  await until('Ben sees Ana', () => room2.remotePresences['ana-1'] !== undefined);
  await until('Ana sees Ben', () => room1.remotePresences['ben-1'] !== undefined);
  const [ofAna, ofBen] = [room2.remotePresences['ana-1'], room1.remotePresences['ben-1']] as { user: { id: string; name: string; color: string }; cursor: unknown; typing: boolean; selection: unknown }[];
  assert.deepEqual([ofAna?.user.id, ofAna?.user.name, ofAna?.cursor, ofAna?.selection], [ana.user.id, 'Ana', { tab: 't', x: 1.5, y: 2 }, []]);
  assert.deepEqual([ofBen?.user.name, ofBen?.typing], ['Ben', true]);
  assert.notEqual(ofAna?.user.color, ofBen?.user.color);

  // the newcomer is told without anybody saying theirs again
  const before = one.received.length;
  const three = await connect(ben);
  const room3 = await three.presence(id);
  await until('the newcomer knows both', () => Object.keys(room3.remotePresences).length === 2);
  assert.deepEqual(one.received.slice(before), []);

  const list = (await ana.call('GET', '/api/dashboards')).body['dashboards'] as { id: string; people: { name: string }[] }[];
  assert.deepEqual(list.find((entry) => entry.id === id)?.people.map(({ name }) => name).sort(), ['Ana', 'Ben']);

  two.cut();
  await until('Ben has left for Ana', () => room1.remotePresences['ben-1'] === undefined);
});

test('PRESENCE-2 after a reconnect a stock client is asked once for the presence it held', async () => {
  const id = await shared();
  const [one, two] = [await connect(ana), await connect(ben)];
  const [room1, room2] = [await one.presence(id), await two.presence(id)];
  await show(room2.create('ben-2'), { typing: true });
  await until('Ana sees Ben', () => room1.remotePresences['ben-2'] !== undefined);
  two.cut();
  await until('Ben has left', () => room1.remotePresences['ben-2'] === undefined);
  await two.reconnect();
  await until('Ben is back', () => room1.remotePresences['ben-2'] !== undefined);
  assert.equal(room2.subscribed, true);
});

test('ACCESS-1 revoking ends the open subscription and presence at once, and tells who did it', async () => {
  const id = await shared();
  const [one, two, three] = [await connect(ana), await connect(ben), await connect(ben, ['coboard.1'])];
  await one.subscribe(id);
  for (const client of [two, three]) await client.subscribe(id);
  const room1 = await one.presence(id);
  await show((await two.presence(id)).create('ben-3'), {});
  await until('Ana sees Ben', () => room1.remotePresences['ben-3'] !== undefined);

  await ana.share(id, {});
  await until('the notice is there', () => three.received.some(({ type }) => type === 'role'));
  assert.deepEqual(three.received.find(({ type }) => type === 'role'), { a: 'coboard', type: 'role', d: id, role: null, by: 'Ana' });
  assert.ok(!two.received.some(({ a }) => a === 'coboard'), 'a stock client gets no message of ours');
  await until('Ben has left', () => room1.remotePresences['ben-3'] === undefined);

  for (const client of [two, three]) client.received.length = 0;
  await one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'secret ' }] }]);
  // a message that goes the same way later has come, so the op would have too
  for (const client of [two, three]) await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  for (const client of [two, three]) assert.ok(!client.received.some(({ a }) => a === 'op'));
  const edit = two.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }]);
  await assert.rejects(edit, { code: 'NOT_FOUND' });
  assert.equal((await ben.call('GET', `/api/dashboards/${id}`)).status, 404);
});

test('ACCESS-2 a viewer sees edits and presence and may edit nothing; becoming an editor holds at once', async () => {
  const id = await shared();
  await ana.share(id, { everyone: 'viewer' });
  const [one, two] = [await connect(ana), await connect(ben)];
  const doc = await two.subscribe(id);
  await one.subscribe(id);
  await assert.rejects(two.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }]), { code: 'FORBIDDEN' });
  await one.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'A' }] }]);
  await until('the viewer sees it', () => doc.data.title === 'AShared');
  await ana.share(id, { everyone: 'editor' });
  await two.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'B' }] }]);
  assert.equal(doc.data.title, 'BAShared');
});

test('SYNC-4 a bulk subscription goes on for the dashboards that are permitted', async () => {
  const [mine, notMine] = [await shared(), await ana.create('Private')];
  const client = await connect(ben);
  const errors: unknown[] = [];
  client.connection.startBulk();
  const [doc, hidden] = [client.doc(mine), client.doc(notMine)];
  doc.subscribe();
  hidden.subscribe((error) => errors.push((error as unknown as { code: string }).code));
  client.connection.endBulk();
  await until('both are answered', () => doc.type !== null && errors.length === 1);
  assert.deepEqual(errors, ['NOT_FOUND']);
  assert.equal(doc.data.title, 'Shared');
});

test('SYNC-8 a subscription that names no version gets the document, one that names it gets what came since', async () => {
  const id = await shared();
  const client = await connect(ana);
  const [whole] = [await client.ask({ a: 's', c: 'dashboards', d: id }, ({ a }) => a === 's')];
  assert.equal((whole['data'] as { v: number }).v, 1);
  client.received.length = 0;
  const later = await client.ask({ a: 's', c: 'dashboards', d: id, v: 0 }, ({ a }) => a === 's');
  assert.ok(!('data' in later));
  assert.deepEqual(client.received.filter(({ a }) => a === 'op').map(({ v }) => v), [0]);
});

test('SYNC-5 a deleted dashboard goes for its subscribers, and comes back as it was', async () => {
  const id = await shared();
  const client = await connect(ben);
  const doc = await client.subscribe(id);
  const { data } = structuredClone({ data: doc.data });
  assert.equal((await ben.call('DELETE', `/api/dashboards/${id}`)).body.error?.code, 'FORBIDDEN');
  assert.equal((await ana.call('DELETE', `/api/dashboards/${id}`)).status, 204);
  await until('it is gone', () => doc.type === null);
  assert.equal((await ana.call('GET', `/api/dashboards/${id}`)).status, 404);
  assert.equal((await ben.call('POST', `/api/dashboards/${id}/restore`)).status, 404);
  assert.equal((await ana.call('POST', `/api/dashboards/${id}/restore`)).status, 204);
  await until('it is back', () => doc.type !== null);
  assert.deepEqual(doc.data, data);
  const { ops } = (await ana.call('GET', `/api/dashboards/${id}/ops`)).body as { ops: { create?: object; del?: boolean; m: object }[] };
  assert.deepEqual(ops.map(({ create, del }) => (create ? 'create' : del ? 'del' : 'op')), ['create', 'del', 'create']);
  assert.ok(!('data' in (ops[1]?.m ?? {})));
});
