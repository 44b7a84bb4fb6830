import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { closeCodes } from '../../model/errors.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
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
  for (const stage of ['gate', 'turn', 'seal', 'sequence', 'log', 'publish', 'write']) {
    assert.ok(value(later, `coboard_stage_seconds_count{stage="${stage}"}`) >= 20, stage);
    assert.ok((quantile(earlier, later, 'coboard_stage_seconds', 0.5, `stage="${stage}"`) ?? 0) > 0, stage);
  }
  assert.deepEqual(growing(earlier, later, 'coboard_refusals_total'), [['ACTION_UNKNOWN', 0.5]]);
  const shown = screen(server.url, earlier, later);
  for (const words of ['ACTION_UNKNOWN 0.5/s', 'dashboards open 1 of 1', 'sockets 1', 'redis off']) assert.ok(shown.includes(words), `${words}\n${shown}`);
  await client.close();
});

test('TOP-6 the time in which an edit waits is told: for its turn, and for who it is sealed with', async (t) => {
  /** It takes long to make somebody known. */
  class SlowStore extends SqliteStore {
    override async createSetting(...args: Parameters<SqliteStore['createSetting']>): Promise<string> {
      if (args[0].startsWith('identity:')) await sleep(60);
      return super.createSetting(...args);
    }
  }
  const slow = await startServer({ limits: { opsPerSecondMax: 20, opsBurstMax: 1 } }, { store: new SlowStore(':memory:') });
  t.after(() => slow.stop());
  const ana = await Person.signIn(slow.url, 'Ana');
  const client = new StockClient(ana);
  await client.connected();
  const ids = [await ana.create('One'), await ana.create('Two'), await ana.create('Three')];
  for (const id of ids) await client.subscribe(id);
  await Promise.all(ids.map((id) => client.submit(id, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }])));
  const text = String((await call(slow.url, 'GET', '/metrics')).body['text']);
  for (const stage of ['turn', 'seal']) {
    const sum = Number(new RegExp(`^coboard_stage_seconds_sum\\{stage="${stage}"\\} (\\S+)$`, 'm').exec(text)?.[1]);
    assert.ok(sum > 0.04, `${stage}: ${String(sum)}`);
  }
  await client.close();
});

test('TOP-7 readers that were cut off are told from those that lag', () => {
  const at = (lagged: number, dropped: number, ms: number): Metrics => parseMetrics(`coboard_readers_lagged_total ${String(lagged)}\ncoboard_refusals_total{code="4430"} ${String(dropped)}\n`, ms);
  assert.match(screen('here', at(0, 0, 0), at(6, 2, 2_000)), /lagging readers 3\.0\/s, dropped 1\.0\/s/);
  const board = JSON.parse(readFileSync('docs/grafana/coboard.json', 'utf8')) as { panels: { targets?: { expr: string; legendFormat: string }[] }[] };
  const asked = board.panels.flatMap(({ targets = [] }) => targets);
  assert.match(asked.find(({ legendFormat }) => legendFormat === 'dropped')?.expr ?? '', new RegExp(`coboard_refusals_total\\{.*code=\\\\?"${String(closeCodes.readerTooSlow)}`));
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
