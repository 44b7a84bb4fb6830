import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { CoboardServer } from '../../server/build-server.ts';
import { call, Person } from '../../tests/person.ts';
import { StockClient } from '../../tests/stock-client.ts';
import { startServer } from '../../tests/test-server.ts';
import { growing, parseMetrics, perSecond, quantile, value, type Metrics } from './parse-metrics.ts';
import { screen } from './screen.ts';

let server: CoboardServer;
before(async () => { server = await startServer(); });
after(() => server.stop());

const read = async (at: number): Promise<Metrics> => parseMetrics(String((await call(server.url, 'GET', '/metrics')).body['text']), at);

test('TOP-1 what happens on a server is seen: ops by stage, refusals by code, limits that were hit', async () => {
  const earlier = await read(0);
  const ana = await Person.signIn(server.url, 'Ana');
  const id = await ana.create('Busy');
  const client = new StockClient(ana);
  await client.connected();
  await client.subscribe(id);
  for (let i = 0; i < 20; i++) await client.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }]);
  await client.ask({ a: 'x' }, ({ error }) => error !== undefined);
  const later = await read(2_000);
  assert.ok(perSecond(earlier, later, 'coboard_op_seconds_count') >= 10);
  for (const stage of ['gate', 'sequence', 'log', 'publish', 'write']) {
    assert.ok(value(later, `coboard_stage_seconds_count{stage="${stage}"}`) >= 20, stage);
    assert.ok((quantile(earlier, later, 'coboard_stage_seconds', 0.5, `stage="${stage}"`) ?? 0) > 0, stage);
  }
  assert.deepEqual(growing(earlier, later, 'coboard_refusals_total'), [['ACTION_UNKNOWN', 0.5]]);
  const shown = screen(server.url, earlier, later);
  for (const words of ['ACTION_UNKNOWN 0.5/s', 'dashboards open 1 of 1', 'sockets 1', 'redis off']) assert.ok(shown.includes(words), `${words}\n${shown}`);
  await client.close();
});

test('TOP-2 a quantile lies within the bucket that it falls into, and nothing seen is nothing', () => {
  const of = (counts: readonly number[]): Metrics => parseMetrics([1, 2, 4, '+Inf'].map((le, i) => `h_bucket{le="${String(le)}"} ${String(counts[i])}`).join('\n'), 0);
  const none = of([0, 0, 0, 0]);
  assert.equal(quantile(none, of([0, 10, 10, 10]), 'h', 0.5), 1.5);
  assert.equal(quantile(none, of([10, 10, 10, 20]), 'h', 0.99), 4);
  assert.equal(quantile(none, none, 'h', 0.5), null);
});

test('TOP-3 the Grafana dashboard asks only for metrics that the server has', async () => {
  const known = new Set([...(await read(0)).samples.keys()].map((key) => key.replace(/\{.*/, '')));
  // counters with labels are there once something was counted
  for (const name of ['coboard_refusals_total', 'coboard_limit_hits_total', 'coboard_redis_up']) known.add(name);
  const board = readFileSync('docs/grafana/coboard.json', 'utf8');
  const asked = [...board.matchAll(/\b(?:coboard|nodejs|process)_[a-z0-9_]+/g)].map(([name]) => name);
  assert.ok(asked.length > 15);
  assert.deepEqual([...new Set(asked)].filter((name) => !known.has(name)), []);
});
