import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RealRedis, redisMissing } from '../../tests/real-redis.ts';
import { until } from '../../tests/until.ts';
import { runPubSubSuite } from '../sync/sharedb-suite.ts';
import { redisPubSub } from './wire.ts';

const missing = redisMissing();

test('CLUSTER-1 ShareDB’s own suite for pub/sub passes on the pub/sub that servers are joined by', { skip: missing ?? false }, async (t) => {
  const redis = await RealRedis.start();
  t.after(() => redis.kill());
  const { ran, passed, failures } = await runPubSubSuite((callback) => {
    const { pubsub, clients } = redisPubSub({ url: redis.url, prefix: 'suite' });
    until('Redis is connected', () => clients.every(({ isReady }) => isReady)).then(() => { callback(null, pubsub); }, callback);
  });
  t.diagnostic(`${String(passed)} of ${String(ran)} passed`);
  assert.deepEqual(failures, []);
  assert.ok(passed === ran && ran >= 8, `${String(passed)} of ${String(ran)}`);
});
