/**
 * What archiving gives and costs, on both stores: how fast ops move to files, what an op takes in the store and in a file, how fast a moment of
 * long ago is read from there, and how fast a person is erased and a dashboard removed for good. Argument: ops of the log (50,000).
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { MongoClient } from 'mongodb';
import { systemClock } from '../model/clock.ts';
import type { Dashboard } from '../model/dashboard.ts';
import type { Op } from '../model/json0.ts';
import { serverLimits } from '../model/limits.ts';
import { dashboardsCollection } from '../model/protocol.ts';
import { Archiver } from '../server/archive/archiver.ts';
import { Archives } from '../server/archive/archives.ts';
import { DashboardRemover } from '../server/retention/dashboard-remover.ts';
import { PersonEraser } from '../server/retention/person-eraser.ts';
import { closeUpkeep, openUpkeep } from '../server/retention/upkeep.ts';
import { openStore } from '../server/store/open-store.ts';
import { createBoard, evidenceServer, people, verified } from '../tests/evidence/evidence-log.ts';
import { findMongod, startMongod } from '../tests/real-mongod.ts';
import { spread } from './statistics.ts';

const [opsWanted = 50_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const database = join(folder, 'archive.db');

function sqliteBytes(): Promise<number> {
  const file = new DatabaseSync(database);
  const { bytes } = file.prepare("SELECT sum(pgsize) AS bytes FROM dbstat WHERE name IN ('ops', 'ops_by_client', 'sqlite_autoindex_ops_1')").get() as { bytes: number };
  file.close();
  return Promise.resolve(bytes);
}

async function mongoBytes(address: string): Promise<number> {
  const client = await MongoClient.connect(address);
  // what is in memory has no size on the disk yet
  await client.db('admin').command({ fsync: 1 });
  const [stats] = await client.db().collection('o_dashboards').aggregate([{ $collStats: { storageStats: {} } }]).toArray() as { storageStats: { storageSize: number; totalIndexSize: number } }[];
  await client.close();
  return (stats?.storageStats.storageSize ?? 0) + (stats?.storageStats.totalIndexSize ?? 0);
}

/** What people do: boxes move, titles are typed in. */
function edit(dashboard: Dashboard, i: number): Op {
  // a letter is typed, and taken away by the next edit but one
  const k = i % 4 === 3 ? i - 2 : i;
  const widgets = Object.keys(dashboard.widgets);
  const widget = widgets[k % widgets.length] ?? '';
  const letter = 'abcdefghij'.charAt(k % 10);
  if (i % 2 === 0) return [{ p: ['widgets', widget, 'box', 'h'], od: 1, oi: 1 + (i % 20) }];
  return [{ p: ['widgets', widget, 'title'], t: 'text0', o: [k === i ? { p: 0, i: letter } : { p: 0, d: letter }] }];
}

const stores: readonly (readonly [name: string, address: string, bytes: () => Promise<number>])[] = [
  ['SQLite', `sqlite:${database}`, sqliteBytes],
  ...(mongod === null ? [] : [['MongoDB', mongod.database('archive'), () => mongoBytes(mongod.database('archive'))] as const]),
];
for (const [name, address, bytes] of stores) {
  console.log(`${name}:`);
  const archiveDir = join(folder, name);
  const store = openStore(address);
  await store.start();
  const key = generateKeyPairSync('ed25519').privateKey;
  const archives = new Archives(store, archiveDir);
  const server = await evidenceServer(store, key, 5_000, serverLimits.milestoneOps, archives);
  await createBoard(server, 'long');
  const { data } = await server.documents.read(dashboardsCollection, 'long');
  // whoever is met for the first time is a moment later than the others
  for (const person of people) await server.documents.edit(dashboardsCollection, 'long', edit(data as Dashboard, 0), person);
  for (let made = 0; made < opsWanted; made += 200) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => server.documents.edit(dashboardsCollection, 'long', edit(data as Dashboard, made + i), people[i % 3] ?? { id: '', name: '' })));
  }
  await server.stop();
  const before = await bytes();
  const live = (await store.readSnapshot(dashboardsCollection, 'long')).v;
  console.log(`  in the store with its indexes: ${(before / live).toFixed(0)} bytes an op`);

  const upkeep = await openUpkeep({ store, key, archiveDir, clock: { ...systemClock, now: () => Date.now() + 60_000 }, anchor: () => Promise.resolve(), warn: console.error });
  let begun = performance.now();
  const { ops, files, bytes: packed } = await new Archiver(upkeep, { afterMs: 0, opsMax: serverLimits.archiveOpsMax, warn: console.error }).run();
  console.log(`  archived ${ops.toLocaleString('en')} ops to ${String(files)} files: ${(ops / (performance.now() - begun) * 1_000).toFixed(0)} ops/s, ${(packed / ops).toFixed(0)} bytes an op`);
  const onDisk = readdirSync(archiveDir).reduce((sum, file) => sum + statSync(join(archiveDir, file)).size, 0);
  if (onDisk !== packed) throw new Error('the records say another size than the files have');

  begun = performance.now();
  const report = await verified(store, { archives });
  console.log(`  verify through archives: ${(report.ops / (performance.now() - begun) * 1_000).toFixed(0)} ops/s, sound: ${String(report.isSound)}`);
  const took: number[] = [];
  for (let i = 0; i < 300; i += 1) {
    const at = performance.now();
    await upkeep.engine.readVersion(dashboardsCollection, 'long', 1 + ((i * 7_919) % ops));
    took.push(performance.now() - at);
  }
  const { median, p95 } = spread(took);
  console.log(`  any version of long ago: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);

  begun = performance.now();
  await new PersonEraser(upkeep).erase(people[1]?.id ?? '', null);
  console.log(`  a person erased: ${((performance.now() - begun) / 1_000).toFixed(1)} s, sound: ${String((await verified(store, { archives })).isSound)}`);
  begun = performance.now();
  await new DashboardRemover(upkeep).remove('long', { by: null, why: '' });
  console.log(`  the dashboard removed for good: ${((performance.now() - begun) / 1_000).toFixed(1)} s, sound: ${String((await verified(store)).isSound)}`);
  await closeUpkeep(upkeep);
  await store.stop();
}
await mongod?.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
