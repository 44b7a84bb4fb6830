import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import type { Op } from '../../model/json0.ts';
import { limits } from '../../model/limits.ts';
import { ArchivedStore } from '../../server/archive/archived-store.ts';
import { Archiver } from '../../server/archive/archiver.ts';
import { Archives } from '../../server/archive/archives.ts';
import { DashboardRemover } from '../../server/retention/dashboard-remover.ts';
import { openStore } from '../../server/store/open-store.ts';
import { Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';
import { verified } from './evidence-log.ts';
import { later, onEachPlace, upkept } from './places.ts';

const dayMs = 24 * 3_600_000;
const type = (text: string): Op => [{ p: ['title'], t: 'text0', o: [{ p: 0, i: text }] }];

test('EVIDENCE-10 a server archives and removes by itself what is due, one of all on a store; who was away all that time has every edit once', async (t) => {
  await onEachPlace(t, async (place) => {
    const { address, store, archiveDir, keyFile } = place;
    const options = { signingKey: keyFile, archiveDir, sessionSecret: 's'.repeat(40), limits: { milestoneOps: 10, archiveOpsMax: 20, housekeepingDelayMs: 100 } };
    const first = await startServer(options, { store });
    const ana = await Person.signIn(first.url, 'Ana');
    const [id, bin, gone] = [await ana.create('Board'), await ana.create('Bin'), await ana.create('Gone')];
    const client = new StockClient(ana);
    await client.connected();
    const doc = await client.subscribe(id);
    for (let i = 0; i < 35; i += 1) await client.submit(id, type(String(i % 10)));
    for (const one of [bin, gone]) await ana.call('DELETE', `/api/dashboards/${one}`);
    const sent = { a: 'op', c: 'dashboards', d: id, v: 12, seq: 12, x: {}, op: type('1') };
    const committed = doc.version;
    assert.ok(committed !== null && committed >= 36);
    const src = (await store.readOps('dashboards', id, 12, 13))[0];
    client.cut();
    await first.stop();

    // much later, on two servers
    const clock = later(20 * dayMs);
    const other = openStore(address);
    const servers = [
      await startServer({ ...options, archiveAfterDays: 10 }, { store, clock }),
      await startServer({ ...options, archiveAfterDays: 10 }, { store: other, clock }),
    ];
    const [second] = servers;
    assert.ok(second);
    await until('it is archived', () => { try { return readdirSync(archiveDir).filter((name) => name.endsWith('.gz')).length === 2; } catch { return false; } });
    await until('the ops have left the store', async () => (await store.keeping.firstOp('dashboards', id)) === 30);
    const again = ana.at(second.url);
    const page = (await again.call('GET', `/api/dashboards/${id}/ops?from=0&to=40`)).body['ops'] as { v: number }[];
    assert.deepEqual(page.map(({ v }) => v), Array.from({ length: 36 }, (_, v) => v));
    assert.equal(((await again.call('GET', `/api/dashboards/${id}/versions/5`)).body['data'] as { title: string }).title, '3210Board');
    assert.equal(((await again.call('GET', `/api/dashboards/${id}/history`)).body['entries'] as unknown[]).length > 0, true);

    // an op that was sent before, by who does not know that it came through
    await client.reconnect(second.url);
    await until('it has caught up', () => doc.version === 36);
    assert.equal(doc.data.title.length, 'Board'.length + 35);
    const answer = await client.ask({ ...sent, src: src?.src, seq: src?.seq }, (message) => message['a'] === 'op' && message['error'] !== undefined);
    assert.equal((answer['error'] as { code: string }).code, 'OP_TOO_FAR_BEHIND');
    await client.submit(id, type('x'));
    assert.equal(doc.data.title, `x${'4321098765'.repeat(3)}43210Board`);
    await client.close();
    assert.equal((await again.call('POST', `/api/dashboards/${bin}/restore`)).status < 300, true);
    for (const server of servers) await server.stop();

    // and when the bin is due
    const third = await startServer({ ...options, purgeAfterDays: 30 }, { store, clock: later(limits.binDurationMs + 60 * dayMs) });
    await until('it is gone', async () => (await store.readSnapshot('dashboards', gone)).v === 0 && (await store.readSetting(`removing:${gone}`)) === null);
    assert.equal((await ana.at(third.url).call('GET', '/api/dashboards')).status, 401, 'that is long ago');
    await third.stop();
    await store.start();
    const archives = new Archives(store, archiveDir);
    const report = await verified(store, { archives });
    assert.deepEqual([report.isSound, report.removed.map(({ d }) => d)], [true, [gone]], 'what was brought back stays');
    assert.equal((await new ArchivedStore(store, archives).readOps('dashboards', id, 0, null)).length, 37);
  });
});

test('EVIDENCE-25 what is archived or removed while it is being verified is no damage', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, archiveDir, keyFile } = place;
    const server = await startServer({ signingKey: keyFile, archiveDir, limits: { milestoneOps: 10, archiveOpsMax: 20 } }, { store });
    const ana = await Person.signIn(server.url, 'Ana');
    const [id, gone] = [await ana.create('Board'), await ana.create('Gone')];
    const client = new StockClient(ana);
    await client.connected();
    await client.subscribe(id);
    for (let i = 0; i < 45; i += 1) await client.submit(id, type(String(i % 10)));
    await client.close();
    await ana.call('DELETE', `/api/dashboards/${gone}`);
    await server.stop();
    await store.start();
    const archives = new Archives(store, archiveDir);
    const meanwhile = async (): Promise<void> => upkept(place, async (upkeep) => {
      await new Archiver(upkeep, { afterMs: 0, opsMax: 20, warn: (words) => { throw new Error(words); } }).run();
      await new DashboardRemover(upkeep).remove(gone, { by: null, why: '' });
    }, { clock: later(60_000) });
    let happened: Promise<void> | null = null;
    // after the signatures were read, and before the documents are
    const watched = Object.assign(Object.create(store) as typeof store, {
      readSnapshot: async (collection: string, one: string) => {
        await (happened ??= meanwhile());
        return store.readSnapshot(collection, one);
      },
    });
    const report = await verified(watched, { archives });
    assert.notEqual(happened, null);
    assert.ok((await archives.of('dashboards', id)).length > 0);
    assert.deepEqual([report.documents.flatMap(({ findings }) => findings), report.isSound], [[], true]);
  });
});
