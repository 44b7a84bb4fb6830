import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dashboard } from '../../../model/dashboard.ts';
import { addTab, addWidget, editText, moveWidget, removeWidgets, replaceAt } from '../../../model/edits.ts';
import type { Op } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import { LiveStage, described, heard, shown, titled, typed } from './live-stage.ts';
import type { DashboardChange, Refusal } from './live-state.ts';

test('LIVE-1 it loads, and edits are there at once, saved a moment later, and then with everybody', async () => {
  const stage = new LiveStage();
  const coboard = await stage.client('Ana');
  const anas = coboard.openDashboard(stage.id);
  assert.equal(anas.state.value.status, 'loading');
  assert.equal(anas.edit(titled('Too early')), false);
  await stage.settle();
  const { live: bens } = await stage.opened('Ben');
  assert.partialDeepStrictEqual(bens.state.value, { status: 'ready', role: 'editor', version: 1 });
  const saved = heard(anas.saved);
  assert.equal(anas.edit(titled('Mine')), true);
  assert.deepEqual([shown(anas).title, anas.pendingCount.value, anas.lastSavedAt.value], ['Mine', 1, null]);
  const op = anas.unsaved();
  assert.equal(op.length, 1);
  await stage.settle();
  assert.deepEqual([shown(bens).title, stage.kept.title, anas.pendingCount.value, anas.unsaved()], ['Mine', 'Mine', 0, []]);
  assert.deepEqual(saved, [{ op: op[0], version: 2, at: anas.lastSavedAt.value }]);
  assert.equal(anas.edit(() => []), false, 'nothing to change');
});

test('LIVE-2 what an edit does not touch is the very same object, and nothing that was shown ever changes', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const { live: bens } = await stage.opened('Ben');
  const box = { x: 0, y: 90, w: 3, h: 3 };
  const note = { kind: 'note', tab: Object.keys(shown(live).tabs)[0] ?? '', title: 'New', box, settings: { text: '' } } as unknown as Dashboard['widgets'][string];
  const edits: readonly ((dashboard: Dashboard) => Op)[] = [
    (dashboard) => addWidget(dashboard, note, 'fresh'), (dashboard) => moveWidget(dashboard, 'fresh', { x: 5, y: 91 }), (dashboard) => editText(dashboard, ['widgets', 'fresh', 'settings', 'text'], 'typed'),
    (dashboard) => removeWidgets(dashboard, ['fresh']),
  ];
  for (const edit of edits) {
    for (const [one, other] of [[live, bens], [bens, live]] as const) {
      const [before, others] = [shown(one), shown(other)];
      const copies = structuredClone([before, others]);
      const [first = ''] = Object.keys(before.widgets);
      one.edit(one === live ? edit : typed(`${before.title}.`));
      await stage.settle();
      assert.deepEqual([before, others], copies);
      for (const [was, is] of [[before, shown(one)], [others, shown(other)]] as const) {
        assert.notEqual(is, was);
        assert.equal(is.widgets[first], was.widgets[first]);
        assert.equal(is.datasets, was.datasets);
      }
    }
  }
  assert.deepEqual(shown(live), stage.kept);
});

test('LIVE-3 each change says where it was, who made it, and comes when the state has it', async () => {
  const stage = new LiveStage();
  const { live: anas } = await stage.opened('Ana');
  const { live: bens } = await stage.opened('Ben');
  const changes: (DashboardChange & { title: string })[] = [];
  bens.changes.subscribe((change) => changes.push({ ...change, title: shown(bens).title }));
  anas.edit(titled('By Ana'));
  await stage.settle();
  bens.edit(titled('By Ben'));
  await stage.settle();
  assert.deepEqual(changes.map(({ paths, source, author, title }) => ({ paths, source, author, title })), [
    { paths: [['title']], source: 'remote', author: { id: 'u-ana', name: 'Ana' }, title: 'By Ana' },
    { paths: [['title']], source: 'local', author: null, title: 'By Ben' },
  ]);
  assert.deepEqual(changes.map(({ version }) => version), [2, 2]);
});

test('LIVE-4 what is not saved yet is counted by things: twenty letters in one title are one', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  coboard.connection.pause();
  for (let i = 0; i < 20; i++) live.edit((dashboard) => editText(dashboard, ['title'], `${dashboard.title}a`));
  assert.deepEqual([live.pendingCount.value, live.unsaved().length], [1, 20]);
  live.edit(described('Something else'));
  assert.equal(live.pendingCount.value, 2);
  const since = coboard.saving.value.pendingSince;
  assert.deepEqual(coboard.saving.value, { pendingCount: 2, keptCount: 2, pendingSince: stage.clock.now(), savedAt: null, isKept: false, isRefused: false });
  await stage.clock.advance(5_000);
  assert.equal(coboard.saving.value.pendingSince, since);
  coboard.connection.resume();
  await stage.settle();
  assert.deepEqual([live.pendingCount.value, coboard.saving.value.pendingCount, coboard.saving.value.pendingSince], [0, 0, null]);
  assert.equal(stage.server.dashboard(stage.id).ops.length, 1, 'what waits is sent as one op');
});

test('LIVE-5 a long time offline makes several ops and none that is too large', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  coboard.connection.pause();
  for (let i = 0; i < 260; i++) live.edit((dashboard) => editText(dashboard, i % 2 === 0 ? ['title'] : ['description'], String(i)));
  coboard.connection.resume();
  await stage.clock.advance(500);
  const { ops } = stage.server.dashboard(stage.id);
  assert.ok(ops.length > 1 && ops.every(({ op }) => op.length <= limits.opComponentsMax));
  assert.deepEqual([live.pendingCount.value, stage.kept.title, stage.kept.description], [0, '258', '259']);
});

test('LIVE-6 an edit that breaks a rule is refused here, and nothing else is affected', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const refusals = heard(live.refusals);
  const before = live.state.value;
  assert.equal(live.edit(titled('x'.repeat(limits.titleCharsMax + 1))), false);
  assert.equal(live.submit([{ p: ['widgets', 'gone', 'title'], t: 'text0', o: [{ p: 0, i: 'x' }] }]), false);
  assert.deepEqual(refusals.map(({ code, sent, retry }) => ({ code, sent, retry })), [
    { code: 'OP_RESULT_INVALID', sent: false, retry: false }, { code: 'OP_TARGET_MISSING', sent: false, retry: false },
  ]);
  assert.equal(live.state.value, before);
  assert.throws(() => live.edit(() => {
    throw new TypeError('a fault of the caller');
  }), TypeError);
  await stage.settle();
  assert.equal(stage.server.dashboard(stage.id).ops.length, 0);
});

test('LIVE-7 what the server refuses goes, with what was made on it and nothing else, and is told once each', async () => {
  const stage = new LiveStage();
  const { live: anas } = await stage.opened('Ana');
  const { live: bens, coboard: ben } = await stage.opened('Ben');
  const refusals: Refusal[] = heard(anas.refusals);
  const widgets = shown(anas).widgets;
  stage.server.delayMs = 20;
  stage.server.refuseNext('DOCUMENT_FULL');
  anas.edit((dashboard) => addTab(dashboard, 'Refused', 'refused'));
  await stage.clock.advance(1);
  anas.edit((dashboard) => replaceAt(dashboard, ['tabs', 'refused', 'title'], 'Built on it'));
  anas.edit(titled('Stays'));
  bens.edit(described('Ben’s'));
  await stage.clock.advance(200);
  assert.deepEqual(refusals.map(({ code, sent, op }) => [code, sent, op[0]?.p]), [['DOCUMENT_FULL', true, ['tabs', 'refused', 'title']], ['DOCUMENT_FULL', true, ['tabs', 'refused']]]);
  assert.deepEqual([shown(anas), anas.pendingCount.value], [stage.kept, 0]);
  assert.deepEqual([shown(anas).title, shown(anas).description, shown(anas).tabs['refused']], ['Stays', 'Ben’s', undefined]);
  assert.equal(shown(anas).widgets, widgets, 'what is equal is the same object');
  assert.equal(ben.saving.value.pendingCount, 0);
  anas.edit(titled('Allowed'));
  await stage.clock.advance(200);
  assert.equal(shown(bens).title, 'Allowed');
});

test('LIVE-32 a refused text takes along what was typed into it since, and what it replaced is back', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const refusals: Refusal[] = heard(live.refusals);
  stage.server.delayMs = 20;
  stage.server.refuseNext('DOCUMENT_FULL');
  live.edit(titled('One'));
  await stage.clock.advance(1);
  live.edit(described('Two'));
  await stage.clock.advance(100);
  assert.deepEqual([shown(live).title, shown(live).description, refusals.length], ['Sales overview', 'Two', 1]);
  await stage.clock.advance(5_000);
  assert.deepEqual([shown(live), live.pendingCount.value], [stage.kept, 0]);
});

test('LIVE-33 an edit that the server finds too far behind is sent again, and nobody is told', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  const refusals: Refusal[] = heard(live.refusals);
  stage.server.refuseNext('OP_TOO_FAR_BEHIND');
  live.edit(titled('Late'));
  await stage.settle();
  assert.deepEqual([stage.kept.title, shown(live).title, live.pendingCount.value], ['Sales overview', 'Late', 1]);
  await stage.clock.advance(2_000);
  assert.deepEqual([stage.kept.title, live.pendingCount.value, refusals.length], ['Late', 0, 0]);
});

test('LIVE-34 after a refusal the document is compared with the server’s, and fetched anew where it differs', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  stage.server.refuseNext('DOCUMENT_FULL');
  live.edit(titled('Refused'));
  await stage.settle();
  // what nobody was told, as if taking the edit out had gone wrong
  Object.assign(stage.kept, { description: 'The server’s' });
  assert.notEqual(shown(live).description, 'The server’s');
  await stage.clock.advance(5_000);
  assert.deepEqual(shown(live), stage.kept);
});

test('LIVE-8 an answer that is lost with the connection makes no second edit', async () => {
  const stage = new LiveStage();
  const { live } = await stage.opened('Ana');
  stage.server.loseNextAnswer();
  live.edit(typed('Sales overview once'));
  await stage.settle();
  assert.equal(live.pendingCount.value, 1);
  live.edit(described('while away'));
  await stage.clock.advance(2_000);
  assert.deepEqual([live.pendingCount.value, stage.kept.title, stage.kept.description], [0, 'Sales overview once', 'while away']);
  assert.equal(stage.server.dashboard(stage.id).ops.length, 2);
});

test('LIVE-14 one dashboard is shared by all who open it, ends with the last once its edits are through, and opens anew', async () => {
  const stage = new LiveStage();
  const { live, coboard } = await stage.opened('Ana');
  assert.equal(coboard.openDashboard(stage.id), live);
  coboard.closeDashboard(live);
  live.edit(titled('Still open'));
  assert.equal(live.pendingCount.value, 1);
  // the last one goes while an edit is on its way
  coboard.closeDashboard(live);
  coboard.closeDashboard(live);
  assert.equal(coboard.openDashboard(stage.id), live, 'it has not ended yet');
  coboard.closeDashboard(live);
  await stage.settle();
  assert.deepEqual([stage.kept.title, coboard.saving.value.pendingCount], ['Still open', 0]);
  const again = coboard.openDashboard(stage.id);
  assert.notEqual(again, live);
  await stage.settle();
  assert.equal(shown(again).title, 'Still open');
  const { live: bens } = await stage.opened('Ben');
  bens.edit(titled('By Ben'));
  await stage.settle();
  assert.deepEqual([shown(again).title, shown(live).title], ['By Ben', 'Still open']);
});

test('LIVE-15 undo and redo take back and make again one’s own edits, say what, and leave those of others', async () => {
  const stage = new LiveStage();
  const { live: anas } = await stage.opened('Ana');
  const { live: bens } = await stage.opened('Ben');
  anas.edit(typed('Sales overview!'));
  anas.edit(described('Ana’s'));
  await stage.settle();
  bens.edit(typed('Big Sales overview!'));
  await stage.settle();
  assert.deepEqual(anas.undo(), { status: 'done', words: anas.undoable.value.redo });
  assert.equal(shown(anas).description, '');
  anas.undo();
  assert.deepEqual([shown(anas).title, anas.undoable.value.undo, anas.undo().status], ['Big Sales overview', null, 'nothing']);
  anas.redo();
  anas.redo();
  assert.equal(anas.redo().status, 'nothing');
  await stage.settle();
  assert.deepEqual([stage.kept.title, stage.kept.description], ['Big Sales overview!', 'Ana’s']);
  assert.deepEqual(shown(bens), stage.kept);
  bens.edit((dashboard) => removeWidgets(dashboard, Object.keys(dashboard.widgets)));
  await stage.settle();
  assert.equal(anas.undo().status, 'done', 'the description is still there to take back');
});
