import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import type { ChangeKind } from '../../model/history/change.ts';
import { serverLimits } from '../../model/limits.ts';
import { HistoryWriter } from '../../server/history/history-writer.ts';
import { parseCursor, Timeline, type TimelineEntry, type TimelineFilter } from '../../server/history/timeline.ts';
import type { NamedVersion } from '../../server/history/named-versions.ts';
import type { HistoryLine } from '../../server/store/history-index.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { call, Person } from '../person.ts';
import { done, StockClient } from '../stock-client.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { onEachStore } from './each-store.ts';
import { createBoard, evidenceServer, people, type EvidenceServer } from './evidence-log.ts';

const folder = scratchFolder();
after(() => { folder.remove(); });
const seed = runSeed();
console.log(`timeline: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);

const writerOn = (store: FullStore, { engine, identities }: EvidenceServer): HistoryWriter =>
  new HistoryWriter({ index: store.history, settings: store, list: (collection) => store.listSnapshots(collection), engine, identities, clock: systemClock, limits: { ...serverLimits, historyGapMs: 30, historyRunMs: 200 }, log: { warn: () => undefined } });

const timelineOn = (store: FullStore, writer: HistoryWriter, { engine, identities }: EvidenceServer): Timeline =>
  new Timeline({ index: store.history, writer, identities, engine, nameOf: (id) => people.find((one) => one.id === id)?.name, now: () => Date.now() });

const board = { collection: 'dashboards', id: 'board' } as const;

async function all(timeline: Timeline, filter: TimelineFilter, id: string | null = 'board', pageCount = 7): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page = await timeline.page(id, filter, parseCursor(cursor), pageCount);
    entries.push(...page.entries);
    assert.ok(page.entries.length <= pageCount);
    ({ cursor } = page);
  }
  return entries;
}

test('HISTORY-5 every op is in one line; pages and filters give exactly the lines that they should, after a crash too', async (t) => {
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    for (const id of ['board', 'other']) await createBoard(server, id);
    let writer = writerOn(store, server);
    for (let round = 0; round < 4; round++) {
      await server.edit('board', 15, chance);
      await server.edit('other', 5, chance);
      await writer.upToDate(board);
      // what was not settled is made again by the next one
      if (round === 1) writer = writerOn(store, server);
      await new Promise((resolve) => { setTimeout(resolve, 40); });
    }
    for (const id of ['board', 'other']) await writer.upToDate({ collection: 'dashboards', id });
    const timeline = timelineOn(store, writer, server);
    const entries = await all(timeline, {});
    const { v } = await server.documents.read('dashboards', 'board');
    assert.equal(entries.reduce((sum, entry) => sum + entry.count, 0), v);
    assert.deepEqual(entries.map(({ until }) => until), entries.map(({ until }) => until).sort((a, b) => b - a));
    assert.equal(new Set(entries.map(({ from }) => from)).size, entries.length);
    assert.deepEqual(entries.at(-1)?.kinds, ['created']);
    // made anew from the log it is the same
    const again = writerOn(store, server);
    const kept = await store.history.read({ id: 'board', facets: [], count: 1_000 });
    await store.writeSetting('history:2:board', '0');
    await again.upToDate(board);
    assert.deepEqual(await store.history.read({ id: 'board', facets: [], count: 1_000 }), kept);

    for (const { id, name } of people) assert.deepEqual(await all(timeline, { person: id }), entries.filter(({ by }) => by?.id === id && by.name === name));
    for (const kind of new Set(entries.flatMap((entry) => entry.kinds))) assert.deepEqual(await all(timeline, { kind }), entries.filter((entry) => entry.kinds.includes(kind)));
    for (const thing of new Set(entries.flatMap(({ things }) => things))) assert.deepEqual(await all(timeline, { thing }), entries.filter(({ things }) => things.includes(thing)));
    const middle = entries[entries.length >> 1]?.until ?? 0;
    assert.deepEqual(await all(timeline, { since: middle }), entries.filter(({ until }) => until >= middle));
    assert.deepEqual(await all(timeline, { before: middle }), entries.filter(({ until }) => until < middle));
    const moved = entries.filter(({ words, by }) => by?.id === people[1]?.id && words.some((line) => /\bmoved\b/.test(line)));
    assert.deepEqual(await all(timeline, { text: 'MOVED', person: people[1]?.id }), moved);
    const both = await all(timeline, {}, null);
    assert.deepEqual(new Set(both.map(({ dashboard }) => dashboard)), new Set(['board', 'other']));
    assert.deepEqual(both.map(({ until }) => until), both.map(({ until }) => until).sort((a, b) => b - a));
    writer.stop();
    await server.stop();
  });
});

test('HISTORY-6 no page reads a whole collection, whatever it filters by', async (t) => {
  await onEachStore(t, async (store) => {
    const words = ['alpha', 'beta', 'gamma', 'delta'];
    const lines = Array.from({ length: 4_000 }, (_, i): HistoryLine => ({
      id: `d${String(i % 40)}`, from: i, to: i + 1, until: i * 1_000, body: i,
      facets: ['word:moved', `word:${words[i % 4] ?? ''}`, `thing:widget:w${String(i % 100)}`, `by:p${String(i % 7)}`, `kind:${(['moved', 'text'] satisfies ChangeKind[])[i % 2] ?? ''}`],
    }));
    for (let i = 0; i < lines.length; i += 500) await store.history.write(lines.slice(i, i + 500));
    for (const facets of [[], ['by:p3'], ['word:beta', 'kind:text'], ['word:alpha', 'thing:widget:w8', 'by:p1', 'kind:moved'], ['word:moved', 'thing:widget:w8'], ['kind:moved', 'word:moved', 'thing:widget:w8']]) {
      for (const id of [undefined, 'd8']) {
        for (const times of [{}, { since: 100_000, before: 3_000_000 }, { after: { until: 2_000_000, id: 'd0', from: 2_000 } }]) {
          const query = { ...(id === undefined ? {} : { id }), facets, ...times, count: 20 };
          const wanted = lines.filter((line) => (id === undefined || line.id === id) && facets.every((facet) => line.facets.includes(facet))
            && ('since' in times ? line.until >= 100_000 && line.until < 3_000_000 : !('after' in times) || line.until < times.after.until));
          assert.deepEqual(await store.history.read(query), wanted.reverse().slice(0, 20));
          if (store instanceof SqliteStore) {
            const plan = await store.history.plan(query);
            // in the order of an index: nothing is sorted, and only an index whose order is wanted is walked
            assert.ok(!plan.some((step) => step.includes('USE TEMP B-TREE')) && plan.every((step) => !step.startsWith("SCAN") || /USING (COVERING )?INDEX history_of_all/.test(step)), plan.join('; '));
          } else {
            const { queryPlanner: { winningPlan } } = await store.history.plan(query) as { queryPlanner: { winningPlan: object } };
            assert.ok(!/COLLSCAN|"stage":"SORT"/.test(JSON.stringify(winningPlan)), 'the collection is read or sorted');
            // what every line has does not lead
            const { executionStats: { totalDocsExamined } } = await store.history.plan(query) as { executionStats: { totalDocsExamined: number } };
            if (facets.includes('thing:widget:w8')) assert.ok(totalDocsExamined <= 40, `${facets.join()}: ${String(totalDocsExamined)}`);
          }
        }
      }
    }
  });
});

test('HISTORY-7 those who may edit read the history over REST, others do not', async () => {
  const server = await startServer();
  try {
    const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
    const id = await ana.create('Sales');
    const path = `/api/dashboards/${id}/history`;
    const { status, body } = await call(server.url, 'GET', path, { token: ana.token });
    const [entry] = body['entries'] as TimelineEntry[];
    assert.deepEqual([status, entry?.words, entry?.kinds, entry?.by?.name, body['cursor']], [200, ['created Sales'], ['created'], 'Ana', null]);
    const asked = async (token: string | undefined, query: string): Promise<unknown> => (await call(server.url, 'GET', path + query, token === undefined ? {} : { token })).body.error?.code;
    assert.equal(await asked(ben.token, ''), 'NOT_FOUND');
    assert.equal(await asked(undefined, ''), 'SIGN_IN_REQUIRED');
    for (const query of ['?kind=nonsense', '?cursor=x', '?count=0', '?count=100000', '?since=-1', '?person[]=a', '?nonsense=1']) assert.equal(await asked(ana.token, query), 'REQUEST_INVALID', query);
    const at = (path_: string, method = 'GET', body_?: unknown) => call(server.url, method, `/api/dashboards/${id}/${path_}`, { token: ana.token, ...(body_ === undefined ? {} : { body: body_ }) });
    assert.equal(((await at('versions/1')).body['data'] as { title: string }).title, 'Sales');
    assert.equal((await at('versions/0')).body['data'], null);
    for (const wrong of ['versions/2', 'versions/-1', 'versions/x', 'versions/99999999999999']) assert.ok([400, 404].includes((await at(wrong)).status), wrong);
    assert.equal((await at('named/1', 'PUT', { name: ' First ', note: 'sent to the board' })).status, 204);
    assert.equal((await at('named/7', 'PUT', { name: 'x' })).status, 404);
    assert.equal((await at('named/1', 'PUT', { name: '' })).status, 400);
    const [version] = (await at('named')).body['versions'] as NamedVersion[];
    assert.deepEqual([version?.v, version?.name, version?.note, version?.by.name], [1, 'First', 'sent to the board', 'Ana']);
    assert.equal((await at('named/1', 'DELETE')).status, 204);
    assert.deepEqual((await at('named')).body['versions'], []);
    await call(server.url, 'PUT', `/api/dashboards/${id}/access`, { token: ana.token, body: { everyone: 'viewer', people: { [ana.user.id]: 'owner' } } });
    assert.equal(await asked(ben.token, ''), 'FORBIDDEN');
    for (const path_ of ['versions/1', 'named']) assert.equal((await call(server.url, 'GET', `/api/dashboards/${id}/${path_}`, { token: ben.token })).status, 403);
  } finally {
    await server.stop();
  }
});

test('HISTORY-14 an admin reads, downloads and verifies the history of every dashboard, others do not', async () => {
  const server = await startServer({ admins: ['Ana'] });
  try {
    const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
    for (const title of ['One', '=HYPERLINK("x"), "Two"']) await ben.create(title);
    const asked = (person: Person, path: string, method = 'GET') => call(server.url, method, `/api/admin/${path}`, { token: person.token });
    for (const [path, method] of [['history', 'GET'], ['history/download', 'GET'], ['verify', 'POST']] as const) assert.equal((await asked(ben, path, method)).status, 403);
    const { body } = await asked(ana, 'history?count=1&kind=created');
    assert.equal((body['entries'] as unknown[]).length, 1);
    const next = await asked(ana, `history?count=1&kind=created&cursor=${String(body['cursor'])}`);
    assert.deepEqual([(next.body['entries'] as TimelineEntry[])[0]?.words, next.body['cursor']], [['created One'], null]);
    const { headers, body: { text } } = await asked(ana, 'history/download?kind=created');
    assert.match(headers.get('content-disposition') ?? '', /history\.csv/);
    const [heads, newest, oldest, ...rest] = String(text).split('\r\n');
    assert.match(heads ?? '', /^time,until,dashboard,/);
    assert.match(newest ?? '', /,Ben,created,dashboard,"created =HYPERLINK\(""x""\), ""Two"""$/);
    assert.match(oldest ?? '', /,created One$/);
    assert.deepEqual(rest, ['']);
    assert.equal(String((await asked(ana, 'history/download?format=json&text=one')).body['text']).trim().split('\n').length, 1);
    assert.equal((await asked(ana, 'history/download?format=xml')).status, 400);
    const report = (await asked(ana, 'verify', 'POST')).body as unknown as { isSound: boolean; ops: number; words: string[] };
    assert.deepEqual([report.isSound, report.ops, report.words.at(-1)], [true, 4, 'None altered, none missing.']);
  } finally {
    await server.stop();
  }
});

test('HISTORY-15 an op says the sign-in that it came with, and the device stands apart from the log', async (t) => {
  const store = new SqliteStore(join(folder.path, 'device.db'));
  const server = await startServer({}, { store });
  t.after(() => server.stop());
  const ana = await Person.signIn(server.url, 'Ana');
  const id = await ana.create('Devices');
  const client = new StockClient(ana);
  await client.connected();
  const doc = await client.subscribe(id);
  await done((callback) => { doc.submitOp([{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }], undefined, callback); });
  const session = (await store.readOps('dashboards', id, 1, 2))[0]?.m?.['s'];
  assert.equal(typeof session, 'string');
  const device = JSON.parse(await store.readSetting(`device:${String(session)}`) ?? '{}') as { user: string; at: number };
  assert.deepEqual([device.user, device.at > 0], [ana.user.id, true]);
  // what a client says of that itself counts for nothing
  await client.ask({ a: 'op', c: 'dashboards', d: id, v: doc.version, seq: 99, src: client.connection.id, x: {}, by: { id: 'x', name: 'X' }, from: { session: 'forged', why: 'import' }, op: [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'y' }] }] }, ({ a }) => a === 'op');
  await client.close();
  // and so do requests
  await ana.share(id, { people: { 'u-ben': 'viewer' } });
  await ana.call('DELETE', `/api/dashboards/${id}`);
  await ana.call('POST', `/api/dashboards/${id}/restore`);
  const ops = [...await store.readOps('dashboards', id, 0, null), ...await store.readOps('access', id, 0, null)];
  assert.ok(ops.length >= 6);
  for (const { m, create, v } of ops) assert.deepEqual([m?.['s'], m?.['w']], [session, create !== undefined && v > 0 ? 'restore' : undefined]);
});
