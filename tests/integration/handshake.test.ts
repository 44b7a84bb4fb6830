import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { Coboard, type OpenSocket } from '../../client/core/index.ts';
import { systemClock, type Clock } from '../../model/clock.ts';
import { closeCodes } from '../../model/errors.ts';
import { limits, serverLimits } from '../../model/limits.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { call, Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ana: Person;

before(async () => {
  server = await startServer({ allowedOrigins: ['https://intranet.example'] });
  ana = await Person.signIn(server.url, 'Ana');
});
after(() => server.stop());

/** The answer to an upgrade: 101, or the status and code it was refused with. */
async function upgrade(headers: Record<string, string>, path = '/sync', protocols: string[] = []): Promise<readonly [status: number, detail: string | undefined]> {
  const socket = new WebSocket(server.url.replace('http', 'ws') + path, protocols, { headers });
  const refused = await Promise.race([
    once(socket, 'open').then(() => null),
    once(socket, 'unexpected-response').then(([, response]) => response as IncomingMessage),
  ]);
  if (refused === null) {
    const { protocol } = socket;
    socket.terminate();
    return [101, protocol];
  }
  let body = '';
  for await (const chunk of refused) body += String(chunk);
  return [refused.statusCode ?? 0, (JSON.parse(body) as { error: { code: string } }).error.code];
}

test('SOCK-1 who connects and from where is checked before the upgrade', async () => {
  const authorization = `Bearer ${ana.token}`;
  const cookie = `coboard_session=${ana.token}`;
  const host = new URL(server.url).host;
  const cases: readonly (readonly [what: string, answer: readonly [number, string | undefined], headers: Record<string, string>, path?: string, protocols?: string[]])[] = [
    ['a bearer', [101, ''], { authorization }],
    ['a cookie and a page of ours', [101, ''], { cookie, origin: server.url }],
    ['an allowed page', [101, ''], { authorization, origin: 'https://intranet.example' }],
    ['our own client', [101, 'coboard.1'], { authorization }, '/sync', ['coboard.1']],
    ['a window of the very person', [101, ''], { authorization }, `/sync?user=${ana.user.id}`],
    ['a window of somebody who was signed in before', [401, 'SIGN_IN_REQUIRED'], { authorization }, '/sync?user=u-somebody'],
    ['a client of the future', [101, 'coboard.1'], { authorization }, '/sync', ['coboard.9', 'coboard.1']],
    ['nobody', [401, 'SIGN_IN_REQUIRED'], {}],
    ['a token in the address', [401, 'SIGN_IN_REQUIRED'], {}, `/sync?token=${ana.token}`],
    ['a token that is none', [401, 'SESSION_INVALID'], { authorization: 'Bearer x.y.z' }],
    ['a token beyond all sizes', [401, 'SESSION_INVALID'], { authorization: `Bearer ${'x'.repeat(limits.tokenBytesMax + 1)}` }],
    ['a page of another site', [403, 'ORIGIN_REFUSED'], { cookie, origin: 'https://evil.example' }],
    ['a page of no site', [403, 'ORIGIN_REFUSED'], { cookie, origin: 'null' }],
    ['a name that was pointed here', [403, 'ORIGIN_REFUSED'], { cookie, host: 'evil.example', origin: 'http://evil.example' }],
    ['another host name of this machine', [101, ''], { authorization, host: host.replace('127.0.0.1', 'localhost') }],
    ['another address', [404, 'NOT_FOUND'], { authorization }, '/sync/x'],
    ['the API', [404, 'NOT_FOUND'], { authorization }, '/api/dashboards'],
  ];
  for (const [what, answer, headers, path, protocols] of cases) assert.deepEqual(await upgrade(headers, path, protocols), answer, what);
});

test('SOCK-2 a connection that says nothing sensible harms nobody', async () => {
  const { hostname, port } = new URL(server.url);
  for (const bytes of ['GET /sync HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n', 'GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n', '\u0000\u0001\u0002\r\n\r\n']) {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.resume();
    socket.end(bytes);
    await once(socket, 'close');
  }
  assert.equal((await call(server.url, 'GET', '/healthz')).status, 200);
});

test('SOCK-3 a person has only so many sockets; closing one makes room', async () => {
  const many = await Person.signIn(server.url, 'Many');
  const clients = Array.from({ length: serverLimits.socketsPerUserMax }, () => new StockClient(many));
  await Promise.all(clients.map((client) => client.connected()));
  const headers = { authorization: `Bearer ${many.token}` };
  assert.deepEqual(await upgrade(headers), [429, 'TOO_MANY_SOCKETS']);
  await clients[0]?.close();
  await until('there is room', async () => (await upgrade(headers))[0] === 101);
  await Promise.all(clients.map((client) => client.close()));
});

test('SOCK-4 signing out closes the sockets of that sign-in, and only them', async () => {
  const [here, there] = [await Person.signIn(server.url, 'Ben'), await Person.signIn(server.url, 'Ben')];
  const [one, two] = [new StockClient(here), new StockClient(there)];
  await Promise.all([one.connected(), two.connected()]);
  await here.call('DELETE', '/api/session');
  await until('it is closed', () => one.closeCode !== null);
  assert.equal(one.closeCode, closeCodes.signInRequired);
  await two.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  await two.close();
});

test('SOCK-5 with jwt a page hands its token over for a cookie, and a socket ends with its token', async (t) => {
  const secret = 's'.repeat(40);
  const jwt = await startServer({ auth: 'jwt', jwtIssuer: 'https://id.example', jwtAudience: 'coboard', jwtSecret: secret });
  t.after(() => jwt.stop());
  const sign = (sub: string, name: string, expiresInS: number): Promise<string> =>
    new SignJWT({ name }).setProtectedHeader({ alg: 'HS256' }).setSubject(sub).setIssuer('https://id.example').setAudience('coboard')
      .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInS).sign(new TextEncoder().encode(secret));

  assert.equal((await call(jwt.url, 'GET', '/api/config')).body['auth'], 'jwt');
  assert.equal((await call(jwt.url, 'POST', '/api/session', { body: { name: 'Ana' } })).body.error?.code, 'REQUEST_INVALID');
  assert.equal((await call(jwt.url, 'POST', '/api/session', { body: { token: await sign('eve', 'Eve', -10) } })).body.error?.code, 'SESSION_EXPIRED');
  const token = await sign('auth0|ana', 'Ana', 3600);
  const exchanged = await call(jwt.url, 'POST', '/api/session', { body: { token } });
  const headers = { cookie: (exchanged.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  assert.deepEqual((await call(jwt.url, 'GET', '/api/session', { headers })).body['user'], exchanged.body['user']);
  const created = await call(jwt.url, 'POST', '/api/dashboards', { headers, body: { title: 'Jwt' } });
  assert.equal(created.status, 201);
  const named = await call(jwt.url, 'PUT', `/api/dashboards/${String(created.body['id'])}/access`, { headers, body: { everyone: null, people: {}, names: { Ben: 'owner' } } });
  assert.equal(named.body.error?.code, 'ACCESS_INVALID');

  const short = Object.assign(Object.create(Person.prototype) as Person, { url: jwt.url, token: await sign('ben', 'Ben', 2), user: { id: 'ben', name: 'Ben', color: 'p1' } });
  const client = new StockClient(short);
  await client.connected();
  await until('the session ended', () => client.closeCode !== null);
  assert.equal(client.closeCode, closeCodes.sessionExpired);
});

test('SOCK-28 an open socket ends with its session by the date, when the clock is set beyond that', async (t) => {
  let jumpedMs = 0;
  // what is due within a minute is due soon, all else never
  const clock: Clock = { ...systemClock, now: () => Date.now() + jumpedMs, setTimer: (run, delayMs) => systemClock.setTimer(run, delayMs <= 60_000 ? Math.min(50, delayMs) : 2 ** 31 - 1) };
  const other = await startServer({}, { clock });
  t.after(() => other.stop());
  const client = new StockClient(await Person.signIn(other.url, 'Ana'));
  await client.connected();
  jumpedMs = serverLimits.sessionDurationMs - 3_600_000;
  await sleep(200);
  assert.equal(client.closeCode, null);
  jumpedMs = serverLimits.sessionDurationMs + 3_600_000;
  await until('the session ended', () => client.closeCode !== null);
  assert.equal(client.closeCode, closeCodes.sessionExpired);
});

test('SOCK-6 a server that drains takes no more sockets and is not ready', async () => {
  const other = await startServer();
  const ben = await Person.signIn(other.url, 'Ben');
  const client = new StockClient(ben, ['coboard.1']);
  await client.connected();
  const stopped = other.stop();
  await until('the notice is there', () => client.received.some(({ a, type }) => a === 'coboard' && type === 'draining'));
  await stopped;
  await until('it is closed', () => client.closeCode !== null);
  assert.equal(client.closeCode, closeCodes.goingAway);
  await assert.rejects(call(other.url, 'GET', '/healthz'));
});

test('SOCK-24 a page that speaks only what is not spoken any more is told to load anew, and goes on saying so to its person', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/sync`, ['coboard.0'], { headers: { authorization: `Bearer ${ana.token}` } });
  const [code] = await once(socket, 'close') as [number];
  assert.equal(code, closeCodes.clientTooOld);
  const old: OpenSocket = (url) => new WebSocket(url, ['coboard.0'], { headers: { authorization: `Bearer ${ana.token}` } }) as unknown as ReturnType<OpenSocket>;
  const client = new Coboard({ url: server.url, token: ana.token, openSocket: old });
  await client.start();
  await until('it knows', () => client.connection.state.value.status === 'tooOld');
  client.stop();
});
