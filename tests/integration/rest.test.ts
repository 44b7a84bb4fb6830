import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { errorTable, isErrorCode } from '../../model/errors.ts';
import { systemClock } from '../../model/clock.ts';
import { limits, serverLimits } from '../../model/limits.ts';
import { templates } from '../../model/templates/templates.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { call, Person, type Answer } from '../person.ts';
import { startServer } from '../test-server.ts';

let server: CoboardServer;
let ana: Person;
let ben: Person;
let now = Date.now();

before(async () => {
  server = await startServer({ allowedOrigins: ['https://intranet.example'] }, { clock: { ...systemClock, now: () => now, elapsed: () => now } });
  [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
});
after(() => server.stop());

function is(answer: Answer, status: number, code?: string): void {
  assert.deepEqual([answer.status, answer.body.error?.code], [status, code], JSON.stringify(answer.body));
  if (answer.status >= 400) {
    assert.deepEqual(Object.keys(answer.body.error ?? {}), ['code', 'message']);
    assert.ok(isErrorCode(answer.body.error?.code) && errorTable[answer.body.error.code].status === answer.status);
  }
}

test('REST-1 what needs a session answers 401 without one, alike for what is and is not there', async () => {
  const id = await ana.create('Mine');
  for (const [method, path] of [['GET', '/api/dashboards'], ['POST', '/api/dashboards'], ['GET', `/api/dashboards/${id}`], ['GET', '/api/dashboards/none'], ['GET', '/api/users']] as const) {
    is(await call(server.url, method, path), 401, 'SIGN_IN_REQUIRED');
    is(await call(server.url, method, path, { token: 'nonsense' }), 401, 'SESSION_INVALID');
  }
  is(await call(server.url, 'GET', '/api/dashboards?token=x&access_token=y'), 401, 'SIGN_IN_REQUIRED');
});

test('REST-2 signing in gives a cookie that scripts cannot read, and a token for programs; both are the person', async () => {
  const answer = await call(server.url, 'POST', '/api/session', { body: { name: ' ana ' } });
  const cookie = answer.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^coboard_session=[^;]+; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  const headers = { cookie: cookie.split(';')[0] ?? '' };
  const session = await call(server.url, 'GET', '/api/session', { headers });
  assert.deepEqual(session.body['user'], { ...ana.user, name: 'ana' });
  assert.equal(typeof session.body['expiresAt'], 'number');
  const out = await call(server.url, 'DELETE', '/api/session', { headers });
  is(out, 204);
  assert.match(out.headers.get('set-cookie') ?? '', /^coboard_session=; .*Expires=Thu, 01 Jan 1970/);
  const none = await call(server.url, 'GET', '/api/session');
  is(none, 204);
  is(await call(server.url, 'GET', '/api/session', { token: 'nonsense' }), 401, 'SESSION_INVALID');
  assert.deepEqual((await call(server.url, 'GET', '/api/config')).body, { auth: 'demo', version: '0.0.0' });
});

test('REST-3 names and bodies that are none are refused', async () => {
  for (const body of [{}, { name: '' }, { name: 5 }, { name: 'x'.repeat(61) }, { name: 'Ana', admin: true }, [], 'null']) is(await call(server.url, 'POST', '/api/session', { body }), 400, 'NAME_INVALID');
  is(await call(server.url, 'POST', '/api/session', { body: '{"name":' }), 400, 'REQUEST_INVALID');
  is(await call(server.url, 'POST', '/api/session', { body: '{"name":"a","__proto__":{"x":1}}' }), 400, 'REQUEST_INVALID');
});

test('REST-4 what Fastify refuses has our codes too', async () => {
  is(await ana.call('GET', '/api/nothing'), 404, 'NOT_FOUND');
  is(await ana.call('GET', '/sync'), 404, 'NOT_FOUND');
  is(await ana.call('PUT', '/api/dashboards'), 405, 'METHOD_NOT_ALLOWED');
  assert.equal((await ana.call('PATCH', '/api/session')).headers.get('allow'), 'POST, GET, HEAD, DELETE');
  is(await call(server.url, 'POST', '/api/dashboards', { token: ana.token, body: 'title=x', headers: { 'content-type': 'text/plain' } }), 415, 'MEDIA_TYPE_UNSUPPORTED');
  is(await ana.call('PUT', '/api/dashboards/none/access', { everyone: 'x'.repeat(serverLimits.bodyBytesMax) }), 413, 'REQUEST_TOO_LARGE');
  is(await ana.call('POST', '/api/dashboards', { title: 'x'.repeat(serverLimits.bodyBytesMax + serverLimits.documentBytesMax) }), 413, 'REQUEST_TOO_LARGE');
  is(await ana.call('GET', '/api/dashboards/%E0%A4%A'), 400, 'REQUEST_INVALID');
});

test('REST-5 a new dashboard is its owner’s alone; one that is not shared and one that is not there answer alike', async () => {
  const id = await ana.create('Private', 'sales-overview');
  const { body } = await ana.call('GET', `/api/dashboards/${id}`);
  assert.deepEqual([body['id'], body['v'], body['role'], (body['data'] as { title: string }).title], [id, 1, 'owner', 'Private']);
  for (const [method, path] of [['GET', ''], ['DELETE', ''], ['GET', '/ops'], ['GET', '/access'], ['PUT', '/access'], ['POST', '/restore']] as const) {
    const sent = method === 'PUT' ? { everyone: null, people: { [ben.user.id]: 'owner' } } : undefined;
    const [hidden, none] = [await ben.call(method, `/api/dashboards/${id}${path}`, sent), await ben.call(method, `/api/dashboards/none${path}`, sent)];
    is(hidden, 404, 'NOT_FOUND');
    assert.deepEqual(hidden.body, none.body);
  }
});

test('REST-6 every template makes a dashboard; unknown ones, and titles that are none, are refused', async () => {
  for (const name of Object.keys(templates)) is(await ana.call('POST', '/api/dashboards', { title: name, template: name }), 201);
  is(await ana.call('POST', '/api/dashboards', { title: 'x', template: 'constructor' }), 400, 'TEMPLATE_UNKNOWN');
  for (const title of ['', '   ', 5, 'x'.repeat(limits.titleCharsMax + 1)]) is(await ana.call('POST', '/api/dashboards', { title }), 400, 'REQUEST_INVALID');
});

test('REST-7 creating with an id of the client’s is the same however often it is asked', async () => {
  const body = { title: 'Once', id: 'made-by-client' };
  const answers = await Promise.all([1, 2, 3].map(() => ana.call('POST', '/api/dashboards', body)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 201]);
  const again = await ana.call('POST', '/api/dashboards', body);
  assert.deepEqual([again.status, again.body], [200, { id: 'made-by-client' }]);
  assert.equal((await ana.call('GET', '/api/dashboards/made-by-client')).body['v'], 1);
  is(await ben.call('POST', '/api/dashboards', body), 400, 'REQUEST_INVALID');
  is(await ana.call('POST', '/api/dashboards', { title: 'x', id: '__proto__' }), 400, 'REQUEST_INVALID');
  // whatever became of it since: deleted, or given to somebody else
  await ana.call('PUT', '/api/dashboards/made-by-client/access', { everyone: null, people: { [ana.user.id]: 'owner', [ben.user.id]: 'owner' } });
  is(await ben.call('DELETE', '/api/dashboards/made-by-client'), 204);
  is(await ana.call('POST', '/api/dashboards', body), 200);
  is(await ben.call('POST', '/api/dashboards/made-by-client/restore'), 204);
  is(await ben.call('PUT', '/api/dashboards/made-by-client/access', { everyone: null, people: { [ben.user.id]: 'owner' } }), 200);
  is(await ana.call('POST', '/api/dashboards', body), 200);
  is(await ana.call('GET', '/api/dashboards/made-by-client'), 404, 'NOT_FOUND');
  is(await ben.call('POST', '/api/dashboards', body), 400, 'REQUEST_INVALID');
  assert.equal((await ben.call('GET', '/api/dashboards/made-by-client')).body['v'], 3);
});

test('REST-8 the list shows what one can see, newest first, with a small picture', async () => {
  const eve = await Person.signIn(server.url, 'Eve');
  now += 1000;
  const older = await eve.create('Older');
  now += 1000;
  const newer = await eve.create('Newer', 'launch-room');
  await eve.share(newer, { people: { [ben.user.id]: 'viewer' } });
  const list = (await eve.call('GET', '/api/dashboards')).body['dashboards'] as Record<string, unknown>[];
  assert.deepEqual(list.map(({ id, title, role, widgets }) => [id, title, role, widgets]), [[newer, 'Newer', 'owner', 7], [older, 'Older', 'owner', 0]]);
  assert.deepEqual([list[0]?.['updatedAt'], list[0]?.['updatedBy'], list[0]?.['people']], [now, { id: eve.user.id, name: 'Eve' }, []]);
  assert.deepEqual((list[0]?.['preview'] as object[])[0], { kind: 'note', title: 'Launch notes', x: 0, y: 0, w: 5, h: 10 });
  const bens = (await ben.call('GET', '/api/dashboards')).body['dashboards'] as Record<string, unknown>[];
  assert.deepEqual(bens.filter(({ id }) => id === newer || id === older).map(({ id, role }) => [id, role]), [[newer, 'viewer']]);
});

test('REST-9 an owner shares with people by id or name and with everyone; others cannot', async () => {
  const id = await ana.create('To share');
  const path = `/api/dashboards/${id}/access`;
  const put = await ana.call('PUT', path, { everyone: 'viewer', people: { [ana.user.id]: 'owner' }, names: { 'Cleo New': 'editor' } });
  is(put, 200);
  const cleo = await Person.signIn(server.url, 'cleo  new');
  assert.deepEqual(put.body['people'], { [ana.user.id]: 'owner', [cleo.user.id]: 'editor' });
  assert.equal((put.body['users'] as Record<string, { name: string }>)[cleo.user.id]?.name, 'Cleo New');
  assert.deepEqual((await cleo.call('GET', `/api/dashboards/${id}`)).body['role'], 'editor');
  assert.deepEqual((await ben.call('GET', path)).body['everyone'], 'viewer');
  is(await cleo.call('PUT', path, { everyone: null, people: { [cleo.user.id]: 'owner' } }), 403, 'FORBIDDEN');
  is(await ana.call('PUT', path, { everyone: 'viewer', people: { [cleo.user.id]: 'editor' } }), 409, 'LAST_OWNER');
  is(await ana.call('PUT', path, { everyone: 'owner', people: { [ana.user.id]: 'owner' } }), 400, 'ACCESS_INVALID');
  is(await ana.call('PUT', path, { everyone: null, people: { [ana.user.id]: 'owner', 'a.b': 'viewer' } }), 400, 'ACCESS_INVALID');
  is(await ana.call('PUT', path, { people: { [ana.user.id]: 'owner' } }), 400, 'ACCESS_INVALID');
});

test('REST-10 people are found by the beginning of a word of their name', async () => {
  await Person.signIn(server.url, 'Dorothée Ångström');
  const find = async (q: string): Promise<string[]> => ((await ana.call('GET', `/api/users?q=${encodeURIComponent(q)}`)).body['users'] as { name: string }[]).map(({ name }) => name);
  assert.deepEqual(await find('doro'), ['Dorothée Ångström']);
  assert.deepEqual(await find('angs'), ['Dorothée Ångström']);
  assert.deepEqual(await find('roth'), []);
  assert.ok((await find('')).length >= 3);
});

test('REST-11 ops come in pages, with who made them; wrong ranges are refused', async () => {
  const id = await ana.create('Log');
  const { ops } = (await ana.call('GET', `/api/dashboards/${id}/ops`)).body as { ops: { v: number; create: unknown; m: { u: string; n: string } }[] };
  assert.deepEqual(ops.map(({ v, m: { u, n } }) => [v, u, n]), [[0, ana.user.id, 'Ana']]);
  assert.deepEqual((await ana.call('GET', `/api/dashboards/${id}/ops?from=1`)).body['ops'], []);
  for (const query of ['from=-1', 'from=x', 'to=1.5', 'from=1&from=2', 'to=99999999999999999']) is(await ana.call('GET', `/api/dashboards/${id}/ops?${query}`), 400, 'REQUEST_INVALID');
});

test('REST-12 a deleted dashboard is listed for its owner until it can no longer be brought back', async () => {
  const id = await ana.create('Bin');
  await ana.share(id, { everyone: 'editor' });
  await ana.call('DELETE', `/api/dashboards/${id}`);
  const listed = async (person: Person): Promise<Record<string, unknown> | undefined> => ((await person.call('GET', '/api/dashboards')).body['dashboards'] as Record<string, unknown>[]).find((entry) => entry['id'] === id);
  assert.deepEqual([(await listed(ana))?.['title'], (await listed(ana))?.['deletedAt']], ['Bin', now]);
  assert.equal(await listed(ben), undefined);
  const before = now;
  now += limits.binDurationMs;
  const again = await Person.signIn(server.url, 'Ana');
  assert.equal(await listed(again), undefined);
  is(await again.call('POST', `/api/dashboards/${id}/restore`), 404, 'NOT_FOUND');
  now = before;
  is(await ana.call('POST', `/api/dashboards/${id}/restore`), 204);
  assert.deepEqual([(await listed(ben))?.['title'], (await listed(ben))?.['deletedAt']], ['Bin', undefined]);
});

test('REST-16 a whole dashboard is created as it is, within the limits that edits keep it in, and from no template', async () => {
  const dashboard = templates['launch-room'].build({ today: '2026-11-20', random: Math.random });
  const create = (content: unknown, more: object = {}): Promise<Answer> => ana.call('POST', '/api/dashboards', { dashboard: content, ...more });
  const made = await create(dashboard, { id: 'whole-one' });
  assert.deepEqual([made.status, made.body], [201, { id: 'whole-one' }]);
  const { body } = await ana.call('GET', '/api/dashboards/whole-one');
  assert.deepEqual([body['v'], body['role'], body['data']], [1, 'owner', dashboard]);
  // a note of every letter that the document has room for
  const notes = Object.fromEntries(Array.from({ length: 19 }, (_, i) => [`n${String(i)}`, { kind: 'note', tab: 't', title: '', box: { x: 0, y: i, w: 3, h: 1 }, settings: { text: 'x'.repeat(limits.noteCharsMax) } }]));
  const large = { ...dashboard, tabs: { t: { title: '', order: 'a' } }, widgets: notes };
  is(await create(large), 201);
  is(await create({ ...large, widgets: { ...notes, more: notes['n0'] } }), 422, 'DOCUMENT_FULL');
  for (const more of [{ title: 'x' }, { template: 'blank' }]) is(await create(dashboard, more), 400, 'REQUEST_INVALID');
  for (const wrong of [{ ...dashboard, tabs: {} }, { ...dashboard, owner: 'x' }, { ...dashboard, title: '\ud800' }, { title: 'x' }, {}, [], null, 'x', 5]) is(await create(wrong), 422, 'DOCUMENT_INVALID');
  is(await create({ ...dashboard, schema: 99 }), 422, 'SCHEMA_TOO_NEW');
});

test('REST-17 deleting what is deleted, and bringing back what is there, changes nothing for who may do it, however many do it at once', async () => {
  const id = await ana.create('To and fro', 'launch-room');
  await ana.share(id, { people: { [ben.user.id]: 'editor' } });
  const before = (await ana.call('GET', `/api/dashboards/${id}`)).body['data'];
  const deleted = await Promise.all([1, 2, 3].map(() => ana.call('DELETE', `/api/dashboards/${id}`)));
  assert.deepEqual(deleted.map(({ status }) => status), [204, 204, 204]);
  is(await ana.call('DELETE', `/api/dashboards/${id}`), 204);
  is(await ben.call('DELETE', `/api/dashboards/${id}`), 404, 'NOT_FOUND');
  const back = await Promise.all([1, 2, 3].map(() => ana.call('POST', `/api/dashboards/${id}/restore`)));
  assert.deepEqual(back.map(({ status }) => status), [204, 204, 204]);
  is(await ana.call('POST', `/api/dashboards/${id}/restore`), 204);
  is(await ben.call('POST', `/api/dashboards/${id}/restore`), 403, 'FORBIDDEN');
  const { body } = await ana.call('GET', `/api/dashboards/${id}`);
  assert.deepEqual([body['v'], body['data']], [3, before]);
});

test('REST-18 a request that names its person is done for nobody else', async () => {
  const id = await ana.create('Hers');
  await ana.share(id, { people: { [ben.user.id]: 'owner' } });
  for (const query of [`user=${ana.user.id}`, 'user=', `user=${ben.user.id}&user=${ana.user.id}`]) is(await ben.call('DELETE', `/api/dashboards/${id}?${query}`), 401, 'SIGN_IN_REQUIRED');
  is(await ben.call('POST', `/api/dashboards?user=${ana.user.id}`, { title: 'x' }), 401, 'SIGN_IN_REQUIRED');
  is(await ana.call('DELETE', `/api/dashboards/${id}?user=${ana.user.id}`), 204);
});

test('REST-19 a person owns no more dashboards than the limit, those in the bin too; what others share with them does not count', async (t) => {
  const small = await startServer({ limits: { dashboardsPerPersonMax: 3 } });
  t.after(() => small.stop());
  const [eve, dan] = [await Person.signIn(small.url, 'Eve'), await Person.signIn(small.url, 'Dan')];
  for (let i = 0; i < 3; i++) await eve.share(await dan.create('His'), { people: { [dan.user.id]: 'owner', [eve.user.id]: 'editor' } });
  const first = await eve.create('One');
  await eve.create('Two');
  const wanted = { id: 'made-away', title: 'Three' };
  is(await eve.call('POST', '/api/dashboards', wanted), 201);
  is(await eve.call('POST', '/api/dashboards', { title: 'Four' }), 429, 'DASHBOARDS_TOO_MANY');
  is(await eve.call('DELETE', `/api/dashboards/${first}`), 204);
  is(await eve.call('POST', '/api/dashboards', { title: 'Four' }), 429, 'DASHBOARDS_TOO_MANY');
  // asked for again, it is there
  is(await eve.call('POST', '/api/dashboards', wanted), 200);
  is(await eve.call('POST', `/api/dashboards/${first}/restore`), 204);
  assert.match(String((await call(small.url, 'GET', '/metrics')).body['text']), /coboard_limit_hits_total\{limit="dashboardsPerPersonMax"\} 2/);
});

test('REST-13 pages of other sites can do nothing with a person’s cookie; allowed sites may with a token', async () => {
  const origin = async (value: string, method = 'POST'): Promise<Answer> => call(server.url, method, '/api/dashboards', { token: ana.token, body: { title: 'x' }, headers: { origin: value } });
  is(await origin('https://evil.example'), 403, 'ORIGIN_REFUSED');
  is(await origin('null'), 403, 'ORIGIN_REFUSED');
  is(await origin(server.url), 201);
  const allowed = await origin('https://intranet.example');
  is(allowed, 201);
  assert.equal(allowed.headers.get('access-control-allow-origin'), 'https://intranet.example');
  assert.equal(allowed.headers.get('access-control-allow-credentials'), null);
  const preflight = await call(server.url, 'OPTIONS', '/api/dashboards', { headers: { origin: 'https://intranet.example', 'access-control-request-method': 'POST' } });
  assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-headers')], [204, 'Authorization, Content-Type, coboard-protocol']);
  assert.equal((await call(server.url, 'OPTIONS', '/api/dashboards', { headers: { origin: 'https://evil.example' } })).headers.get('access-control-allow-origin'), null);
});

test('REST-14 health and metrics need no session and name nobody', async () => {
  assert.deepEqual((await call(server.url, 'GET', '/healthz')).body, { status: 'alive' });
  assert.deepEqual((await call(server.url, 'GET', '/readyz')).body, { status: 'ready' });
  const { body } = await call(server.url, 'GET', '/metrics');
  const text = String(body['text']);
  for (const name of ['coboard_op_seconds_count', 'coboard_sockets 0', 'coboard_dashboards', 'coboard_request_seconds_bucket', 'nodejs_eventloop_lag_seconds']) assert.ok(text.includes(name), name);
  for (const secret of [ana.user.id, 'Ana', ana.token.slice(-12)]) assert.ok(!text.includes(secret));
});

test('REST-15 too many requests from one address are refused, with when to come back', async () => {
  let refused: Answer | null = null;
  for (let i = 0; i < serverLimits.requestsBurstMax + 10 && !refused; i++) {
    const answer = await call(server.url, 'GET', '/api/config');
    if (answer.status !== 200) refused = answer;
  }
  assert.ok(refused);
  is(refused, 429, 'TOO_MANY_REQUESTS');
  assert.equal(refused.headers.get('retry-after'), '1');
  is(await call(server.url, 'GET', '/healthz'), 200);
});
