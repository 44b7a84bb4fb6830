import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from '../document/browser-stage.ts';
import { described, shown, titled } from '../document/live-stage.ts';
import { asked, content, created, wishesOf } from './wishes-stage.ts';

const changes = /^(POST|DELETE) \/api\/dashboards/;

test('WISH-5 windows see each other’s wishes, one of them sends, and another takes over when it is gone', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const [one, two] = [await browser.window(), await browser.window()];
  await browser.goDown(true);
  const id = await wishesOf(one).create(content('Of one'));
  await stage.settle();
  assert.deepEqual(wishesOf(two).list.value, wishesOf(one).list.value);
  const [ones, twos] = [one.openDashboard(id), two.openDashboard(id)];
  await stage.settle();
  ones.edit(titled('By one'));
  twos.edit(described('By two'));
  await wishesOf(two).delete(stage.id, 'Board');
  await browser.goDown(false);
  assert.deepEqual(asked(browser, changes), ['POST /api/dashboards', `DELETE /api/dashboards/${stage.id}`]);
  assert.deepEqual([shown(ones), shown(twos).title, created(browser)[0]?.data.description], [shown(twos), 'By one', 'By two']);

  // the one that has the right to send crashes while the server does not answer
  await browser.goDown(true);
  await wishesOf(one).restore(stage.id, 'Board');
  stage.server.loseNextRequestAnswer();
  stage.server.isDown = false;
  one.connection.tryNow();
  await stage.settle();
  one.stop();
  browser.anas.claimed.clear();
  await stage.clock.advance(40_000);
  assert.deepEqual([stage.server.dashboard(stage.id).deletedAt, wishesOf(two).list.value, two.saving.value.pendingCount], [null, [], 0]);
});

test('WISH-7 wishes are their person’s: never sent as somebody else’s, gone from the device with them, and unknown to whoever comes next', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  await browser.goDown(true);
  await wishesOf(coboard).create(content('Ana’s'));
  // Ben signs in in another window of this browser; the page of Ana's is still open
  browser.session.user = stage.server.user('Ben');
  await browser.goDown(false);
  assert.deepEqual([created(browser), coboard.saving.value.pendingCount], [[], 1]);
  const bens = await browser.window();
  assert.deepEqual([wishesOf(bens).list.value, bens.saving.value.pendingCount], [[], 0]);
  bens.stop();
  await assert.rejects(coboard.api.forUser('u-ana').deleteDashboard(stage.id), { code: 'SIGN_IN_REQUIRED' });
  browser.session.user = stage.server.user('Ana');
  coboard.connection.tryNow();
  await stage.clock.advance(40_000);
  assert.deepEqual([created(browser).map(({ people }) => people), coboard.saving.value.pendingCount], [[{ 'u-ana': 'owner' }], 0]);

  coboard.connection.pause();
  const id = await wishesOf(coboard).create(content('Given up'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  await coboard.signOut();
  await stage.settle();
  assert.deepEqual([wishesOf(coboard).list.value, coboard.saving.value.pendingCount, browser.anas.values.size, live.state.value.status], [[], 0, 0, 'loading']);
  await coboard.signIn({ name: 'Ben' });
  await stage.clock.advance(40_000);
  assert.deepEqual([created(browser).length, live.state.value.status], [1, 'gone']);
});

test('WISH-17 an answer that comes after its person has signed out changes nothing, on the device or for whoever is next', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  stage.server.isSilent = true;
  await wishesOf(coboard).create(content('Too late'));
  await stage.settle();
  stage.server.isSilent = false;
  await coboard.signOut();
  await coboard.signIn({ name: 'Ben' });
  await stage.settle();
  stage.server.isDown = true;
  await wishesOf(coboard).create(content('Ben’s'));
  stage.server.isDown = false;
  await stage.clock.advance(60_000);
  assert.deepEqual([created(browser).map(({ data, people }) => [data.title, people]), browser.anas.values.size, coboard.saving.value.pendingCount], [[['Ben’s', { 'u-ben': 'owner' }]], 0, 0]);
});

test('WISH-11 without a place on the device wishes wait in the window, and it is told that they are not kept', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = stage.server.client('Ana');
  await coboard.start();
  coboard.connection.pause();
  const id = await wishesOf(coboard).create(content('In memory'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Edited'));
  assert.deepEqual([shown(live).title, coboard.saving.value.pendingCount, coboard.saving.value.isKept], ['Edited', 2, false]);
  coboard.connection.resume();
  await stage.clock.advance(1_000);
  assert.deepEqual([stage.server.dashboard(id).data.title, coboard.saving.value.pendingCount], ['Edited', 0]);
});

test('WISH-19 edits of a window that was closed without a network count in the others, on a dashboard that they have open too', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const [one, two, three] = [await browser.window(), await browser.window(), await browser.window()];
  const [ones, twos] = [one.openDashboard(stage.id), two.openDashboard(stage.id)];
  await stage.settle();
  await browser.goDown(true);
  ones.edit(titled('By one'));
  await stage.settle();
  const counts = (): number[] => [two, three].map(({ saving }) => saving.value.pendingCount);
  assert.deepEqual(counts(), [0, 0], 'the one says so itself');
  twos.edit(described('By two'));
  await stage.settle();
  assert.deepEqual([counts(), await wishesOf(two).elsewhere(), await wishesOf(three).elsewhere()], [[1, 0], 1, 2], 'signing out would lose more');
  // its locks are free, those of the others are not
  const outbox = [...browser.anas.outboxes].find(([, { edits }]) => edits.some(({ op }) => op[0]?.p[0] === 'title'))?.[0] ?? assert.fail();
  one.stop();
  browser.anas.claimed.delete(outbox);
  await stage.clock.advance(10_000);
  assert.deepEqual([counts(), await wishesOf(three).elsewhere()], [[2, 1], 1]);
  await browser.goDown(false);
  await stage.clock.advance(20_000);
  assert.deepEqual([counts(), stage.kept.title, stage.kept.description], [[0, 0], 'By one', 'By two']);
});

test('WISH-20 what is kept of an unsaved dashboard is worked out once, and anew when an edit comes', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  await browser.goDown(true);
  live.edit(titled('Once'));
  await stage.settle();
  const other = await browser.window();
  const look = async (): Promise<unknown> => (await wishesOf(other).unsaved()).get(stage.id);
  const once = await look();
  assert.partialDeepStrictEqual(once, { title: 'Once' });
  assert.equal(await look(), once, 'the very same');
  live.edit(titled('Twice'));
  await stage.settle();
  assert.partialDeepStrictEqual(await look(), { title: 'Twice' });
  await browser.goDown(false);
  assert.equal(await look(), undefined);
});
