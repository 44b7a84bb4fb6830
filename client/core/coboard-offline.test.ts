import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Browser } from './document/browser-stage.ts';
import { described, heard, shown, titled } from './document/live-stage.ts';
import { CoboardError } from '../../model/errors.ts';
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

test('LOCAL-40 where the network swallows every question, a dashboard opens from the device after a moment, and its edits arrive when there is an answer', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const first = await browser.window();
  first.openDashboard(stage.id);
  await stage.settle();
  browser.crash(first);
  // sockets do not come through either
  stage.server.isSilent = true;
  stage.server.cut('Ana', { stay: true });
  const second = browser.blankWindow();
  const started = second.start();
  await stage.clock.advance(1_400);
  assert.equal(second.user.value, null, 'an answer that takes a moment is waited for');
  await stage.clock.advance(150);
  assert.equal((await started)?.name, 'Ana');
  const live = second.openDashboard(stage.id);
  await stage.settle();
  live.edit(titled('In a tunnel'));
  await stage.clock.advance(120_000);
  assert.deepEqual([shown(live).title, second.saving.value.pendingCount, stage.kept.title], ['In a tunnel', 1, 'Sales overview']);
  stage.server.isSilent = false;
  stage.server.restore('Ana');
  await stage.clock.advance(40_000);
  assert.deepEqual([stage.kept.title, second.saving.value.pendingCount], ['In a tunnel', 0]);
  second.stop();
  await stage.settle();
  assert.equal(stage.clock.timerCount, 0);
});

test('LOCAL-41 who went on without an answer and is not signed in any more is told so by the connection, and keeps the edits', async () => {
  for (const next of [null, 'Ben']) {
    const browser = new Browser();
    const { stage } = browser;
    const first = await browser.window();
    first.openDashboard(stage.id);
    await stage.settle();
    browser.crash(first);
    browser.session.user = next === null ? null : stage.server.user(next);
    stage.server.isSilent = true;
    const second = browser.blankWindow();
    void second.start();
    await stage.clock.advance(2_000);
    const live = second.openDashboard(stage.id);
    await stage.settle();
    live.edit(titled('Ana’s'));
    stage.server.isSilent = false;
    await stage.clock.advance(60_000);
    assert.partialDeepStrictEqual(second.connection.state.value, { status: 'signedOut', code: 'SIGN_IN_REQUIRED' });
    assert.deepEqual([stage.kept.title, second.saving.value.pendingCount, browser.last], ['Sales overview', 1, stage.server.user('Ana')]);
    await second.signIn({ name: 'Ana' });
    await stage.clock.advance(5_000);
    assert.deepEqual([stage.kept.title, second.saving.value.pendingCount], ['Ana’s', 0]);
  }
});

test('LOCAL-42 a server that has trouble of its own is as good as none at the start, and one that refuses is not', async () => {
  for (const [code, name] of [['STORE_UNAVAILABLE', 'Ana'], ['TOO_MANY_REQUESTS', 'Ana'], ['INTERNAL', 'Ana'], ['OPTION_INVALID', 'Ana'], ['ORIGIN_REFUSED', null]] as const) {
    const browser = new Browser();
    const first = await browser.window();
    browser.crash(first);
    const second = browser.blankWindow();
    second.api.session = () => Promise.reject(new CoboardError(code));
    if (name === null) await assert.rejects(second.start(), { code });
    else assert.equal((await second.start())?.name, name, code);
    second.stop();
    browser.last = null;
    await assert.rejects(second.start(), { code }, 'where nobody is known');
  }
});

test('LOCAL-45 one can sign out without a network: nothing of the person stays, nobody is signed in here, and the session ends as soon as the server can be told', async () => {
  for (const how of ['isDown', 'isSilent'] as const) {
    const browser = new Browser();
    const { stage } = browser;
    const coboard = await browser.window();
    const live = coboard.openDashboard(stage.id);
    await stage.settle();
    await browser.goDown(true);
    live.edit(titled('Never sent'));
    await stage.settle();
    stage.server.isDown = false;
    stage.server[how] = true;
    const leaving = coboard.signOut();
    await stage.clock.advance(2_000);
    await leaving;
    const { copies, outboxes, values } = browser.anas;
    assert.deepEqual([coboard.user.value, coboard.connection.state.value.status, copies.size, outboxes.size, values.size], [null, 'signedOut', 0, 0, 0]);
    assert.ok(browser.session.user !== null, 'the server does not know of it');
    coboard.stop();

    // a window that is opened then lets nobody in
    const second = browser.blankWindow();
    const refused = assert.rejects(second.start());
    await stage.clock.advance(2_000);
    await refused;
    assert.deepEqual([second.user.value, second.connection.state.value.status], [null, 'closed']);
    stage.server[how] = false;
    assert.equal(await second.start(), null);
    assert.deepEqual([browser.session.user, browser.last], [null, null]);
    await second.signIn({ name: 'Ben' });
    await stage.settle();
    assert.deepEqual([second.user.value?.name, stage.kept.title], ['Ben', 'Sales overview']);
    second.stop();
  }
});

test('LOCAL-46 whoever signs in next ends the session that was left without a network first, and a server that refuses to end one is heard', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  stage.server.isDown = true;
  await coboard.signOut();
  stage.server.isDown = false;
  stage.server.requests.length = 0;
  await coboard.signIn({ name: 'Ben' });
  assert.deepEqual(stage.server.requests.slice(0, 2), ['DELETE /api/session', 'POST /api/session']);
  coboard.api.signOut = () => Promise.reject(new CoboardError('ORIGIN_REFUSED'));
  await assert.rejects(coboard.signOut(), { code: 'ORIGIN_REFUSED' });
  assert.equal(coboard.user.value?.name, 'Ben');
  // where nothing remembers it, it would be forgotten
  const bare = stage.server.client('Cem');
  await bare.start();
  stage.server.isDown = true;
  await assert.rejects(bare.signOut(), NetworkError);
  assert.equal(bare.user.value?.name, 'Cem');
});

/** A window of Ana's crashes with two edits; where there is a gap, they cannot be placed any more without the server. */
async function leaveBehind(browser: Browser, hasGap = true): Promise<void> {
  const { stage } = browser;
  const { live: bens } = await stage.opened('Ben');
  const first = await browser.window();
  const live = first.openDashboard(stage.id);
  await stage.settle();
  await browser.goDown(true);
  live.edit(titled('Left behind'));
  live.edit(described('Twice'));
  await stage.settle();
  browser.crash(first);
  if (!hasGap) return;
  bens.edit((dashboard) => described(`${dashboard.description} Ben’s`)(dashboard));
  await stage.settle();
  const copy = browser.anas.copies.get(stage.id) ?? assert.fail();
  const { version, data } = stage.server.dashboard(stage.id);
  assert.equal(version, copy.version + 1);
  browser.anas.copies.set(stage.id, { ...copy, version, data: structuredClone(data) });
}

test('LOCAL-27 kept edits that have no way any more are told as refused, once and whole, by whichever window finds them', async () => {
  for (const [isOpen, hasGap] of [[false, true], [true, true], [false, false], [true, false]] as const) {
    const browser = new Browser();
    const { stage } = browser;
    await leaveBehind(browser, hasGap);
    stage.server.dashboards.delete(stage.id);
    const second = await browser.window();
    const told = heard(isOpen ? second.openDashboard(stage.id).refusals : second.strayRefusals);
    await browser.goDown(false);
    await stage.clock.advance(120_000);
    assert.deepEqual(told.map(({ code, retry }) => [code, retry]), (hasGap ? [1] : [1, 2]).map(() => ['NOT_FOUND', false]));
    assert.deepEqual([...new Set(told.flatMap(({ op }) => op.map(({ p }) => p[0])))], ['title', 'description']);
    assert.deepEqual([browser.anas.outboxes.size, second.saving.value.pendingCount], [0, 0]);
  }
});

test('LOCAL-28 what the server cannot say now is asked less and less often, at once after a gap, and the edits arrive then', async () => {
  const browser = new Browser();
  const { stage } = browser;
  await leaveBehind(browser);
  const second = await browser.window();
  let asked = 0;
  let fails = true;
  const { api } = second;
  api.forUser = () => Object.assign(Object.create(api) as typeof api, { ops: (...which: Parameters<typeof api.ops>) => {
    asked += 1;
    return fails ? Promise.reject(new CoboardError('INTERNAL')) : api.ops(...which);
  } });
  await browser.goDown(false);
  await stage.clock.advance(3_600_000);
  assert.ok(asked > 5 && asked < 16, String(asked));
  assert.equal(second.saving.value.pendingCount, 1, 'it is not said that all is saved');
  fails = false;
  await browser.goDown(true);
  await browser.goDown(false);
  assert.deepEqual([stage.kept.title, browser.anas.outboxes.size, second.saving.value.pendingCount], ['Left behind', 0, 0]);
});

test('LOCAL-29 kept edits without a copy of their dashboard are not written over, and arrive once there is one', async () => {
  for (const isOpen of [false, true]) {
    const browser = new Browser();
    const { stage } = browser;
    await leaveBehind(browser);
    browser.anas.copies.clear();
    const second = await browser.window();
    const live = isOpen ? second.openDashboard(stage.id) : null;
    await browser.goDown(false);
    await stage.clock.advance(1_000);
    live?.edit((dashboard) => titled(`${dashboard.title}!`)(dashboard));
    await stage.clock.advance(60_000);
    assert.deepEqual([stage.kept.title.split('!').length - 1, stage.kept.title.includes('Left behind')], [isOpen ? 1 : 0, true]);
    assert.deepEqual([browser.anas.outboxes.size, second.saving.value.pendingCount], [0, 0]);
  }
});

test('LOCAL-47 an edit is said to be kept once it is written down, and no sooner', async () => {
  const browser = new Browser();
  const { stage } = browser;
  const coboard = await browser.window();
  const live = coboard.openDashboard(stage.id);
  await stage.settle();
  await browser.goDown(true);
  live.edit(titled('Kept'));
  await stage.settle();
  const counts = (): number[] => [coboard.saving.value.pendingCount, coboard.saving.value.keptCount];
  assert.deepEqual(counts(), [1, 1]);

  const slow = Promise.withResolvers<undefined>();
  browser.slowness = slow.promise;
  live.edit(described('On its way to the disk'));
  assert.deepEqual(counts(), [2, 1]);
  await stage.settle();
  assert.deepEqual(counts(), [2, 1]);
  slow.resolve(undefined);
  await stage.settle();
  assert.deepEqual(counts(), [2, 2]);

  // the next window knows that what it found is kept
  browser.crash(coboard);
  const second = await browser.window();
  second.openDashboard(stage.id);
  await stage.settle();
  assert.deepEqual([second.saving.value.pendingCount, second.saving.value.keptCount], [2, 2]);
  await browser.goDown(false);
  assert.deepEqual([second.saving.value.pendingCount, second.saving.value.keptCount], [0, 0]);
});
