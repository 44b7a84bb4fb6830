import { closeCodes, type ErrorCode } from '../../../model/errors.ts';
import type { Route } from './route-choice.ts';

/** Why there is no connection yet: it was just opened, it was lost, or the server said that it restarts. */
export type GapReason = 'start' | 'lost' | 'restart';

/**
 * Where a connection stands; `spreadMs` is the time over which a server that stops wants its clients back. Times are milliseconds since
 * 1970; `since` in `connecting` and `waiting` is when the gap began. `offline` with `retries` is a connection whose attempts are used up.
 */
export type ConnectionState =
  | { readonly status: 'connecting'; readonly since: number; readonly attempt: number; readonly because: GapReason; readonly spreadMs?: number }
  | { readonly status: 'online'; readonly since: number; readonly route: Route; readonly latencyMs: number | null; readonly attempt: number; readonly draining: boolean; readonly spreadMs?: number }
  | { readonly status: 'waiting'; readonly since: number; readonly until: number; readonly attempt: number; readonly because: GapReason; readonly spreadMs?: number }
  | { readonly status: 'offline'; readonly since: number; readonly retries?: number }
  | { readonly status: 'paused'; readonly since: number }
  | { readonly status: 'signedOut'; readonly since: number; readonly code: ErrorCode }
  | { readonly status: 'refused'; readonly since: number; readonly code: ErrorCode }
  | { readonly status: 'tooOld'; readonly since: number }
  | { readonly status: 'closed' };

export type ConnectionStatus = ConnectionState['status'];

/** What can happen to a connection. */
export type ConnectionEvent =
  | { readonly type: 'open' }
  /** The handshake is done. */
  | { readonly type: 'opened'; readonly route: Route }
  /** A WebSocket is there to go on with, after the slower route. */
  | { readonly type: 'rerouted' }
  | { readonly type: 'lost'; readonly code: number }
  /** The handshake took too long. */
  | { readonly type: 'timedOut' }
  /** The time to wait is over. */
  | { readonly type: 'waited' }
  | { readonly type: 'heartbeatMissed' }
  | { readonly type: 'measured'; readonly latencyMs: number }
  | { readonly type: 'browserOnline' }
  | { readonly type: 'browserOffline' }
  /** The window came to the front, or the machine woke up. */
  | { readonly type: 'awake' }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'tryNow' }
  | { readonly type: 'signedIn' }
  | { readonly type: 'signedOut'; readonly code: ErrorCode }
  | { readonly type: 'refused'; readonly code: ErrorCode }
  | { readonly type: 'draining'; readonly spreadMs?: number }
  | { readonly type: 'close' };

export type ConnectionEventType = ConnectionEvent['type'];

/** Time and chance, passed in so that the table is pure. */
export interface TableContext {
  readonly now: number;
  /** The delay before an attempt, in milliseconds; `spreadMs` is added to its range. */
  readonly delayMs: (attempt: number, spreadMs?: number) => number;
  /** Attempts after the first, in one gap; null: for ever. */
  readonly retriesMax: number | null;
}

type StateOf<S extends ConnectionStatus> = Extract<ConnectionState, { status: S }>;
type EventOf<E extends ConnectionEventType> = Extract<ConnectionEvent, { type: E }>;
type Step<S extends ConnectionStatus, E extends ConnectionEventType> = (state: StateOf<S>, event: EventOf<E>, context: TableContext) => ConnectionState;
type Row<S extends ConnectionStatus> = { readonly [E in ConnectionEventType]: Step<S, E> };

/** A connection that held this long was a good one: the next gap starts with short delays again. */
const stableAfterMs = 5_000;

const stay = (state: ConnectionState): ConnectionState => state;
const closed = (): ConnectionState => ({ status: 'closed' });
const offline = (_state: ConnectionState, _event: EventOf<'browserOffline'>, { now }: TableContext): ConnectionState => ({ status: 'offline', since: now });
const paused = (_state: ConnectionState, _event: EventOf<'pause'>, { now }: TableContext): ConnectionState => ({ status: 'paused', since: now });
const signedOut = (_state: ConnectionState, { code }: EventOf<'signedOut'>, { now }: TableContext): ConnectionState => ({ status: 'signedOut', since: now, code });
const refused = (_state: ConnectionState, { code }: EventOf<'refused'>, { now }: TableContext): ConnectionState => ({ status: 'refused', since: now, code });
const begin = (_state: ConnectionState, _event: ConnectionEvent, { now }: TableContext): ConnectionState => ({ status: 'connecting', since: now, attempt: 0, because: 'start' });
const retry = (state: StateOf<'waiting'>): ConnectionState => ({ status: 'connecting', since: state.since, attempt: state.attempt, because: state.because, ...spreadOf(state) });
const comeBack = (state: StateOf<'offline' | 'paused'>): ConnectionState => ({ status: 'connecting', since: state.since, attempt: 0, because: 'lost' });

function wait(since: number, attempt: number, because: GapReason, { now, delayMs, retriesMax }: TableContext, spreadMs?: number): ConnectionState {
  if (retriesMax !== null && attempt >= retriesMax) return { status: 'offline', since: now, retries: attempt };
  return { status: 'waiting', since, until: now + delayMs(attempt, spreadMs), attempt: attempt + 1, because, ...spreadOf({ spreadMs }) };
}

const spreadOf = ({ spreadMs }: { readonly spreadMs?: number | undefined }): { readonly spreadMs?: number } => (spreadMs === undefined ? {} : { spreadMs });

/** What a close code means, wherever the connection stood. */
function lost(state: StateOf<'connecting' | 'online'>, { code }: EventOf<'lost'>, context: TableContext): ConnectionState {
  const { now } = context;
  switch (code) {
    case closeCodes.signInRequired:
      return { status: 'signedOut', since: now, code: 'SIGN_IN_REQUIRED' };
    case closeCodes.sessionExpired:
      return { status: 'signedOut', since: now, code: 'SESSION_EXPIRED' };
    case closeCodes.originRefused:
      return { status: 'refused', since: now, code: 'ORIGIN_REFUSED' };
    case closeCodes.clientTooOld:
      return { status: 'tooOld', since: now };
    case closeCodes.goingAway:
      return gap(state, 'restart', context);
    default:
      return gap(state, 'lost', context);
  }
}

function gap(state: StateOf<'connecting' | 'online'>, because: GapReason, context: TableContext): ConnectionState {
  if (state.status === 'connecting') return wait(state.since, state.attempt, because === 'lost' ? state.because : because, context, state.spreadMs);
  const attempt = context.now - state.since >= stableAfterMs ? 0 : state.attempt;
  return wait(context.now, attempt, state.draining ? 'restart' : because, context, state.spreadMs);
}

/** What every state does with an event unless its row says otherwise. */
const otherwise = {
  open: stay, opened: stay, rerouted: stay, lost: stay, timedOut: stay, waited: stay, heartbeatMissed: stay, measured: stay, browserOnline: stay,
  browserOffline: offline, awake: stay, pause: paused, resume: stay, tryNow: stay, signedIn: stay, signedOut, refused: stay, draining: stay, close: closed,
} satisfies Row<ConnectionStatus>;

/** The whole machine: what each state becomes on each event. The types keep it total. */
const table: { readonly [S in ConnectionStatus]: Row<S> } = {
  connecting: {
    ...otherwise,
    opened: ({ attempt }, { route }, { now }) => ({ status: 'online', since: now, route, latencyMs: null, attempt, draining: false }),
    lost,
    timedOut: (state, _event, context) => gap(state, 'lost', context),
    draining: (state) => ({ ...state, because: 'restart' }),
    refused,
  },
  online: {
    ...otherwise,
    // ShareDB resumes its session there, as after any gap
    rerouted: (_state, _event, { now }) => ({ status: 'connecting', since: now, attempt: 0, because: 'lost' }),
    lost,
    heartbeatMissed: (state, _event, context) => gap(state, 'lost', context),
    measured: (state, { latencyMs }) => ({ ...state, latencyMs }),
    // another person may have signed in: what is open belongs to the one before
    signedIn: begin,
    refused,
    draining: (state, { spreadMs = 0 }) => ({ ...state, draining: true, spreadMs }),
  },
  waiting: { ...otherwise, waited: retry, browserOnline: retry, awake: retry, tryNow: retry, signedIn: retry, refused },
  // the browser may be wrong about being offline, so trying is allowed
  offline: { ...otherwise, browserOffline: stay, browserOnline: comeBack, tryNow: comeBack },
  paused: { ...otherwise, browserOffline: stay, pause: stay, resume: comeBack, tryNow: comeBack },
  // someone may have signed in in another window
  signedOut: { ...otherwise, browserOffline: stay, pause: stay, signedOut: stay, awake: begin, tryNow: begin, signedIn: begin },
  refused: { ...otherwise, browserOffline: stay, pause: stay, tryNow: begin, signedIn: begin },
  tooOld: { ...otherwise, browserOffline: stay, pause: stay, signedOut: stay, tryNow: begin },
  closed: { ...otherwise, open: begin, browserOffline: stay, pause: stay, signedOut: stay, close: stay },
};

/** The state after an event; the very same object if nothing changes. Pure. */
export function nextState(state: ConnectionState, event: ConnectionEvent, context: TableContext): ConnectionState {
  // the table is keyed by both, which the compiler cannot follow through two lookups
  const step = table[state.status][event.type] as (state: ConnectionState, event: ConnectionEvent, context: TableContext) => ConnectionState;
  return step(state, event, context);
}

/** Every state and every event, for tests and for pictures of the table. */
export const connectionStatuses = Object.keys(table) as readonly ConnectionStatus[];
export const connectionEventTypes = Object.keys(otherwise) as readonly ConnectionEventType[];
