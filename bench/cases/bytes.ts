import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { coboard, type Peer } from '../peers.ts';
import { runWriters } from '../writers.ts';
import { full, using, type Case, type Take } from './case.ts';

/** What a process has had written to storage so far, page by page, as Linux counts it; NaN elsewhere. */
function writtenBytes(pid: number): number {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${String(pid)}/io`, 'utf8'))?.[1]);
  } catch {
    return NaN;
  }
}

/** What an op takes in the store, and what its writing costs: journal, indexes, snapshots and milestones included. */
async function storedBytes(peer: Peer, writer: number | null, sizeOf: () => Promise<number>, take: Take): Promise<void> {
  await sleep(1_500);
  const before = await sizeOf();
  const writtenBefore = writer === null ? NaN : writtenBytes(writer);
  const { opsPerSecond, bytes, latencies } = await runWriters({ ...peer, protocol: 'coboard.1', writers: 50, warmUpMs: 0, durationMs: 4_000 });
  await sleep(1_500);
  take(peer.name, (await sizeOf() - before) / (opsPerSecond * 4), 'bytes in the store for an op');
  const written = writer === null ? NaN : writtenBytes(writer) - writtenBefore;
  if (!Number.isNaN(written)) take(peer.name, written / (opsPerSecond * 4), 'bytes written to storage for an op');
  take(peer.name, bytes / latencies.length / 50, 'bytes on the wire for an op and a reader');
}

export const bytesCase: Case = {
  name: 'bytes of an op',
  measure: async ({ file, mongo, mongodPid }, run, take) => {
    const path = file(`bytes-${run}`);
    const sizeOfFiles = (): Promise<number> => Promise.resolve(['', '-wal'].reduce((sum, end) => sum + (statSync(path + end, { throwIfNoEntry: false })?.size ?? 0), 0));
    await using(coboard('Coboard on SQLite', `sqlite:${path}`, full), (peer) => storedBytes(peer, peer.pid, sizeOfFiles, take));
    if (!mongo) return;
    const address = mongo(`bytes-${run}`);
    const client = await new MongoClient(address).connect();
    await using(coboard('Coboard on MongoDB', address, full), (peer) => storedBytes(peer, mongodPid, async () => Number((await client.db().command({ dbStats: 1 }))['dataSize']), take));
    await client.close();
  },
};
