import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, test } from 'node:test';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { exportLines } from '../../server/evidence/export.ts';
import { checkpointHash, listCheckpoints } from '../../server/evidence/checkpoint.ts';
import { NamedStore } from '../../server/evidence/named-store.ts';
import type { Anchor } from '../../server/evidence/checkpoint-walk.ts';
import type { Store, StoredOp } from '../../server/store/store.ts';
import { verifyExport } from '../../tools/verify-export.mjs';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { scratchFolder } from '../test-server.ts';
import { onEachStore } from './each-store.ts';
import { createBoard, evidenceServer, people, verified } from './evidence-log.ts';
import type { RawStore } from './raw-store.ts';
import { crimes, hasSeals, rewriteCheckpoints, type Scene } from './tampering.ts';

const seed = runSeed();
console.log(`evidence: COBOARD_SEED=${String(seed)}`);
const chance = seededChance(seed);
const folder = scratchFolder();
const exportFile = join(folder.path, 'export.jsonl');
after(() => { folder.remove(); });
const rawOps = (store: Store): Promise<StoredOp[]> => store.readOps(dashboardsCollection, 'board', 0, null);

test('EVIDENCE-1 every op is sealed behind the one before, the log names nobody, and all of it verifies, also after a restart and by two servers', async (t) => {
  await onEachStore(t, async (store) => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const first = await evidenceServer(store, key);
    await createBoard(first, 'board');
    await first.edit('board', 40, chance);
    await first.stop();
    const [second, third] = [await evidenceServer(store, key), await evidenceServer(store, key)];
    await Promise.all([second.edit('board', 30, chance), third.edit('board', 30, chance)]);
    await Promise.all([second.stop(), third.stop()]);
    const ops = await rawOps(store);
    assert.ok(ops.length > 30 && hasSeals(ops));
    for (const { m } of ops) assert.deepEqual(Object.keys(m ?? {}).filter((field) => field !== 'data').sort(), ['h', 'r', 'ts']);
    const named = await new NamedStore(store, second.identities).readOps(dashboardsCollection, 'board', 0, null);
    assert.deepEqual(new Set(named.map(({ m }) => m?.n)), new Set(people.map(({ name }) => name)));
    const report = await verified(store);
    assert.deepEqual([report.isSound, report.documents.length, report.ops], [true, 2, ops.length + 1]);
    assert.deepEqual(report.documents.map(({ uncovered, unsealed }) => [uncovered, unsealed]), [[0, 0], [0, 0]]);
    assert.ok(report.checkpoints >= 3);
  });
});

test('EVIDENCE-2 whatever somebody does to the database, it is found and located', async (t) => {
  await onEachStore(t, async (store, { t: each, raw }) => {
    const key = generateKeyPairSync('ed25519').privateKey;
    const server = await evidenceServer(store, key);
    await createBoard(server, 'board');
    while ((await server.documents.read(dashboardsCollection, 'board')).v < 45) await server.edit('board', 1, chance);
    await server.stop();
    const ops = await rawOps(store);
    const { title } = (await server.documents.read(dashboardsCollection, 'board')).data as { title: string };
    const past = (await server.engine.readVersion(dashboardsCollection, 'board', 20)).data as { title: string };
    const anchors: Anchor[] = [];
    const heads: number[] = [];
    for await (const [n, checkpoint] of listCheckpoints(store)) {
      if (checkpoint) anchors.push({ n, hash: checkpointHash(checkpoint) });
      for (const { c, v } of checkpoint?.heads ?? []) if (c === dashboardsCollection) heads.push(v);
    }
    const settings = new Map<string, string>();
    const watched: RawStore = {
      ...raw,
      async putSetting(name, value) {
        settings.set(name, await raw.setting(name));
        await raw.putSetting(name, value);
      },
    };
    const accessOps = await store.readOps(accessCollection, 'board', 0, null);
    const scene: Scene = { raw: watched, id: 'board', ops, accessOps, checkpoints: anchors.length, heads };
    const putBack = async (): Promise<void> => {
      await raw.putOps(dashboardsCollection, 'board', ops);
      await raw.putTitleInSnapshot('board', title);
      await raw.putOps(accessCollection, 'board', accessOps);
      await raw.putTitleInMilestone('board', 20, past.title);
      await raw.copyMilestone('board', null, 80);
      await raw.putPersonInAccess('board', 'u-mallory', null);
      for (const [name, value] of settings) await raw.putSetting(name, value);
    };
    assert.ok((await verified(store, { anchors })).isSound);
    const exportFaults = async (): Promise<readonly string[]> => {
      const lines = exportLines({ store, key, documents: [[dashboardsCollection, 'board'], [accessCollection, 'board']], isComplete: true, withPeople: true, now: () => 1 });
      await writeFile(exportFile, Readable.from(lines));
      return (await verifyExport(exportFile, { anchors })).faults;
    };
    assert.deepEqual(await exportFaults(), []);
    for (const { name, found, commit, collection = dashboardsCollection, isInStoreOnly } of crimes) {
      await each.test(name, async () => {
        await commit(scene);
        const report = await verified(store, { anchors });
        const findings = report.documents.flatMap((document) => (document.collection === collection ? document.findings : []));
        // and by who has nothing but the file
        assert.equal((await exportFaults()).length > 0, isInStoreOnly !== true, 'stand-alone');
        if ('tampering' in found) {
          // counted from the end: the last op, the version now, the first checkpoint
          const place = (v: number): number => (v === -1 ? ops.length - 1 : v === -2 ? ops.length : v === -3 ? heads[0] ?? 0 : v);
          const [finding] = findings;
          assert.deepEqual([finding?.tampering, finding?.v], [found.tampering, place(found.v)]);
          if (found.to !== undefined) assert.equal(finding?.to, place(found.to));
        } else if ('fault' in found) {
          assert.deepEqual(report.checkpointFault, { fault: found.fault, n: found.n === -1 ? anchors.length - 1 : found.n });
        } else {
          assert.equal(('nameless' in found ? report.nameless : report.identities).length, 1);
        }
        assert.equal(report.isSound, false);
        await putBack();
      });
    }
    await each.test('sign again with the very key', async () => {
      await rewriteCheckpoints(scene, key);
      assert.deepEqual((await verified(store, { anchors })).checkpointFault, { n: anchors.length - 1, fault: 'unanchored' });
      await putBack();
    });
    assert.ok((await verified(store, { anchors })).isSound);
    await each.test('remove the last, and have the server sign for another one in its place', async () => {
      await raw.putOps(dashboardsCollection, 'board', ops.slice(0, -1));
      await raw.dropSnapshot('board');
      const next = await evidenceServer(store, key);
      while ((await next.documents.read(dashboardsCollection, 'board')).v < ops.length) await next.edit('board', 1, chance);
      await next.stop();
      const [finding] = (await verified(store)).documents.flatMap((document) => document.findings);
      assert.deepEqual([finding?.tampering, finding?.to], ['rewritten', ops.length]);
    });
  });
});
