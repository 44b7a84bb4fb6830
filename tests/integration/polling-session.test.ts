import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Options } from '../../server/config/options.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { closeCodes } from '../../model/errors.ts';
import { serverLimits } from '../../model/limits.ts';
import { Person } from '../person.ts';
import { PollingClient } from '../polling-client.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

async function start(t: TestContext, options: Partial<Options> = {}): Promise<{ readonly server: CoboardServer; readonly ana: Person }> {
  const server = await startServer({ allowedOrigins: ['https://intranet.example'], ...options });
  t.after(() => server.stop());
  return { server, ana: await Person.signIn(server.url, 'Ana') };
}

test('SOCK-17 who polls, and from where, is checked as before an upgrade, at each request', async (t) => {
  const { server, ana } = await start(t);
  const authorization = `Bearer ${ana.token}`;
  const cookie = `coboard_session=${ana.token}`;
  const protocol = { 'coboard-protocol': 'coboard.1' };
  const query = '?EIO=4&transport=polling';
  const cases: readonly (readonly [what: string, answer: readonly [number, string | undefined], headers: Record<string, string>, query?: string, method?: string])[] = [
    ['a bearer', [200, undefined], { ...protocol, authorization }],
    ['a cookie and a page of ours, which sends no origin', [200, undefined], { ...protocol, cookie }],
    ['an allowed page', [200, undefined], { ...protocol, authorization, origin: 'https://intranet.example' }],
    ['a window of the very person', [200, undefined], { ...protocol, authorization }, `${query}&user=${ana.user.id}`],
    ['a window of somebody who was signed in before', [401, 'SIGN_IN_REQUIRED'], { ...protocol, authorization }, `${query}&user=u-somebody`],
    ['nobody', [401, 'SIGN_IN_REQUIRED'], protocol],
    ['a token in the address', [401, 'SIGN_IN_REQUIRED'], protocol, `${query}&token=${ana.token}`],
    ['a token that is none', [401, 'SESSION_INVALID'], { ...protocol, authorization: 'Bearer x.y.z' }],
    ['a page of another site', [403, 'ORIGIN_REFUSED'], { ...protocol, cookie, origin: 'https://evil.example' }],
    ['a page of no site', [403, 'ORIGIN_REFUSED'], { ...protocol, cookie, origin: 'null' }],
    ['an element of a page of another site, which sends no origin and cannot set headers', [400, 'REQUEST_INVALID'], { cookie }],
    ['a protocol that there is not', [400, 'REQUEST_INVALID'], { 'coboard-protocol': 'coboard.9', authorization }],
    ['a version that there is not', [400, 'REQUEST_INVALID'], { ...protocol, authorization }, '?EIO=3&transport=polling'],
    ['an upgrade by the back door', [400, 'REQUEST_INVALID'], { ...protocol, authorization }, '?EIO=4&transport=websocket'],
    ['a session that there is not', [404, 'NOT_FOUND'], { ...protocol, authorization }, `${query}&sid=x`],
    ['a session in two ways', [400, 'REQUEST_INVALID'], { ...protocol, authorization }, `${query}&sid=x&sid=y`],
    ['another method', [405, 'METHOD_NOT_ALLOWED'], { ...protocol, authorization }, query, 'PUT'],
  ];
  for (const [what, answer, headers, asked = query, method = 'GET'] of cases) {
    const response = await fetch(`${server.url}/sync/poll${asked}`, { method, headers });
    const text = await response.text();
    assert.deepEqual([response.status, response.ok ? undefined : (JSON.parse(text) as { error: { code: string } }).error.code], answer, what);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff', what);
  }
  const other = await fetch(`${server.url}/sync/polling`, { headers: { authorization } });
  assert.equal(other.status, 404);
  // a page of an allowed site may ask whether it may
  const asked = await fetch(`${server.url}/sync/poll${query}`, { method: 'OPTIONS', headers: { origin: 'https://intranet.example' } });
  assert.match(asked.headers.get('access-control-allow-headers') ?? '', /coboard-protocol/);
});

test('SOCK-18 a session over HTTP answers to nobody but the person who opened it, and tells nobody else that it is there', async (t) => {
  const { server, ana } = await start(t);
  const eve = await Person.signIn(server.url, 'Eve');
  const anas = await PollingClient.open(ana);
  const eves = await PollingClient.open(eve);
  const asEve = { ...eves.headers };
  for (const [headers, status, code] of [[asEve, 404, 'NOT_FOUND'], [{ 'coboard-protocol': 'coboard.1' }, 401, 'SIGN_IN_REQUIRED']] as const) {
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(anas.address, { method, headers: { ...headers, 'content-type': 'text/plain' }, ...(method === 'POST' ? { body: '4{"a":"pp"}' } : {}) });
      assert.deepEqual([answer.status, ((await answer.json()) as { error: { code: string } }).error.code], [status, code]);
    }
  }
  // both query readers see the same session: not Eve's to be let in, and Ana's to be used
  for (const address of [`${eves.address}&sid=${anas.sid}`, `${anas.address}&sid=${eves.sid}`]) assert.equal((await fetch(address, { headers: asEve })).status, 400);
  await anas.post('{"a":"pp"}');
  assert.ok((await anas.pollUntil((message) => message.includes('"pp"'))).length > 0, 'Ana goes on');
});

test('SOCK-19 a session over HTTP is a socket: it counts as one, and is told why it ends, for which it waits as long as it must', async (t) => {
  const { server, ana } = await start(t, { limits: { ...serverLimits, socketsPerUserMax: 2 } });
  const [one, stock] = [await PollingClient.open(ana), new StockClient(ana)];
  await stock.connected();
  const third = await fetch(`${server.url}/sync/poll?EIO=4&transport=polling`, { headers: one.headers });
  assert.deepEqual([third.status, ((await third.json()) as { error: { code: string } }).error.code], [429, 'TOO_MANY_SOCKETS']);
  await stock.close();
  await until('there is room', async () => {
    const more = await fetch(`${server.url}/sync/poll?EIO=4&transport=polling`, { headers: one.headers });
    await more.text();
    return more.ok;
  });
  await ana.call('DELETE', '/api/session');
  assert.equal(await one.closeCode(), closeCodes.signInRequired);
  assert.equal((await fetch(one.address, { headers: one.headers })).status, 404, 'it is gone');
});

test('SOCK-20 what would close a socket closes a session over HTTP, with the same code', async (t) => {
  const { ana } = await start(t);
  const flood = Array.from({ length: serverLimits.messagesBurstMax + 100 }, () => '{"a":"pp"}');
  const cases: readonly (readonly [code: keyof typeof closeCodes, messages: readonly string[]])[] = [
    ['messageInvalid', ['x']], ['messageInvalid', ['[]']], ['messageInvalid', ['']], ['messageInvalid', [`${'['.repeat(500)}${']'.repeat(500)}`]],
    ['messageTooLarge', [`{"a":"pp","x":"${'x'.repeat(serverLimits.messageBytesMax)}"}`]], ['tooFast', flood],
  ];
  for (const [code, messages] of cases) {
    const client = await PollingClient.open(ana);
    await client.post(...messages);
    assert.equal(await client.closeCode(), closeCodes[code], code);
  }
});

test('SOCK-23 each request of a session over HTTP counts as a message, so that empty ones are no way around the rate', async (t) => {
  const { ana } = await start(t, { limits: { ...serverLimits, messagesBurstMax: 20, messagesPerSecondMax: 1 } });
  const client = await PollingClient.open(ana);
  const statuses: number[] = [];
  for (let i = 0; i < 30; i++) statuses.push((await fetch(client.address, { method: 'POST', headers: { ...client.headers, 'content-type': 'text/plain' }, body: '6' })).status);
  assert.ok(statuses.filter((status) => status === 200).length <= 25, statuses.join());
  assert.ok(statuses.includes(429), statuses.join());
  assert.equal(await client.closeCode(), closeCodes.tooFast);
});

test('SOCK-21 who fetches nothing over HTTP is kept no more than the limit for, and is then cut off', async (t) => {
  const { ana } = await start(t, { limits: { ...serverLimits, socketBufferBytesMax: 200_000 } });
  const id = await ana.create('Large', 'launch-room');
  const client = await PollingClient.open(ana);
  await client.post('{"a":"hs","id":null}');
  // each answer brings the whole dashboard, and none is fetched
  const asked = JSON.stringify({ a: 'f', c: 'dashboards', d: id, v: null });
  for (let i = 0; i < 40 && (await client.post(...Array.from({ length: 10 }, () => asked))) === 200; i++);
  const kept = await client.pollUntil((message) => message.includes('"closed"'));
  assert.ok(kept.join('').length < 600_000, `${String(kept.join('').length)} characters`);
  assert.equal(client.code, closeCodes.readerTooSlow);
});

test('SOCK-22 a server that stops tells who polls, and does not wait for who does not', async (t) => {
  const { server, ana } = await start(t);
  const [polling, silent] = [await PollingClient.open(ana), await PollingClient.open(ana)];
  const heard = polling.pollUntil((message) => message.includes('"closed"'));
  const begun = performance.now();
  await server.stop();
  assert.ok(performance.now() - begun < 5_000);
  assert.ok((await heard).some((message) => message.includes('"draining"')));
  assert.equal(polling.code, closeCodes.goingAway);
  assert.equal(silent.code, null);
});
