import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { serverLimits } from '../../model/limits.ts';
import { HistoryWriter } from '../../server/history/history-writer.ts';
import { parseCursor, Timeline, type TimelineEntry, type TimelineFilter, type TimelinePage } from '../../server/history/timeline.ts';
import type { HistoryIndex } from '../../server/store/history-index.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import { Person } from '../person.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { startServer } from '../test-server.ts';
import { createBoard, evidenceServer, people, type EvidenceServer } from './evidence-log.ts';
import { onEachStore } from './each-store.ts';

const seed = runSeed();
console.log(`audit log: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);
const [ana, ben] = people;
const board = { collection: 'dashboards', id: 'board' } as const;

function historyOn(store: FullStore, { engine, identities }: EvidenceServer, index: HistoryIndex = store.history): { timeline: Timeline; writer: HistoryWriter } {
  const writer = new HistoryWriter({ index: store.history, settings: store, list: (collection) => store.listSnapshots(collection), engine, identities, clock: systemClock, limits: { ...serverLimits, historyGapMs: 60_000 }, log: { warn: () => undefined } });
  return { writer, timeline: new Timeline({ index, writer, identities, engine, nameOf: (id) => people.find((one) => one.id === id)?.name, now: () => Date.now() }) };
}

async function pages(timeline: Timeline, filter: TimelineFilter, count: number): Promise<TimelineEntry[]> {
  const entries: TimelineEntry[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: TimelinePage = await timeline.page('board', filter, parseCursor(cursor), count);
    entries.push(...page.entries);
    ({ cursor } = page);
  }
  return entries;
}

const nameOf = ({ collection, from }: TimelineEntry): string => `${collection} ${String(from)}`;

test('HISTORY-18 changes of access stand among the others, each once, on whatever page, and no name of theirs is kept', async (t) => {
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    await createBoard(server, 'board');
    for (let i = 0; i < 12; i++) {
      await server.edit('board', 2, chance);
      const has = i % 2 === 1;
      await server.documents.edit('access', 'board', [{ p: ['people', 'u-chiyo'], ...(has ? { od: 'viewer' } : { oi: 'viewer' }) }], ana ?? assert.fail());
    }
    const { timeline, writer } = historyOn(store, server);
    const without = await pages(timeline, {}, 100);
    const all = await pages(timeline, { withAccess: true }, 100);
    assert.deepEqual(all.filter(({ collection }) => collection === 'dashboards'), without);
    const access = all.filter(({ collection }) => collection === 'access');
    assert.equal(access.length, 13);
    assert.deepEqual(access.map(({ words: [words] }) => words).slice(-3), ['took the role of viewer away from 千代', 'gave 千代 the role of viewer', 'became the owner']);
    assert.deepEqual([access[0]?.by, access[0]?.kinds, access[0]?.things, access[0]?.dashboard], [ana, ['access'], ['access'], 'board']);
    for (const count of [1, 2, 3, 7]) assert.deepEqual((await pages(timeline, { withAccess: true }, count)).map(nameOf), all.map(nameOf), `pages of ${String(count)}`);
    assert.deepEqual((await pages(timeline, { withAccess: true, kind: 'access' }, 5)).map(nameOf), access.map(nameOf));
    assert.deepEqual((await timeline.page(null, { kind: 'access', person: ana?.id ?? '', text: 'viewer' }, null, 100)).entries.map(nameOf), access.slice(0, 12).map(nameOf));
    const kept = await store.history.read({ id: 'access:board', facets: [], count: 100 });
    assert.equal(kept.length, 13);
    for (const { id } of people) assert.ok(!JSON.stringify(kept).includes(id));
    writer.stop();
    await server.stop();
  });
});

test('HISTORY-19 a line that goes on while everything is read is in it, once', async (t) => {
  await onEachStore(t, async (store) => {
    const server = await evidenceServer(store);
    await createBoard(server, 'board');
    const [one = '', two = ''] = Object.keys(((await server.documents.read('dashboards', 'board')).data as Dashboard).widgets);
    const type = (widget: string, by = ana) => server.documents.edit('dashboards', 'board', [{ p: ['widgets', widget, 'title'], t: 'text0', o: [{ p: 0, i: 'a ' }] }], by ?? assert.fail());
    // four lines that go on: two people, two things
    for (const by of [ana, ben]) for (const widget of [one, two]) await type(widget, by);
    let reads = 0;
    const { writer } = historyOn(store, server);
    const growing: HistoryIndex = {
      write: (lines) => store.history.write(lines), cut: (id, from) => store.history.cut(id, from),
      read: async (query) => {
        // a page has one line here; before each but the first the oldest line that is left to be read goes on and stands before it
        reads += 1;
        if (reads === 2 || reads === 3) {
          await type(reads === 2 ? one : two);
          await writer.upToDate(board);
        }
        return store.history.read({ ...query, count: Math.min(query.count, 2) });
      },
    };
    const { timeline } = historyOn(store, server, growing);
    const onePage = timeline as unknown as { read: (...args: [unknown, unknown, unknown, number]) => Promise<unknown> };
    const read = onePage.read.bind(timeline);
    onePage.read = (id, filter, cursor) => read(id, filter, cursor, 1);
    const given: TimelineEntry[] = [];
    for await (const entry of timeline.all('board', {})) given.push(entry);
    assert.ok(reads > 4);
    assert.deepEqual(given.map(({ from }) => from).sort((a, b) => a - b), [0, 1, 2, 3, 4]);
    writer.stop();
    await server.stop();
  });
});

test('HISTORY-20 a person is found by who they are, whatever they were called on whichever server', async (t) => {
  await onEachStore(t, async (store) => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const [here, there] = [await evidenceServer(store, key), await evidenceServer(store, key)];
    await createBoard(here, 'board');
    const edit = (server: EvidenceServer, name: string) => server.documents.edit('dashboards', 'board', [{ p: ['title'], t: 'text0', o: [{ p: 0, i: name }] }], { id: 'u-gita', name });
    await edit(here, 'Gita');
    await there.engine.read('dashboards', 'board');
    await edit(there, 'Gita Nair');
    const elsewhere = historyOn(store, there);
    await elsewhere.writer.upToDate(board);
    // one that has heard neither name
    const late = await evidenceServer(beforeAnybody(store), key);
    const { timeline } = historyOn(store, late);
    const { entries } = await timeline.page(null, { person: 'u-gita' }, null, 10);
    assert.deepEqual(entries.map(({ by }) => by?.name), ['Gita Nair', 'Gita']);
    assert.deepEqual(await timeline.page('board', { person: 'u-nobody' }, null, 10), { entries: [], cursor: null });
    elsewhere.writer.stop();
    for (const server of [here, there, late]) await server.stop();
  });
});

async function* nothing(): AsyncIterable<readonly [string, string]> { /* nobody has signed in yet */ }

/** A store as a server finds it that began before anybody had signed in. */
const beforeAnybody = (store: FullStore): FullStore => new Proxy(store, {
  get(target, key) {
    const value: unknown = Reflect.get(target, key);
    if (key === 'listSettings') return (prefix: string) => (prefix === 'salt:' || prefix === 'identity:' ? nothing() : target.listSettings(prefix));
    return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
  },
});

test('HISTORY-21 owners see in the history of a dashboard who was given access by whom, others who may edit do not', async () => {
  const server = await startServer({ admins: ['Mara'] });
  try {
    const [owner, editor, admin] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben'), await Person.signIn(server.url, 'Mara')];
    const id = await owner.create('Sales');
    await owner.share(id, { everyone: 'viewer', people: { [editor.user.id]: 'editor' } });
    const told = async (person: Person, path: string): Promise<string[]> => ((await person.call('GET', path)).body['entries'] as TimelineEntry[]).flatMap(({ by, words }) => words.map((one) => `${by?.name ?? ''} ${one}`));
    const access = ['Ana opened the dashboard to everyone signed in, who can view it', 'Ana gave Ben the role of editor'];
    assert.deepEqual((await told(owner, `/api/dashboards/${id}/history?access=1`)).slice(0, 2), access);
    assert.deepEqual(await told(owner, `/api/dashboards/${id}/history`), ['Ana created Sales']);
    assert.deepEqual(await told(editor, `/api/dashboards/${id}/history?access=1`), ['Ana created Sales']);
    assert.deepEqual((await told(admin, '/api/admin/history?kind=access')).slice(0, 2), access);
    assert.equal((await owner.call('GET', `/api/dashboards/${id}/history?access=yes`)).status, 400);
    const { body: { text } } = await admin.call('GET', '/api/admin/history/download?kind=access');
    assert.match(String(text), /,Ana,access,access,"opened the dashboard to everyone signed in, who can view it; gave Ben the role of editor"\r\n/);
  } finally {
    await server.stop();
  }
});
