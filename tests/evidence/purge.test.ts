import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { limits } from '../../model/limits.ts';
import { exportLines } from '../../server/evidence/export.ts';
import { signingKey } from '../../server/evidence/signing-key.ts';
import { documentIds } from '../../server/evidence/verify.ts';
import { DashboardRemover } from '../../server/retention/dashboard-remover.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import { verifyExport } from '../../tools/verify-export.mjs';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { having } from './dump.ts';
import { verified } from './evidence-log.ts';
import { later, onEachPlace, upkept, type Place } from './places.ts';

const dayMs = 24 * 3_600_000;

async function exported({ folder, keyFile }: Place, store: FullStore): Promise<Awaited<ReturnType<typeof verifyExport>>> {
  const documents = (await documentIds(store)).flatMap((id) => [['dashboards', id], ['access', id]] as const);
  const lines: string[] = [];
  for await (const line of exportLines({ store, key: signingKey(keyFile), documents, isComplete: true, withPeople: true, now: () => 0 })) lines.push(line);
  writeFileSync(join(folder, 'export.jsonl'), lines.join(''));
  return verifyExport(join(folder, 'export.jsonl'));
}

test('EVIDENCE-5 a dashboard is removed for good, and a signed tombstone says so; one that vanished without is missing', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, keyFile, dump } = place;
    const first = await startServer({ signingKey: keyFile }, { store });
    const ana = await Person.signIn(first.url, 'Ana');
    const [gone, stays, vanishes] = [await ana.create('Zyzzogeton', 'launch-room'), await ana.create('Stays', 'launch-room'), await ana.create('Vanishes', 'launch-room')];
    await ana.call('PUT', `/api/dashboards/${gone}/named/1`, { name: 'Zyzzogeton first' });
    await ana.call('POST', `/api/dashboards/${gone}/conflicts`, { open: [{ id: 'c', kind: 'value', path: ['title'], field: 'Zyzzogeton', of: null, parts: [], edits: [], by: null, mineAt: Date.now(), theirsAt: Date.now() }], settled: [] });
    await ana.call('GET', `/api/dashboards/${gone}/history`);
    await first.stop();
    await store.start();
    assert.ok(having(await dump(), 'Zyzzogeton').length > 0);
    const heads = await Promise.all(['dashboards', 'access'].map((collection) => store.readOps(collection, gone, 0, null)));

    await assert.rejects(upkept(place, (upkeep) => new DashboardRemover(upkeep).remove('typo', { by: null, why: '' })), { code: 'NOT_FOUND' });
    await upkept(place, async (upkeep) => {
      const [by = null] = await upkeep.identities.referencesOf(ana.user.id);
      await new DashboardRemover(upkeep).remove(gone, { by, why: 'asked for' });
      // again is harmless
      await new DashboardRemover(upkeep).remove(gone, { by: null, why: 'again' });
    });
    await store.keeping.scrub();
    assert.deepEqual(having(await dump(), 'Zyzzogeton'), []);
    const report = await verified(store);
    const [{ heads: told, at, by, why, d } = { heads: [], at: 0, by: null, why: '', d: '' }, ...others] = report.removed;
    assert.deepEqual([report.isSound, d, told.map(({ c, v }) => [c, v]), typeof by, why, at > 0, others], [true, gone, [['dashboards', (heads[0]?.length ?? 0) + 1], ['access', heads[1]?.length]], 'string', 'asked for', true, []]);
    assert.ok(told.every(({ h }) => h.length === 43));
    assert.equal((await verified(store, { dashboard: gone })).isSound, true);
    const sound = await exported(place, store);
    assert.deepEqual([sound.faults, sound.removed], [[], 1]);

    // its id is never given again
    await store.stop();
    const second = await startServer({ signingKey: keyFile }, { store });
    const again = await ana.at(second.url).call('POST', '/api/dashboards', { title: 'Again', id: gone });
    assert.deepEqual([again.status, again.body.error?.code], [400, 'REQUEST_INVALID']);
    assert.deepEqual(((await ana.at(second.url).call('GET', '/api/dashboards')).body['dashboards'] as { id: string }[]).map(({ id }) => id).sort(), [stays, vanishes].sort());
    await second.stop();
    await store.start();

    const raw = await place.raw();
    try {
      // somebody puts something in its place
      await raw.putOps('dashboards', gone, heads[0] ?? []);
      const risen = await verified(store);
      assert.deepEqual([risen.isSound, risen.remains], [false, [gone]]);
      assert.match((await exported(place, store)).faults.join(), new RegExp(gone));
      await raw.putOps('dashboards', gone, []);
      // and removes something without a tombstone
      for (const collection of ['dashboards', 'access']) await store.keeping.removeDocument(collection, vanishes);
      const missing = await verified(store);
      assert.deepEqual([missing.isSound, missing.documents.flatMap(({ id, findings }) => findings.map(({ tampering }) => [id, tampering]))], [false, [[vanishes, 'cut'], [vanishes, 'cut']]]);
      assert.match((await exported(place, store)).faults.join(), new RegExp(`${vanishes}: changes 0 to .* are missing`));
      // a tombstone cannot be made up, nor taken away
      const last = `checkpoint:${String(missing.checkpoints - 1).padStart(12, '0')}`;
      const kept = await raw.setting(last);
      const forged = JSON.parse(kept) as { tombstones?: unknown[] };
      await raw.putSetting(last, JSON.stringify({ ...forged, tombstones: [{ d: vanishes, heads: [], at: 1, by: null, why: '' }] }));
      assert.deepEqual((await verified(store)).checkpointFault, { n: missing.checkpoints - 1, fault: 'unsigned' });
      await raw.putSetting(last, kept);
    } finally {
      await raw.close();
    }
  });
});

test('EVIDENCE-20 a dashboard that is damaged can be removed too, and one that had lost its end before does not pass for whole', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, keyFile } = place;
    const server = await startServer({ signingKey: keyFile }, { store });
    const ana = await Person.signIn(server.url, 'Ana');
    const [damaged, cut] = [await ana.create('Damaged'), await ana.create('Cut')];
    for (let i = 0; i < 3; i += 1) await ana.share(cut, { everyone: i % 2 === 0 ? 'viewer' : null });
    await server.stop();
    await store.start();
    const raw = await place.raw();
    const ops = await store.readOps('access', cut, 0, null);
    assert.equal(ops.length, 4);
    await raw.putOps('access', cut, ops.slice(0, -1));
    // and an op that nothing can be made of
    await store.keeping.replaceOps('dashboards', damaged, (await store.readOps('dashboards', damaged, 0, null)).map((op) => ({ ...op, create: { type: 'http://nobody.example/knows', data: {} } })));
    await raw.dropSnapshot(damaged);
    await raw.close();
    const told: string[] = [];
    for (const id of [damaged, cut]) await upkept(place, (upkeep) => new DashboardRemover(upkeep).remove(id, { by: null, why: '' }), { warn: (words) => { told.push(words); } });
    assert.match(told.join(), new RegExp(`dashboards/${damaged} cannot be read`));
    for (const id of [damaged, cut]) assert.ok(await isGone(store, id));
    const report = await verified(store);
    const heads = new Map(report.removed.map(({ d, heads }) => [d, heads.map(({ v }) => v)]));
    assert.deepEqual([heads.get(damaged), heads.get(cut)?.[1]], [[1, 1], 3]);
    assert.deepEqual([report.isSound, report.documents.flatMap(({ id, findings }) => findings.map(({ tampering, v, to }) => [id, tampering, v, to]))], [false, [[cut, 'cut', 3, 4]]]);
    assert.deepEqual((await exported(place, store)).faults, [`access/${cut}: changes 3 to 3 were missing when it was deleted for good`]);
  });
});

const isGone = async (store: FullStore, id: string): Promise<boolean> => !(await store.keeping.has('dashboards', id)) && !(await store.keeping.has('access', id));

test('EVIDENCE-6 what was deleted so long ago that it cannot be brought back is removed, and nothing else', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, keyFile } = place;
    const server = await startServer({ signingKey: keyFile }, { store });
    const ana = await Person.signIn(server.url, 'Ana');
    const [old, stays] = [await ana.create('Old'), await ana.create('Stays')];
    await ana.call('DELETE', `/api/dashboards/${old}`);
    await server.stop();
    await store.start();
    const emptied = (ms: number, olderThanMs: number): Promise<string[]> => upkept(place, (upkeep) => new DashboardRemover(upkeep).empty(olderThanMs), { clock: later(ms) });
    assert.deepEqual(await emptied(limits.binDurationMs - dayMs, 0), []);
    assert.deepEqual(await emptied(limits.binDurationMs + dayMs, 90 * dayMs), []);
    assert.deepEqual(await emptied(limits.binDurationMs + dayMs, 0), [old]);
    assert.deepEqual(await emptied(limits.binDurationMs + dayMs, 0), []);
    const report = await verified(store);
    assert.deepEqual([report.isSound, report.removed.map(({ d, by }) => [d, typeof by])], [true, [[old, 'string']]]);
    assert.ok(report.documents.some(({ id }) => id === stays));
  });
});
