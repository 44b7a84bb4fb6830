import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStage, shown, titled } from './document/live-stage.ts';

test('LIVE-24 closing a dashboard once too often takes it from nobody who opens it after that', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  live.edit(titled('On its way'));
  coboard.closeDashboard(live);
  coboard.closeDashboard(live);
  const [first, second] = [coboard.openDashboard(stage.id), coboard.openDashboard(stage.id)];
  assert.deepEqual([first === live, second === live], [true, true]);
  coboard.closeDashboard(first);
  await stage.settle();
  assert.ok(coboard.openDashboard(stage.id) === live, 'the second still has it');
  const { live: bens } = await stage.opened('Ben');
  bens.edit(titled('By Ben'));
  await stage.settle();
  assert.equal(shown(second).title, 'By Ben');
});

test('LIVE-39 an edit that is refused after its dashboard was closed is told all the same', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  const told: string[] = [];
  coboard.strayRefusals.subscribe(({ dashboard, code }) => told.push(`${dashboard} ${code}`));
  stage.server.refuseNext('OP_RESULT_INVALID');
  live.edit(titled('On its way'));
  await stage.settle();
  assert.deepEqual(told, [], 'whoever has it open is told there');
  stage.server.refuseNext('OP_RESULT_INVALID');
  live.edit(titled('On its way'));
  coboard.closeDashboard(live);
  await stage.settle();
  assert.deepEqual(told, [`${stage.id} OP_RESULT_INVALID`]);
});
