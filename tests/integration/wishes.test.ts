import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Subject } from 'rxjs';
import { editText, type CoboardOptions } from '../../client/core/index.ts';
import { MemoryDevice, MemoryStore } from '../../client/core/local/memory-store.ts';
import { isVoid, keptWishes, type Wishes } from '../../client/core/wishes/index.ts';
import { templates } from '../../model/templates/templates.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ana: Person;

before(async () => {
  server = await startServer();
  ana = await Person.signIn(server.url, 'Ana');
});
/** Stopped at the end, whatever happened: one that goes on trying would keep the tests from ending. */
const clients: CoreClient[] = [];
after(async () => {
  for (const client of clients) client.stop();
  await server.stop();
});

interface Logged { readonly v: number; readonly src: string; readonly seq: number; readonly create?: unknown; readonly del?: true; readonly m: { readonly u: string } }

/** A window of Ana's browser, with a switch for its network. */
class Window {
  readonly client: CoreClient;
  readonly wishes: Wishes;
  private readonly network: { online: boolean; readonly signals: Subject<'browserOnline' | 'browserOffline' | 'awake'> };

  private constructor(client: CoreClient, network: Window['network']) {
    this.client = client;
    this.wishes = client.coboard.wishes ?? assert.fail('no wishes');
    this.network = network;
  }

  static async open(device: MemoryDevice): Promise<Window> {
    const network = { online: true, signals: new Subject<'browserOnline' | 'browserOffline' | 'awake'>() };
    const options: Pick<CoboardOptions, 'store' | 'environment' | 'wishes'> = { environment: network, store: () => new MemoryStore(device, 'kept'), wishes: keptWishes };
    const client = await CoreClient.connect(ana, options);
    clients.push(client);
    return new Window(client, network);
  }

  goOffline(): void {
    this.network.online = false;
    this.network.signals.next('browserOffline');
  }

  async goOnline(): Promise<void> {
    this.network.online = true;
    this.network.signals.next('browserOnline');
    await this.client.online();
  }

  saved(): Promise<void> {
    return until('all is saved', () => this.client.coboard.saving.value.pendingCount === 0);
  }
}

const listed = async (): Promise<{ id: string; title: string; deletedAt?: number }[]> => (await ana.call('GET', '/api/dashboards')).body['dashboards'] as { id: string; title: string; deletedAt?: number }[];
const log = async (id: string): Promise<Logged[]> => (await ana.call('GET', `/api/dashboards/${id}/ops?from=0`)).body['ops'] as Logged[];

test('WISH-13 on a real server: created, edited, deleted and brought back while away, each is done once, and opens the same elsewhere', async () => {
  const device = new MemoryDevice();
  const first = await Window.open(device);
  const other = await ana.create('Was there', 'sales-overview');
  const boards = await first.client.open(other);
  first.goOffline();
  const content = templates['launch-room'].build({ today: '2026-11-20', random: Math.random });
  const id = await first.wishes.create(content);
  const live = await first.client.open(id);
  live.edit((dashboard) => editText(dashboard, ['title'], 'Made away'));
  boards.edit((dashboard) => editText(dashboard, ['title'], 'Renamed away'));
  first.client.coboard.closeDashboard(boards);
  await first.wishes.delete(other, 'Renamed away');
  const dropped = await first.wishes.create(content);
  await first.wishes.delete(dropped, 'Dropped');
  await until('it is kept', () => device.outboxes.size === 2);
  // the window is closed; the next one has the network at once
  first.client.stop();
  device.claimed.clear();

  const second = await Window.open(device);
  const again = await second.client.open(id);
  await second.saved();
  assert.equal(shown(again).title, 'Made away');
  const there = await listed();
  assert.deepEqual(there.map((one) => [one.id, one.title, one.deletedAt !== undefined]).sort(), [[id, 'Made away', false], [other, 'Renamed away', true]].sort());
  const ops = await log(id);
  assert.deepEqual([ops.length, ops[0]?.create !== undefined, new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size], [2, true, 2]);
  for (const { m } of ops) assert.equal(m.u, ana.user.id);
  const elsewhere = await CoreClient.connect(ana);
  assert.deepEqual(shown(await elsewhere.open(id)), shown(again));
  elsewhere.stop();

  // back from the bin, with what was edited before; and edits go on after that
  await second.wishes.restore(other, 'Renamed away');
  await second.saved();
  const back = await second.client.open(other);
  // what is shown first is the copy on the device, from before the deletion: an edit of that outlives it
  const told: string[] = [];
  back.refusals.subscribe(({ code }) => told.push(code));
  assert.ok(back.edit((dashboard) => editText(dashboard, ['title'], `${dashboard.title}, and back`)));
  await second.saved();
  assert.deepEqual(told, []);
  assert.equal(((await ana.call('GET', `/api/dashboards/${other}`)).body['data'] as { title: string }).title, 'Renamed away, and back');
  assert.deepEqual((await log(other)).map(({ create, del }) => (create ? 'create' : del ? 'delete' : 'edit')), ['create', 'edit', 'delete', 'create', 'edit']);
  second.client.stop();
});

test('WISH-14 connections that are cut while wishes are sent lose and double nothing', async () => {
  const device = new MemoryDevice();
  const window = await Window.open(device);
  const before = (await listed()).length;
  const ids: string[] = [];
  for (let i = 0; i < 20; i++) {
    const id = await window.wishes.create(templates.blank.build({ today: '2026-11-20', random: Math.random }));
    ids.push(id);
    const live = await window.client.open(id);
    live.edit((dashboard) => editText(dashboard, ['title'], `Number ${String(i)}`));
    window.client.coboard.closeDashboard(live);
    if (i % 4 === 3) await window.wishes.delete(id, 'x');
    if (i % 3 === 0) window.client.cut();
    if (i % 5 === 4) {
      window.goOffline();
      await window.goOnline();
    }
  }
  await window.saved();
  await until('nothing waits', () => window.wishes.list.value.every(isVoid));
  const there = (await listed()).filter(({ id }) => ids.includes(id));
  assert.equal(there.length, (await listed()).length - before);
  for (const [i, id] of ids.entries()) {
    const one = there.find((each) => each.id === id);
    // deleted before the server heard of it, or after
    if (i % 4 === 3) assert.ok(one === undefined || (one.deletedAt !== undefined && one.title === `Number ${String(i)}`), JSON.stringify(one));
    else assert.deepEqual([one?.title, one?.deletedAt], [`Number ${String(i)}`, undefined]);
  }
  window.client.stop();
});
