/**
 * A page is loaded anew with 5,000 edits kept that were never sent, while others made 500 ops that this device had heard of before: how long
 * until the dashboard is there with all of them, and how much is done in one turn of the event loop at most, which in a browser is a
 * page that does not draw. That is time of the processor.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Coboard, LiveDashboard } from '../client/core/index.ts';
import { MemoryDevice, MemoryStore } from '../client/core/local/memory-store.ts';
import { FakeServer } from '../client/core/testing/index.ts';
import { benchDashboard } from './bench-document.ts';
import { spread } from './statistics.ts';

const [ownEdits = 5_000, others = 500] = process.argv.slice(2).map(Number);
const server = new FakeServer();
const dashboard = benchDashboard();
const note = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? '';
const id = server.addDashboard({ owner: 'Ana', dashboard });
const device = new MemoryDevice();
const session = server.session('Ana');
const opened = async (): Promise<{ coboard: Coboard; live: LiveDashboard }> => {
  const coboard = server.clientIn(session, { store: () => new MemoryStore(device, 'kept') });
  await coboard.start();
  return { coboard, live: coboard.openDashboard(id) };
};
const edit = (live: LiveDashboard, i: number): boolean => live.submit(i % 3 === 0
  ? [{ p: ['widgets', note, 'settings', 'text'], t: 'text0', o: [{ p: i % 50, i: 'x' }] }]
  : [{ p: ['datasets', 'bench', 'rows', `row${String(i % 240)}`, 'cells', 'value'], oi: i }]);

const first = await opened();
while (first.live.state.value.status !== 'ready') await sleep(20);
await sleep(5_000);
const { live: bens } = await (async () => {
  const coboard = server.client('Ben');
  await coboard.start();
  return { live: coboard.openDashboard(id) };
})();
while (bens.state.value.status !== 'ready') await sleep(20);
// nothing of its own leaves
server.cut('Ana', { stay: true });
await sleep(50);
for (let i = 0; i < ownEdits; i++) edit(first.live, i);
for (let i = 0; i < others; i++) {
  edit(bens, i * 7);
  if (i % 10 === 0) await sleep(1);
}
await sleep(500);
first.coboard.stop();
device.claimed.clear();
// heard of behind the edits, as where the page was loaded anew before they were through
const heard = new Map(server.dashboard(id).ops.map((op) => [op.v, { ...op, by: op.author }]));
device.ops.set(id, heard);
const kept = [...device.outboxes.values()][0]?.edits.length ?? 0;

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1_000;
};
const turns: number[] = [];
let before = process.threadCpuUsage();
let isDone = false;
const turn = (): void => {
  turns.push(cpuMs(before));
  before = process.threadCpuUsage();
  if (!isDone) setImmediate(turn);
};
turn();
const begun = performance.now();
const { live } = await opened();
while (live.state.value.status !== 'ready') await sleep(1);
const shownMs = performance.now() - begun;
isDone = true;
const { median, p99, sorted, count } = spread(turns.filter((ms) => ms >= 0.5));
console.log(`${String(kept)} kept edits and ${String(heard.size)} ops: shown with ${String(live.pendingCount.value)} things unsaved after ${shownMs.toFixed(0)} ms`);
console.log(`  of the processor, a turn of the loop took ${median.toFixed(1)} ms (median), ${p99.toFixed(1)} ms (p99), ${(sorted.at(-1) ?? 0).toFixed(1)} ms (the longest of ${String(count)})`);
process.exit(0);
