import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { closeCodes, isErrorCode } from '../../model/errors.ts';
import { serverLimits, type ServerLimits } from '../../model/limits.ts';
import { until } from '../until.ts';
import { bounds, client, counted, hits, stage, typed } from './limit-hits.ts';

test('GATE-5 edits faster than the rate wait for their turn and none is lost', async (t) => {
  const here = await stage(t, { opsPerSecondMax: 10, opsBurstMax: 5 });
  const id = await here.ben.create('Fast');
  const fast = await client(t, here.ben);
  // so slow that no machine is slower
  const count = 15;
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

for (const [name, { value, more = {}, hit, answer }] of Object.entries(hits)) {
  const limit = name as keyof ServerLimits;
  test(`GATE-4 the limit ${limit} is what the option says, and is counted when it is hit`, async (t) => {
    assert.notEqual(serverLimits[limit], value);
    const here = await stage(t, { ...more, [limit]: value });
    assert.deepEqual(await hit(here, t), answer);
    assert.ok(await counted(here, `coboard_limit_hits_total{limit="${limit}"}`) > 0);
    const code = typeof answer === 'object' && answer !== null ? (answer as { readonly code: string }).code : String(answer);
    if (isErrorCode(code) || Object.values(closeCodes).some((each) => String(each) === code)) assert.ok(await counted(here, `coboard_refusals_total{code="${code}"}`) > 0, code);
  });
}

test('GATE-17 each limit of the server is hit by a test, or bounds what refuses nobody anything', () => {
  assert.deepEqual([...Object.keys(hits), ...bounds].toSorted(), Object.keys(serverLimits).toSorted());
});

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
