import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection } from 'sharedb/lib/client/index.js';
import { WebSocket } from 'ws';
import { call } from '../tests/person.ts';
import { done } from '../tests/stock-client.ts';
import { benchDashboard } from './bench-document.ts';

/** A server under measurement, in a process of its own. */
export interface Peer {
  readonly name: string;
  readonly url: string;
  /** What a client sends to be let in: for each of several people. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  readonly documents: readonly string[];
  /** Its process. */
  readonly pid: number;
  /** The processor time of the longest turn of its event loop since this was asked last, in ms; for a server that is watched. */
  readonly longestTurnMs?: () => Promise<number>;
  stop(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

async function launch(script: string, args: readonly string[], isWatched = false): Promise<Pick<Peer, 'url' | 'pid' | 'stop' | 'longestTurnMs'>> {
  const child = spawn(process.execPath, [...(isWatched ? ['--import', './tests/hostile/turn-probe.ts'] : []), script, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit', ...(isWatched ? ['ipc' as const] : [])] });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const ready = /ready at (http\S+)/.exec(output)?.[1];
      if (ready !== undefined) resolve(ready);
    });
    void ended.then(() => { reject(new Error(`${script} ended`)); });
  });
  return {
    url,
    pid: child.pid ?? 0,
    ...(isWatched ? {
      longestTurnMs: async () => {
        const answer = once(child, 'message');
        child.send('longest turn');
        return ((await answer) as [{ readonly longestTurnMs: number }])[0].longestTurnMs;
      },
    } : {}),
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
    },
  };
}

export interface Documents {
  /** What is started instead of `server/main.ts`, with the same options. */
  readonly script?: string;
  readonly documents?: number;
  /** With a dataset of 250 rows beside the template. */
  readonly withDataset?: boolean;
  /** With something in its process that measures the turns of its event loop. */
  readonly isWatched?: boolean;
}

/** Enough people for the sockets of any case: each may have 50. */
const peopleCount = 20;

/** Coboard as `npm start` runs it, with dashboards that everybody may edit. */
export async function coboard(name: string, store: string, { script = 'server/main.ts', documents = 1, withDataset = false, isWatched = false }: Documents = {}): Promise<Peer> {
  // all clients are on this machine and are few people: what bounds one person and one address is not what is measured
  const limits = { socketsPerUserMax: 1_000, messagesPerSecondMax: 100_000, messagesBurstMax: 100_000, opsPerSecondMax: 100_000, opsBurstMax: 100_000, upgradesPerSecondMax: 100_000, upgradesBurstMax: 100_000 };
  const { url, ...process } = await launch(script, ['--port', '0', '--store', store, '--log-level', 'error', '--limits', JSON.stringify(limits)], isWatched);
  const tokens: string[] = [];
  for (let i = 0; i < peopleCount; i++) tokens.push((await call(url, 'POST', '/api/session', { body: { name: `Bench ${String(i)}` } })).body['token'] as string);
  const [token = ''] = tokens;
  const ids: string[] = [];
  for (let i = 0; i < documents; i++) {
    const { body } = await call(url, 'POST', '/api/dashboards', { token, body: { title: 'Bench', template: 'launch-room' } });
    const id = body['id'] as string;
    ids.push(id);
    const access = await call(url, 'GET', `/api/dashboards/${id}/access`, { token });
    await call(url, 'PUT', `/api/dashboards/${id}/access`, { token, body: { everyone: 'editor', people: access.body['people'] } });
  }
  const sync = `${url}/sync`;
  const headers = tokens.map((one) => ({ authorization: `Bearer ${one}` }));
  if (withDataset) await addBenchData(sync, headers[0] ?? {}, ids);
  return { ...process, name, url: sync, headers, documents: ids };
}

/** The same dataset as in the documents of the other peers. */
async function addBenchData(url: string, headers: Readonly<Record<string, string>>, ids: readonly string[]): Promise<void> {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers });
  const connection = new Connection(socket as never);
  await new Promise((resolve) => connection.once('connected', resolve));
  for (const id of ids) {
    const doc = connection.get('dashboards', id);
    await done((callback) => { doc.fetch(callback); });
    await done((callback) => { doc.submitOp([{ p: ['datasets', 'bench'], oi: benchDashboard().datasets['bench'] }], undefined, callback); });
  }
  socket.terminate();
}

/** Plain ShareDB 7. */
export async function plainShareDb(name: string, store: string, { documents = 1, withDataset = false }: Documents = {}): Promise<Peer> {
  const process = await launch('bench/plain-sharedb.ts', [store, String(documents), withDataset ? 'dataset' : 'template']);
  return { ...process, name, headers: [{}], documents: Array.from({ length: documents }, (_, i) => `bench${String(i)}`) };
}

/** Hocuspocus, with documents in memory. */
export async function hocuspocus(): Promise<Peer> {
  return { name: 'Hocuspocus in memory', headers: [{}], documents: ['bench'], ...await launch('bench/hocuspocus.ts', []) };
}

/** The least that a fan-out can cost. */
export async function bareBroadcast(): Promise<Peer> {
  return { name: 'bare ws broadcast', headers: [{}], documents: [''], ...await launch('bench/bare-broadcast.ts', []) };
}
