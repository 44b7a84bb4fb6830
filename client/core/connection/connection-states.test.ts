import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { closeCodes } from '../../../model/errors.ts';
import {
  connectionEventTypes, connectionStatuses, nextState, type ConnectionEvent, type ConnectionEventType, type ConnectionState, type ConnectionStatus, type TableContext,
} from './connection-states.ts';

const begun = 1_000_000;
const delay = 700;
const at = (now: number): TableContext => ({ now, delayMs: (attempt) => delay + attempt, retriesMax: null });

const states: { readonly [S in ConnectionStatus]: Extract<ConnectionState, { status: S }> } = {
  connecting: { status: 'connecting', since: begun, attempt: 2, because: 'lost' },
  online: { status: 'online', since: begun, route: 'live', latencyMs: 12, attempt: 2, draining: false },
  waiting: { status: 'waiting', since: begun, until: begun + 900, attempt: 2, because: 'lost' },
  offline: { status: 'offline', since: begun },
  paused: { status: 'paused', since: begun },
  signedOut: { status: 'signedOut', since: begun, code: 'SESSION_EXPIRED' },
  refused: { status: 'refused', since: begun, code: 'ORIGIN_REFUSED' },
  tooOld: { status: 'tooOld', since: begun },
  closed: { status: 'closed' },
};

const events: { readonly [E in ConnectionEventType]: Extract<ConnectionEvent, { type: E }> } = {
  open: { type: 'open' }, opened: { type: 'opened', route: 'live' }, rerouted: { type: 'rerouted' }, lost: { type: 'lost', code: 1006 }, timedOut: { type: 'timedOut' }, waited: { type: 'waited' },
  heartbeatMissed: { type: 'heartbeatMissed' }, measured: { type: 'measured', latencyMs: 34 }, browserOnline: { type: 'browserOnline' }, browserOffline: { type: 'browserOffline' },
  awake: { type: 'awake' }, pause: { type: 'pause' }, resume: { type: 'resume' }, tryNow: { type: 'tryNow' }, signedIn: { type: 'signedIn' },
  signedOut: { type: 'signedOut', code: 'SIGN_IN_REQUIRED' }, refused: { type: 'refused', code: 'ORIGIN_REFUSED' }, draining: { type: 'draining' }, close: { type: 'close' },
};

/** What each state becomes; what is not written here leaves it as it is. */
const becomes: Readonly<Record<ConnectionStatus, Partial<Record<ConnectionEventType, ConnectionStatus>>>> = {
  connecting: {
    opened: 'online', lost: 'waiting', timedOut: 'waiting', browserOffline: 'offline', pause: 'paused', signedOut: 'signedOut', refused: 'refused', draining: 'connecting', close: 'closed',
  },
  online: {
    rerouted: 'connecting', lost: 'waiting', heartbeatMissed: 'waiting', measured: 'online', browserOffline: 'offline', pause: 'paused', signedIn: 'connecting', signedOut: 'signedOut', refused: 'refused',
    draining: 'online', close: 'closed',
  },
  waiting: {
    waited: 'connecting', browserOnline: 'connecting', awake: 'connecting', tryNow: 'connecting', signedIn: 'connecting', browserOffline: 'offline', pause: 'paused',
    signedOut: 'signedOut', refused: 'refused', close: 'closed',
  },
  offline: { browserOnline: 'connecting', tryNow: 'connecting', pause: 'paused', signedOut: 'signedOut', close: 'closed' },
  paused: { resume: 'connecting', tryNow: 'connecting', signedOut: 'signedOut', close: 'closed' },
  signedOut: { awake: 'connecting', tryNow: 'connecting', signedIn: 'connecting', close: 'closed' },
  refused: { tryNow: 'connecting', signedIn: 'connecting', signedOut: 'signedOut', close: 'closed' },
  tooOld: { tryNow: 'connecting', close: 'closed' },
  closed: { open: 'connecting' },
};

test('CONN-1 every state has an answer to every event, and what is not written here leaves it the very same', () => {
  assert.deepEqual([...connectionStatuses].sort(), Object.keys(states).sort());
  assert.deepEqual([...connectionEventTypes].sort(), Object.keys(events).sort());
  for (const status of connectionStatuses) {
    for (const type of connectionEventTypes) {
      const after = nextState(states[status], events[type], at(begun + 60_000));
      const expected = becomes[status][type];
      if (expected === undefined) assert.equal(after, states[status], `${status} stays at ${type}`);
      else assert.equal(after.status, expected, `${status} at ${type}`);
    }
  }
});

test('CONN-2 a close code says what comes next: sign in, reload, give up, or try again', () => {
  const signIn = { status: 'signedOut', since: begun + 1 } as const;
  const expected: Readonly<Record<keyof typeof closeCodes, Partial<ConnectionState>>> = {
    signInRequired: { ...signIn, code: 'SIGN_IN_REQUIRED' },
    sessionExpired: { ...signIn, code: 'SESSION_EXPIRED' },
    originRefused: { status: 'refused', code: 'ORIGIN_REFUSED' },
    clientTooOld: { status: 'tooOld' },
    goingAway: { status: 'waiting', because: 'restart' },
    messageInvalid: { status: 'waiting', because: 'lost' },
    heartbeatMissed: { status: 'waiting', because: 'lost' },
    messageTooLarge: { status: 'waiting', because: 'lost' },
    tooFast: { status: 'waiting', because: 'lost' },
    storeUnavailable: { status: 'waiting', because: 'lost' },
    readerTooSlow: { status: 'waiting', because: 'lost' },
  };
  for (const [name, code] of Object.entries(closeCodes)) {
    for (const from of [states.connecting, states.online]) {
      assert.partialDeepStrictEqual(nextState(from, { type: 'lost', code }, at(begun + 1)), expected[name as keyof typeof closeCodes], name);
    }
  }
});

test('CONN-3 a gap keeps when and why it began until it ends; delays grow, and begin anew after a connection that held', () => {
  let state = nextState(states.online, events.lost, at(begun + 1_000));
  assert.deepEqual(state, { status: 'waiting', since: begun + 1_000, until: begun + 1_000 + delay + 2, attempt: 3, because: 'lost' });
  state = nextState(state, events.waited, at(begun + 2_000));
  assert.deepEqual(state, { status: 'connecting', since: begun + 1_000, attempt: 3, because: 'lost' });
  state = nextState(state, events.timedOut, at(begun + 9_000));
  assert.deepEqual(state, { status: 'waiting', since: begun + 1_000, until: begun + 9_000 + delay + 3, attempt: 4, because: 'lost' });
  // it held for five seconds: a good one
  assert.partialDeepStrictEqual(nextState(states.online, events.lost, at(begun + 5_000)), { attempt: 1, until: begun + 5_000 + delay });
});

test('CONN-4 a server that said it restarts does so, however its connection ends', () => {
  const draining = nextState(states.online, events.draining, at(begun + 1));
  for (const code of [1006, closeCodes.goingAway, closeCodes.storeUnavailable]) {
    assert.partialDeepStrictEqual(nextState(draining, { type: 'lost', code }, at(begun + 2)), { status: 'waiting', because: 'restart' });
  }
});

test('CONN-5 whatever happens: closed and paused end only when told to, times never lie ahead, a wait ends, attempts count on', () => {
  const event = fc.oneof(
    fc.constantFrom(...Object.values(events)),
    fc.constantFrom(...Object.values(closeCodes)).map((code): ConnectionEvent => ({ type: 'lost', code })),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(event, fc.nat(20_000)), { maxLength: 60 }), (happened) => {
      let state = nextState(states.closed, events.close, at(begun));
      let now = begun;
      for (const [what, laterMs] of happened) {
        now += laterMs;
        const before = state;
        const attempts = before.status === 'connecting' ? before.attempt : null;
        state = nextState(before, what, at(now));
        if (before.status === 'closed' && what.type !== 'open') assert.ok(Object.is(state, before));
        if (before.status === 'paused') assert.ok(state.status === 'paused' || ['resume', 'tryNow', 'signedOut', 'close'].includes(what.type));
        if (state.status !== 'closed') assert.ok(state.since <= now);
        if (state.status === 'waiting' && state !== before) assert.ok(state.until > now && state.attempt >= 1);
        if (attempts !== null && state.status === 'waiting') assert.equal(state.attempt, attempts + 1);
      }
    }),
    { numRuns: 500 },
  );
});
