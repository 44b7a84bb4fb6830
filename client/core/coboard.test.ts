import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceAt } from '../../model/edits.ts';
import type { Coboard } from './coboard.ts';
import type { LiveDashboard } from './document/live-dashboard.ts';
import { FakeClock, FakeServer } from './testing/index.ts';

const title = (live: LiveDashboard): string | null => (live.state.value.status === 'ready' ? live.state.value.dashboard.title : null);
const rename = (live: LiveDashboard, to: string): boolean => live.edit((dashboard) => replaceAt(dashboard, ['title'], to));

/** Ana's window on a dashboard of hers. */
async function window(): Promise<{ clock: FakeClock; server: FakeServer; id: string; coboard: Coboard; live: LiveDashboard }> {
  const clock = new FakeClock();
  const server = new FakeServer({ clock });
  const id = server.addDashboard({ owner: 'Ana', template: 'sales-overview' });
  const coboard = server.client('Ana');
  assert.equal((await coboard.start())?.name, 'Ana');
  const live = coboard.openDashboard(id);
  await clock.advance(50);
  assert.equal(title(live), 'Sales overview');
  return { clock, server, id, coboard, live };
}

test('LIVE-16 edits that were not sent when one signs out are given up, and never sent by whoever signs in next', async () => {
  const { clock, server, id, coboard, live } = await window();
  coboard.connection.pause();
  rename(live, 'Only Ana’s');
  assert.equal(coboard.saving.value.pendingCount, 1);
  await coboard.signOut();
  assert.deepEqual([coboard.user.value, coboard.connection.state.value.status, coboard.saving.value.pendingCount, live.state.value.status], [null, 'signedOut', 0, 'loading']);
  assert.equal(rename(live, 'Nobody’s'), false);
  await coboard.signIn({ name: 'Ben' });
  await clock.advance(3_000);
  assert.deepEqual([title(live), server.dashboard(id).data.title, server.dashboard(id).ops], ['Sales overview', 'Sales overview', []]);
  assert.partialDeepStrictEqual(live.state.value, { role: 'editor' });
  rename(live, 'Ben’s');
  await clock.advance(50);
  assert.deepEqual(server.dashboard(id).ops.map(({ author }) => author.name), ['Ben']);
});

test('LIVE-17 after a session ended, the same person’s edits go on, and another person’s begin anew', async () => {
  for (const next of ['Ana', 'Ben']) {
    const { clock, server, id, coboard, live } = await window();
    server.endSession('Ana');
    await clock.advance(1);
    assert.equal(coboard.connection.state.value.status, 'signedOut');
    rename(live, 'While signed out');
    await coboard.signIn({ name: next });
    await clock.advance(50);
    assert.deepEqual([coboard.connection.state.value.status, coboard.user.value?.name], ['online', next]);
    assert.deepEqual(server.dashboard(id).ops.map(({ author }) => author.name), next === 'Ana' ? ['Ana'] : []);
    assert.equal(title(live), next === 'Ana' ? 'While signed out' : 'Sales overview');
  }
});

test('LIVE-18 whoever signs in while connected is connected as themselves', async () => {
  const { clock, server, id, coboard, live } = await window();
  const room = coboard.openPresence(id);
  await clock.advance(50);
  assert.deepEqual(room.people.value.map(({ user, self }) => [user.name, self]), [['Ana', true]]);
  await coboard.signIn({ name: 'Ben' });
  await clock.advance(50);
  rename(live, 'Ben’s');
  await clock.advance(50);
  assert.equal(server.dashboard(id).ops[0]?.author.name, 'Ben');
  assert.deepEqual(room.people.value.map(({ user, self }) => [user.name, self]), [['Ben', true]]);
});

test('LIVE-19 stopped, it has left every room and waits for nothing', async () => {
  const { clock, server, id, coboard } = await window();
  coboard.openPresence(id);
  await clock.advance(50);
  assert.deepEqual(server.peopleIn(id).map(({ name }) => name), ['Ana']);
  coboard.stop();
  coboard.stop();
  await clock.advance(50);
  assert.deepEqual([server.peopleIn(id), coboard.connection.state.value.status, clock.timerCount], [[], 'closed', 0]);
});

test('LIVE-20 nobody signed in, nothing is connected', async () => {
  const clock = new FakeClock();
  const coboard = new FakeServer({ clock }).client(null);
  assert.equal(await coboard.start(), null);
  assert.deepEqual([coboard.connection.state.value.status, clock.timerCount], ['closed', 0]);
  await coboard.signIn({ name: 'Ana' });
  await clock.advance(50);
  assert.deepEqual([coboard.connection.state.value.status, coboard.user.value?.name], ['online', 'Ana']);
});
