import assert from 'node:assert/strict';
import { cpSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { dashboardsCollection } from '../../model/protocol.ts';
import { ArchivedStore } from '../../server/archive/archived-store.ts';
import { Archiver, type Archiving } from '../../server/archive/archiver.ts';
import { Archives } from '../../server/archive/archives.ts';
import { exportLines } from '../../server/evidence/export.ts';
import { signingKey } from '../../server/evidence/signing-key.ts';
import { NamedVersions } from '../../server/history/named-versions.ts';
import { DashboardRemover } from '../../server/retention/dashboard-remover.ts';
import { verifyExport } from '../../tools/verify-export.mjs';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { archiveCrimes } from './archive-crimes.ts';
import { having } from './dump.ts';
import { createBoard, evidenceServer, milestoneOps, people, verified, type EvidenceServer } from './evidence-log.ts';
import { later, onEachPlace, upkept, type Place } from './places.ts';

const seed = runSeed();
console.log(`archive: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);
const hourMs = 3_600_000;

/** A server that reads archives too. */
const served = (place: Place): Promise<EvidenceServer> => evidenceServer(place.store, signingKey(place.keyFile), 25, milestoneOps, new Archives(place.store, place.archiveDir));

const archived = (place: Place, afterMs: number, aheadMs: number, opsMax = 50): Promise<Archiving> =>
  upkept(place, (upkeep) => new Archiver(upkeep, { afterMs, opsMax, warn: (words) => { throw new Error(words); } }).run(), { clock: later(aheadMs) });

async function grow(server: EvidenceServer, id: string, to: number): Promise<void> {
  while ((await server.documents.read(dashboardsCollection, id)).v < to) await server.edit(id, 1, chance);
}

test('EVIDENCE-7 ops that are old move to files, and everything is read, proven and edited as before', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, archiveDir, keyFile, folder, dump } = place;
    await store.start();
    let server = await served(place);
    await createBoard(server, 'board');
    await grow(server, 'board', 187);
    const states = await Promise.all(Array.from({ length: 188 }, async (_, v) => (await server.engine.readVersion(dashboardsCollection, 'board', v)).data));
    const ops = await server.engine.readOps(dashboardsCollection, 'board', 0, null);
    const [ana = { id: '', name: '' }] = people;
    await new NamedVersions({ store, identities: server.identities, now: () => 1 }).name('board', 77, { name: 'As sent', note: '' }, ana);
    await server.stop();

    // nothing is old enough yet
    assert.deepEqual(await archived(place, hourMs, 0), { files: 0, ops: 0, bytes: 0 });
    const done = await archived(place, hourMs, 2 * hourMs);
    assert.deepEqual([done.files, done.ops], [4, 180]);
    assert.equal(await store.keeping.firstOp(dashboardsCollection, 'board'), 180);
    assert.equal(readdirSync(archiveDir).length, 4);
    assert.deepEqual(await archived(place, hourMs, 2 * hourMs), { files: 0, ops: 0, bytes: 0 });
    // files say who by reference alone
    for (const { id, name } of people) for (const mark of [`"${id}"`, `"${name}"`]) assert.ok(!having(await dump(), mark).some((file) => file.endsWith('.gz')), mark);

    const archives = new Archives(store, archiveDir);
    const report = await verified(store, { archives });
    assert.deepEqual([report.isSound, report.documents.find(({ collection }) => collection === 'dashboards')?.ops], [true, 187]);
    const lines: string[] = [];
    for await (const line of exportLines({ store: new ArchivedStore(store, archives), key: signingKey(keyFile), documents: [['dashboards', 'board'], ['access', 'board']], isComplete: true, withPeople: true, now: () => 0 })) lines.push(line);
    writeFileSync(join(folder, 'export.jsonl'), lines.join(''));
    const exported = await verifyExport(join(folder, 'export.jsonl'));
    assert.deepEqual([exported.faults, exported.ops], [[], report.ops]);

    server = await served(place);
    for (const [v, data] of states.entries()) assert.deepEqual((await server.engine.readVersion(dashboardsCollection, 'board', v)).data, data, `version ${String(v)}`);
    assert.deepEqual(await server.engine.readOps(dashboardsCollection, 'board', 0, null), ops);
    assert.deepEqual((await server.engine.readOps(dashboardsCollection, 'board', 45, 105)).map(({ v }) => v), Array.from({ length: 60 }, (_, i) => 45 + i));
    await grow(server, 'board', 250);
    await server.stop();
    assert.equal((await verified(store, { archives })).isSound, true);
    assert.deepEqual((await archived(place, hourMs, 2 * hourMs)).ops, 60);
    assert.equal((await verified(store, { archives })).isSound, true);

    // without the folder: what is kept as a state is read, everything else says what is missing, and nobody takes it for sound
    renameSync(archiveDir, `${archiveDir}.away`);
    server = await served(place);
    assert.deepEqual((await server.engine.readVersion(dashboardsCollection, 'board', 77)).data, states[77]);
    assert.deepEqual((await server.engine.readVersion(dashboardsCollection, 'board', 100)).data, states[100]);
    await assert.rejects(server.engine.readVersion(dashboardsCollection, 'board', 78), { code: 'ARCHIVE_UNAVAILABLE' });
    await grow(server, 'board', 252);
    await server.stop();
    assert.equal((await verified(store, { archives })).isSound, false);
    await assert.rejects(verified(store), { code: 'ARCHIVE_UNAVAILABLE', message: /--archive-dir/ });
    renameSync(`${archiveDir}.away`, archiveDir);

    // files go with their dashboard
    await upkept(place, (upkeep) => new DashboardRemover(upkeep).remove('board', { by: null, why: '' }));
    assert.deepEqual(readdirSync(archiveDir), []);
    assert.equal((await verified(store)).isSound, true);
  });
});

test('EVIDENCE-8 whatever somebody does to an archive, it is found and located', async (t) => {
  await onEachPlace(t, async (place, each) => {
    const { store, archiveDir } = place;
    await store.start();
    const server = await served(place);
    await createBoard(server, 'board');
    await grow(server, 'board', 130);
    await server.stop();
    assert.equal((await archived(place, 0, hourMs)).files, 3);
    const archives = new Archives(store, archiveDir);
    const begins = (await archives.of('dashboards', 'board')).map(({ from }) => from);
    const backup = `${archiveDir}.backup`;
    cpSync(archiveDir, backup, { recursive: true });
    const raw = await place.raw();
    const live = await store.readOps('dashboards', 'board', 0, null);
    const kept = await Promise.all(begins.map(async (from) => {
      const key = `archive:dashboards/board:${String(from).padStart(12, '0')}`;
      return [key, await raw.setting(key)] as const;
    }));
    try {
      for (const { name, found: { tampering, archive }, commit } of archiveCrimes) {
        await each.test(name, async () => {
          await commit({ raw, folder: archiveDir, id: 'board', begins, live });
          const report = await verified(store, { archives });
          const [finding] = report.documents.flatMap((document) => document.findings);
          assert.deepEqual([report.isSound, finding?.tampering, finding?.v], [false, tampering, begins[archive]]);
          rmSync(archiveDir, { recursive: true });
          cpSync(backup, archiveDir, { recursive: true });
          for (const [key, value] of kept) await raw.putSetting(key, value);
          await raw.putOps('dashboards', 'board', live);
        });
      }
      assert.equal((await verified(store, { archives })).isSound, true);
    } finally {
      await raw.close();
    }
  });
});

test('EVIDENCE-9 ops that are not what was sealed are not archived: they stay where they are', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store } = place;
    await store.start();
    const server = await served(place);
    await createBoard(server, 'board');
    await grow(server, 'board', 70);
    await server.stop();
    const ops = await store.readOps(dashboardsCollection, 'board', 0, null);
    await store.keeping.replaceOps(dashboardsCollection, 'board', ops.slice(7, 8).map((op) => ({ ...op, m: { ...op.m, ts: 1 } })));
    const told: string[] = [];
    const done = await upkept(place, (upkeep) => new Archiver(upkeep, { afterMs: 0, opsMax: 50, warn: (words) => { told.push(words); } }).run(), { clock: later(hourMs) });
    assert.deepEqual([done.files, await store.keeping.firstOp(dashboardsCollection, 'board')], [0, 0]);
    assert.match(told.join(), /board is not archived: its change 7 is not what was sealed/);
  });
});
