import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { limits } from '../../model/limits.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ana: Person;
before(async () => {
  server = await startServer({ limits: { accessRequestsPerMinuteMax: 20, requestsPerSecondMax: 10_000, requestsBurstMax: 10_000, signInsPerMinuteMax: 10_000 } });
  ana = await Person.signIn(server.url, 'Ana');
});
after(() => server.stop());

const path = (id: string, rest = ''): string => `/api/dashboards/${id}/access-requests${rest}`;
const waiting = async (id: string): Promise<[name: string, role: string, note: string][]> =>
  ((await ana.call('GET', path(id))).body['requests'] as { user: { name: string }; role: string; note: string }[]).map(({ user, role, note }) => [user.name, role, note]);

test('ASK-1 whoever has the link asks for access, once and with a role and a note; the owners see it at once, and whoever decides takes it from all of them', async (t) => {
  const [ben, cem] = [await Person.signIn(server.url, 'Ben'), await Person.signIn(server.url, 'Cem')];
  const id = await ana.create('Closed');
  await ana.share(id, { people: { [cem.user.id]: 'owner' } });
  const owner = await CoreClient.connect(cem);
  t.after(() => { owner.stop(); });
  const notices: string[] = [];
  owner.coboard.connection.notices.subscribe((notice) => { if (notice.type === 'accessRequests') notices.push(notice.d); });
  assert.deepEqual([(await ben.call('POST', path(id), { role: 'viewer' })).status, (await ben.call('POST', path(id), { role: 'editor', note: ' For the plan ' })).status], [202, 202]);
  await until('it is kept', async () => (await waiting(id)).length === 1 && notices.length === 2);
  assert.deepEqual(await waiting(id), [['Ben', 'editor', 'For the plan']]);
  assert.deepEqual(new Set(notices), new Set([id]));
  assert.equal((await cem.call('DELETE', path(id, `/${ben.user.id}`))).status, 204);
  assert.deepEqual(await waiting(id), []);
  await until('the owners are told', () => notices.length === 3);
  assert.equal((await ben.call('GET', `/api/dashboards/${id}`)).status, 404, 'that alone gives nothing');
});

test('ASK-2 the answer tells nothing: the same whether the dashboard is there, and what one has or what is not there is not kept', async () => {
  const dev = await Person.signIn(server.url, 'Dev');
  const [id, gone] = [await ana.create('Open'), await ana.create('Gone')];
  await ana.share(id, { everyone: 'viewer' });
  await ana.call('DELETE', `/api/dashboards/${gone}`);
  const answers = [];
  for (const [where, role] of [[id, 'viewer'], [gone, 'editor'], ['nothing-here', 'editor'], ['a b', 'editor']] as const) {
    const { status, body } = await dev.call('POST', path(encodeURIComponent(where)), { role });
    answers.push([status, body]);
  }
  assert.deepEqual(answers, answers.map(() => [202, {}]));
  assert.equal((await dev.call('POST', path(id), { role: 'editor' })).status, 202);
  await until('the last one is kept', async () => (await waiting(id)).length > 0);
  assert.deepEqual(await waiting(id), [['Dev', 'editor', '']]);
  await ana.call('POST', `/api/dashboards/${gone}/restore`, {});
  assert.deepEqual(await waiting(gone), []);
  // given by whatever way, it is none any more
  await ana.share(id, { people: { [dev.user.id]: 'editor' } });
  assert.deepEqual(await waiting(id), []);
});

test('ASK-3 only owners see who asks and decide; requests are few for a person and bounded for a dashboard', async () => {
  const [eve, viewer] = [await Person.signIn(server.url, 'Eve'), await Person.signIn(server.url, 'Finn')];
  const id = await ana.create('Private');
  await ana.share(id, { people: { [viewer.user.id]: 'viewer' } });
  for (const [person, status] of [[eve, 404], [viewer, 403]] as const) {
    assert.equal((await person.call('GET', path(id))).status, status);
    assert.equal((await person.call('DELETE', path(id, `/${eve.user.id}`))).status, status);
  }
  for (let i = 0; i < limits.accessRequestsMax + 3; i++) await (await Person.signIn(server.url, `Guest ${String(i)}`)).call('POST', path(id), { role: 'viewer' });
  await until('as many as may wait', async () => (await waiting(id)).length === limits.accessRequestsMax);
  const codes = [];
  for (let i = 0; i < 21; i++) codes.push((await eve.call('POST', path('nothing-here'), { role: 'viewer' })).body.error?.code);
  assert.deepEqual(codes.slice(-2), [undefined, 'TOO_MANY_REQUESTS']);
  assert.equal((await waiting(id)).length, limits.accessRequestsMax);
});
