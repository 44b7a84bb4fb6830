import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { MongoClient, ObjectId } from 'mongodb';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { benchOp } from './bench-document.ts';
import { LightClient, openMany } from './light-client.ts';
import { bareBroadcast, coboard, hocuspocus, plainShareDb, type Peer } from './peers.ts';
import { figure, type Figure } from './report.ts';
import { spread } from './statistics.ts';
import type { Stores } from './throughput.ts';
import { runWriters } from './writers.ts';

type Take = (contender: string, value: number, unit: string) => void;

/** A measurement; `run` is unique for each round, for names of files and databases. */
interface Case {
  readonly name: string;
  readonly measure: (stores: Stores, run: string, take: Take) => Promise<void>;
}

async function using<T>(starting: Promise<Peer>, measure: (peer: Peer) => Promise<T>): Promise<T> {
  const peer = await starting;
  try {
    return await measure(peer);
  } finally {
    await peer.stop();
  }
}

const now = (): number => performance.now();

/** Resident memory of a process, in bytes. */
const residentBytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) * 1_024;

/** What a process has used of the processor since it began, in ms. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

const fanOut = 500;
const inFlight = 8;

/** One writes, with so many on their way at once, 500 read. Deliveries a second, and bytes of each. */
async function fanOutOf(peer: Peer, protocol: 'stock' | 'coboard.1' | 'bare', bareMessage = ''): Promise<{ perSecond: number; bytes: number; message: string }> {
  const clients = protocol === 'bare' ? await bareClients(peer) : await openMany(peer, fanOut, protocol);
  const [writer] = clients;
  if (!writer) throw new Error('nobody writes');
  let version = 0;
  for (const client of clients) if (client instanceof LightClient) version = await client.subscribe();
  let [seq, isOver, message] = [0, false, bareMessage];
  const write = (): void => {
    if (isOver) return;
    seq += 1;
    if (writer instanceof LightClient) writer.send({ a: 'op', c: 'dashboards', d: writer.document, v: version, seq, x: {}, op: benchOp(0, seq) });
    else writer.sendText(bareMessage);
  };
  writer.listen = (text) => {
    // each message that comes is one of its own that has been through
    for (const line of text.split('\n')) {
      if (protocol !== 'bare') version = Math.max(version, Number(/"v":(\d+)/.exec(line)?.[1] ?? 0) + 1);
      message = line;
      write();
    }
  };
  for (let i = 0; i < inFlight; i++) write();
  await sleep(1_000);
  for (const client of clients) Object.assign(client, { bytes: 0, messages: 0 });
  const begun = now();
  await sleep(4_000);
  const seconds = (now() - begun) / 1_000;
  const [messages, bytes] = [clients.reduce((sum, each) => sum + each.messages, 0), clients.reduce((sum, each) => sum + each.bytes, 0)];
  isOver = true;
  for (const client of clients) client.close();
  return { perSecond: messages / seconds, bytes: bytes / messages, message };
}

interface BareClient { bytes: number; messages: number; listen: ((text: string) => void) | null; sendText(text: string): void; close(): void }

async function bareClients({ url }: Peer): Promise<BareClient[]> {
  return Promise.all(Array.from({ length: fanOut }, () => new Promise<BareClient>((resolve) => {
    const socket = new WebSocket(url.replace('http', 'ws'), { perMessageDeflate: false, skipUTF8Validation: true });
    const client: BareClient = { bytes: 0, messages: 0, listen: null, sendText: (text) => { socket.send(text); }, close: () => { socket.terminate(); } };
    socket.on('message', (data: Buffer) => {
      client.bytes += data.length;
      client.messages += 1;
      client.listen?.(data.toString('latin1'));
    });
    socket.once('open', () => { resolve(client); });
  })));
}

/** 50 people move their pointers twenty times a second in one room; then one more joins. */
async function presenceOf(peer: Peer, protocol: 'stock' | 'coboard.1', take: Take): Promise<void> {
  const people = 50;
  const clients = await openMany(peer, people, protocol);
  const channel = `dashboards.${clients[0]?.document ?? ''}`;
  let pv = 0;
  const say = (client: LightClient, i: number): void => {
    client.send({ a: 'p', ch: channel, id: `p${String(i)}`, pv: (pv += 1), p: { cursor: { tab: 't', x: (pv % 120) / 10, y: i / 10 } } });
  };
  const sum = (of: (client: LightClient) => number): number => clients.reduce((total, client) => total + of(client), 0);
  for (const client of clients) await client.ask({ a: 'ps', ch: channel, seq: 1 }, ({ a }) => a === 'ps');
  clients.forEach(say);
  await sleep(1_000);
  const [frames, bytes, processor, begun] = [sum((client) => client.frames), sum((client) => client.bytes), processorMs(peer.pid), now()];
  for (let tick = 1; now() - begun < 4_000; tick++) {
    clients.forEach(say);
    await sleep(Math.max(0, begun + tick * 50 - now()));
  }
  const seconds = (now() - begun) / 1_000;
  take(peer.name, (sum((client) => client.frames) - frames) / seconds, 'frames/s to all');
  take(peer.name, (sum((client) => client.bytes) - bytes) / seconds / 1e6, 'MB/s to all');
  take(peer.name, (processorMs(peer.pid) - processor) / seconds / 10, '% of a core');
  await sleep(300);
  // as ShareDB's client does: it says its own when it is asked to
  clients.forEach((client, i) => { client.listen = (text) => { if (text.includes('"a":"pr"')) say(client, i); }; });
  const late = await LightClient.open(peer, people, protocol);
  const [before, own] = [sum((client) => client.frames), late.frames];
  late.send({ a: 'ps', ch: channel, seq: 1 });
  late.send({ a: 'pr', ch: channel });
  await sleep(300);
  late.send({ a: 'p', ch: channel, id: 'late', pv: 1, p: { cursor: null } });
  await sleep(500);
  // without the two answers to what it sent itself
  take(peer.name, sum((client) => client.frames) - before + late.frames - own - 1, 'frames for a join');
  for (const client of [...clients, late]) client.close();
}

const longLog = 50_000;

/** A document with 50,000 ops: opening it, reading its versions, and an op of 100 components that was made at version 1. */
async function longDocument(peer: Peer, take: Take): Promise<void> {
  const reader = await LightClient.open(peer, 0);
  let version = 0;
  while (version < longLog) {
    await runWriters({ ...peer, protocol: 'coboard.1', writers: 200, warmUpMs: 0, durationMs: 4_000 });
    const { data } = await reader.ask({ a: 'f', c: 'dashboards', d: reader.document }, ({ a }) => a === 'f');
    version = (data as { v: number }).v;
  }
  const timed = async (message: object, action: string): Promise<number> => {
    const begun = now();
    const { error } = await reader.ask(message, ({ a }) => a === action);
    if (error !== undefined) throw new Error(JSON.stringify(error));
    return now() - begun;
  };
  const opens: number[] = [];
  const versions: number[] = [];
  for (let i = 0; i < 100; i++) {
    opens.push(await timed({ a: 'f', c: 'dashboards', d: reader.document }, 'f'));
    versions.push(await timed({ a: 'nf', id: i, c: 'dashboards', d: reader.document, v: 1 + Math.floor(Math.random() * (longLog - 1)) }, 'nf'));
  }
  take(peer.name, spread(opens).p95, 'ms p95 to open it');
  take(peer.name, spread(versions).p95, 'ms p95 to read one of its versions');
  await fetch(peer.url.replace('/sync', '/metrics'));
  const stale = { a: 'op', c: 'dashboards', d: reader.document, v: 2, seq: 1, x: {}, op: Array.from({ length: 100 }, (_, i) => benchOp(i, 1)).flat() };
  take(peer.name, (await timed(stale, 'op')) / 1_000, 's until an op of 100 components at version 2 is through');
  const metrics = await (await fetch(peer.url.replace('/sync', '/metrics'))).text();
  take(peer.name, Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(metrics)?.[1]) * 1_000, 'ms the event loop stood still for it at most');
  reader.close();
}

/** 1,000 come at once; 2,000 more come and say nothing. What those take is what a connection takes: the first fill what a process keeps free. */
async function thousand(peer: Peer, take: Take): Promise<void> {
  const protocol = peer.headers.length > 1 ? 'coboard.1' : 'stock';
  const begun = now();
  const clients = await Promise.all(Array.from({ length: 1_000 }, (_, i) => LightClient.open(peer, i, protocol)));
  await Promise.all(clients.map((client) => client.subscribe()));
  take(peer.name, (now() - begun) / 1_000, 's until 1,000 have the dashboard open');
  await sleep(2_000);
  const before = residentBytes(peer.pid);
  clients.push(...await openMany(peer, 2_000, protocol));
  await sleep(2_000);
  take(peer.name, (residentBytes(peer.pid) - before) / 2_000 / 1_000, 'kB of memory for an idle connection');
  for (const client of clients) client.close();
}

/** What an op takes in the store. */
async function storedBytes(peer: Peer, sizeOf: () => Promise<number>, take: Take): Promise<void> {
  await sleep(1_500);
  const before = await sizeOf();
  const { opsPerSecond, bytes, latencies } = await runWriters({ ...peer, protocol: 'coboard.1', writers: 50, warmUpMs: 0, durationMs: 4_000 });
  await sleep(1_500);
  take(peer.name, (await sizeOf() - before) / (opsPerSecond * 4), 'bytes in the store for an op');
  take(peer.name, bytes / latencies.length / 50, 'bytes on the wire for an op and a reader');
}

/** How many journalled ops bare `insertMany` takes a second. */
async function bareInserts(address: string, batch: number): Promise<number> {
  const client = await new MongoClient(address, { writeConcern: { w: 1, journal: true } }).connect();
  const ops = client.db().collection<{ _id: ObjectId }>('bare');
  let count = 0;
  const begun = now();
  while (now() - begun < 2_000) {
    await ops.insertMany(Array.from({ length: batch }, (_, i) => ({ _id: new ObjectId(), d: 'd', v: count + i, src: 'x'.repeat(28), seq: i, op: benchOp(i, i), m: { ts: 1, u: 'x', n: 'x' }, o: null })), { ordered: true });
    count += batch;
  }
  const perSecond = count / ((now() - begun) / 1_000);
  await client.close();
  return perSecond;
}

/** 50 have a document open and change it 200 times a second together: from one to another, in ms. */
async function hocuspocusLatency({ url }: Peer): Promise<number[]> {
  const docs: Y.Doc[] = [];
  const providers: HocuspocusProvider[] = [];
  for (let i = 0; i < 50; i++) {
    const document = new Y.Doc();
    const websocketProvider = new HocuspocusProviderWebsocket({ url: url.replace('http', 'ws'), WebSocketPolyfill: WebSocket });
    const provider = new HocuspocusProvider({ websocketProvider, name: 'bench', document });
    provider.attach();
    await new Promise<void>((resolve) => { provider.on('synced', () => { resolve(); }); });
    docs.push(document);
    providers.push(provider);
  }
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  docs.at(-1)?.getMap('cells').observe((event) => {
    for (const key of event.keysChanged) {
      const at = sentAt.get(`${key}=${String((event.target as Y.Map<number>).get(String(key)))}`);
      if (at !== undefined) latencies.push(now() - at);
    }
  });
  const begun = now();
  for (let i = 0; i < 1_000; i++) {
    const [key, value] = [`row${String(i % 49)}`, i];
    sentAt.set(`${key}=${String(value)}`, now());
    docs[i % 49]?.getMap('cells').set(key, value);
    await sleep(Math.max(0, begun + (i + 1) * 5 - now()));
  }
  await sleep(500);
  for (const provider of providers) provider.destroy();
  return latencies;
}

/** The same over ShareDB's protocol: from sending to somebody else's having it. */
async function latencyOf(peer: Peer, protocol: 'stock' | 'coboard.1'): Promise<number[]> {
  const clients = await openMany(peer, 50, protocol);
  let version = 0;
  for (const client of clients) version = await client.subscribe();
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const watcher = clients.at(-1);
  if (watcher) {
    watcher.listen = (text) => {
      for (const line of text.split('\n')) {
        const v = Number(/"v":(\d+)/.exec(line)?.[1] ?? 0);
        version = Math.max(version, v + 1);
        const at = sentAt.get(/"oi":(\d+)/.exec(line)?.[1] ?? '');
        if (at !== undefined) latencies.push(now() - at);
      }
    };
  }
  const begun = now();
  for (let i = 1; i <= 1_000; i++) {
    const client = clients[i % 49];
    sentAt.set(String(i), now());
    client?.send({ a: 'op', c: 'dashboards', d: client.document, v: version, seq: i, x: {}, op: [{ p: ['datasets', 'bench', 'rows', `row${String(i % 49)}`, 'cells', 'value'], oi: i }] });
    await sleep(Math.max(0, begun + i * 5 - now()));
  }
  await sleep(1_000);
  for (const client of clients) client.close();
  return latencies;
}

const full = { withDataset: true };

export const cases: readonly Case[] = [
  {
    name: 'one writes, 500 read',
    measure: async ({ file }, run, take) => {
      const ours = await using(coboard('Coboard on SQLite, our client', `sqlite:${file(`fan-${run}`)}`, full), (peer) => fanOutOf(peer, 'coboard.1'));
      const stock = await using(coboard('Coboard on SQLite, stock client', `sqlite:${file(`fan2-${run}`)}`, full), (peer) => fanOutOf(peer, 'stock'));
      const bare = await using(bareBroadcast(), (peer) => fanOutOf(peer, 'bare', stock.message));
      const plain = await using(plainShareDb('plain ShareDB on SQLite', file(`fan3-${run}`), full), (peer) => fanOutOf(peer, 'stock'));
      for (const [name, { perSecond, bytes }] of [['Coboard on SQLite, our client', ours], ['Coboard on SQLite, stock client', stock], ['bare ws broadcast of the same bytes', bare], ['plain ShareDB on SQLite', plain]] as const) {
        take(name, perSecond, 'deliveries/s');
        take(name, bytes, 'bytes each');
      }
    },
  },
  {
    name: '50 people move their pointers 20 times a second, and one joins',
    measure: async ({ file }, run, take) => {
      await using(coboard('Coboard', `sqlite:${file(`presence-${run}`)}`), (peer) => presenceOf(peer, 'coboard.1', take));
      await using(plainShareDb('plain ShareDB', 'memory'), (peer) => presenceOf(peer, 'stock', take));
    },
  },
  {
    name: '200 changes a second by 50, until another one has it',
    measure: async ({ file, mongo }, run, take) => {
      const told = (name: string, latencies: readonly number[]): void => {
        const { median, p99 } = spread(latencies);
        take(name, median, 'ms p50');
        take(name, p99, 'ms p99');
      };
      if (mongo) told('Coboard on MongoDB', await using(coboard('Coboard on MongoDB', mongo(`until-${run}`), full), (peer) => latencyOf(peer, 'coboard.1')));
      told('Coboard on SQLite', await using(coboard('Coboard on SQLite', `sqlite:${file(`until-${run}`)}`, full), (peer) => latencyOf(peer, 'coboard.1')));
      told('plain ShareDB in memory', await using(plainShareDb('plain ShareDB in memory', 'memory', full), (peer) => latencyOf(peer, 'stock')));
      told('Hocuspocus in memory', await using(hocuspocus(), hocuspocusLatency));
    },
  },
  {
    name: 'a dashboard with 50,000 ops',
    measure: async ({ file, mongo }, run, take) => {
      await using(coboard('Coboard on SQLite', `sqlite:${file(`long-${run}`)}`, full), (peer) => longDocument(peer, take));
      if (mongo) await using(coboard('Coboard on MongoDB', mongo(`long-${run}`), full), (peer) => longDocument(peer, take));
    },
  },
  {
    name: '1,000 come back at once, and stay',
    measure: async ({ file }, run, take) => {
      await using(coboard('Coboard on SQLite', `sqlite:${file(`many-${run}`)}`), (peer) => thousand(peer, take));
      await using(plainShareDb('plain ShareDB in memory', 'memory'), (peer) => thousand(peer, take));
    },
  },
  {
    name: 'bytes of an op',
    measure: async ({ file, mongo }, run, take) => {
      const path = file(`bytes-${run}`);
      const sizeOfFiles = (): Promise<number> => Promise.resolve(['', '-wal'].reduce((sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0), 0));
      await using(coboard('Coboard on SQLite', `sqlite:${path}`, full), (peer) => storedBytes(peer, sizeOfFiles, take));
      if (!mongo) return;
      const address = mongo(`bytes-${run}`);
      const client = await new MongoClient(address).connect();
      await using(coboard('Coboard on MongoDB', address, full), (peer) => storedBytes(peer, async () => Number((await client.db().command({ dbStats: 1 }))['dataSize']), take));
      await client.close();
    },
  },
  {
    name: 'what MongoDB takes by itself',
    measure: async ({ mongo }, run, take) => {
      if (!mongo) return;
      for (const batch of [1, 25, 100, 500]) take(`insertMany of ${String(batch)}, journalled`, await bareInserts(mongo(`bare-${run}-${String(batch)}`), batch), 'ops/s');
    },
  },
];

/** Runs the cases, or those whose names have a word in them, and prints medians and ranges. */
export async function measureCases(stores: Stores, rounds: number, word = ''): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, measure } of cases.filter((one) => one.name.includes(word))) {
    const values = new Map<string, { contender: string; unit: string; all: number[] }>();
    for (let round = 0; round < rounds; round++) {
      await measure(stores, `${String(cases.findIndex((one) => one.name === name))}-${String(round)}`, (contender, value, unit) => {
        const key = `${contender} ${unit}`;
        const known = values.get(key) ?? { contender, unit, all: [] };
        values.set(key, known);
        known.all.push(value);
      });
    }
    console.log(`${name}:`);
    for (const { contender, unit, all } of values.values()) {
      const { median, sorted } = spread(all);
      const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
      console.log(`  ${contender.padEnd(36)} ${figure(median).padStart(10)} [${figure(least)}..${figure(most)}] ${unit}`);
      figures.push({ case: name, contender, unit, value: median, least, most });
    }
  }
  return figures;
}
