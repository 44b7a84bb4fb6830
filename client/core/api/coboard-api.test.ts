import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoboardError, errorTable } from '../../../model/errors.ts';
import { FakeClock, FakeServer } from '../testing/index.ts';
import { CoboardApi, NetworkError, roleIn } from './coboard-api.ts';

interface Asked {
  readonly url: string;
  readonly init: RequestInit;
}

/** The routes with answers of the test's, and what was asked. */
function answering(answer: () => Response | Promise<Response>, token: string | null = null): { api: CoboardApi; asked: Asked[] } {
  const asked: Asked[] = [];
  const api = new CoboardApi({
    url: 'https://boards.test', token: () => token, clock: new FakeClock(),
    fetch: (input, init) => {
      asked.push({ url: input instanceof Request ? input.url : String(input), init: init ?? {} });
      return Promise.resolve().then(answer);
    },
  });
  return { api, asked };
}

const failing = (status: number, body: object | string): (() => Response) => () => (typeof body === 'string' ? new Response(body, { status }) : Response.json(body, { status }));

test('API-1 what the server refuses has its code, words and status; a code of a newer server has what its status means', async () => {
  const { api } = answering(failing(409, { error: { code: 'LAST_OWNER', message: 'Name another owner first.' } }));
  await assert.rejects(api.setAccess('x', { everyone: null, people: {} }), (error) => error instanceof CoboardError && error.code === 'LAST_OWNER' && error.message === 'Name another owner first.' && error.status === 409);
  for (const status of [403, 404, 429, 503]) {
    const { api: newer } = answering(failing(status, { error: { code: 'NOT_INVENTED_YET', message: 'New.' } }));
    await assert.rejects(newer.access('x'), (error) => error instanceof CoboardError && errorTable[error.code].status === status && error.message === 'New.');
  }
  const { api: odd } = answering(failing(418, { error: { code: 'TEAPOT', message: 'Short and stout.' } }));
  await assert.rejects(odd.access('x'), { code: 'INTERNAL' });
});

test('API-2 a server that cannot be reached, and what is not Coboard, are network errors with a cause', async () => {
  const page = '<html>Sign in to the Wi-Fi</html>';
  const answers = [() => Promise.reject(new TypeError('fetch failed')), failing(200, page), failing(502, page), failing(200, { unexpected: true }), failing(500, {})];
  for (const answer of answers) {
    const { api } = answering(answer);
    await assert.rejects(api.dashboards(), (error) => error instanceof NetworkError && error.cause !== undefined);
  }
});

test('API-3 nobody signed in is an answer and no error', async () => {
  for (const answer of [() => new Response(null, { status: 204 }), failing(401, { error: { code: 'SESSION_EXPIRED', message: '' } })]) {
    assert.equal(await answering(answer).api.session(), null);
  }
  await assert.rejects(answering(failing(503, { error: { code: 'STORE_UNAVAILABLE', message: '' } })).api.session(), { code: 'STORE_UNAVAILABLE' });
});

test('API-4 the token goes in a header and never into the address, bodies are JSON, and ids cannot lead elsewhere', async () => {
  const { api, asked } = answering(() => new Response(null, { status: 204 }), 'secret');
  await api.deleteDashboard('../session?x=#y');
  await api.signOut();
  assert.deepEqual(asked.map(({ url, init }) => [init.method, url]), [
    ['DELETE', 'https://boards.test/api/dashboards/..%2Fsession%3Fx%3D%23y'], ['DELETE', 'https://boards.test/api/session'],
  ]);
  assert.deepEqual(asked[0]?.init.headers, { authorization: 'Bearer secret' });
  const { api: browser, asked: sent } = answering(() => Response.json({ id: 'x' }));
  await browser.createDashboard({ title: 'Ü' });
  assert.deepEqual([sent[0]?.init.headers, sent[0]?.init.body, sent[0]?.init.credentials], [{ 'content-type': 'application/json' }, '{"title":"Ü"}', 'same-origin']);
});

test('API-7 a request that is not answered to its end is given up, and is a network error', async () => {
  const waitFor = (signal: AbortSignal | null | undefined) => new Promise<never>((_resolve, reject) => { signal?.addEventListener('abort', () => { reject(signal.reason as Error); }); });
  // no answer, and one that stops in the middle
  const half = (signal: AbortSignal | null | undefined): Response => Object.assign(new Response('{'), { json: () => waitFor(signal) });
  for (const answer of [waitFor, (signal: AbortSignal | null | undefined) => Promise.resolve(half(signal))]) {
    const clock = new FakeClock();
    const api = new CoboardApi({ url: '', token: () => null, clock, fetch: (_input, init) => answer(init?.signal) });
    const outcomes: unknown[] = [];
    const asked = api.dashboards().catch((error: unknown) => outcomes.push(error));
    await clock.advance(29_000);
    assert.equal(outcomes.length, 0);
    await clock.advance(2_000);
    await asked;
    assert.ok(outcomes[0] instanceof NetworkError);
    assert.equal(clock.timerCount, 0);
  }
});

test('API-5 a role is the higher of one’s own and everyone’s', () => {
  const access = { everyone: 'editor', people: { ana: 'owner', ben: 'viewer' } } as const;
  assert.deepEqual(['ana', 'ben', 'cem', 'toString'].map((id) => roleIn(access, id)), ['owner', 'editor', 'editor', 'editor']);
  assert.deepEqual(['ana', 'ben', 'cem', 'toString'].map((id) => roleIn({ ...access, everyone: null }, id)), ['owner', 'viewer', null, null]);
});

test('API-6 the routes lead through a dashboard’s life', async () => {
  const server = new FakeServer();
  const [ana, ben] = [server.client('Ana').api, server.client('Ben').api];
  const id = await ana.createDashboard({ title: 'Ours', template: 'sales-overview' });
  assert.deepEqual((await ana.dashboards()).map(({ title, role }) => [title, role]), [['Ours', 'owner']]);
  await assert.rejects(ben.dashboard(id), { code: 'NOT_FOUND' });
  await ana.setAccess(id, { everyone: null, people: { 'u-ana': 'owner' }, names: { Ben: 'viewer' } });
  const { dashboard, role, version } = await ben.dashboard(id);
  assert.deepEqual([dashboard.title, role, version], ['Ours', 'viewer', 1]);
  assert.deepEqual((await ana.users('be')).map(({ name }) => name), ['Ben']);
  await assert.rejects(ben.deleteDashboard(id), { code: 'FORBIDDEN' });
  await ana.deleteDashboard(id);
  assert.deepEqual(await ben.dashboards(), []);
  await ana.restoreDashboard(id);
  assert.equal((await ben.dashboards()).length, 1);
  assert.equal((await ana.config()).auth, 'demo');
});
