import { coboard } from '../peers.ts';
import type { Stores } from '../throughput.ts';
import { runWriters } from '../writers.ts';
import type { WritersJob } from '../writers-process.ts';
import { full, using, type Case } from './case.ts';

/** In turns there and back, so that what the machine does meanwhile falls on both alike. */
const turns = [true, false, false, true] as const;

const contenders = ({ mongo, file }: Stores): readonly (readonly [name: string, protocol: WritersJob['protocol'], store: (run: string) => string])[] => [
  ...(mongo ? [['on MongoDB, our client', 'coboard.1', mongo], ['on MongoDB, stock client', 'stock', mongo]] as const : []),
  ['on SQLite, our client', 'coboard.1', (run) => `sqlite:${file(run)}`],
];

/** What the seal on every op costs: 50 writers on one dashboard, with and without. */
export const sealingCase: Case = {
  name: 'sealing: 50 writers on one dashboard with and without seals',
  async measure(stores, run, take) {
    for (const [i, [name, protocol, store]] of contenders(stores).entries()) {
      const rates = { sealed: 0, unsealed: 0 };
      for (const [turn, isSealed] of turns.entries()) {
        const starting = coboard('Coboard', store(`seal-${run}-${String(i)}-${String(turn)}`), isSealed ? full : { ...full, script: 'bench/unsealed-server.ts' });
        const { opsPerSecond } = await using(starting, (peer) => runWriters({ ...peer, protocol, writers: 50, warmUpMs: 1_500, durationMs: 4_000 }));
        rates[isSealed ? 'sealed' : 'unsealed'] += (opsPerSecond * 2) / turns.length;
      }
      take(`Coboard ${name}`, rates.sealed, 'ops/s sealed');
      take(`Coboard ${name}`, rates.unsealed, 'ops/s without');
      take(`Coboard ${name}`, (100 * rates.sealed) / rates.unsealed, '% of without');
    }
  },
};
