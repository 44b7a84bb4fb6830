import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import { systemClock } from '../../model/clock.ts';
import { serverLimits } from '../../model/limits.ts';
import { checkpointKey, parseCheckpoint, publicKeyOf, signed } from '../../server/evidence/checkpoint.ts';
import { CheckpointWriter } from '../../server/evidence/checkpoint-writer.ts';
import { exportLines } from '../../server/evidence/export.ts';
import { verifyExport } from '../../tools/verify-export.mjs';
import { seededChance } from '../simulation/seed.ts';
import { createBoard, evidenceServer, people, verified } from './evidence-log.ts';
import { onEachPlace } from './places.ts';

const chance = seededChance(7);

/** A value that no row can have. */
type Spoil = (table: 'ops' | 'snapshots' | 'milestones', id: string, v: number) => Promise<void>;

async function spoilerOf(address: string): Promise<{ readonly spoil: Spoil; readonly close: () => Promise<void> }> {
  if (address.startsWith('sqlite:')) {
    const database = new DatabaseSync(address.slice('sqlite:'.length));
    const column = { ops: 'body', snapshots: 'data', milestones: 'data' };
    return {
      spoil: (table, id, v) => {
        database.prepare(`UPDATE ${table} SET ${column[table]} = '{"op": [{' WHERE collection = 'dashboards' AND id = ? AND v = ?`).run(id, v);
        return Promise.resolve();
      },
      close: () => { database.close(); return Promise.resolve(); },
    };
  }
  const client = await MongoClient.connect(address);
  return {
    async spoil(table, id, v) {
      const db = client.db();
      if (table === 'ops') await db.collection('o_dashboards').updateOne({ d: id, v }, { $set: { op: 7, m: 'nonsense' } });
      else if (table === 'milestones') await db.collection('m_dashboards').updateOne({ d: id, v }, { $set: { data: 7, m: 'nonsense' } });
      else await db.collection<{ _id: string }>('dashboards').updateOne({ _id: id, _v: v }, { $set: { tabs: 'nonsense' } });
    },
    close: () => client.close(),
  };
}

test('EVIDENCE-16 what cannot be read is found as damage, and verifying goes on with everything else', async (t) => {
  await onEachPlace(t, async ({ store, address }) => {
    await store.start();
    const server = await evidenceServer(store);
    const ids = ['a-op', 'b-snapshot', 'c-milestone', 'd-first', 'e-last', 'f-sound'];
    for (const id of ids) {
      await createBoard(server, id);
      while ((await server.documents.read('dashboards', id)).v < 45) await server.edit(id, 1, chance);
    }
    await server.stop();
    assert.equal((await verified(store)).isSound, true);
    const { spoil, close } = await spoilerOf(address);
    try {
      await spoil('ops', 'a-op', 30);
      await spoil('snapshots', 'b-snapshot', 45);
      await spoil('milestones', 'c-milestone', 20);
      await spoil('ops', 'd-first', 0);
      await spoil('ops', 'e-last', 44);
      const report = await verified(store, { pageOps: 16 });
      const found = new Map(report.documents.filter(({ findings }) => findings.length > 0).map(({ id, findings }) => [id, findings.map(({ tampering, v }) => `${tampering} ${String(v)}`)]));
      const op = address.startsWith('sqlite:') ? 'unreadable' : 'stripped';
      assert.equal(report.isSound, false);
      assert.deepEqual([...found], [
        ['a-op', [`${op} 30`]], ['b-snapshot', ['snapshot 45']], ['c-milestone', ['milestone 20']], ['d-first', [`${op} 0`]], ['e-last', [`${op} 44`]],
      ]);
      assert.equal(report.documents.find(({ id, collection }) => id === 'f-sound' && collection === 'dashboards')?.ops, 45);
    } finally {
      await close();
    }
  });
});

test('EVIDENCE-17 lines of an export that are none are found as damage, each by its number, and the rest is verified', async (t) => {
  await onEachPlace(t, async ({ store, folder }) => {
    await store.start();
    const key = generateKeyPairSync('ed25519').privateKey;
    const server = await evidenceServer(store, key);
    await createBoard(server, 'board');
    await server.edit('board', 10, chance);
    await server.stop();
    const lines: string[] = [];
    for await (const line of exportLines({ store, key, documents: [['dashboards', 'board'], ['access', 'board']], isComplete: true, withPeople: true, now: () => 0 })) lines.push(line.trimEnd());
    const file = join(folder, 'export.jsonl');
    const faultsOf = async (changed: readonly string[]): Promise<string[]> => {
      writeFileSync(file, `${changed.join('\n')}\n`);
      return (await verifyExport(file)).faults;
    };
    assert.deepEqual(await faultsOf(lines), []);
    for (const nonsense of ['{', 'null', '7', '[]', '{"type":"op"}', '{"type":"op","op":null,"h":""}', '{"type":"checkpoint"}', '{"type":"person"}', '{"type":"else"}', '']) {
      const faults = await faultsOf(lines.toSpliced(3, 0, nonsense));
      assert.ok(faults.length >= 2 && faults.includes('the file is not as it was written'), nonsense);
      assert.ok(faults.some((fault) => /line 4 cannot be read|checkpoint 0 is missing|is not who stands behind/.test(fault)), `${nonsense}: ${faults.join('; ')}`);
    }
    const opAt = lines.findIndex((line) => line.startsWith('{"type":"op"'));
    const faults = await faultsOf(lines.with(opAt + 2, '{"type":'));
    assert.ok(faults.includes(`line ${String(opAt + 3)} cannot be read`) && faults.some((fault) => fault.startsWith('dashboards/board: change 2 is missing')), faults.join('; '));
    for (const none of ['', 'nonsense\n', '{"type":"op"}\n', 'null\n']) {
      writeFileSync(file, none);
      await assert.rejects(verifyExport(file), Error);
    }
    assert.ok(readFileSync(file).length > 0);
  });
});

test('EVIDENCE-18 a key that another one has followed signs nothing any more, also where it is given as known', async (t) => {
  await onEachPlace(t, async ({ store, folder }) => {
    await store.start();
    const [old, next] = [generateKeyPairSync('ed25519').privateKey, generateKeyPairSync('ed25519').privateKey];
    const first = await evidenceServer(store, old);
    await createBoard(first, 'board');
    await first.edit('board', 5, chance);
    await first.stop();
    const writer = (key: typeof old): CheckpointWriter => new CheckpointWriter({ store, clock: systemClock, key, limits: serverLimits, anchor: () => Promise.resolve(), log: { warn: () => undefined } });
    await writer(old).rotate(next);
    await writer(old).rotate(next);
    const second = await evidenceServer(store, next);
    await second.edit('board', 5, chance);
    await second.stop();
    const keys = [publicKeyOf(old), publicKeyOf(next)];
    const report = await verified(store, { keys });
    assert.equal(report.isSound, true);

    // whoever got hold of the old key goes on with it
    const lastN = report.checkpoints - 1;
    const last = parseCheckpoint(await store.readSetting(checkpointKey(lastN)) ?? '');
    assert.ok(last);
    await store.writeSetting(checkpointKey(lastN), JSON.stringify(signed({ n: lastN, at: last.at, before: last.before, heads: last.heads }, old)));
    for (const given of [{ keys }, {}, { keys: keys.slice(0, 1) }]) assert.deepEqual((await verified(store, given)).checkpointFault, { n: lastN, fault: 'unsigned' });
    const lines: string[] = [];
    for await (const line of exportLines({ store, key: old, documents: [['dashboards', 'board'], ['access', 'board']], isComplete: true, withPeople: false, now: () => 0 })) lines.push(line);
    const file = join(folder, 'export.jsonl');
    writeFileSync(file, lines.join(''));
    assert.deepEqual((await verifyExport(file, { keys })).faults, [`checkpoint ${String(lastN)} is not signed by who may`, 'the file is not signed by who may']);
  });
});

test('EVIDENCE-24 the verifier of exports runs from wherever it lies, whatever people wrote, and never says nothing', async (t) => {
  await onEachPlace(t, async ({ store, folder }) => {
    await store.start();
    const key = generateKeyPairSync('ed25519').privateKey;
    const server = await evidenceServer(store, key);
    await createBoard(server, 'board');
    // ends of lines to some readers of lines
    await server.documents.edit('dashboards', 'board', [{ p: ['description'], t: 'text0', o: [{ p: 0, i: 'one\u2028two\u2029three\u0085four\rfive' }] }], people[0] ?? { id: '', name: '' });
    await server.stop();
    const lines: string[] = [];
    for await (const line of exportLines({ store, key, documents: [['dashboards', 'board'], ['access', 'board']], isComplete: true, withPeople: true, now: () => 0 })) lines.push(line);
    const place = join(folder, 'an ü #1');
    mkdirSync(place);
    const [file, copy, link] = [join(place, 'export.jsonl'), join(place, 'verify export.mjs'), join(folder, 'link.mjs')];
    copyFileSync(join(import.meta.dirname, '../../tools/verify-export.mjs'), copy);
    symlinkSync(copy, link);
    for (const program of [copy, link]) {
      writeFileSync(file, lines.join(''));
      const sound = spawnSync(process.execPath, [program, file], { encoding: 'utf8' });
      assert.match(sound.stdout, /None altered, none missing\.\n$/, sound.stderr);
      assert.equal(sound.status, 0);
      writeFileSync(file, lines.join('').replace('five', 'fife'));
      const forged = spawnSync(process.execPath, [program, file], { encoding: 'utf8' });
      assert.match(forged.stdout, /change 1 is not what was sealed[^]*NOT SOUND\n$/);
      assert.equal(forged.status, 1);
    }
  });
});
