import { serverLimits } from '../../model/limits.ts';
import { benchOp } from '../bench-document.ts';
import { LightClient } from '../light-client.ts';
import { coboard, type Peer } from '../peers.ts';
import { spread } from '../statistics.ts';
import { runWriters } from '../writers.ts';
import { full, now, using, type Case, type Take } from './case.ts';

const longLog = 50_000;

/** A document with 50,000 ops: opening it, reading its versions, and an op of 100 components that was made 50,000 ops ago. */
async function longDocument(peer: Peer, take: Take): Promise<void> {
  const reader = await LightClient.open(peer, 0);
  let version = 0;
  while (version < longLog) {
    await runWriters({ ...peer, protocol: 'coboard.1', writers: 200, warmUpMs: 0, durationMs: 4_000 });
    const { data } = await reader.ask({ a: 'f', c: 'dashboards', d: reader.document }, ({ a }) => a === 'f');
    version = (data as { v: number }).v;
  }
  const timed = async (message: object, action: string): Promise<number> => {
    const begun = now();
    const { error } = await reader.ask(message, ({ a }) => a === action);
    if (error !== undefined) throw new Error(JSON.stringify(error));
    return now() - begun;
  };
  const opens: number[] = [];
  const versions: number[] = [];
  for (let i = 0; i < 100; i++) {
    opens.push(await timed({ a: 'f', c: 'dashboards', d: reader.document }, 'f'));
    versions.push(await timed({ a: 'nf', id: i, c: 'dashboards', d: reader.document, v: 1 + Math.floor(Math.random() * (longLog - 1)) }, 'nf'));
  }
  take(peer.name, spread(opens).p95, 'ms p95 to open it');
  take(peer.name, spread(versions).p95, 'ms p95 to read one of its versions');
  await peer.longestTurnMs?.();
  // the furthest that the server brings an op forward by itself
  const stale = { a: 'op', c: 'dashboards', d: reader.document, v: version - serverLimits.opBehindMax, seq: 1, x: {}, op: Array.from({ length: 100 }, (_, i) => benchOp(i, 1)).flat() };
  take(peer.name, (await timed(stale, 'op')) / 1_000, 's until an op of 100 components that is 50,000 ops behind is through');
  take(peer.name, await peer.longestTurnMs?.() ?? Number.NaN, 'ms of the processor the longest turn took meanwhile');
  reader.close();
}

export const longDocumentCase: Case = {
  name: 'a dashboard with 50,000 ops',
  measure: async ({ file, mongo }, run, take) => {
    await using(coboard('Coboard on SQLite', `sqlite:${file(`long-${run}`)}`, { ...full, isWatched: true }), (peer) => longDocument(peer, take));
    if (mongo) await using(coboard('Coboard on MongoDB', mongo(`long-${run}`), { ...full, isWatched: true }), (peer) => longDocument(peer, take));
  },
};
