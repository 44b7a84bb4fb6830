import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoboardError } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';
import { LiveStage, heard, shown, titled } from './live-stage.ts';

test('LIVE-9 a role that changes holds at once, here as there; whoever loses access is told by whom', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ben');
  const refusals = heard(live.refusals);
  const dashboard = shown(live);
  stage.server.dashboard(stage.id).everyone = 'viewer';
  stage.server.tellRole(stage.id, stage.server.user('Ben'), 'Ana');
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'viewer' });
  assert.equal(shown(live), dashboard);
  assert.equal(live.edit(titled('No')), false);
  assert.equal(live.undo().status, 'nothing');
  assert.deepEqual(refusals.map(({ code, sent }) => [code, sent]), [['FORBIDDEN', false]]);
  stage.server.setRole(stage.id, 'Ben', null, 'Ana');
  await stage.settle();
  assert.deepEqual(live.state.value, { status: 'gone', by: 'Ana' });
  stage.server.setRole(stage.id, 'Ben', 'editor', 'Ana');
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'editor' });
  assert.equal(live.edit(titled('Again')), true);
});

test('LIVE-22 an edit of others that arrives after one lost access does not bring the dashboard back', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ben');
  const changes = heard(live.changes);
  stage.server.setRole(stage.id, 'Ben', null, 'Ana');
  await stage.settle();
  const late = { a: 'op', c: 'dashboards', d: stage.id, v: 1, src: 'other', seq: 1, op: [{ p: ['title'], od: 'Sales overview', oi: 'Late' }] };
  stage.server.tell('Ben', late);
  await stage.settle();
  assert.deepEqual([live.state.value, changes], [{ status: 'gone', by: 'Ana' }, []]);
});

test('LIVE-10 an access that was given back while one was away is found at the next connection', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ben');
  stage.server.setRole(stage.id, 'Ben', null, 'Ana');
  await stage.settle();
  assert.equal(live.state.value.status, 'gone');
  coboard.connection.pause();
  await stage.settle();
  stage.server.setRole(stage.id, 'Ben', 'editor', 'Ana');
  coboard.connection.resume();
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'editor' });
  assert.deepEqual(shown(live), stage.kept);
});

test('LIVE-11 a role that was asked for before a notice, and answered after it, does not count', async () => {
  const stage = new LiveStage();
  const coboard = await stage.client('Ben');
  const asked: (() => void)[] = [];
  coboard.api.access = () => new Promise((resolve) => {
    asked.push(() => {
      resolve({ everyone: 'editor', people: {}, users: {} });
    });
  });
  const live = coboard.openDashboard(stage.id);
  await stage.settle();
  stage.server.dashboard(stage.id).everyone = 'viewer';
  stage.server.tellRole(stage.id, stage.server.user('Ben'), 'Ana');
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'viewer' });
  assert.equal(asked.length, 1);
  asked[0]?.();
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'viewer' });
});

test('LIVE-23 one’s role is asked for once for each connection, however long it holds', async () => {
  const stage = new LiveStage();
  const coboard = await stage.client('Ben');
  const access = coboard.api.access.bind(coboard.api);
  let asked = 0;
  coboard.api.access = (id) => {
    asked += 1;
    return access(id);
  };
  const live = coboard.openDashboard(stage.id);
  await stage.clock.advance(10 * limits.heartbeatIntervalMs);
  assert.equal(asked, 1);
  // while nobody could tell
  stage.server.cut('Ben', { stay: true });
  await stage.settle();
  stage.server.dashboard(stage.id).everyone = 'viewer';
  stage.server.restore('Ben');
  coboard.connection.tryNow();
  await stage.settle();
  assert.equal(asked, 2);
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'viewer' });
});

test('LIVE-12 a role that cannot be asked for is asked for again', async () => {
  const stage = new LiveStage();
  const coboard = await stage.client('Ben');
  const access = coboard.api.access.bind(coboard.api);
  let failures = 2;
  coboard.api.access = (id) => (failures-- > 0 ? Promise.reject(new CoboardError('INTERNAL')) : access(id));
  const live = coboard.openDashboard(stage.id);
  await stage.clock.advance(1_000);
  assert.equal(live.state.value.status, 'loading');
  await stage.clock.advance(4_000);
  assert.equal(live.state.value.status, 'ready');
});

test('LIVE-31 a role that could not be asked for after a reconnect is asked for again', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ben');
  const access = coboard.api.access.bind(coboard.api);
  let failures = 1;
  coboard.api.access = (id) => (failures-- > 0 ? Promise.reject(new CoboardError('INTERNAL')) : access(id));
  stage.server.cut('Ben', { stay: true });
  await stage.settle();
  stage.server.dashboard(stage.id).everyone = 'viewer';
  stage.server.restore('Ben');
  coboard.connection.tryNow();
  await stage.settle();
  assert.partialDeepStrictEqual([failures, live.state.value], [0, { status: 'ready', role: 'editor' }]);
  await stage.clock.advance(2_000);
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'viewer' });
});

test('LIVE-13 a dashboard that is deleted, or was never there, is gone for everybody', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  live.edit(titled('To undo'));
  await stage.settle();
  await coboard.api.deleteDashboard(stage.id);
  await stage.settle();
  assert.deepEqual([live.state.value, live.undoable.value], [{ status: 'gone', by: null }, { undo: null, redo: null }]);
  assert.equal(live.edit(titled('No')), false);
  const never = coboard.openDashboard('never');
  await stage.settle();
  assert.deepEqual(never.state.value, { status: 'gone', by: null });
});
