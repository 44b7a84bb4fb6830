import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConnectionState } from './connection-states.ts';
import { connectionView, type ConnectionFacts, type ConnectionView } from './connection-view.ts';

const began = 1_000_000_000;
const second = 1_000;
const online: ConnectionState = { status: 'online', since: began - 60 * second, route: 'live', latencyMs: 23.4, attempt: 0, draining: false };
const waiting: ConnectionState = { status: 'waiting', since: began, until: began + 8 * second, attempt: 3, because: 'lost' };

const view = (state: ConnectionState, afterMs: number, facts: Partial<ConnectionFacts> = {}): ConnectionView =>
  connectionView({ state, pendingCount: 0, keptCount: facts.pendingCount ?? 0, pendingSince: null, savedAt: null, isKept: false, noAccess: null, ...facts }, began + afterMs);

test('CONN-19 online it says that all is saved, since when, and how far away the server is', () => {
  assert.partialDeepStrictEqual(view(online, 0), { look: 'saved', tone: 'good', compact: 'Saved', detail: '23 ms · live', banner: null, actions: ['pause'] });
  const ago = (ms: number): string => view(online, ms, { savedAt: began }).detail;
  assert.deepEqual([0, 999, 12 * second, 90 * second, 7_300 * second].map(ago), [
    'Saved just now · 23 ms · live', 'Saved just now · 23 ms · live', 'Saved 12 s ago · 23 ms · live', 'Saved 1 min ago · 23 ms · live', 'Saved 2 h ago · 23 ms · live',
  ]);
});

test('CONN-20 a save that is quick is not told, one that takes longer counts what is on its way, and a slow one gets a sentence', () => {
  const sending = (ms: number, pendingCount = 2): ConnectionView => view(online, ms, { pendingCount, pendingSince: began });
  assert.partialDeepStrictEqual(sending(399), { look: 'saved', changesAt: began + 400 });
  assert.partialDeepStrictEqual(sending(400), { look: 'sending', compact: 'Saving 2', detail: '2 edits on their way', banner: null, changesAt: began + 5_000 });
  assert.partialDeepStrictEqual(sending(5_000, 1), { look: 'sending', banner: 'Slow connection. 1 edit is on its way.', changesAt: null });
  // what waited for the connection is told at once, and is slow only when that is
  const back = { ...online, since: began + 60 * second };
  const sent = (ms: number): ConnectionView => view(back, 60 * second + ms, { pendingCount: 2, pendingSince: began });
  assert.partialDeepStrictEqual(sent(0), { look: 'sending', banner: null, changesAt: began + 65 * second });
  assert.equal(sent(5_000).banner, 'Slow connection. 2 edits are on their way.');
});

test('CONN-21 a short gap is not told; a longer one says what is tried, when, and that the work is kept', () => {
  assert.partialDeepStrictEqual(view(waiting, 2_999), { look: 'saved', detail: 'Connecting again', actions: [], changesAt: began + 3_000 });
  assert.partialDeepStrictEqual(view(waiting, 2_999, { pendingCount: 3, pendingSince: began }), { look: 'sending', compact: 'Saving 3', changesAt: began + 3_000 });
  assert.partialDeepStrictEqual(view(waiting, 3_000), {
    look: 'waiting', tone: 'warn', compact: 'Reconnecting in 5 s', detail: 'Tried 3 times', banner: 'Connection lost. Keep working: your edits are kept in this window.', actions: ['tryNow'], changesAt: began + 4_000,
  });
  assert.equal(view({ ...waiting, attempt: 1 }, 20 * second).detail, 'Tried once');
  assert.equal(view(waiting, 20 * second).compact, 'Reconnecting in 0 s', 'never a time that is over');
  assert.partialDeepStrictEqual(view({ status: 'connecting', since: began, attempt: 1, because: 'lost' }, 12 * second), { look: 'connecting', compact: 'Connecting', detail: 'Since 12 s' });
});

test('CONN-22 the first connection says at once that it connects, and after a while that the server cannot be reached', () => {
  const starting: ConnectionState = { status: 'connecting', since: began, attempt: 0, because: 'start' };
  assert.partialDeepStrictEqual(view(starting, 0), { look: 'connecting', banner: null });
  assert.equal(view(starting, 3_000).banner, 'The server cannot be reached yet.');
});

test('CONN-23 a planned restart is told as one, and as a problem only when it takes long', () => {
  const restarting: ConnectionState = { ...waiting, because: 'restart' };
  assert.partialDeepStrictEqual(view(restarting, 3_000), { look: 'restarting', tone: 'calm', title: 'Server restarts', banner: null, changesAt: began + 10_000 });
  assert.equal(view(restarting, 10_000).banner, 'The server is restarting. Keep working: your edits are kept in this window.');
});

test('CONN-24 offline, paused, signed out, refused and too old say what is kept and what one can do', () => {
  const pending = { pendingCount: 1_234, pendingSince: began };
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 0), { compact: 'Offline', detail: 'Everything is saved', actions: ['tryNow'] });
  assert.match(view({ status: 'offline', since: began }, 0, { ...pending, isKept: true }).banner ?? '', /kept on this device and sent/);
  assert.partialDeepStrictEqual(view({ status: 'tooOld', since: began }, 0, { ...pending, isKept: true }), { banner: 'Coboard was updated. Reload to go on; your edits are kept.', actions: ['reload'] });
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 60_000, { ...pending, savedAt: began, isKept: true }), { compact: 'Offline · 1,234 edits kept here', detail: 'Last synced 1 min ago', actions: ['copyEdits', 'tryNow'] });
  const half = { pendingCount: 2, keptCount: 1, pendingSince: began, isKept: true };
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 0, half), { compact: 'Offline · 1 edit kept here', detail: '1 edit is kept' });
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 0, { ...half, keptCount: 0 }), { compact: 'Offline', detail: 'Keeping 2 edits', actions: ['copyEdits', 'tryNow'] });
  assert.partialDeepStrictEqual(view({ status: 'paused', since: began }, 0), { look: 'paused', banner: 'Live updates are paused.', actions: ['resume'] });
  assert.partialDeepStrictEqual(view({ status: 'signedOut', since: began, code: 'SESSION_EXPIRED' }, 0), { banner: 'Your session ended. Sign in to go on.', actions: ['signIn'] });
  assert.partialDeepStrictEqual(view({ status: 'signedOut', since: began, code: 'SESSION_EXPIRED' }, 0, { ...pending, isKept: true }), { banner: 'Your session ended. Sign in to send 1,234 edits.', detail: '1,234 edits are kept' });
  assert.partialDeepStrictEqual(view({ status: 'refused', since: began, code: 'ORIGIN_REFUSED' }, 0), { tone: 'bad', actions: ['tryNow'] });
  assert.partialDeepStrictEqual(view({ status: 'tooOld', since: began }, 0), { banner: 'Coboard was updated. Reload to go on.', actions: ['reload'] });
  assert.partialDeepStrictEqual(view({ status: 'tooOld', since: began }, 0, { ...pending, pendingCount: 1 }), { banner: 'Coboard was updated. Reload to go on; copy your 1 edit before.', detail: '1 edit is in this window only', actions: ['copyEdits', 'reload'] });
  assert.partialDeepStrictEqual(view({ status: 'closed' }, 0), { look: 'closed', banner: null, actions: [] });
});

test('CONN-25 an access that was taken away is told before all else, by whom, and what was not sent can be copied', () => {
  assert.partialDeepStrictEqual(view(online, 0, { noAccess: { by: 'Ben', pendingCount: 0 } }), { look: 'noAccess', tone: 'bad', detail: 'Ben removed you', banner: 'You no longer have access.', actions: [] });
  assert.partialDeepStrictEqual(view(waiting, 0, { noAccess: { by: 'Ben', pendingCount: 1 }, pendingCount: 1, pendingSince: began }), { banner: 'You no longer have access. 1 edit was not sent.', actions: ['copyEdits'] });
});

test('CONN-26 a view that changes by itself says when, and is another one then', () => {
  for (const state of [online, waiting, { ...waiting, because: 'restart' }, { status: 'offline', since: began }] as const) {
    for (const pendingCount of [0, 2]) {
      const facts = { pendingCount, pendingSince: pendingCount === 0 ? null : began, savedAt: began - 5_000 };
      let afterMs = 0;
      for (let step = 0; step < 6; step++) {
        const before = view(state, afterMs, facts);
        const { changesAt } = before;
        if (changesAt === null) break;
        assert.ok(changesAt > began + afterMs, 'later');
        afterMs = changesAt - began;
        const after = view(state, afterMs, facts);
        // seconds that are counted change the words; only what has run out does not
        if (state.status !== 'waiting' || afterMs < 8_000) assert.notDeepEqual({ ...after, changesAt }, before, `${state.status} at ${String(afterMs)}`);
      }
    }
  }
});

test('CONN-39 on the slower route it says that all is saved, and that it is the network; saving looks as ever', () => {
  const slower: ConnectionState = { ...online, route: 'polling' };
  assert.partialDeepStrictEqual(view(slower, 0, { savedAt: began - 3 * second }), {
    look: 'slower', tone: 'calm', compact: 'Saved, slower route', title: 'Online, slower route', detail: 'Saved 3 s ago · 23 ms · Your network blocks live connections', banner: null, actions: ['pause'],
  });
  assert.partialDeepStrictEqual(view(slower, 400, { pendingCount: 2, pendingSince: began }), { look: 'sending', compact: 'Saving 2' });
});

test('CONN-40 a connection that is not tried any more says so, where the edits are, and that one can try', () => {
  const givenUp: ConnectionState = { status: 'offline', since: began, retries: 5 };
  assert.partialDeepStrictEqual(view(givenUp, 0), {
    look: 'offline', tone: 'warn', compact: 'Not connected', title: 'Not connected', detail: 'Tried 5 times again', actions: ['tryNow'],
    banner: 'The server cannot be reached, and it is not tried any more. Your edits are kept in this window.',
  });
  assert.partialDeepStrictEqual(view({ ...givenUp, retries: 1 }, 60 * second, { savedAt: began, pendingCount: 1, pendingSince: began, isKept: true }), {
    compact: 'Not connected · 1 edit kept here', detail: 'Tried once again · Last synced 1 min ago', actions: ['copyEdits', 'tryNow'],
    banner: 'The server cannot be reached, and it is not tried any more. Your edits are kept on this device.',
  });
  assert.equal(view({ ...givenUp, retries: 0 }, 0).detail, 'Not tried again');
});

test('CONN-45 a dashboard that the server did not take is told, and that all is saved is not', () => {
  const kept = { pendingCount: 1, pendingSince: began, isRefused: true };
  for (const ms of [0, 400, 60_000]) assert.partialDeepStrictEqual(view(online, ms, kept), { look: 'refused', tone: 'bad', compact: 'Not saved', title: 'Not all is saved', banner: null });
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 0, kept), { look: 'offline', compact: 'Offline · 1 edit in this window' });
});

test('CONN-60 no word says that edits are kept where they live in the window only', () => {
  const pending = { pendingCount: 3, pendingSince: began };
  const states: readonly ConnectionState[] = [
    { status: 'offline', since: began }, { status: 'offline', since: began, retries: 5 }, { status: 'signedOut', since: began, code: 'SESSION_EXPIRED' }, { status: 'tooOld', since: began }, waiting, { ...waiting, because: 'restart' },
  ];
  for (const state of states) {
    for (const afterMs of [0, 60 * second]) {
      const [kept, memory] = [true, false].map((isKept) => { const { compact, detail, banner } = view(state, afterMs, { ...pending, isKept }); return [compact, detail, banner].join('; '); });
      assert.doesNotMatch(memory ?? '', /kept here|are kept;|are kept$|kept on this device/, state.status);
      assert.doesNotMatch(kept ?? '', /window/, state.status);
    }
  }
  assert.partialDeepStrictEqual(view({ status: 'offline', since: began }, 0, pending), { compact: 'Offline · 3 edits in this window', detail: '3 edits are in this window only' });
  assert.partialDeepStrictEqual(view({ status: 'signedOut', since: began, code: 'SESSION_EXPIRED' }, 0, { pendingCount: 1, pendingSince: began }), { detail: '1 edit is in this window only' });
});

test('CONN-61 a dashboard that does not exist or never was one’s own is not told as taken away, and only edits of it count', () => {
  assert.partialDeepStrictEqual(view(online, 0, { noAccess: { by: null, pendingCount: 0 }, pendingCount: 7, pendingSince: began }), {
    look: 'noAccess', detail: 'It does not exist, or is not shared with you', banner: null, actions: [],
  });
  assert.partialDeepStrictEqual(view(online, 0, { noAccess: { by: null, pendingCount: 2 }, pendingCount: 7, pendingSince: began }), {
    banner: 'This dashboard does not exist, or you have no access. 2 edits were not sent.', actions: ['copyEdits'],
  });
});
