/**
 * Twenty readers that stop reading while fifty people edit, 200 ops a second together: what the server's memory does meanwhile. Argument: minutes (10).
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
let cuts = 0;

async function pausing(number: number): Promise<void> {
  while (!isOver) {
    const socket = new WebSocket(server.url.replace('http', 'ws'), ['coboard.1'], { headers: server.headers[number % server.headers.length] ?? {} });
    socket.on('error', () => undefined);
    const closed = new Promise<void>((resolve) => socket.once('close', () => { resolve(); }));
    socket.once('open', () => {
      socket.send('{"a":"hs","id":null,"protocol":1,"protocolMinor":2}');
      socket.send(JSON.stringify({ a: 's', c: 'dashboards', d: server.documents[0] }));
      setTimeout(() => { socket.pause(); }, 500);
    });
    await closed;
    cuts += 1;
    await sleep(200);
  }
}

for (let i = 0; i < 20; i++) void pausing(i);
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
console.log(`${opsPerSecond.toFixed(0)} ops/s, p50 ${(sorted[sorted.length >> 1] ?? 0).toFixed(1)} ms, p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} ms; ${String(cuts)} times a reader began anew`);
console.log(metrics.split('\n').filter((line) => /^coboard_(readers_lagged|limit_hits|refusals)_total/.test(line)).join('\n'));
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
