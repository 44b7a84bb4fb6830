import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { startServer } from '../test-server.ts';
import { Person } from '../person.ts';
import { addressOn, guardedRoutes, nameOf } from './routes.ts';

const patienceMs = 10_000;

/** Sends the head of a request that announces 2 MB, of which nothing comes. */
async function open(url: string, method: string, path: string, more: readonly string[] = []): Promise<{ readonly socket: Socket; readonly answered: Promise<string> }> {
  const { hostname, port, host } = new URL(url);
  const socket = connect(Number(port), hostname).setEncoding('utf8').on('error', () => undefined);
  socket.setTimeout(patienceMs, () => socket.destroy());
  await once(socket, 'connect');
  const answered = new Promise<string>((resolve) => {
    socket.once('data', resolve).once('close', () => { resolve(''); });
  });
  socket.write([`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Content-Type: application/json', 'Content-Length: 2000000', ...more, '', ''].join('\r\n'));
  return { socket, answered };
}

/** The answer to it. */
async function announce(...request: Parameters<typeof open>): Promise<string> {
  const { socket, answered } = await open(...request);
  const answer = await answered;
  socket.destroy();
  return answer;
}

const statusOf = (answer: string): string => answer.split(' ')[1] ?? 'no answer';

const bearing = ({ token }: Person): readonly string[] => [`Authorization: Bearer ${token}`];

test('GATE-15 who it is, and whether they may, is asked before anything of a body is read', async (t) => {
  const server = await startServer({ limits: { signInsPerMinuteMax: 2, requestsBurstMax: 1_000 } });
  t.after(() => server.stop());
  for (const route of (await guardedRoutes()).filter(({ method }) => method !== 'GET')) assert.equal(statusOf(await announce(server.url, route.method, addressOn(route, 'x'))), '401', nameOf(route));
  const ben = await Person.signIn(server.url, 'Ben');
  assert.equal(statusOf(await announce(server.url, 'POST', '/api/admin/verify', bearing(ben))), '403');
  assert.equal(statusOf(await announce(server.url, 'PATCH', '/api/dashboards', bearing(ben))), '405');
  assert.equal(statusOf(await announce(server.url, 'POST', '/api/nothing', bearing(ben))), '404');
  // the second within a minute
  await Person.signIn(server.url, 'Ben');
  assert.equal(statusOf(await announce(server.url, 'POST', '/api/session')), '429');
});

test('GATE-16 who sends more than the address would read gets the answer, and has a while to come to an end; what is short enough is dropped', async (t) => {
  const server = await startServer({ limits: { refusedBodyMs: 100 } });
  t.after(() => server.stop());
  // two megabytes are within what creating a dashboard takes, and beyond what sharing one does
  const [short, long] = [await open(server.url, 'POST', '/api/dashboards'), await open(server.url, 'PUT', '/api/dashboards/x/access')];
  for (const { socket, answered } of [short, long]) {
    assert.equal(statusOf(await answered), '401');
    socket.resume();
  }
  await new Promise((resolve) => long.socket.once('close', resolve));
  assert.equal(short.socket.destroyed, false);
  short.socket.write(`${'x'.repeat(2_000_000)}GET /healthz HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n\r\n`);
  const next = await new Promise<string>((resolve) => short.socket.once('data', (text) => { resolve(String(text)); }));
  assert.equal(statusOf(next), '200');
  short.socket.destroy();
});
