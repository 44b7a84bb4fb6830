import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CoboardServer } from '../../server/build-server.ts';
import type { VerificationState } from '../../server/api/verification.ts';
import type { Connected } from '../../server/gate/connected.ts';
import type { SingleChange } from '../../server/history/single-changes.ts';
import type { TimelineEntry } from '../../server/history/timeline.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { rawSqlite } from '../evidence/raw-store.ts';
import { call, Person } from '../person.ts';
import { RealRedis, redisMissing } from '../real-redis.ts';
import { show, StockClient } from '../stock-client.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { until } from '../until.ts';

type Shown = Omit<Connected, 'places'> & { readonly places: readonly (Connected['places'][number] & { readonly title: string; readonly canOpen: boolean; readonly widgetTitle: string | null })[] };
const admin = (server: CoboardServer): Promise<Person> => Person.signIn(server.url, 'Mara');
const connections = async (person: Person): Promise<Shown[]> => (await person.call('GET', '/api/admin/people')).body['connections'] as Shown[];

test('ADMIN-1 a session says whether it is an admin’s, and nobody else reaches what is theirs', async () => {
  const server = await startServer({ admins: ['Mara'] });
  try {
    const [mara, ben] = [await admin(server), await Person.signIn(server.url, 'Ben')];
    assert.deepEqual([(await mara.call('GET', '/api/session')).body['admin'], 'admin' in (await ben.call('GET', '/api/session')).body], [true, false]);
    const routes = [['GET', 'history'], ['GET', 'history/download'], ['GET', 'history/changes?collection=dashboards&dashboard=x&from=0&to=1'], ['GET', 'dashboards'], ['GET', 'people'], ['GET', 'verify'], ['POST', 'verify']] as const;
    for (const [method, path] of routes) {
      assert.equal((await ben.call(method, `/api/admin/${path}`)).body.error?.code, 'FORBIDDEN', path);
      assert.equal((await call(server.url, method, `/api/admin/${path}`)).body.error?.code, 'SIGN_IN_REQUIRED', path);
      assert.ok((await mara.call(method, `/api/admin/${path}`)).status < 300, path);
    }
    const wrong = ['history?dashboard=', 'history/changes?collection=settings&dashboard=x&from=0&to=1', 'history/changes?collection=access&dashboard=x&from=1&to=0', 'history/changes?collection=access&dashboard=x&from=-1&to=0', 'history/changes', `dashboards?q=${'x'.repeat(300)}`];
    for (const path of wrong) assert.equal((await mara.call('GET', `/api/admin/${path}`)).body.error?.code, 'REQUEST_INVALID', path);
    assert.equal((await mara.call('POST', '/api/admin/verify', { wait: 'no' })).body.error?.code, 'REQUEST_INVALID');
  } finally {
    await server.stop();
  }
});

test('ADMIN-2 an admin reads what a line of any dashboard is made of, op by op, with its seal and device', async () => {
  const server = await startServer({ admins: ['Mara'] });
  try {
    const [mara, ben] = [await admin(server), await Person.signIn(server.url, 'Ben')];
    const [id, other] = [await ben.create('Sales'), await ben.create('Stock')];
    const client = new StockClient(ben);
    await client.connected();
    await client.subscribe(id);
    for (const word of ['One ', 'Two ', 'Three ']) await client.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: word }] }]);
    const { entries } = (await mara.call('GET', `/api/admin/history?dashboard=${id}&kind=renamed`)).body as unknown as { entries: (TimelineEntry & { title: string; canOpen: boolean })[] };
    const [line] = entries;
    assert.deepEqual([entries.length, line?.dashboard, line?.title, line?.canOpen, line?.count, line?.words], [1, id, 'Three Two One Sales', false, 3, ['renamed the dashboard to Three Two One Sales']]);
    await ben.share(id, { people: { [mara.user.id]: 'editor' } });
    assert.equal(((await mara.call('GET', `/api/admin/history?dashboard=${id}`)).body['entries'] as typeof entries)[0]?.canOpen, true);
    const path = (more: Partial<TimelineEntry> & { person?: string }): string => {
      const { collection, dashboard, from, to, things, by, person } = { ...(line ?? assert.fail()), ...more };
      return `/api/admin/history/changes?${new URLSearchParams({ collection, dashboard, from: String(from), to: String(to), things: things.join(','), person: person ?? by?.id ?? '' }).toString()}`;
    };
    const { changes, more } = (await mara.call('GET', path({}))).body as unknown as { changes: SingleChange[]; more: boolean };
    assert.deepEqual([changes.map(({ v }) => v), more, changes.at(-1)?.words], [[1, 2, 3], false, ['renamed the dashboard to Three Two One Sales']]);
    for (const { seal, at } of changes) assert.ok(/^[\w-]{43}$/.test(seal ?? '') && at > 0);
    assert.deepEqual((await mara.call('GET', path({ person: mara.user.id }))).body['changes'], []);
    assert.deepEqual((await mara.call('GET', path({ dashboard: 'nothing-there', from: 0 }))).body['changes'], []);
    const [access] = (await mara.call('GET', `/api/admin/history?dashboard=${id}&kind=access`)).body['entries'] as TimelineEntry[];
    assert.deepEqual(((await mara.call('GET', path(access ?? assert.fail()))).body['changes'] as SingleChange[]).map(({ words }) => words), [['gave Mara the role of editor']]);
    const found = async (query: string): Promise<unknown> => ((await mara.call('GET', `/api/admin/dashboards?q=${query}`)).body['dashboards'] as { id: string }[]).map((one) => one.id);
    assert.deepEqual([await found('sto'), await found('two'), await found('tw o'), await found('ales')], [[other], [id], [], []]);
    await client.close();
  } finally {
    await server.stop();
  }
});

test('ADMIN-3 an admin sees who is connected, since when, with which device, and where they are', async () => {
  const server = await startServer({ admins: ['Mara'] });
  try {
    const [mara, ben] = [await admin(server), await Person.signIn(server.url, 'Ben')];
    const begun = Date.now();
    assert.deepEqual(await connections(mara), []);
    const id = await ben.create('Launch', 'launch-room');
    const [one, two] = [new StockClient(ben), new StockClient(ben)];
    await Promise.all([one.connected(), two.connected()]);
    await one.subscribe(id);
    const note = Object.entries(one.doc(id).data.widgets).find(([, { kind }]) => kind === 'note') ?? assert.fail();
    const presence = await one.presence(id);
    await show(presence.create('his'), { editing: { widget: note[0], field: 'settings.text' }, typing: true });
    const [first, second, ...rest] = await connections(mara);
    assert.deepEqual([first?.user.name, second?.user.name, rest.length, first?.session === second?.session, first?.route], ['Ben', 'Ben', 0, true, 'live']);
    assert.ok((first?.since ?? 0) >= begun && (first?.since ?? 0) <= Date.now());
    const places = [first, second].flatMap((connection) => connection?.places ?? []);
    assert.deepEqual(places, [{ dashboard: id, widget: note[0], typing: true, idle: false, title: 'Launch', canOpen: false, widgetTitle: note[1].title }]);
    await one.close();
    await until('only one is left', async () => (await connections(mara)).length === 1);
    await two.close();
  } finally {
    await server.stop();
  }
});

test('ADMIN-4 who is connected to another server is seen too, and gone when that server is', { skip: redisMissing() ?? false }, async (t) => {
  const folder = scratchFolder();
  const redis = await RealRedis.start();
  const options = { store: `sqlite:${join(folder.path, 'admin.db')}`, redis: redis.url, admins: ['Mara'] };
  const [here, there] = [await startServer(options), await startServer(options)];
  t.after(async () => {
    await here.stop();
    await redis.kill();
    folder.remove();
  });
  const [mara, ben] = [await admin(here), await Person.signIn(there.url, 'Ben')];
  const [hers, his] = [new StockClient(mara), new StockClient(ben)];
  await Promise.all([hers.connected(), his.connected()]);
  const id = await ben.create('Elsewhere');
  await his.subscribe(id);
  await until('both are seen', async () => (await connections(mara)).length === 2);
  const { servers, connections: all } = (await mara.call('GET', '/api/admin/people')).body as unknown as { servers: number; connections: Shown[] };
  assert.deepEqual([servers, all.map(({ user, places }) => [user.name, places.map(({ title }) => title)])], [2, [['Ben', ['Elsewhere']], ['Mara', []]]]);
  await his.close();
  await there.stop();
  await until('the other server is gone', async () => (await mara.call('GET', '/api/admin/people')).body['servers'] === 1);
  assert.deepEqual((await connections(mara)).map(({ user }) => user.name), ['Mara']);
  await hers.close();
});

test('ADMIN-5 verifying says how far it is, goes on without who began it, and names what it finds and where', async () => {
  const folder = scratchFolder();
  const store = new SqliteStore(join(folder.path, 'verify.db'));
  const readOps = store.readOps.bind(store);
  // it waits in the middle until it was looked at
  let held: Promise<void> = Promise.resolve();
  store.readOps = async (...wanted) => {
    await held;
    return readOps(...wanted);
  };
  const server = await startServer({ admins: ['Mara'] }, { store });
  try {
    const mara = await admin(server);
    const id = await mara.create('Warehouse');
    await mara.share(id, { everyone: 'viewer' });
    const state = async (): Promise<VerificationState> => (await mara.call('GET', '/api/admin/verify')).body as unknown as VerificationState;
    assert.deepEqual(await state(), { running: null, last: null, failed: null });
    const gate = Promise.withResolvers<undefined>();
    held = gate.promise;
    const { status, body } = await mara.call('POST', '/api/admin/verify', { wait: false });
    assert.deepEqual([status, (body as unknown as VerificationState).running?.total], [202, 3]);
    assert.equal((await mara.call('POST', '/api/admin/verify', { wait: false })).status, 202);
    assert.notEqual((await state()).running, null);
    gate.resolve(undefined);
    await until('it is done', async () => (await state()).running === null);
    const { last } = await state();
    assert.deepEqual([last?.isSound, last?.ops, last?.count, last?.documents.map(({ title, collection, ops }) => [title, collection, ops])], [true, 3, 2, [['Warehouse', 'dashboards', 1], ['Warehouse', 'access', 2]]]);

    const raw = rawSqlite(join(folder.path, 'verify.db'));
    await raw.putOps('access', id, (await store.readOps('access', id, 0, null)).map((op) => (op.v === 1 ? { ...op, op: [{ p: ['everyone'], od: null, oi: 'editor' }] } : op)));
    await raw.close();
    await mara.call('POST', '/api/admin/verify', { wait: false });
    await until('it is done again', async () => (await state()).running === null);
    const { last: found } = await state();
    assert.deepEqual([found?.isSound, found?.documents[0]?.collection, found?.documents[0]?.title, found?.documents[0]?.findings[0]?.words], [false, 'access', 'Warehouse', 'Change 1 was altered.']);
  } finally {
    await server.stop();
    folder.remove();
  }
});
