import { setTimeout as sleep } from 'node:timers/promises';
import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { openMany } from '../light-client.ts';
import { coboard, hocuspocus, plainShareDb, type Peer } from '../peers.ts';
import { spread } from '../statistics.ts';
import { full, now, using, type Case } from './case.ts';

/** 50 have a document open and change it 200 times a second together: from one to another, in ms. */
async function hocuspocusLatency({ url }: Peer): Promise<number[]> {
  const docs: Y.Doc[] = [];
  const providers: HocuspocusProvider[] = [];
  const sockets: HocuspocusProviderWebsocket[] = [];
  for (let i = 0; i < 50; i++) {
    const document = new Y.Doc();
    const websocketProvider = new HocuspocusProviderWebsocket({ url: url.replace('http', 'ws'), WebSocketPolyfill: WebSocket });
    const provider = new HocuspocusProvider({ websocketProvider, name: 'bench', document });
    provider.attach();
    await new Promise<void>((resolve) => { provider.on('synced', () => { resolve(); }); });
    docs.push(document);
    providers.push(provider);
    sockets.push(websocketProvider);
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
  // they would come back for ever
  for (const socket of sockets) socket.destroy();
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

export const untilAnotherHasIt: Case = {
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
};
