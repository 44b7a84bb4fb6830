import { coboard, plainShareDb, type Peer } from './peers.ts';
import type { Figure } from './report.ts';
import { spread } from './statistics.ts';
import { runWriters } from './writers.ts';
import type { WritersJob } from './writers-process.ts';

interface Case {
  readonly name: string;
  readonly documents: number;
  readonly writers: number;
  readonly offeredPerSecond?: number;
  /** How long is measured, and before that not; left out: 4 s and 1 s. */
  readonly durationMs?: number;
  readonly warmUpMs?: number;
}

/**
 * Everybody sends the next op when the last was acknowledged, unless a rate is offered. Everybody has the document open. With 200 on one, plain
 * ShareDB gets through one or two ops a second: that takes longer to be measured; and 200 ops a second are few to warm a server up with.
 */
const cases: readonly Case[] = [
  { name: '10 writers on one dashboard', documents: 1, writers: 10 },
  { name: '50 writers on one dashboard', documents: 1, writers: 50 },
  { name: '200 writers on one dashboard', documents: 1, writers: 200, durationMs: 12_000 },
  { name: '50 dashboards, a writer each', documents: 50, writers: 50 },
  { name: '200 ops/s offered, 50 readers', documents: 1, writers: 50, offeredPerSecond: 200, warmUpMs: 3_000, durationMs: 8_000 },
];

interface Contender {
  readonly name: string;
  readonly protocol: WritersJob['protocol'];
  readonly start: (documents: number, run: string) => Promise<Peer>;
}

export interface Stores {
  /** The address of a fresh database on one mongod; null where there is none. */
  readonly mongo: ((name: string) => string) | null;
  /** The process of that mongod; null where it was not started here. */
  readonly mongodPid: number | null;
  /** The path of a fresh SQLite file. */
  readonly file: (name: string) => string;
}

function contenders({ mongo, file }: Stores): Contender[] {
  const onSqlite: Contender[] = [
    { name: 'Coboard on SQLite, our client', protocol: 'coboard.1', start: (documents, run) => coboard('Coboard', `sqlite:${file(run)}`, { documents, withDataset: true }) },
    { name: 'plain ShareDB on SQLite', protocol: 'stock', start: (documents, run) => plainShareDb('plain', file(run), { documents, withDataset: true }) },
  ];
  if (!mongo) return onSqlite;
  return [
    { name: 'Coboard on MongoDB, our client', protocol: 'coboard.1', start: (documents, run) => coboard('Coboard', mongo(run), { documents, withDataset: true }) },
    { name: 'Coboard on MongoDB, stock client', protocol: 'stock', start: (documents, run) => coboard('Coboard', mongo(run), { documents, withDataset: true }) },
    { name: 'plain ShareDB + sharedb-mongo', protocol: 'stock', start: (documents, run) => plainShareDb('plain', mongo(run), { documents, withDataset: true }) },
    ...onSqlite,
  ];
}

/** Ops a second and the time to the acknowledgement, product and peers in turns, in the cases whose names have a word in them. Prints a table; ratios are to plain ShareDB on the same kind of store. */
export async function measureThroughput(stores: Stores, rounds: number, word = ''): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const one of cases.filter(({ name }) => name.includes(word))) {
    const results = new Map<string, { rates: number[]; latencies: number[]; bytes: number[] }>();
    for (let round = 0; round < rounds; round++) {
      for (const [i, { name, protocol, start }] of contenders(stores).entries()) {
        const peer = await start(one.documents, `run-${String(cases.indexOf(one))}-${String(round)}-${String(i)}`);
        const { url, headers, documents } = peer;
        const run = await runWriters({
          url, headers, documents, protocol, writers: one.writers, warmUpMs: one.warmUpMs ?? 1_000, durationMs: one.durationMs ?? 4_000,
          ...(one.offeredPerSecond === undefined ? {} : { offeredPerSecond: one.offeredPerSecond }),
        });
        await peer.stop();
        const all = results.get(name) ?? { rates: [], latencies: [], bytes: [] };
        results.set(name, all);
        all.rates.push(run.opsPerSecond);
        all.latencies.push(...run.latencies);
        all.bytes.push(run.bytes / Math.max(1, run.latencies.length));
      }
    }
    figures.push(...print(one.name, results));
  }
  return figures;
}

function print(name: string, results: ReadonlyMap<string, { readonly rates: readonly number[]; readonly latencies: readonly number[]; readonly bytes: readonly number[] }>): Figure[] {
  const figures: Figure[] = [];
  const plain = (kind: string): number => spread(results.get(`plain ShareDB ${kind === 'MongoDB' ? '+ sharedb-mongo' : 'on SQLite'}`)?.rates ?? []).median;
  console.log(`${name}:`);
  for (const [contender, { rates, latencies, bytes }] of results) {
    const rate = spread(rates);
    const { median, p99 } = spread(latencies);
    const kind = /MongoDB|mongo/.test(contender) ? 'MongoDB' : 'SQLite';
    const range = `${rate.sorted.at(0)?.toFixed(0) ?? ''}..${rate.sorted.at(-1)?.toFixed(0) ?? ''}`;
    console.log(`  ${contender.padEnd(34)} ${rate.median.toFixed(0).padStart(6)} ops/s [${range}]  p50 ${median.toFixed(1)} ms  p99 ${p99.toFixed(1)} ms  ${spread(bytes).median.toFixed(0)} bytes an op to all  ${(rate.median / plain(kind)).toFixed(1)}x plain`);
    const [least, most] = [rate.sorted[0] ?? NaN, rate.sorted.at(-1) ?? NaN];
    const base = plain(kind);
    figures.push(
      { case: name, contender, unit: 'ops/s', value: rate.median, least, most },
      { case: name, contender, unit: 'times plain', value: rate.median / base, least: least / base, most: most / base },
      { case: name, contender, unit: 'ms p50', value: median, least: median, most: median },
      { case: name, contender, unit: 'ms p99', value: p99, least: p99, most: p99 },
    );
  }
  return figures;
}
