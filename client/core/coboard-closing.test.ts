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
