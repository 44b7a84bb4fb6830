import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { closeCodes } from '../../model/errors.ts';
import { serverLimits, type ServerLimits } from '../../model/limits.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { call, Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

interface Stage { readonly server: CoboardServer; readonly ben: Person }

async function stage(t: TestContext, changed: Partial<ServerLimits> = {}): Promise<Stage> {
  const server = await startServer({ limits: changed });
  t.after(() => server.stop());
  return { server, ben: await Person.signIn(server.url, 'Ben') };
}

async function client(t: TestContext, ben: Person): Promise<StockClient> {
  const made = new StockClient(ben);
  t.after(() => made.close());
  await made.connected();
  return made;
}

const typed = (id: string, v: number, seq: number): object => ({ a: 'op', c: 'dashboards', d: id, v, seq, op: [{ p: ['description'], t: 'text0', o: [{ p: 0, i: 'x' }] }] });

/** How often the metrics say that a limit was hit, or a code answered. */
async function counted({ server }: Stage, metric: string): Promise<number> {
  const text = String((await call(server.url, 'GET', '/metrics')).body['text']);
  return Number(text.split('\n').find((line) => line.startsWith(metric))?.split(' ')[1] ?? 0);
}

test('GATE-5 edits faster than the rate wait for their turn and none is lost', async (t) => {
  const here = await stage(t, { opsPerSecondMax: 200, opsBurstMax: 30 });
  const id = await here.ben.create('Fast');
  const fast = await client(t, here.ben);
  const count = 90;
  const { version } = await fast.subscribe(id);
  for (let seq = 1; seq <= count; seq++) {
    const answer = await fast.ask({ ...typed(id, (version ?? 0) + seq - 1, seq), src: fast.connection.id }, ({ a }) => a === 'op');
    assert.equal(answer['error'], undefined);
  }
  const { body } = await here.ben.call('GET', `/api/dashboards/${id}/ops?from=1`);
  assert.deepEqual((body['ops'] as { seq: number }[]).map(({ seq }) => seq), Array.from({ length: count }, (_, i) => i + 1));
  assert.ok(await counted(here, 'coboard_limit_hits_total{limit="opsPerSecondMax"}') > 0);
});

test('GATE-6 no more subscriptions than the limit, over all messages', async (t) => {
  const here = await stage(t);
  const many = await client(t, here.ben);
  const ids: string[] = [];
  for (let i = 0; i < serverLimits.subscriptionsPerSocketMax + 1; i++) ids.push(await here.ben.create(`Board ${String(i)}`));
  const answer = await many.ask({ a: 'bs', c: 'dashboards', b: ids.slice(0, -1) }, ({ a, d }) => a === 's' && d === ids.at(-2));
  assert.equal(answer['error'], undefined);
  const last = ids.at(-1);
  const over = await many.ask({ a: 's', c: 'dashboards', d: last }, ({ a }) => a === 's');
  assert.deepEqual((over['error'] as { code: string }).code, 'SUBSCRIPTIONS_TOO_MANY');
  await many.ask({ a: 'u', c: 'dashboards', d: ids[0] }, ({ a }) => a === 'u');
  assert.equal((await many.ask({ a: 's', c: 'dashboards', d: last }, ({ a }) => a === 's'))['error'], undefined);
});

const setLimits: readonly (readonly [limit: keyof ServerLimits, value: number, hit: (stage: Stage, t: TestContext) => Promise<unknown>, answer: unknown])[] = [
  ['documentBytesMax', 1_000, async ({ ben }, t) => {
    const id = await ben.create('x');
    const socket = await client(t, ben);
    return (await socket.ask({ ...typed(id, 1, 1), op: [{ p: ['description'], oi: 'x'.repeat(1_500) }] }, ({ a, error }) => a === 'op' && error !== undefined))['error'];
  }, { code: 'DOCUMENT_FULL', message: 'A dashboard has at most 1000 bytes.' }],
  ['messageBytesMax', 2_000, async ({ ben }, t) => closeOf(await client(t, ben), ['x'.repeat(2_001)]), closeCodes.messageTooLarge],
  ['messageDepthMax', 5, async ({ ben }, t) => closeOf(await client(t, ben), ['[[[[[[]]]]]]']), closeCodes.messageInvalid],
  ['messagesPerSecondMax', 10, async ({ ben }, t) => closeOf(await client(t, ben), Array.from({ length: 1_100 }, () => '{"a":"pp"}')), closeCodes.tooFast],
  ['subscriptionsPerSocketMax', 1, async ({ ben }, t) => codeOf(await client(t, ben), { a: 'bs', c: 'dashboards', b: [await ben.create('a'), await ben.create('b')] }), 'SUBSCRIPTIONS_TOO_MANY'],
  ['presencePerSocketMax', 1, async ({ ben }, t) => {
    const [id, socket] = [await ben.create('x'), await client(t, ben)];
    await socket.ask({ a: 'p', ch: `dashboards.${id}`, id: 'one', pv: 1, p: {} }, ({ a }) => a === 'p');
    return codeOf(socket, { a: 'p', ch: `dashboards.${id}`, id: 'two', pv: 1, p: {} });
  }, 'PRESENCE_TOO_MANY'],
  ['presenceBytesMax', 50, async ({ ben }, t) => codeOf(await client(t, ben), { a: 'p', ch: `dashboards.${await ben.create('x')}`, id: 'one', pv: 1, p: { selection: ['aaaaaaaaaa'] } }), 'PRESENCE_INVALID'],
  ['socketsPerUserMax', 1, async ({ ben }, t) => {
    await client(t, ben);
    const second = new StockClient(ben);
    await until('it is refused', () => second.closeCode !== null);
    return second.closeCode;
  }, 1006],
  ['socketsMax', 1, async ({ ben, server }, t) => {
    await client(t, ben);
    const second = new StockClient(await Person.signIn(server.url, 'Ana'));
    await until('it is refused', () => second.closeCode !== null);
    return second.closeCode;
  }, 1006],
  ['signInsPerMinuteMax', 2, async ({ server }) => {
    await call(server.url, 'POST', '/api/session', { body: { name: 'a' } });
    return (await call(server.url, 'POST', '/api/session', { body: { name: 'b' } })).body.error?.code;
  }, 'TOO_MANY_REQUESTS'],
  ['accessRequestsPerMinuteMax', 1, async ({ ben }) => {
    const ask = async (): Promise<string | undefined> => (await ben.call('POST', '/api/dashboards/none/access-requests', { role: 'viewer' })).body.error?.code;
    return (await ask()) ?? ask();
  }, 'TOO_MANY_REQUESTS'],
];

async function closeOf(socket: StockClient, frames: readonly string[]): Promise<number | null> {
  for (const frame of frames) socket.sendRaw(frame);
  await until('it is closed', () => socket.closeCode !== null);
  return socket.closeCode;
}

async function codeOf(socket: StockClient, message: object): Promise<string | undefined> {
  const { error } = await socket.ask(message, (answer) => answer['error'] !== undefined);
  return (error as { code?: string } | undefined)?.code;
}

for (const [limit, value, hit, answer] of setLimits) {
  test(`GATE-4 the limit ${limit} is what the option says, and is counted when it is hit`, async (t) => {
    assert.notEqual(serverLimits[limit], value);
    const here = await stage(t, { [limit]: value });
    assert.deepEqual(await hit(here, t), answer);
    assert.ok(await counted(here, `coboard_limit_hits_total{limit="${limit}"}`) > 0);
    const code = typeof answer === 'number' ? String(answer) : typeof answer === 'string' ? answer : 'DOCUMENT_FULL';
    if (code !== '1006') assert.ok(await counted(here, `coboard_refusals_total{code="${code}"}`) > 0, code);
  });
}

test('GATE-11 a request or a handshake that takes too long to arrive is cut off', async (t) => {
  const { server } = await stage(t, { headTimeoutMs: 200, requestTimeoutMs: 400 });
  const { hostname, port, host } = new URL(server.url);
  for (const said of ['', `GET /sync HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\n`, `POST /api/session HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{`]) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined).resume();
    if (said !== '') socket.write(said);
    await new Promise((resolve) => socket.once('close', resolve));
  }
});

test('GATE-13 subscriptions that are asked for all at once count before they have begun', async (t) => {
  const here = await stage(t, { subscriptionsPerSocketMax: 5 });
  const ids = await Promise.all(Array.from({ length: 12 }, (_, i) => here.ben.create(`Board ${String(i)}`)));
  const greedy = await client(t, here.ben);
  const answers = await Promise.all(ids.map((id) => greedy.ask({ a: 's', c: 'dashboards', d: id }, ({ a, d }) => a === 's' && d === id)));
  assert.equal(answers.filter((answer) => 'error' in answer).length, 7);
  // one that ended makes room for another
  await greedy.ask({ a: 'u', c: 'dashboards', d: ids[0] }, ({ a }) => a === 'u');
  assert.ok(!('error' in await greedy.ask({ a: 's', c: 'dashboards', d: ids[11] }, ({ a, d }) => a === 's' && d === ids[11])));
});

test('GATE-14 who comes back to many dashboards at once gets what was missed of each in order, a little of each at first', async (t) => {
  const here = await stage(t, { recentOpsMax: 30, opsPageBytesMax: 20_000 });
  const ids = await Promise.all(Array.from({ length: 10 }, (_, i) => here.ben.create(`Board ${String(i)}`)));
  const [away, busy] = [await client(t, here.ben), await client(t, here.ben)];
  for (const id of ids) await away.subscribe(id);
  away.cut();
  for (const id of ids) {
    await busy.subscribe(id);
    for (let i = 0; i < 40; i++) await busy.submit(id, [{ p: ['description'], t: 'text0', o: [{ p: 0, i: i % 10 === 0 ? 'x'.repeat(400) : 'y' }] }]);
  }
  await away.reconnect();
  await until('it has everything', () => ids.every((id) => away.doc(id).version === busy.doc(id).version));
  for (const id of ids) assert.deepEqual(away.doc(id).data, busy.doc(id).data);
});
