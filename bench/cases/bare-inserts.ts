import { MongoClient, ObjectId } from 'mongodb';
import { benchOp } from '../bench-document.ts';
import { now, type Case } from './case.ts';

/** How many journalled ops bare `insertMany` takes a second. */
async function bareInserts(address: string, batch: number): Promise<number> {
  const client = await new MongoClient(address, { writeConcern: { w: 1, journal: true } }).connect();
  const ops = client.db().collection<{ _id: ObjectId }>('bare');
  let count = 0;
  const begun = now();
  while (now() - begun < 2_000) {
    await ops.insertMany(Array.from({ length: batch }, (_, i) => ({ _id: new ObjectId(), d: 'd', v: count + i, src: 'x'.repeat(28), seq: i, op: benchOp(i, i), m: { ts: 1, u: 'x', n: 'x' }, o: null })), { ordered: true });
    count += batch;
  }
  const perSecond = count / ((now() - begun) / 1_000);
  await client.close();
  return perSecond;
}

export const bareInsertsCase: Case = {
  name: 'what MongoDB takes by itself',
  measure: async ({ mongo }, run, take) => {
    if (!mongo) return;
    for (const batch of [1, 25, 100, 500]) take(`insertMany of ${String(batch)}, journalled`, await bareInserts(mongo(`bare-${run}-${String(batch)}`), batch), 'ops/s');
  },
};
