import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from 'sharedb/lib/client/index.js';
import { WebSocket } from 'ws';
import type { Dashboard } from '../model/dashboard.ts';
import type { Peer } from './peers.ts';

export interface Load {
  /** Everybody who has the dashboard open. */
  readonly clients: number;
  /** Those of them who type. */
  readonly editors: number;
  /** What each of them sends. */
  readonly opsPerSecond: number;
  readonly durationMs: number;
}

type Doc = ReturnType<Connection['get']>;

interface Client {
  readonly socket: WebSocket;
  readonly doc: Doc;
}

async function open({ url, headers: [headers = {}], documents: [document = ''] }: Peer): Promise<Client> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  const connection = new Connection(socket as never);
  const doc = connection.get('dashboards', document);
  doc.preventCompose = true;
  await new Promise<void>((resolve, reject) => {
    const closed = (code: number): void => { reject(new Error(`a client was closed with ${String(code)} before it began`)); };
    socket.once('close', closed);
    doc.subscribe((error) => {
      socket.off('close', closed);
      if (error instanceof Error) reject(error);
      else resolve();
    });
  });
  return { socket, doc };
}

/**
 * The time, in ms, from an editor's `submitOp` to the op event at another client that only watches, for every op, while everybody
 * else has the dashboard open too. Editors type at a steady rate whether or not they were answered. All clients are stock
 * ShareDB clients in this process, so that one clock measures both ends.
 */
export async function measureLatency(peer: Peer, { clients, editors, opsPerSecond, durationMs }: Load): Promise<number[]> {
  const all: Client[] = [];
  for (let i = 0; i < clients; i++) all.push(await open(peer));
  const watcher = all.at(-1);
  if (!watcher) throw new Error('nobody watches');
  const data = watcher.doc.data as Dashboard;
  const note = Object.entries(data.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  watcher.doc.on('op', (components: unknown) => {
    const [{ o = [] } = {}] = components as { o?: { i?: string }[] }[];
    const at = sentAt.get(o[0]?.i ?? '');
    if (at !== undefined) latencies.push(performance.now() - at);
  });
  const intervalMs = 1000 / opsPerSecond;
  const count = Math.floor(durationMs / intervalMs);
  await Promise.all(
    all.slice(0, editors).map(async ({ doc }, editor) => {
      const begin = performance.now() + (intervalMs * editor) / editors;
      for (let i = 0; i < count; i++) {
        await sleep(Math.max(0, begin + i * intervalMs - performance.now()));
        // each op inserts a word that is its own
        const word = `${String(editor)}.${String(i)} `;
        sentAt.set(word, performance.now());
        doc.submitOp([{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: 0, i: word }] }]);
      }
    }),
  );
  const deadline = performance.now() + 10_000;
  while (latencies.length < count * editors && performance.now() < deadline) await sleep(10);
  if (latencies.length < count * editors) throw new Error(`${peer.name}: ${String(count * editors - latencies.length)} ops never arrived`);
  for (const { socket } of all) socket.terminate();
  return latencies;
}
