/**
 * How long an edit takes from one client to another: 50 headless clients on one dashboard, five of them editing, beside plain
 * ShareDB 7 in the same run; then from one browser to another with the same crowd; then how many ops come through. Prints median and
 * spread; and everything else that a server is asked for. Arguments: rounds (3), `latency`, `throughput`, `cases` or `engine` (the last two) for one part alone, and
 * words of the case that is wanted. With `--write` the results go into docs/BENCHMARKS.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureBrowsers } from './browsers.ts';
import { measureCases } from './measure-cases.ts';
import { measureLatency, type Load } from './latency.ts';
import { coboard, plainShareDb, type Peer } from './peers.ts';
import { findMongod, startMongod } from '../tests/real-mongod.ts';
import { write, type Figure } from './report.ts';
import { spread } from './statistics.ts';
import { measureThroughput, type Stores } from './throughput.ts';

const isWriting = process.argv.includes('--write');
const [rounds = 3, part = 'all', word = ''] = process.argv.slice(2).filter((arg) => arg !== '--write').map((arg, i) => (i === 0 ? Number(arg) : arg)) as [number?, string?, string?];
const figures: Figure[] = [];
const load: Load = { clients: 50, editors: 5, opsPerSecond: 10, durationMs: 6_000 };
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));

console.log(`Node ${process.version}, ${String(cpus().length)} x ${cpus()[0]?.model.trim() ?? 'CPU'}; ${String(rounds)} rounds`);
if (part === 'all' || part === 'latency') await latency();
if (part === 'all' || part === 'engine' || part === 'throughput') await throughput();
if (part === 'all' || part === 'engine' || part === 'cases') await others();
rmSync(folder, { recursive: true, force: true });
if (isWriting) write(figures, rounds);

async function withStores(measure: (stores: Stores) => Promise<Figure[]>): Promise<void> {
  const place = await findMongod();
  const mongod = 'skip' in place ? null : await startMongod(place);
  if ('skip' in place) console.log(`Without MongoDB: ${place.skip}`);
  figures.push(...await measure({ mongo: mongod ? (name) => mongod.database(`bench-${name}`) : null, mongodPid: mongod?.process?.pid ?? null, file: (name) => join(folder, `${name}.db`) }));
  await mongod?.stop();
}

function throughput(): Promise<void> {
  return withStores((stores) => measureThroughput(stores, rounds, word));
}

function others(): Promise<void> {
  return withStores((stores) => measureCases(stores, rounds, word));
}

async function latency(): Promise<void> {
  const peers: readonly (readonly [name: string, start: (round: number) => Promise<Peer>])[] = [
    ['Coboard on SQLite', (round) => coboard('Coboard on SQLite', `sqlite:${join(folder, `coboard-${String(round)}.db`)}`)],
    ['plain ShareDB 7 on the same store', (round) => plainShareDb('plain ShareDB 7 on the same store', join(folder, `plain-${String(round)}.db`))],
    ['plain ShareDB 7 in memory', () => plainShareDb('plain ShareDB 7 in memory', 'memory')],
  ];

  const latencies = new Map<string, number[]>(peers.map(([name]) => [name, []]));
  const medians = new Map<string, number[]>(peers.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    // in another order each round, so that what the machine does meanwhile falls on all alike
    for (let i = 0; i < peers.length; i++) {
      const [name, start] = peers[(i + round) % peers.length] ?? [];
      if (name === undefined || start === undefined) continue;
      const peer = await start(round);
      const measured = await measureLatency(peer, load);
      await peer.stop();
      latencies.get(name)?.push(...measured);
      medians.get(name)?.push(spread(measured).median);
    }
  }
  const server = await coboard('Coboard on SQLite', `sqlite:${join(folder, 'browsers.db')}`);
  const browsers = await measureBrowsers(server, { ...load, durationMs: 12_000 });
  await server.stop();

  const ms = (value: number): string => value.toFixed(2);
  const base = spread(latencies.get('Coboard on SQLite') ?? []).median;
  console.log(`${String(load.clients)} clients on one dashboard, ${String(load.editors)} editing, ${String(load.opsPerSecond)} ops/s each; ${String(rounds)} rounds of ${String(load.durationMs / 1000)} s`);
  console.log('Edit from one client to another, ms (stock clients; server and clients share the machine):');
  for (const [name, all] of latencies) {
    const { median, p5, p95, p99, count } = spread(all);
    const each = (medians.get(name) ?? []).map(ms).join(', ');
    console.log(`  ${name.padEnd(36)} median ${ms(median)}  p5..p95 ${ms(p5)}..${ms(p95)}  p99 ${ms(p99)}  (${String(count)} ops; medians of the rounds ${each}; Coboard / this = ${(base / median).toFixed(2)})`);
  }
  console.log('Letter from one browser to another meanwhile, ms (Coboard on SQLite; both browsers share the machine too):');
  for (const [name, all] of [['the text has changed', browsers.changed], ['and its frame is there', browsers.shown]] as const) {
    const { median, p5, p95, count } = spread(all);
    console.log(`  ${name.padEnd(36)} median ${ms(median)}  p5..p95 ${ms(p5)}..${ms(p95)}  (${String(count)} letters)`);
  }
}
