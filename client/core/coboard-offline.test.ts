import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './document/browser-stage.ts';
import { described, shown, titled } from './document/live-stage.ts';
import { NetworkError } from './api/coboard-api.ts';

test('LOCAL-13 edits of a window that was closed without a network are in the next one, and are sent when there is one', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  assert.equal(first.saving.value.isKept, true);
  await browser.goDown(true);
  live.edit(titled('Made in a tunnel'));
  live.edit(described('Twice'));
  await stage.settle();
  browser.crash(first);

  const second = await browser.window();
  assert.equal(second.user.value?.name, 'Ana', 'who it is is known without the server');
  const again = second.openDashboard(stage.id);
  await stage.settle();
  assert.deepEqual([shown(again).title, shown(again).description, second.saving.value.pendingCount], ['Made in a tunnel', 'Twice', 2]);
  again.edit((dashboard) => titled(`${dashboard.title}, and after it`)(dashboard));
  await browser.goDown(false);
  assert.deepEqual([stage.kept.title, stage.kept.description, second.saving.value.pendingCount], ['Made in a tunnel, and after it', 'Twice', 0]);
  assert.equal(browser.device('u-ana').outboxes.size, 0);
  assert.ok(again.undo().status === 'done', 'what was made before can be taken back still');
});

test('LOCAL-14 an op whose answer was lost with its window is not made twice', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  stage.server.loseNextAnswer();
  live.edit((dashboard) => [{ p: ['title'], t: 'text0', o: [{ p: dashboard.title.length, i: '!' }] }]);
  await stage.clock.advance(1);
  browser.crash(first);
  assert.equal(stage.kept.title, 'Sales overview!');
  const second = await browser.window();
  const again = second.openDashboard(stage.id);
  await stage.clock.advance(5_000);
  assert.deepEqual([shown(again).title, stage.kept.title, second.saving.value.pendingCount], ['Sales overview!', 'Sales overview!', 0]);
});

test('LOCAL-15 edits of a window that is gone are sent by another one, whatever that shows', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  const other = await browser.window();
  await browser.goDown(true);
  live.edit(titled('Left behind'));
  await stage.settle();
  browser.crash(first);
  await browser.goDown(false);
  assert.equal(stage.kept.title, 'Left behind');
  assert.equal(browser.device('u-ana').outboxes.size, 0);
  other.stop();
});

test('LOCAL-16 signing out leaves nothing of a person on the device', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  coboard.openDashboard(stage.id);
  await coboard.keep('list', [1]);
  await stage.settle();
  assert.ok(browser.device('u-ana').copies.size > 0);
  assert.deepEqual(await coboard.kept('list'), [1]);
  await coboard.signOut();
  await stage.settle();
  const { copies, ops, outboxes, values } = browser.device('u-ana');
  assert.deepEqual([copies.size, ops.size, outboxes.size, values.size, browser.last], [0, 0, 0, 0, null]);
  stage.server.isDown = true;
  await assert.rejects(browser.window(), NetworkError);
});

test('LOCAL-17 nothing is sent as somebody else’s who has signed in in another window', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const live = coboard.openDashboard(stage.id);
  await stage.settle();
  await browser.goDown(true);
  live.edit(titled('Ana’s'));
  browser.session.user = stage.server.user('Ben');
  await browser.goDown(false);
  assert.equal(coboard.connection.state.value.status, 'signedOut');
  assert.deepEqual([stage.kept.title, coboard.saving.value.pendingCount], ['Sales overview', 1]);
  browser.session.user = stage.server.user('Ana');
  coboard.connection.tryNow();
  await stage.clock.advance(5_000);
  assert.deepEqual([stage.kept.title, coboard.saving.value.pendingCount], ['Ana’s', 0]);
});

test('LOCAL-26 signing out in one window ends the session in the others, which give up what they have and keep nothing again', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const [one, two] = [await browser.window(), await browser.window()];
  const live = two.openDashboard(stage.id);
  one.openDashboard(stage.id);
  await stage.settle();
  two.connection.pause();
  live.edit(titled('Never sent'));
  await stage.settle();
  assert.equal(browser.anas.outboxes.size, 1);
  await one.signOut();
  live.edit(titled('Nobody’s'));
  await stage.clock.advance(30_000);
  assert.deepEqual([two.user.value, two.saving.value.pendingCount, two.connection.state.value.status, live.state.value.status], [null, 0, 'signedOut', 'loading']);
  two.closeDashboard(live);
  await stage.clock.advance(30_000);
  const { copies, ops, outboxes, values } = browser.anas;
  assert.deepEqual([copies.size, ops.size, outboxes.size, values.size, browser.last, stage.kept.title], [0, 0, 0, 0, null, 'Sales overview']);
});
