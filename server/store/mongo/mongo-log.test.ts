import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ObjectId } from 'mongodb';
import type { MongoConnection } from './mongo-connection.ts';
import { MongoLog } from './mongo-log.ts';

/** A MongoDB with one op that can be seen and is not in the journal; the write that waits for that one may find it gone, as after a crash. */
function withOp(survives: boolean): { log: MongoLog; barriers: () => number } {
  let op: { _id: ObjectId; v: number } | null = { _id: new ObjectId(), v: 7 };
  let barriers = 0;
  const collections: Record<string, object> = {
    o_dashboards: { findOne: (wanted: { _id?: ObjectId }) => Promise.resolve(wanted._id === undefined || op?._id.equals(wanted._id) === true ? op : null) },
    settings: {
      updateOne: () => {
        barriers += 1;
        if (!survives) op = null;
        return Promise.resolve();
      },
    },
  };
  const log = new MongoLog({ db: { collection: (name: string) => collections[name] } } as unknown as MongoConnection);
  return { log, barriers: () => barriers };
}

test('STORE-36 an op that is looked for is found once it is durable, and not if a crash takes it back', async () => {
  const durable = withOp(true);
  assert.equal(await durable.log.findOp('dashboards', 'd', 'c', 1), 7);
  assert.equal(durable.barriers(), 1);
  const lost = withOp(false);
  assert.equal(await lost.log.findOp('dashboards', 'd', 'c', 1), null);
});
