import assert from 'node:assert/strict';
import { createHistogram, type ELDHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { test } from 'node:test';
import { Registry } from 'prom-client';
import { StillClock } from '../../tests/still-clock.ts';
import { call } from '../../tests/person.ts';
import { startServer } from '../../tests/test-server.ts';
import { LoopDelay } from './loop-delay.ts';

test('TOP-4 the longest stop of the event loop is the same for whoever reads, however often, for a minute at least', async () => {
  const [registry, clock] = [new Registry(), new StillClock()];
  const histogram = Object.assign(createHistogram() as unknown as RecordableHistogram & ELDHistogram, { enable: () => true, disable: () => true });
  const delay = new LoopDelay(registry, clock, histogram);
  delay.start();
  const longest = async (): Promise<number> => Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(await registry.metrics())?.[1]);
  assert.equal(await longest(), 0);
  clock.advance(50_000);
  histogram.record(2_000_000_000);
  histogram.record(10_000_000);
  for (let i = 0; i < 3; i++) assert.ok(Math.abs(await longest() - 2) < 0.01, 'reading takes nothing away');
  clock.advance(10_000);
  histogram.record(500_000_000);
  clock.advance(59_000);
  assert.ok(Math.abs(await longest() - 2) < 0.01);
  clock.advance(1_000);
  assert.ok(Math.abs(await longest() - 0.5) < 0.01, 'what is longer ago is gone');
  clock.advance(60_000);
  assert.equal(await longest(), 0);
  delay.stop();
});

test('TOP-5 a server tells its longest stop to the second who reads, too', async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  // the delay is measured from the first tick on
  await new Promise((resolve) => { setTimeout(resolve, 100); });
  const end = performance.now() + 200;
  while (performance.now() < end);
  const longest = async (): Promise<number> => Number(/^nodejs_eventloop_lag_max_seconds (\S+)$/m.exec(String((await call(server.url, 'GET', '/metrics')).body['text']))?.[1]);
  const [first, second] = [await longest(), await longest()];
  assert.ok(first >= 0.15 && second === first, `${String(first)}, then ${String(second)}`);
});
