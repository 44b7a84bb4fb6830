/**
 * A client that was away makes 5,000 edits while others make 50,000; then it comes back: how long it takes until both have everything, and how
 * much the client does in one turn of its event loop at most, which in a browser is a page that does not draw. That is time of the
 * processor: what others have of it meanwhile is not the client's.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { bearerSockets, Coboard, type LiveDashboard } from '../client/core/index.ts';
import { systemClock, type Clock } from '../model/clock.ts';
import { MemoryStore } from '../client/core/local/memory-store.ts';
import { coboard } from './peers.ts';
import { spread } from './statistics.ts';
import { runWriters } from './writers.ts';

const [ownEdits = 5_000, others = 50_000] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const server = await coboard('Coboard', `sqlite:${join(folder, 'catch-up.db')}`, { withDataset: true });
const token = (server.headers[0]?.['authorization'] ?? '').replace('Bearer ', '');
const store = new MemoryStore();
const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1_000;
};
/** What each timer, and each message, did: a page draws between two of them. */
const slices: number[] = [];
const messages: number[] = [];
const timed = <T>(into: number[], run: () => T): T => {
  const since = process.threadCpuUsage();
  try {
    return run();
  } finally {
    into.push(cpuMs(since));
  }
};
const clock: Clock = { ...systemClock, setTimer: (run, delayMs) => systemClock.setTimer(() => { timed(slices, run); }, delayMs) };
class TimedSocket extends WebSocket {
  override emit(name: string | symbol, ...args: unknown[]): boolean {
    return name === 'message' ? timed(messages, () => super.emit(name, ...args)) : super.emit(name, ...args);
  }
}
const client = new Coboard({ url: server.url.replace('/sync', ''), token, openSocket: bearerSockets(TimedSocket, () => token), store: () => store, clock });
await client.start();
const live: LiveDashboard = client.openDashboard(server.documents[0] ?? '');
while (live.state.value.status !== 'ready') await sleep(20);
client.connection.pause();

const head = async (): Promise<number> => (await client.api.dashboard(live.id)).version;
while (await head() < others) await runWriters({ ...server, protocol: 'coboard.1', writers: 200, warmUpMs: 0, durationMs: 3_000 });

const begunEdits = performance.now();
for (let i = 0; i < ownEdits; i++) {
  live.edit((dashboard) => {
    const at = `row${String(i % 240)}`;
    const note = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
    return i % 3 === 0
      ? [{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: i % 50, i: 'x' }] }]
      : [{ p: ['datasets', 'bench', 'rows', at, 'cells', 'value'], oi: i }];
  });
}
const editMs = (performance.now() - begunEdits) / ownEdits;
await sleep(500);
const turns: number[] = [];
let before = process.threadCpuUsage();
let isDone = false;
const turn = (): void => {
  turns.push(cpuMs(before));
  before = process.threadCpuUsage();
  if (!isDone) setImmediate(turn);
};
turn();
slices.length = messages.length = 0;
const begun = performance.now();
client.connection.resume();
while (client.saving.value.pendingCount > 0) await sleep(20);
const seconds = (performance.now() - begun) / 1_000;
isDone = true;
const words = (all: readonly number[]): string => {
  const { median, p99, sorted, count } = spread(all.filter((ms) => ms >= 0.5));
  return `${median.toFixed(1)} ms (median), ${p99.toFixed(1)} ms (p99), ${(sorted.at(-1) ?? 0).toFixed(1)} ms (the longest of ${String(count)})`;
};
const end = await head();
console.log(`${String(ownEdits)} edits against ${String(end)} ops: ${seconds.toFixed(1)} s until all is saved; an edit took ${editMs.toFixed(2)} ms`);
console.log(`  of the processor, a slice of work took ${words(slices)}; what is done at once with a message ${words(messages)}; all slices in a turn of the loop, with what the store and the network need, ${words(turns)}`);
client.stop();
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
