import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ArchivedStore } from '../../server/archive/archived-store.ts';
import { Archiver } from '../../server/archive/archiver.ts';
import { Archives } from '../../server/archive/archives.ts';
import { exportLines } from '../../server/evidence/export.ts';
import { signingKey } from '../../server/evidence/signing-key.ts';
import type { NamedVersion } from '../../server/history/named-versions.ts';
import type { TimelineEntry } from '../../server/history/timeline.ts';
import { DashboardRemover } from '../../server/retention/dashboard-remover.ts';
import { PersonEraser } from '../../server/retention/person-eraser.ts';
import { verifyExport } from '../../tools/verify-export.mjs';
import { call, Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { having } from './dump.ts';
import { verified } from './evidence-log.ts';
import { leaversName, leaveTraces } from './leaving.ts';
import { later, onEachPlace, upkept } from './places.ts';

test('EVIDENCE-4 a person is taken out of everything that is kept, every seal stays, and what they did is somebody’s', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, folder, dump } = place;
    const options = { signingKey: place.keyFile, admins: ['Ana'], archiveDir: place.archiveDir, limits: { milestoneOps: 4 } };
    const { user, shared, own, ana: owner } = await leaveTraces(store, options);
    const marks = [user.id, leaversName, leaversName.toLowerCase()];
    await store.start();
    // part of it is in archives
    const archived = await upkept(place, (upkeep) => new Archiver(upkeep, { afterMs: 0, opsMax: 5, warn: (words) => { throw new Error(words); } }).run(), { clock: later(60_000) });
    assert.ok(archived.files > 4);
    assert.ok(having(await dump(), leaversName).some((name) => name.endsWith('.gz')));
    assert.ok(having(await dump(), user.id).length > 0 && having(await dump(), leaversName).length > 0);
    const archives = new Archives(store, place.archiveDir);
    const before = await verified(store, { archives });
    assert.equal(before.isSound, true);

    const erase = (heir: string | null) => upkept(place, (upkeep) => new PersonEraser(upkeep).erase(user.id, heir));
    await assert.rejects(erase(null), { code: 'LAST_OWNER', message: new RegExp(own) });
    // what people wrote stays, and is told
    await store.writeSetting(`named:${shared}:000000000002`, JSON.stringify({ name: `As ${leaversName} had it`, note: '', by: '', at: 1 }));
    const erased = await erase(owner.id);
    assert.deepEqual(erased.mentioned, [shared]);
    await store.removeSetting(`named:${shared}:000000000002`);
    await store.keeping.scrub();
    assert.ok(erased.edited >= 2 && erased.ops > 20 && erased.records >= 4, JSON.stringify(erased));
    for (const mark of marks) assert.deepEqual(having(await dump(), mark), [], mark);
    const report = await verified(store, { archives });
    assert.deepEqual(report.documents.flatMap(({ findings, id }) => findings.map((finding) => [id, finding])), []);
    assert.deepEqual([report.isSound, report.ops > before.ops], [true, true]);
    // there is nothing left to do
    assert.deepEqual(await erase(null), { edited: 0, ops: 0, altered: [], unreached: [], records: 0, mentioned: [] });

    // an export proves the same, without them
    const lines: string[] = [];
    const documents = report.documents.map(({ collection, id }) => [collection, id] as const);
    for await (const line of exportLines({ store: new ArchivedStore(store, archives), key: signingKey(options.signingKey), documents, isComplete: true, withPeople: true, now: () => 0 })) lines.push(line);
    writeFileSync(join(folder, 'export.jsonl'), lines.join(''));
    assert.deepEqual((await verifyExport(join(folder, 'export.jsonl'))).faults, []);
    // an op that was amended is held to what was signed
    const amended = lines.findIndex((line) => line.includes('"doneBy"') && line.includes('"oi":null'));
    assert.ok(amended > 0);
    writeFileSync(join(folder, 'export.jsonl'), lines.with(amended, (lines[amended] ?? '').replace('"oi":null', '"oi":"Eve"')).join(''));
    assert.match((await verifyExport(join(folder, 'export.jsonl'))).faults.join(), /is not what was sealed/);
    await store.stop();

    const server = await startServer(options, { store });
    try {
      const ana = await Person.signIn(server.url, 'Ana');
      const entries = (await call(server.url, 'GET', `/api/dashboards/${shared}/history?count=200`, { token: ana.token })).body['entries'] as TimelineEntry[];
      const somebody = entries.find(({ by }) => by?.name === 'Somebody erased')?.by;
      assert.ok(somebody && entries.some(({ by }) => by?.name === 'Ana'));
      const theirs = (await ana.call('GET', `/api/dashboards/${shared}/history?person=${encodeURIComponent(somebody.id)}`)).body['entries'] as TimelineEntry[];
      assert.deepEqual(theirs.map(({ from }) => from), entries.filter(({ by }) => by?.id === somebody.id).map(({ from }) => from));
      assert.deepEqual(((await ana.call('GET', `/api/dashboards/${shared}/named`)).body['versions'] as NamedVersion[]).map(({ name, by }) => [name, by.name]), [['First', 'Somebody erased']]);
      assert.equal(((await ana.call('GET', `/api/dashboards/${own}/access`)).body['people'] as Record<string, string>)[ana.user.id], 'owner');
      for (let version = 1; version < 10; version += 1) assert.equal((await ana.call('GET', `/api/dashboards/${shared}/versions/${String(version)}`)).status, 200);
      // a device that still knows them does not bring them back
      const conflict = { id: 'c9', kind: 'value', path: ['title'], field: 'Title', of: null, parts: [], edits: [], by: { id: user.id, name: leaversName }, mineAt: Date.now(), theirsAt: Date.now() };
      const { body } = await ana.call('POST', `/api/dashboards/${shared}/conflicts`, { open: [conflict], settled: [] });
      assert.deepEqual((body['open'] as { id: string; by: unknown }[]).filter(({ id }) => id === 'c9').map(({ by }) => by), [null]);
      for (const mark of marks) assert.deepEqual(having(await dump(), mark), [], mark);
      // and they are a new person if they come again
      const again = await Person.signIn(server.url, leaversName);
      assert.equal((await again.call('GET', `/api/dashboards/${shared}`)).status, 404);
      await ana.share(shared, { people: { [again.user.id]: 'editor' } });
      assert.equal((await again.call('GET', `/api/dashboards/${shared}`)).status, 200);
    } finally {
      await server.stop();
    }
    await store.start();
    assert.equal((await verified(store, { archives })).isSound, true);
    assert.deepEqual([(await erase(null)).edited], [1]);
    for (const mark of marks) assert.deepEqual(having(await dump(), mark), [], mark);
    assert.equal((await verified(store, { archives })).isSound, true);
  });
});

test('EVIDENCE-23 erasing a person signs for nothing that was altered before: it is told, and found as ever', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store } = place;
    const options = { signingKey: place.keyFile, archiveDir: place.archiveDir };
    const { user, shared, ana } = await leaveTraces(store, options);
    await store.start();
    const ops = await store.readOps('dashboards', shared, 0, null);
    const forged = ops.find(({ op }) => JSON.stringify(op ?? null).includes(leaversName));
    assert.ok(forged);
    await store.keeping.replaceOps('dashboards', shared, [{ ...forged, m: { ...forged.m, ts: 1 } }]);
    const found = async (): Promise<unknown> => (await verified(store)).documents.flatMap(({ id, findings }) => findings.map(({ tampering, v }) => [id, tampering, v]));
    assert.deepEqual(await found(), [[shared, 'changed', forged.v]]);
    const { altered } = await upkept(place, (upkeep) => new PersonEraser(upkeep).erase(user.id, ana.id));
    assert.deepEqual(altered, [`dashboards/${shared}: ${String(forged.v)}`]);
    for (const mark of [user.id, leaversName]) assert.deepEqual(having(await place.dump(), mark), [], mark);
    assert.deepEqual(await found(), [[shared, 'changed', forged.v]]);
  });
});

test('EVIDENCE-29 a log that cannot be read is in the way of nobody’s erasure elsewhere, and erasing is repeated when it is gone', async (t) => {
  await onEachPlace(t, async (place) => {
    const { store, archiveDir } = place;
    const { user, shared, own, ana } = await leaveTraces(store, { signingKey: place.keyFile, archiveDir, limits: { milestoneOps: 4 } });
    await store.start();
    await upkept(place, (upkeep) => new Archiver(upkeep, { afterMs: 0, opsMax: 5, warn: (words) => { throw new Error(words); } }).run(), { clock: later(60_000) });
    for (const name of readdirSync(archiveDir)) if (name.includes(own)) rmSync(join(archiveDir, name));
    const erase = () => upkept(place, (upkeep) => new PersonEraser(upkeep).erase(user.id, ana.id), { warn: () => undefined });
    const first = await erase();
    assert.equal(first.unreached.length, 1);
    assert.match(first.unreached[0] ?? '', new RegExp(`^dashboards/${own}: `));
    const ops = await new ArchivedStore(store, new Archives(store, archiveDir)).readOps('dashboards', shared, 0, null);
    assert.ok(!JSON.stringify(ops.map(({ op }) => op ?? null)).includes(leaversName));
    await upkept(place, (upkeep) => new DashboardRemover(upkeep).remove(own, { by: null, why: '' }), { warn: () => undefined });
    const second = await erase();
    assert.deepEqual(second.unreached, []);
    for (const mark of [user.id, leaversName]) assert.deepEqual(having(await place.dump(), mark), [], mark);
    assert.equal((await verified(store, { archives: new Archives(store, archiveDir) })).isSound, true);
  });
});
