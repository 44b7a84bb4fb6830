import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dashboard } from '../../model/dashboard.ts';
import { removeTab, removeWidgets, replaceAt, setSetting } from '../../model/edits.ts';
import type { TimelineEntry } from '../../server/history/timeline.ts';
import type { SingleChange } from '../../server/history/single-changes.ts';
import { CoreClient } from '../core-client.ts';
import { call, Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

test('HISTORY-64 those who may edit read what a line is made of, page by page, and owners what was done to who may see it; others do not, and nobody is told of devices', async () => {
  const server = await startServer();
  const clients: CoreClient[] = [];
  try {
    const [ana, ben, chiyo] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben'), await Person.signIn(server.url, 'Chiyo')];
    const id = await ana.create('Sales', 'sales-overview');
    await call(server.url, 'PUT', `/api/dashboards/${id}/access`, { token: ana.token, body: { everyone: null, people: { [ana.user.id]: 'owner', [ben.user.id]: 'editor', [chiyo.user.id]: 'viewer' } } });
    for (const person of [ana, ben]) clients.push(await CoreClient.connect(person));
    const [mine, theirs] = [await clients[0]?.open(id), await clients[1]?.open(id)];
    assert.ok(mine && theirs && mine.state.value.status === 'ready');
    const [kpi = ''] = Object.entries(mine.state.value.dashboard.widgets).flatMap(([one, { kind }]) => (kind === 'kpi' ? [one] : []));
    const set = async (live: typeof mine, unit: string): Promise<void> => {
      live.edit((dashboard) => setSetting(dashboard, kpi, 'unit', unit));
      await until('it is saved', () => live.pendingCount.value === 0);
    };
    // seven of Ben's, with Ana's and what he undid between
    for (let i = 0; i < 7; i++) {
      await set(theirs, `b${String(i)}`);
      if (i === 3) await set(mine, 'a');
    }
    theirs.undo();
    await until('it is saved', () => theirs.pendingCount.value === 0);
    const ask = (token: string, path: string) => call(server.url, 'GET', `/api/dashboards/${id}/history${path}`, { token });
    const lines = (await ask(ben.token, '')).body['entries'] as TimelineEntry[];
    const line = lines.find(({ by, count, why }) => by?.name === 'Ben' && count === 7 && why === undefined) ?? assert.fail('no line');
    const of = (one: TimelineEntry, more: Record<string, string> = {}): string => `/changes?${new URLSearchParams({ from: String(one.from), to: String(one.to), things: one.things.join(), person: one.by?.id ?? '', ...more }).toString()}`;
    const pages: SingleChange[][] = [];
    for (let from: number | null = line.from; from !== null;) {
      const { status, body } = await ask(ben.token, of(line, { from: String(from), count: '3' }));
      assert.equal(status, 200);
      pages.push(body['changes'] as SingleChange[]);
      from = body['next'] as number | null;
    }
    assert.deepEqual(pages.map((page) => page.length), [3, 3, 1]);
    assert.deepEqual(pages.flat().map(({ detail }) => detail?.is), ['b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6']);
    assert.deepEqual(pages.flat().find(({ detail }) => detail?.is === 'b4')?.detail?.was, 'a');
    assert.ok(pages.flat().every(({ words, device, seal }) => words.length === 1 && device === null && seal !== null));
    const undone = lines.find(({ why }) => why === 'undo') ?? assert.fail('no line');
    assert.deepEqual(((await ask(ana.token, of(undone, { why: 'undo' }))).body['changes'] as SingleChange[]).map(({ detail }) => detail), [{ was: 'b6', is: 'b5' }]);
    // who may not edit
    assert.equal((await ask(chiyo.token, of(line))).body.error?.code, 'FORBIDDEN');
    assert.equal((await ask((await Person.signIn(server.url, 'Dev')).token, of(line))).body.error?.code, 'NOT_FOUND');
    assert.equal((await call(server.url, 'GET', `/api/dashboards/${id}/history${of(line)}`)).body.error?.code, 'SIGN_IN_REQUIRED');
    // about access: its owner alone
    const access = '/changes?access=1&from=1&to=2&things=access';
    const told = (await ask(ana.token, `${access}&person=${ana.user.id}`)).body['changes'] as SingleChange[];
    assert.ok(told[0]?.words.some((words) => words.includes('Ben')), JSON.stringify(told));
    assert.equal((await ask(ben.token, access)).body.error?.code, 'FORBIDDEN');
    for (const query of ['', '?from=0', '?from=5&to=2', '?from=0&to=1&count=0', '?from=0&to=1&count=1000', '?from=0&to=1&why=nonsense', '?from=0&to=1&nonsense=1', '?from=-1&to=1']) {
      assert.equal((await ask(ben.token, `/changes${query}`)).body.error?.code, 'REQUEST_INVALID', query);
    }
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
});

test('HISTORY-65 those who may edit are told which widgets are gone, as they were called at the end; not those that are back', async () => {
  const server = await startServer();
  const clients: CoreClient[] = [];
  try {
    const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
    const id = await ana.create('Sales', 'sales-overview');
    const client = await CoreClient.connect(ana);
    clients.push(client);
    const live = await client.open(id);
    const shown = (): Dashboard => { const { value } = live.state; return value.status === 'ready' ? value.dashboard : assert.fail(value.status); };
    const idOf = (title: string): string => Object.entries(shown().widgets).find(([, widget]) => widget.title === title)?.[0] ?? assert.fail(title);
    const make = async (...edit: Parameters<typeof live.edit>): Promise<void> => {
      assert.ok(live.edit(...edit));
      await until('it is saved', () => live.pendingCount.value === 0);
    };
    const [orders, sales, conversion] = [idOf('Orders'), idOf('Sales'), idOf('Conversion')];
    await make((dashboard) => replaceAt(dashboard, ['widgets', orders, 'title'], 'Old orders'));
    await make((dashboard) => removeWidgets(dashboard, [orders]));
    await make((dashboard) => removeWidgets(dashboard, [sales, conversion]));
    live.undo();
    await until('it is saved', () => live.pendingCount.value === 0);
    const { tab, ...second } = Object.entries(shown().tabs).map(([one, { title }]) => ({ tab: one, title })).find(({ title }) => title === 'Orders') ?? assert.fail();
    assert.equal(second.title, 'Orders');
    const onIt = Object.entries(shown().widgets).filter(([, widget]) => widget.tab === tab).map(([one]) => one);
    await make((dashboard) => removeTab(dashboard, tab));
    const { status, body } = await call(server.url, 'GET', `/api/dashboards/${id}/history/deleted`, { token: ana.token });
    assert.equal(status, 200);
    const widgets = body['widgets'] as { id: string; name: string }[];
    assert.deepEqual(widgets.at(-1), { id: orders, name: 'Old orders' });
    assert.deepEqual(new Set(widgets.map((one) => one.id)), new Set([orders, ...onIt]));
    assert.equal((await call(server.url, 'GET', `/api/dashboards/${id}/history/deleted`, { token: ben.token })).body.error?.code, 'NOT_FOUND');
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
});
