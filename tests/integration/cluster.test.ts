import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { CoboardServer } from '../../server/build-server.ts';
import { randomEdit } from '../../model/testing/arbitrary-edits.ts';
import { CoreClient, roleOf, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { findMongod, startMongod, type RealMongod } from '../real-mongod.ts';
import { RealRedis, redisMissing } from '../real-redis.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { show, StockClient } from '../stock-client.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { until } from '../until.ts';

const place = await findMongod();
const noRedis = redisMissing();
const noMongod = 'skip' in place ? place.skip : null;
const seed = runSeed();
/** How long everybody goes on editing without Redis. */
const redisGoneMs = Number(process.env['COBOARD_TEST_REDIS_GONE_MS'] ?? 200);

for (const kind of ['SQLite', 'MongoDB'] as const) {
  const skip = noRedis ?? (kind === 'MongoDB' ? noMongod : null) ?? false;
  describe(`two servers on one ${kind} store and one Redis`, { skip }, () => {
    const folder = scratchFolder();
    let mongod: RealMongod | null = null;
    let redis: RealRedis;
    let a: CoboardServer;
    let b: CoboardServer;
    let ana: Person;
    let ben: Person;

    before(async () => {
      if (kind === 'MongoDB' && !('skip' in place)) mongod = await startMongod(place);
      redis = await RealRedis.start();
      const store = mongod?.database('cluster') ?? `sqlite:${join(folder.path, 'cluster.db')}`;
      a = await startServer({ store, redis: redis.url });
      b = await startServer({ store, redis: redis.url });
      ana = await Person.signIn(a.url, 'Ana');
      ben = (await Person.signIn(b.url, 'Ben'));
    });
    after(async () => {
      await Promise.all([a.stop(), b.stop()]);
      await redis.kill();
      await mongod?.stop();
      folder.remove();
    });

    /** A dashboard of Ana's, made on the one server and open on both. */
    async function openOnBoth(): Promise<{ id: string; one: StockClient; two: StockClient; close: () => Promise<void> }> {
      const id = await ana.create('Both', 'launch-room');
      await ana.share(id, { people: { [ben.user.id]: 'editor' } });
      const [one, two] = [new StockClient(ana), new StockClient(ben)];
      await Promise.all([one.connected(), two.connected()]);
      await Promise.all([one.subscribe(id), two.subscribe(id)]);
      return { id, one, two, close: async () => { await Promise.all([one.close(), two.close()]); } };
    }

    test('CLUSTER-2 what is created and shared on one server is there on the other at once', async () => {
      for (let i = 0; i < 20; i++) {
        const id = await ana.create(`Quick ${String(i)}`);
        await ana.share(id, { people: { [ben.user.id]: 'editor' } });
        const [answer, listed] = [await ben.call('GET', `/api/dashboards/${id}`), await ana.at(b.url).call('GET', `/api/dashboards/${id}/access`)];
        assert.deepEqual([answer.status, answer.body['role'], listed.status], [200, 'editor', 200]);
      }
      await until('Ben’s list has them', async () => ((await ben.call('GET', '/api/dashboards')).body['dashboards'] as unknown[]).length >= 20);
    });

    test('CLUSTER-3 an edit on one server is seen on the other, and both can edit the same text', async () => {
      const { id, one, two, close } = await openOnBoth();
      for (const [from, to, text] of [[one, two, 'a'], [two, one, 'b']] as const) {
        await from.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: text }] }]);
        await until('the other sees it', () => to.doc(id).data.title.startsWith(text));
      }
      await Promise.all(Array.from({ length: 40 }, async (_, i) => (i % 2 === 0 ? one : two).submit(id, [{ p: ['description'], t: 'text0', o: [{ p: 0, i: String(i % 10) }] }])));
      await until('both are equal', () => one.doc(id).version === two.doc(id).version && one.doc(id).data.description.length === 40);
      assert.deepEqual(one.doc(id).data, two.doc(id).data);
      await close();
    });

    test('CLUSTER-4 whoever loses access on one server loses the open socket’s access on the other at once', async () => {
      const { id, two, close } = await openOnBoth();
      await ana.share(id, {});
      await until('Ben’s subscription has ended', async () => {
        const answer = await two.ask({ a: 'op', c: 'dashboards', d: id, v: 1, seq: 1, op: [] }, ({ a: action }) => action === 'op');
        return (answer['error'] as { code?: string } | undefined)?.code === 'NOT_FOUND';
      });
      await close();
    });

    test('CLUSTER-5 people on different servers are in one room: who comes later sees who is there, and whoever goes is gone', async () => {
      const { id, one, two, close } = await openOnBoth();
      const [hers, his] = [await one.presence(id), await two.presence(id)];
      await show(hers.create('hers'), { typing: true });
      await until('Ben sees Ana', () => 'hers' in his.remotePresences);
      assert.equal((his.remotePresences['hers'] as { user: { id: string } }).user.id, ana.user.id);
      await show(his.create('his'), { typing: false });
      await until('Ana sees Ben', () => 'his' in hers.remotePresences);
      const third = new StockClient(ana.at(b.url));
      await third.connected();
      const late = await third.presence(id);
      await until('who comes later sees both', () => 'hers' in late.remotePresences && 'his' in late.remotePresences);
      // somebody who has nothing open there sees in the list who is in it
      await one.close();
      await until('Ana is gone', () => !('hers' in his.remotePresences) && !('hers' in late.remotePresences));
      await third.close();
      await close();
    });

    test('CLUSTER-6 signing out on one server closes the sockets of that sign-in on the other', async () => {
      const client = new StockClient(ana.at(b.url));
      const other = await Person.signIn(a.url, 'Ana');
      const here = new StockClient(other.at(b.url));
      await Promise.all([client.connected(), here.connected()]);
      await other.call('DELETE', '/api/session');
      await until('it is closed', () => here.closeCode !== null);
      // the other sign-in of the same person goes on
      await client.ask({ a: 'pp' }, ({ a: action }) => action === 'pp');
      await client.close();
    });

    test('CLUSTER-8 what a person is told of conflicts and requests for access reaches them on whichever server they are', async (t) => {
      const id = await ana.create('Told', 'launch-room');
      const here = await CoreClient.connect(ana);
      const there = await CoreClient.connect(ana.at(b.url));
      const bens = await CoreClient.connect(ben);
      t.after(() => { for (const client of [here, there, bens]) client.stop(); });
      const told: string[] = [];
      for (const [name, { coboard }] of [['here', here], ['there', there], ['ben', bens]] as const) {
        coboard.connection.notices.subscribe((notice) => { if ('d' in notice && notice.d === id && notice.type !== 'role') told.push(`${name}: ${notice.type}`); });
      }
      const conflict = { id: 'c1', kind: 'value', path: ['title'], field: 'Title', of: null, parts: [], edits: [], by: null, mineAt: Date.now(), theirsAt: Date.now() };
      assert.equal((await ana.call('POST', `/api/dashboards/${id}/conflicts`, { open: [conflict], settled: [] })).status, 200);
      await until('both of Ana’s are told of the conflict', () => told.length >= 2);
      assert.equal((await ben.call('POST', `/api/dashboards/${id}/access-requests`, { role: 'editor' })).status, 202);
      await until('and of the request', () => told.length >= 4);
      assert.deepEqual(told.sort(), ['here: accessRequests', 'here: conflicts', 'there: accessRequests', 'there: conflicts']);
    });

    test(`CLUSTER-7 while Redis is away everybody goes on, access is still taken away, and when it is back all is as before (COBOARD_SEED=${String(seed)})`, async (t) => {
      const id = await ana.create('Without Redis', 'launch-room');
      await ana.share(id, { people: { [ben.user.id]: 'editor' } });
      const chance = seededChance(seed);
      const clients = await Promise.all([ana, ben, ana, ben].map((person) => CoreClient.connect(person)));
      t.after(() => { for (const client of clients) client.stop(); });
      const live = await Promise.all(clients.map((client) => client.open(id)));
      const edit = async (rounds: number): Promise<void> => {
        for (let i = 0; i < rounds; i++) {
          for (const each of live) {
            each.edit((dashboard) => randomEdit(dashboard, chance));
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      };
      const equal = (): boolean => live.every((each) => each.pendingCount.value === 0 && JSON.stringify(sorted(shown(each))) === JSON.stringify(sorted(shown(live[0] ?? each))));
      await edit(10);
      await redis.kill();
      for (const until = performance.now() + redisGoneMs; performance.now() < until;) await edit(20);
      await until('all are equal without Redis', equal, 20_000);
      await ana.share(id, {});
      await until('Ben has lost it', () => live.every((each, i) => (roleOf(each) === null) === (i % 2 === 1)), 20_000);
      await ana.share(id, { people: { [ben.user.id]: 'editor' } });
      await until('Ben has it again', () => live.every((each) => roleOf(each) !== null), 20_000);
      await redis.up();
      await edit(20);
      await until('all are equal again', equal, 20_000);
      const { body } = await ana.call('GET', `/api/dashboards/${id}`);
      assert.deepEqual(body['data'], shown(live[0] ?? assert.fail()));
      const pages: { v: number }[] = [];
      for (let from = 0; ; from = pages.length) {
        const page = (await ana.call('GET', `/api/dashboards/${id}/ops?from=${String(from)}`)).body['ops'] as { v: number }[];
        if (page.length === 0) break;
        pages.push(...page);
      }
      assert.deepEqual(pages.map(({ v }) => v), Array.from({ length: body['v'] as number }, (_, i) => i));
    });
  });
}

/** The same with its keys in order, so that it can be compared as text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [two]) => (one < two ? -1 : 1)).map(([key, inner]) => [key, sorted(inner)]));
}
