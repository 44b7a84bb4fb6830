import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LightClient, openMany } from '../light-client.ts';
import { coboard, plainShareDb, type Peer } from '../peers.ts';
import { now, using, type Case, type Take } from './case.ts';

/** Resident memory of a process, in bytes. */
const residentBytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'))?.[1]) * 1_024;

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

export const crowd: Case = {
  name: '1,000 come back at once, and stay',
  measure: async ({ file }, run, take) => {
    await using(coboard('Coboard on SQLite', `sqlite:${file(`many-${run}`)}`), (peer) => thousand(peer, take));
    await using(plainShareDb('plain ShareDB in memory', 'memory'), (peer) => thousand(peer, take));
  },
};
