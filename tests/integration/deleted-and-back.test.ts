import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { editText, type LiveDashboard } from '../../client/core/index.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ana: Person;
const clients: CoreClient[] = [];

before(async () => {
  server = await startServer();
  ana = await Person.signIn(server.url, 'Ana');
});
after(async () => {
  for (const client of clients) client.stop();
  await server.stop();
});

interface Logged { readonly src: string; readonly seq: number; readonly create?: object; readonly del?: true }

interface Ben { readonly client: CoreClient; readonly live: LiveDashboard; readonly told: string[]; readonly note: string }

/** Ben has a dashboard of Ana's open, and the words that he is told. */
async function benOn(id: string): Promise<Ben> {
  await ana.share(id, { everyone: 'editor' });
  const client = await CoreClient.connect(await Person.signIn(server.url, 'Ben'));
  clients.push(client);
  const live = await client.open(id);
  const told: string[] = [];
  live.refusals.subscribe(({ code }) => told.push(code));
  const [note = assert.fail('no note')] = Object.entries(shown(live).widgets).flatMap(([widget, { kind }]) => (kind === 'note' ? [widget] : []));
  return { client, live, told, note };
}

const typeInto = ({ live, note }: Ben, words: string): void => {
  assert.ok(live.edit((dashboard) => editText(dashboard, ['widgets', note, 'settings', 'text'], `${words}${(dashboard.widgets[note]?.settings as { text: string }).text}`)));
};
const deleteIt = async (id: string): Promise<void> => { assert.equal((await ana.call('DELETE', `/api/dashboards/${id}`)).status, 204); };
const bringBack = async (id: string): Promise<void> => { assert.equal((await ana.call('POST', `/api/dashboards/${id}/restore`)).status, 204); };
const log = async (id: string): Promise<Logged[]> => (await ana.call('GET', `/api/dashboards/${id}/ops?from=0`)).body['ops'] as Logged[];

test('LIVE-36 edits that wait outlive a deletion that was taken back meanwhile: each arrives once, beside what others did before and after', async () => {
  const id = await ana.create('Launch', 'launch-room');
  const ben = await benOn(id);
  const other = await CoreClient.connect(ana);
  clients.push(other);
  const anas = await other.open(id);
  ben.client.coboard.connection.pause();
  typeInto(ben, 'Away. ');
  assert.ok(ben.live.edit((dashboard) => editText(dashboard, ['widgets', ben.note, 'title'], 'Renamed away')));
  assert.ok(anas.edit((dashboard) => editText(dashboard, ['title'], 'Before')));
  await until('hers is saved', () => anas.pendingCount.value === 0);
  for (let round = 0; round < 2; round++) {
    await deleteIt(id);
    await bringBack(id);
  }
  await until('she has it again', () => anas.state.value.status === 'ready');
  assert.ok(anas.edit((dashboard) => editText(dashboard, ['title'], 'After')));
  await until('hers is saved', () => anas.pendingCount.value === 0);
  typeInto(ben, 'Still. ');
  ben.client.coboard.connection.resume();
  await until('his are saved', () => ben.live.pendingCount.value === 0);
  assert.deepEqual(ben.told, []);
  const text = (shown(ben.live).widgets[ben.note]?.settings as { text: string }).text;
  assert.ok(text.startsWith('Still. Away. '), text.slice(0, 40));
  assert.deepEqual([shown(ben.live).title, shown(ben.live).widgets[ben.note]?.title], ['After', 'Renamed away']);
  await until('she has all', () => (shown(anas).widgets[ben.note]?.settings as { text: string }).text === text);
  assert.deepEqual(shown(anas), shown(ben.live));
  const ops = await log(id);
  assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length);
  // and he can still take back what he did
  assert.notEqual(ben.live.undoable.value.undo, null);
});

test('LIVE-37 where it stays deleted, each edit that waits is told as refused, and the dashboard is gone; brought back, it is there without them', async () => {
  const id = await ana.create('Gone', 'launch-room');
  const ben = await benOn(id);
  ben.client.coboard.connection.pause();
  typeInto(ben, 'Away. ');
  await deleteIt(id);
  ben.client.coboard.connection.resume();
  await until('he is told', () => ben.told.length === 1 && ben.live.state.value.status === 'gone');
  assert.equal(ben.live.pendingCount.value, 0);
  await bringBack(id);
  await until('he has it again', () => ben.live.state.value.status === 'ready');
  assert.ok(!(shown(ben.live).widgets[ben.note]?.settings as { text: string }).text.startsWith('Away. '));
  typeInto(ben, 'Again. ');
  await until('it is saved', () => ben.live.pendingCount.value === 0);
  assert.deepEqual(ben.told, ['ERR_DOC_DOES_NOT_EXIST']);
});

test('LIVE-38 two people who delete it at once delete it once, and it can be brought back', async () => {
  const id = await ana.create('Twice', 'blank');
  const answers = await Promise.all(Array.from({ length: 4 }, () => ana.call('DELETE', `/api/dashboards/${id}`)));
  assert.deepEqual(answers.map(({ status }) => status), [204, 204, 204, 204]);
  await bringBack(id);
  assert.deepEqual((await log(id)).map(({ create, del }) => (create ? 'create' : del ? 'delete' : 'edit')), ['create', 'delete', 'create']);
});
