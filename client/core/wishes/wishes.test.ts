import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../../model/limits.ts';
import { Browser } from '../document/browser-stage.ts';
import { described, heard, shown, titled } from '../document/live-stage.ts';
import { asked, content, created, wishesOf } from './wishes-stage.ts';

const changes = /^(POST|DELETE) \/api\/dashboards/;

test('WISH-1 a dashboard that is created without a network opens at once, is edited, survives a crash, and is on the server once with all edits when there is a network', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  await browser.goDown(true);
  const tunnel = content('Tunnel');
  const id = await wishesOf(first).create(tunnel);
  const live = first.openDashboard(id);
  await stage.settle();
  assert.partialDeepStrictEqual(live.state.value, { status: 'ready', role: 'owner', version: 1 });
  live.edit(described('Made there'));
  await stage.settle();
  assert.equal(first.saving.value.pendingCount, 2, 'the dashboard, and the edit');
  browser.crash(first);

  const second = await browser.window();
  assert.deepEqual([second.saving.value.pendingCount, second.saving.value.pendingSince], [1, wishesOf(second).list.value[0]?.at], 'it has waited before');
  const again = second.openDashboard(id);
  await stage.settle();
  assert.deepEqual([shown(again).title, shown(again).description, second.saving.value.pendingCount], ['Tunnel', 'Made there', 2]);
  again.edit(titled('Light'));
  await stage.settle();
  await browser.goDown(false);
  const [made, ...more] = created(browser);
  assert.deepEqual([made?.id, made?.data, more], [id, { ...tunnel, title: 'Light', description: 'Made there' }, []]);
  assert.equal(JSON.stringify(made?.ops).match(/Made there/g)?.length, 1);
  assert.deepEqual([second.saving.value.pendingCount, again.state.value.status, wishesOf(second).list.value, browser.anas.outboxes.size], [0, 'ready', [], 0]);
  assert.deepEqual(asked(browser, changes), ['POST /api/dashboards']);
});

test('WISH-2 what the server has done and whose answer is lost is asked again, and done once', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const { create, done } = { create: (title: string) => wishesOf(coboard).create(content(title)), done: heard(wishesOf(coboard).done) };
  stage.server.loseNextRequestAnswer();
  const id = await create('Once');
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Once, edited'));
  assert.deepEqual([created(browser).length, wishesOf(coboard).list.value.length], [1, 1], 'it is there and not known to be');
  await stage.clock.advance(5_000);
  assert.deepEqual([created(browser).map(({ data }) => data.title), coboard.saving.value.pendingCount], [['Once, edited'], 0]);
  for (const step of ['delete', 'restore'] as const) {
    stage.server.loseNextRequestAnswer();
    await wishesOf(coboard)[step](id, 'Board');
    await stage.clock.advance(5_000);
    assert.equal(stage.server.dashboard(id).deletedAt === null, step === 'restore');
  }
  assert.deepEqual([done.map(({ step }) => step), asked(browser, changes).length], [['create', 'delete', 'restore'], 6]);
});

test('WISH-3 what undoes a wish that the server never heard of is not sent, and what was created and deleted can be brought back with its edits', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const wishes = wishesOf(coboard);
  await browser.goDown(true);
  await wishes.delete(stage.id, 'Board');
  await wishes.restore(stage.id, 'Board');
  const id = await wishes.create(content('On and off'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Edited'));
  coboard.closeDashboard(live);
  await stage.settle();
  await wishes.delete(id, 'Board');
  assert.deepEqual([wishes.list.value.map(({ dashboard, deletedAt }) => [dashboard, deletedAt !== null]), wishes.count.value, coboard.saving.value.pendingCount], [[[id, true]], 0, 0]);
  browser.crash(coboard);
  const after = await browser.window();
  await browser.goDown(false);
  await stage.clock.advance(30_000);
  assert.deepEqual([asked(browser, changes), created(browser), after.saving.value.pendingCount], [[], [], 0]);
  assert.equal((await wishesOf(after).unsaved()).get(id)?.title, 'Edited');
  await wishesOf(after).restore(id, 'Board');
  await stage.clock.advance(30_000);
  assert.deepEqual([created(browser).map(({ data }) => data.title), after.saving.value.pendingCount], [['Edited'], 0]);
});

test('WISH-4 a deletion lets the edits of its dashboard go first, so that they come back with it', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const live = coboard.openDashboard(stage.id);
  await stage.settle();
  await browser.goDown(true);
  live.edit(titled('Renamed before'));
  coboard.closeDashboard(live);
  await wishesOf(coboard).delete(stage.id, 'Board');
  await stage.settle();
  browser.crash(coboard);
  const after = await browser.window();
  assert.equal(after.saving.value.pendingCount, 2, 'the deletion, and an edit of a window that is gone');
  await browser.goDown(false);
  assert.deepEqual([stage.kept.title, stage.server.dashboard(stage.id).deletedAt !== null, after.saving.value.pendingCount], ['Renamed before', true, 0]);
  await wishesOf(after).restore(stage.id, 'Board');
  await stage.settle();
  const back = after.openDashboard(stage.id);
  await stage.settle();
  assert.equal(shown(back).title, 'Renamed before');
});

test('WISH-15 edits of a window that is gone go as soon as their dashboard is created', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  await browser.goDown(true);
  const id = await wishesOf(coboard).create(content('Left behind'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Edited'));
  await stage.settle();
  browser.crash(coboard);
  stage.server.isDown = false;
  const after = await browser.window();
  await stage.clock.advance(500);
  assert.deepEqual([stage.server.dashboard(id).data.title, after.saving.value.pendingCount], ['Edited', 0]);
});

test('WISH-6 what the server does not do is told: a dashboard it does not take stays here with its edits until it is tried again, the rest is as it was', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const wishes = wishesOf(coboard);
  const told = heard(wishes.refusals);
  stage.server.refuseNextRequest('DOCUMENT_FULL');
  const id = await wishes.create(content('Too much'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Still here'));
  await stage.clock.advance(60_000);
  assert.deepEqual([told.map(({ step, refused: { code } }) => [step, code]), asked(browser, changes).length, coboard.saving.value.pendingCount], [[['create', 'DOCUMENT_FULL']], 1, 2]);
  assert.deepEqual([wishes.list.value[0]?.refused?.code, shown(live).title, coboard.saving.value.isRefused], ['DOCUMENT_FULL', 'Still here', true]);
  await wishes.tryAgain(id);
  await stage.settle();
  assert.deepEqual([stage.server.dashboard(id).data.title, coboard.saving.value.pendingCount, coboard.saving.value.isRefused], ['Still here', 0, false]);

  stage.server.refuseNextRequest('FORBIDDEN');
  await wishes.delete(stage.id, 'Board');
  await stage.settle();
  assert.deepEqual([told.at(-1)?.step, told.at(-1)?.refused.code, wishes.list.value, stage.server.dashboard(stage.id).deletedAt], ['delete', 'FORBIDDEN', [], null]);
});

test('WISH-8 a server that cannot do it now is asked again, less and less often, and at once when there is a new connection', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  for (let i = 0; i < 20; i++) stage.server.refuseNextRequest(i % 2 === 0 ? 'STORE_UNAVAILABLE' : 'TOO_MANY_REQUESTS');
  await wishesOf(coboard).create(content('Patience'));
  await stage.clock.advance(60_000);
  assert.equal(asked(browser, changes).length, 6, 'at 0, 2, 6, 14, 30 and 60 s');
  assert.equal(coboard.saving.value.pendingCount, 1);
  stage.server.cut('Ana');
  await stage.clock.advance(1_500);
  assert.equal(asked(browser, changes).length, 7);
  await stage.clock.advance(10 * 60_000);
  assert.deepEqual([created(browser).length, coboard.saving.value.pendingCount], [1, 0]);
  coboard.stop();
  await stage.settle();
  assert.equal(stage.clock.timerCount, 0);
});

test('WISH-16 a request that is never answered is given up, and asked again', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  stage.server.isSilent = true;
  await wishesOf(coboard).create(content('Swallowed'));
  await stage.clock.advance(29_000);
  stage.server.isSilent = false;
  await stage.clock.advance(500);
  assert.deepEqual([created(browser), coboard.saving.value.pendingCount], [[], 1]);
  await stage.clock.advance(5_000);
  assert.deepEqual([created(browser).length, coboard.saving.value.pendingCount], [1, 0]);
  coboard.stop();
  await stage.settle();
  assert.equal(stage.clock.timerCount, 0);
});

test('WISH-9 what was created and deleted on one device alone goes after the time of a bin, with its edits; and only so much waits', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  await browser.goDown(true);
  const id = await wishesOf(coboard).create(content('For nothing'));
  const live = coboard.openDashboard(id);
  await stage.settle();
  live.edit(titled('Edited'));
  coboard.closeDashboard(live);
  await wishesOf(coboard).delete(id, 'Board');
  await stage.settle();
  browser.crash(coboard);
  stage.clock.sleep(limits.binDurationMs - 60_000);
  const sooner = await browser.window();
  assert.equal(wishesOf(sooner).list.value.length, 1);
  browser.crash(sooner);
  stage.clock.sleep(60_000);
  const after = await browser.window();
  assert.deepEqual([wishesOf(after).list.value, browser.anas.outboxes.size], [[], 0]);
  for (let i = 0; i < limits.wishesMax; i++) await wishesOf(after).delete(`board-${String(i)}`, 'Board');
  await assert.rejects(wishesOf(after).create(content('One too many')), { code: 'TOO_MANY_REQUESTS' });
  assert.equal(wishesOf(after).list.value.length, limits.wishesMax);
});

test('WISH-10 on a dashboard that was created here one meets the others as soon as the server has it', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  stage.server.refuseNextRequest('STORE_UNAVAILABLE');
  const id = await wishesOf(coboard).create(content('Soon'));
  const room = coboard.openPresence(id);
  await stage.settle();
  assert.deepEqual(stage.server.peopleIn(id), []);
  await stage.clock.advance(5_000);
  assert.deepEqual(stage.server.peopleIn(id).map(({ name }) => name), ['Ana']);
  coboard.closePresence(room);
});

test('WISH-18 nothing is asked about a dashboard that the server does not know yet', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  // the network is there, and the answer to the creation takes its time
  stage.server.refuseNextRequest('STORE_UNAVAILABLE');
  const id = await wishesOf(coboard).create(content('New'));
  coboard.openDashboard(id);
  coboard.openPresence(id);
  await stage.settle();
  const about = (): string[] => stage.server.requests.filter((request) => request.includes(id));
  assert.deepEqual([created(browser), about()], [[], []]);
  await stage.clock.advance(30_000);
  assert.equal(created(browser).length, 1);
  assert.ok(about().includes(`POST /api/dashboards/${id}/conflicts`), about().join('\n'));
});
