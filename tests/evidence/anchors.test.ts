import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { serverLimits } from '../../model/limits.ts';
import { CheckpointWriter } from '../../server/evidence/checkpoint-writer.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';

test('EVIDENCE-26 a checkpoint that the outside could not be told of is told with the next one', async () => {
  const store = new SqliteStore(':memory:');
  await store.start();
  const told: number[] = [];
  let isDown = true;
  const warned: string[] = [];
  const writer = new CheckpointWriter({
    store, clock: systemClock, key: generateKeyPairSync('ed25519').privateKey, limits: serverLimits, log: { warn: (words) => warned.push(words) },
    anchor: ({ n }) => {
      if (isDown) return Promise.reject(new Error('nobody there'));
      told.push(n);
      return Promise.resolve();
    },
  });
  for (const reference of ['a', 'b']) await writer.state({ erased: [reference] });
  assert.deepEqual([told, warned.length], [[], 2]);
  isDown = false;
  await writer.state({ erased: ['c'] });
  await writer.state({ erased: ['d'] });
  assert.deepEqual(told, [0, 1, 2, 3]);
  await store.stop();
});
