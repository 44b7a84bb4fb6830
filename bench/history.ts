/**
 * What the history costs, on both stores: a page of it out of a million ops, any version of a dashboard, verifying, exporting, and what it
 * takes in the store. Arguments: lines of history (250,000), ops of the log (50,000).
 */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Dashboard } from '../model/dashboard.ts';
import { serverLimits } from '../model/limits.ts';
import { dashboardsCollection } from '../model/protocol.ts';
import { exportLines } from '../server/evidence/export.ts';
import type { HistoryLine } from '../server/store/history-index.ts';
import { MongoStore } from '../server/store/mongo/mongo-store.ts';
import type { FullStore } from '../server/store/open-store.ts';
import { SqliteStore } from '../server/store/sqlite/sqlite-store.ts';
import { createBoard, evidenceServer, people, verified } from '../tests/evidence/evidence-log.ts';
import { findMongod, startMongod } from '../tests/real-mongod.ts';
import { spread } from './statistics.ts';

const [linesWanted = 250_000, opsWanted = 50_000] = process.argv.slice(2).map(Number);
/** As measured with the writer on boards of several people: four ops make a line. */
const opsInLine = 4;
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const stores: readonly (readonly [name: string, store: FullStore, bytes: () => Promise<{ history: number; ops: number }>])[] = [
  ['SQLite', new SqliteStore(join(folder, 'history.db')), () => Promise.resolve({ history: statSync(join(folder, 'history.db')).size, ops: NaN })],
  ...(mongod === null ? [] : [['MongoDB', new MongoStore(mongod.database('history')), () => mongoBytes(mongod.database('history'))] as const]),
];

async function mongoBytes(address: string): Promise<{ history: number; ops: number }> {
  const client = await MongoClient.connect(address);
  const size = async (name: string): Promise<number> => {
    const [stats] = await client.db().collection(name).aggregate([{ $collStats: { storageStats: {} } }]).toArray() as { storageStats: { storageSize: number; totalIndexSize: number } }[];
    return (stats?.storageStats.storageSize ?? 0) + (stats?.storageStats.totalIndexSize ?? 0);
  };
  const sizes = { history: await size('h_dashboards'), ops: await size('o_dashboards') };
  await client.close();
  return sizes;
}

async function timed(times: number, run: (i: number) => Promise<unknown>): Promise<string> {
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await run(i);
    took.push(performance.now() - begun);
  }
  const { median, p95 } = spread(took);
  return `median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`;
}

for (const [name, store, bytes] of stores) {
  await store.start();
  console.log(`${name}:`);
  // pages
  const words = Array.from({ length: 400 }, (_, i) => `word${String(i)}`);
  const sizeBefore = await bytes();
  for (let i = 0; i < linesWanted; i += 1_000) {
    await store.history.write(Array.from({ length: Math.min(1_000, linesWanted - i) }, (_, k): HistoryLine => {
      const n = i + k;
      const widget = `widget${String(n % 300)}`;
      return {
        id: `board${String(n % 20)}`, from: n * opsInLine, to: (n + 1) * opsInLine, until: n * 1_000,
        facets: [...[0, 7, 31].map((step) => `word:${words[(n * 13 + step) % 400] ?? ''}`), 'word:moved', `thing:widget:${widget}`, `by:person${String(n % 40)}`, n % 3 === 0 ? 'kind:moved' : 'kind:text'],
        body: { from: n * opsInLine, to: (n + 1) * opsInLine, count: opsInLine, by: `person${String(n % 40)}`, at: n * 1_000, until: n * 1_000, things: [`widget:${widget}`], kinds: ['text'], words: [`wrote 3 words in ${widget}`] },
      };
    }));
  }
  const sizeAfter = await bytes();
  const queries: readonly (readonly [what: string, query: (i: number) => object])[] = [
    ['the latest of one dashboard', (i) => ({ id: `board${String(i % 20)}`, facets: [] })],
    ['of one person', (i) => ({ id: `board${String(i % 20)}`, facets: [`by:person${String(i % 40)}`] })],
    ['of one widget, one kind', (i) => ({ id: `board${String(i % 20)}`, facets: [`thing:widget:widget${String(i % 300)}`, 'kind:text'] })],
    ['a word and a person, all dashboards', (i) => ({ facets: [`word:${words[i % 400] ?? ''}`, `by:person${String(i % 40)}`] })],
    ['one widget, and a word that all have', (i) => ({ id: `board${String(i % 20)}`, facets: ['word:moved', `thing:widget:widget${String(i % 300)}`] })],
    ['one widget, and a word that all have, all dashboards', (i) => ({ facets: ['word:moved', `thing:widget:widget${String(i % 300)}`] })],
    ['far back in time', (i) => ({ id: `board${String(i % 20)}`, facets: ['word:moved'], before: (i + 1) * 1_000_000 })],
  ];
  console.log(`  ${(linesWanted * opsInLine).toLocaleString('en')} ops as ${linesWanted.toLocaleString('en')} lines; ${((sizeAfter.history - sizeBefore.history) / linesWanted).toFixed(0)} bytes a line`);
  for (const [what, query] of queries) console.log(`  a page of 50, ${what}: ${await timed(200, (i) => store.history.read({ count: 50, ...query(i) } as Parameters<typeof store.history.read>[0]))}`);

  // the log
  const server = await evidenceServer(store, generateKeyPairSync('ed25519').privateKey, 5_000, serverLimits.milestoneOps);
  await createBoard(server, 'long');
  const { data } = await server.documents.read(dashboardsCollection, 'long');
  const widgets = Object.keys((data as Dashboard).widgets);
  for (let made = 1; made < opsWanted;) {
    await Promise.all(Array.from({ length: 200 }, (_, i) => server.documents.edit(dashboardsCollection, 'long', [{ p: ['widgets', widgets[i % widgets.length] ?? '', 'box', 'h'], od: 1, oi: 1 + ((made + i) % 20) }], people[i % 3] ?? { id: '', name: '' })));
    made += 200;
  }
  await server.engine.drain();
  await server.checkpoints.flush();
  console.log(`  any version of ${opsWanted.toLocaleString('en')} ops: ${await timed(300, (i) => server.engine.readVersion(dashboardsCollection, 'long', 1 + ((i * 7_919) % opsWanted)))}`);
  const report = await verified(store, { dashboard: 'long' });
  console.log(`  verify: ${(report.ops / report.tookMs * 1_000).toFixed(0)} ops/s, sound: ${String(report.isSound)}`);
  const begun = performance.now();
  let exported = 0;
  for await (const line of exportLines({ store, key: generateKeyPairSync('ed25519').privateKey, documents: [[dashboardsCollection, 'long']], isComplete: false, withPeople: true, now: () => Date.now() })) exported += line.length;
  console.log(`  export: ${(opsWanted / (performance.now() - begun) * 1_000).toFixed(0)} ops/s, ${(exported / opsWanted).toFixed(0)} bytes an op`);
  const { ops } = await bytes();
  if (!Number.isNaN(ops)) console.log(`  the log with its indexes: ${(ops / opsWanted).toFixed(0)} bytes an op`);
  server.checkpoints.stop();
  await store.stop();
}
await mongod?.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
