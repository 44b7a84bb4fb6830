import assert from 'node:assert/strict';
import { test } from 'node:test';
import ShareDB from 'sharedb';
import { CoboardError } from '../../../model/errors.ts';
import { Browser } from './browser-stage.ts';
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

test('LIVE-51 an op that the server cannot take now is sent again, less and less often, and nobody is told; what may be of its own making is', async () => {
  for (const code of ['STORE_UNAVAILABLE', 'ARCHIVE_UNAVAILABLE', 'SERVER_DRAINING', 'MESSAGE_TOO_FAST'] as const) {
    const stage = new LiveStage();
    const { live } = await stage.opened('Ana');
    const refusals = heard(live.refusals);
    for (let i = 0; i < 5; i++) stage.server.refuseNext(code);
    live.edit(titled('Kept'));
    live.edit(described('Behind it'));
    // 0.5, 1, 2 and 4 s
    await stage.clock.advance(7_400);
    assert.deepEqual([stage.kept.title, shown(live).title, live.pendingCount.value], ['Sales overview', 'Kept', 2], code);
    await stage.clock.advance(9_000);
    assert.deepEqual([stage.kept.title, stage.kept.description, live.pendingCount.value, refusals.length], ['Kept', 'Behind it', 0, 0]);
    stage.server.refuseNext(code);
    live.edit(titled('The next one begins anew'));
    await stage.clock.advance(700);
    assert.equal(stage.kept.title, 'The next one begins anew');
  }
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const refusals = heard(live.refusals);
  stage.server.refuseNext('INTERNAL');
  live.edit(titled('Bad'));
  await stage.clock.advance(60_000);
  assert.deepEqual([refusals.map(({ code }) => code), shown(live).title, live.pendingCount.value], [['INTERNAL'], 'Sales overview', 0]);
});

test('LIVE-52 where the server knows a client id no more, the op in flight goes under new numbers, once, also over a reload', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const refusals = heard(live.refusals);
  stage.server.refuseNext('CLIENT_ID_REFUSED');
  live.edit(titled('Once'));
  live.edit(described('And this'));
  await stage.clock.advance(2_000);
  const { ops } = stage.server.dashboard(stage.id);
  assert.deepEqual([stage.kept.title, stage.kept.description, live.pendingCount.value, refusals.length, ops.length], ['Once', 'And this', 0, 0, 1]);

  const browser = new Browser();
  const first = await browser.window();
  const firsts = first.openDashboard(browser.stage.id);
  await browser.stage.settle();
  browser.stage.server.refuseNext('CLIENT_ID_REFUSED');
  firsts.edit((dashboard) => [{ p: ['title'], t: 'text0', o: [{ p: dashboard.title.length, i: '!' }] }]);
  await browser.stage.settle();
  // it is in the log, and the window does not live to hear that
  browser.stage.server.loseNextAnswer();
  await browser.stage.clock.advance(500);
  browser.crash(first);
  const second = await browser.window();
  second.openDashboard(browser.stage.id);
  await browser.stage.clock.advance(5_000);
  assert.deepEqual([browser.stage.kept.title, browser.stage.server.dashboard(browser.stage.id).ops.length, second.saving.value.pendingCount], ['Sales overview!', 1, 0]);
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
