import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { LightClient, openMany } from '../light-client.ts';
import { coboard, plainShareDb, type Peer } from '../peers.ts';
import { now, using, type Case, type Take } from './case.ts';

/** What a process has used of the processor since it began, in ms. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'latin1').replace(/^.*\) /, '').split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
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

export const presenceCase: Case = {
  name: '50 people move their pointers 20 times a second, and one joins',
  measure: async ({ file }, run, take) => {
    await using(coboard('Coboard', `sqlite:${file(`presence-${run}`)}`), (peer) => presenceOf(peer, 'coboard.1', take));
    await using(plainShareDb('plain ShareDB', 'memory'), (peer) => presenceOf(peer, 'stock', take));
  },
};
