/**
 * Thirty readers that do not keep up while fifty people edit, 200 ops a second together: what the server's memory does meanwhile. A third
 * of them stops reading, a third stops reading and says all the same that it is alive, a third reads 10 kB/s. Argument: minutes (10).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { coboard } from './peers.ts';
import { runWriters } from './writers.ts';

const minutes = Number(process.argv[2] ?? 10);
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const server = await coboard('Coboard', `sqlite:${join(folder, 'paused.db')}`, { withDataset: true });
let isOver = false;
const cuts: Record<string, number> = {};

type Kind = 'silent' | 'saying it is alive' | 'slow';
const kinds: readonly Kind[] = ['silent', 'saying it is alive', 'slow'];
const slowBytesPerMs = 10;

function slowDown(socket: WebSocket, kind: Kind): void {
  if (kind === 'slow') {
    socket.on('message', (data: Buffer) => {
      socket.pause();
      setTimeout(() => { socket.resume(); }, data.length / slowBytesPerMs);
    });
    return;
  }
  setTimeout(() => { socket.pause(); }, 500);
  // one that reads nothing does not hear that it was cut off
  if (kind === 'silent') setTimeout(() => { socket.terminate(); }, 60_000);
  if (kind === 'silent') return;
  const alive = setInterval(() => { socket.pong(); }, 1_000);
  socket.once('close', () => { clearInterval(alive); });
}

async function lagging(number: number): Promise<void> {
  const kind = kinds[number % kinds.length] ?? 'silent';
  while (!isOver) {
    const socket = new WebSocket(server.url.replace('http', 'ws'), ['coboard.1'], { headers: server.headers[number % server.headers.length] ?? {} });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => { resolve(); }));
    socket.once('open', () => {
      socket.send('{"a":"hs","id":null,"protocol":1,"protocolMinor":2}');
      socket.send(JSON.stringify({ a: 's', c: 'dashboards', d: server.documents[0] }));
      slowDown(socket, kind);
    });
    await closed;
    cuts[kind] = (cuts[kind] ?? 0) + 1;
    await sleep(200);
  }
}

for (let i = 0; i < 30; i++) void lagging(i);
const writing = runWriters({ ...server, protocol: 'coboard.1', writers: 50, offeredPerSecond: 200, warmUpMs: 5_000, durationMs: minutes * 60_000 });
const megabytes = (): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(server.pid)}/status`, 'utf8'))?.[1]) / 1_000;
const seen: number[] = [];
const watching = setInterval(() => { seen.push(Math.round(megabytes())); }, 30_000);
const { latencies, opsPerSecond } = await writing;
isOver = true;
clearInterval(watching);
const metrics = await (await fetch(server.url.replace('/sync', '/metrics'))).text();
const sorted = [...latencies].sort((a, b) => a - b);
console.log(`resident MB every 30 s: ${seen.join(' ')}`);
console.log(`${opsPerSecond.toFixed(0)} ops/s, p50 ${(sorted[sorted.length >> 1] ?? 0).toFixed(1)} ms, p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} ms; readers that had to begin anew: ${JSON.stringify(cuts)}`);
console.log(metrics.split('\n').filter((line) => /^coboard_(readers_lagged|limit_hits|refusals)_total/.test(line)).join('\n'));
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
