import type { Peer } from '../peers.ts';
import type { Stores } from '../throughput.ts';

export type Take = (contender: string, value: number, unit: string) => void;

/** A measurement; `run` is unique for each round, for names of files and databases. */
export interface Case {
  readonly name: string;
  readonly measure: (stores: Stores, run: string, take: Take) => Promise<void>;
}

export async function using<T>(starting: Promise<Peer>, measure: (peer: Peer) => Promise<T>): Promise<T> {
  const peer = await starting;
  try {
    return await measure(peer);
  } finally {
    await peer.stop();
  }
}

export const now = (): number => performance.now();

/** Of documents: with the rows that are written to. */
export const full = { withDataset: true };
