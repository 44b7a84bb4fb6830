import assert from 'node:assert/strict';
import { test } from 'node:test';
import ShareDB from 'sharedb';
import { CoboardError } from '../../../model/errors.ts';
import { LiveStage, described, heard, shown, titled } from './live-stage.ts';

/** Has the store of a stage's server fail as often as is asked. */
function failingStore({ server }: LiveStage): { times: number } {
  const failures = { times: 0 };
  const dashboardFor = server.dashboardFor.bind(server);
  server.dashboardFor = (id, userId) => {
    if (failures.times <= 0) return dashboardFor(id, userId);
    failures.times -= 1;
    throw new CoboardError('STORE_UNAVAILABLE');
  };
  return failures;
}

test('LIVE-27 a dashboard that cannot be loaded right now loads as soon as it can, and a closed one is not asked for', async () => {
  const stage = new LiveStage();
  const store = failingStore(stage);
  const coboard = await stage.client('Ben');
  store.times = 5;
  const live = coboard.openDashboard(stage.id);
  const statuses = heard(live.state).map(({ status }) => status);
  assert.deepEqual(statuses, ['loading']);
  await stage.clock.advance(1_000);
  assert.deepEqual([live.state.value.status, live.edit(titled('Too early'))], ['loading', false]);
  await stage.clock.advance(20_000);
  assert.deepEqual([live.state.value.status, store.times], ['ready', 0]);
  store.times = 1_000;
  const closed = coboard.openDashboard('another');
  await stage.settle();
  coboard.closeDashboard(closed);
  await stage.settle();
  const { times } = store;
  await stage.clock.advance(60_000);
  assert.equal(store.times, times);
});

test('LIVE-28 a dashboard that a newer Coboard wrote is told as such and not edited', async () => {
  const stage = new LiveStage();
  const kept = stage.server.dashboard(stage.id);
  kept.data = { ...kept.data, schema: 99 as never };
  const { live } = await stage.opened('Ana');
  assert.partialDeepStrictEqual(live.state.value, { status: 'failed', code: 'SCHEMA_TOO_NEW' });
  assert.deepEqual([live.edit(titled('No')), live.undo().status, live.pendingCount.value], [false, 'nothing', 0]);
  await stage.settle();
  assert.equal(kept.ops.length, 0);
});

test('LIVE-29 where the server’s state cannot be fetched after a refusal, it is fetched as soon as it can be', async (t) => {
  // ShareDB reports it, besides telling us
  const reported = t.mock.method(ShareDB.logger, 'error', () => undefined);
  const stage = new LiveStage();
  const store = failingStore(stage);
  const { live } = await stage.opened('Ana');
  const { live: bens } = await stage.opened('Ben');
  const refusals = heard(live.refusals);
  const maybeRefuse = stage.server.maybeRefuse.bind(stage.server);
  stage.server.maybeRefuse = () => {
    try {
      maybeRefuse();
    } catch (error) {
      store.times = 3;
      throw error;
    }
  };
  stage.server.refuseNext('FORBIDDEN');
  live.edit(titled('Refused'));
  await stage.settle();
  assert.deepEqual([reported.mock.callCount(), store.times < 3], [1, true], 'it was asked for');
  bens.edit(described('Meanwhile'));
  await stage.clock.advance(20_000);
  assert.deepEqual(refusals.map(({ code, sent }) => [code, sent]), [['FORBIDDEN', true]]);
  assert.deepEqual([shown(live), live.pendingCount.value, stage.kept.title], [stage.kept, 0, 'Sales overview']);
  assert.equal(live.edit(titled('Taken')), true);
  await stage.settle();
  assert.deepEqual([stage.kept.title, shown(bens).title, live.pendingCount.value], ['Taken', 'Taken', 0]);
});
