import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

test('GATE-7 a burst goes through at once, then the steady rate; what waits keeps its order', () => {
  let now = 0;
  const bucket = new TokenBucket(10, 5, () => now);
  const waits = Array.from({ length: 8 }, () => bucket.take());
  assert.deepEqual(waits, [0, 0, 0, 0, 0, 100, 200, 300]);
  now = 300;
  assert.equal(bucket.take(), 100);
  now = 10_000;
  assert.deepEqual(Array.from({ length: 6 }, () => bucket.take()), [0, 0, 0, 0, 0, 100]);
});

test('GATE-9 a clock that is set back does not lock anybody out', () => {
  let now = 1_000_000;
  const bucket = new TokenBucket(10, 2, () => now);
  assert.deepEqual([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()], [true, true, false]);
  now = 500_000;
  assert.equal(bucket.tryTake(), false);
  now += 100;
  assert.equal(bucket.tryTake(), true);
});

test('GATE-8 a token is taken only if one is there', () => {
  let now = 0;
  const bucket = new TokenBucket(10, 2, () => now);
  assert.deepEqual([bucket.tryTake(), bucket.tryTake(), bucket.tryTake(), bucket.tryTake()], [true, true, false, false]);
  now = 100;
  assert.deepEqual([bucket.tryTake(), bucket.tryTake()], [true, false]);
});
