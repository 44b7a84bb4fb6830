import type { ConnectionState } from './connection-states.ts';

/** What a connection looks like to a person; see {@link connectionView}. */
export type ConnectionLook =
  | 'saved' | 'slower' | 'sending' | 'connecting' | 'waiting' | 'offline' | 'paused' | 'signedOut' | 'noAccess' | 'refused' | 'tooOld' | 'restarting' | 'closed';

export type ConnectionAction = 'tryNow' | 'pause' | 'resume' | 'signIn' | 'reload' | 'copyEdits';

export interface ConnectionView {
  readonly look: ConnectionLook;
  readonly tone: 'good' | 'calm' | 'warn' | 'bad';
  /** A word or two, for the bar. */
  readonly compact: string;
  /** For the card that opens on a click. */
  readonly title: string;
  readonly detail: string;
  /** A sentence across the page; null where the state asks for none, or not yet. */
  readonly banner: string | null;
  readonly actions: readonly ConnectionAction[];
  /** When the view changes though nothing happens; milliseconds since 1970, null for never. */
  readonly changesAt: number | null;
}

/** A dashboard that one cannot see: `by` is who took the access away, null where there was none, or it does not exist. */
export interface NoAccess {
  readonly by: string | null;
  /** How many edits of it are not saved. */
  readonly pendingCount: number;
}

export interface ConnectionFacts {
  readonly state: ConnectionState;
  /** How many edits are not saved yet, and since when there are any. */
  readonly pendingCount: number;
  /** How many of those are written down by now, where they are kept. */
  readonly keptCount: number;
  readonly pendingSince: number | null;
  readonly savedAt: number | null;
  /** Whether edits that are not saved survive the window. */
  readonly isKept: boolean;
  /** Whether the server did not take a dashboard that is kept here. */
  readonly isRefused?: boolean;
  /** The dashboard in view is not there for the person; see {@link NoAccess}. */
  readonly noAccess: NoAccess | null;
}

/** Quick saves do not flicker. */
const savingShownAfterMs = 400;
const slowAfterMs = 5_000;
/** Gaps shorter than this are not worth a word. */
const gapShownAfterMs = 3_000;
const restartShownAfterMs = 10_000;

type Look = Omit<ConnectionView, 'changesAt'>;

/** Says in words what a connection is like at a moment. Pure: ask again at `changesAt`, or when a fact changed. */
export function connectionView(facts: ConnectionFacts, now: number): ConnectionView {
  const { state } = facts;
  if (facts.noAccess !== null) return still(noAccess(facts.noAccess));
  switch (state.status) {
    case 'online':
      return online(facts, state, now);
    case 'connecting':
    case 'waiting':
      return gap(facts, state, now);
    case 'offline':
      return everySecond(state.retries === undefined ? offline(facts, now) : givenUp(facts, state.retries, now), now);
    case 'paused':
      return still({ look: 'paused', tone: 'calm', compact: 'Paused by you', title: 'Paused by you', detail: 'Nothing is sent or received', banner: 'Live updates are paused.', actions: ['resume'] });
    case 'signedOut':
      return still(signedOut(facts));
    case 'refused':
      return still({ look: 'refused', tone: 'bad', compact: 'Not connected', title: 'Not connected', detail: 'The server does not accept this page', banner: 'The server does not accept a connection from this page.', actions: ['tryNow'] });
    case 'tooOld':
      return still({
        look: 'tooOld', tone: 'warn', compact: 'Reload to go on', title: 'Too old', detail: keptWords(facts),
        banner: tooOldWords(facts),
        actions: facts.pendingCount === 0 || facts.isKept ? ['reload'] : ['copyEdits', 'reload'],
      });
    case 'closed':
      return still({ look: 'closed', tone: 'calm', compact: 'Not connected', title: 'Not connected', detail: '', banner: null, actions: [] });
  }
}

function online(facts: ConnectionFacts, state: Extract<ConnectionState, { status: 'online' }>, now: number): ConnectionView {
  const { pendingCount: count, pendingSince } = facts;
  if (facts.isRefused) return still({ look: 'refused', tone: 'bad', compact: 'Not saved', title: 'Not all is saved', detail: 'The server did not take a dashboard', banner: null, actions: [] });
  const shownFrom = (pendingSince ?? now) + savingShownAfterMs;
  if (count === 0 || pendingSince === null || now < shownFrom) {
    const view = everySecond(saved(facts, state, now), now);
    return count === 0 ? view : { ...view, changesAt: Math.min(shownFrom, view.changesAt ?? shownFrom) };
  }
  // what was made while there was no connection is sent since there is one
  const slowFrom = Math.max(pendingSince, state.since) + slowAfterMs;
  return {
    look: 'sending', tone: 'calm', compact: `Saving ${String(count)}`, title: 'Online, sending', detail: `${edits(count)} on ${count === 1 ? 'its' : 'their'} way`,
    banner: now < slowFrom ? null : `Slow connection. ${edits(count)} ${count === 1 ? 'is on its' : 'are on their'} way.`,
    actions: [], changesAt: now < slowFrom ? slowFrom : null,
  };
}

function saved({ savedAt }: ConnectionFacts, { latencyMs, route }: Pick<Extract<ConnectionState, { status: 'online' }>, 'latencyMs' | 'route'>, now: number): Look {
  const isSlower = route === 'polling';
  const parts = [savedAt === null ? null : `Saved ${ago(now - savedAt)}`, latencyMs === null ? null : `${String(Math.round(latencyMs))} ms`, isSlower ? 'Your network blocks live connections' : 'live'];
  const detail = parts.filter((part) => part !== null).join(' · ');
  if (isSlower) return { look: 'slower', tone: 'calm', compact: 'Saved, slower route', title: 'Online, slower route', detail, banner: null, actions: ['pause'] };
  return { look: 'saved', tone: 'good', compact: 'Saved', title: 'Online, all saved', detail, banner: null, actions: ['pause'] };
}

function gap(facts: ConnectionFacts, state: Extract<ConnectionState, { status: 'connecting' | 'waiting' }>, now: number): ConnectionView {
  const { because, since } = state;
  // what was there before the gap stays, as if nothing had happened, until the gap is long enough to tell
  const shownFrom = since + gapShownAfterMs;
  if (because !== 'start' && now < shownFrom) {
    const look = facts.pendingCount === 0 ? saved(facts, { latencyMs: null, route: 'live' }, now) : sendingQuietly(facts.pendingCount);
    return { ...look, detail: 'Connecting again', actions: [], changesAt: shownFrom };
  }
  if (because === 'restart') {
    const bannerFrom = since + restartShownAfterMs;
    return {
      look: 'restarting', tone: 'calm', compact: 'Reconnecting', title: 'Server restarts', detail: 'Planned restart, back in seconds',
      banner: now < bannerFrom ? null : `The server is restarting. Keep working: your edits are kept ${placeWords(facts)}.`,
      actions: ['tryNow'], changesAt: now < bannerFrom ? bannerFrom : null,
    };
  }
  const lost = because === 'lost' ? `Connection lost. Keep working: your edits are kept ${placeWords(facts)}.` : 'The server cannot be reached yet.';
  if (state.status === 'connecting') {
    return everySecond({
      look: 'connecting', tone: 'calm', compact: 'Connecting', title: 'Connecting', detail: `Since ${duration(now - since)}`,
      banner: now < shownFrom ? null : lost, actions: [],
    }, now);
  }
  const leftMs = Math.max(0, state.until - now);
  return everySecond({
    look: 'waiting', tone: 'warn', compact: `Reconnecting in ${String(Math.ceil(leftMs / 1_000))} s`, title: 'Waiting to retry',
    detail: state.attempt === 1 ? 'Tried once' : `Tried ${String(state.attempt)} times`, banner: now < shownFrom ? null : lost, actions: ['tryNow'],
  }, now);
}

const sendingQuietly = (count: number): Look => ({ look: 'sending', tone: 'calm', compact: `Saving ${String(count)}`, title: 'Online, sending', detail: '', banner: null, actions: [] });

function offline(facts: ConnectionFacts, now: number): Look {
  const { pendingCount: count, savedAt } = facts;
  return {
    look: 'offline', tone: 'warn', compact: withCount('Offline', facts), title: 'Offline',
    detail: savedAt === null ? keptWords(facts) : `Last synced ${ago(now - savedAt)}`,
    banner: `You are offline. Keep working: your edits are kept ${placeWords(facts)} and sent when you are back.`, actions: count === 0 ? ['tryNow'] : ['copyEdits', 'tryNow'],
  };
}

/** No attempt is left; a person has to say that there is to be another. */
function givenUp(facts: ConnectionFacts, retries: number, now: number): Look {
  const { pendingCount: count, savedAt } = facts;
  const tries = retries === 0 ? 'Not tried again' : `Tried ${retries === 1 ? 'once' : `${String(retries)} times`} again`;
  return {
    look: 'offline', tone: 'warn', compact: withCount('Not connected', facts), title: 'Not connected',
    detail: savedAt === null ? tries : `${tries} · Last synced ${ago(now - savedAt)}`,
    banner: `The server cannot be reached, and it is not tried any more. Your edits are kept ${placeWords(facts)}.`, actions: count === 0 ? ['tryNow'] : ['copyEdits', 'tryNow'],
  };
}

function signedOut(facts: ConnectionFacts): Look {
  const { pendingCount: count } = facts;
  return {
    look: 'signedOut', tone: 'warn', compact: 'Sign in again', title: 'Signed out', detail: keptWords(facts),
    banner: count === 0 ? 'Your session ended. Sign in to go on.' : `Your session ended. Sign in to send ${edits(count)}.`, actions: ['signIn'],
  };
}

function noAccess({ by, pendingCount: count }: NoAccess): Look {
  const lost = by === null ? 'This dashboard does not exist, or you have no access.' : 'You no longer have access.';
  return {
    look: 'noAccess', tone: 'bad', compact: 'No access', title: 'No access', detail: by === null ? 'It does not exist, or is not shared with you' : `${by} removed you`,
    // where there is nothing to lose, the page itself says in its place that there is nothing
    banner: count === 0 ? (by === null ? null : lost) : `${lost} ${edits(count)} ${count === 1 ? 'was' : 'were'} not sent.`, actions: count === 0 ? [] : ['copyEdits'],
  };
}

/** Where edits are that are not saved. */
const placeWords = ({ isKept }: ConnectionFacts): string => (isKept ? 'on this device' : 'in this window');

/** An edit is said to be kept once it is, a moment after it was made. */
function withCount(word: string, { isKept, pendingCount, keptCount }: ConnectionFacts): string {
  const count = isKept ? keptCount : pendingCount;
  return count === 0 ? word : `${word} · ${edits(count)} ${isKept ? 'kept here' : 'in this window'}`;
}

function tooOldWords({ pendingCount: count, isKept }: ConnectionFacts): string {
  if (count === 0) return 'Coboard was updated. Reload to go on.';
  return isKept ? 'Coboard was updated. Reload to go on; your edits are kept.' : `Coboard was updated. Reload to go on; copy your ${edits(count)} before.`;
}

const still = (look: Look): ConnectionView => ({ ...look, changesAt: null });
const everySecond = (look: Look, now: number): ConnectionView => ({ ...look, changesAt: now + 1_000 });

const edits = (count: number): string => (count === 1 ? '1 edit' : `${count.toLocaleString('en')} edits`);

function keptWords({ pendingCount, keptCount, isKept }: ConnectionFacts): string {
  if (pendingCount === 0) return 'Everything is saved';
  const count = isKept ? keptCount : pendingCount;
  if (count === 0) return `Keeping ${edits(pendingCount)}`;
  const are = count === 1 ? 'is' : 'are';
  return isKept ? `${edits(count)} ${are} kept` : `${edits(count)} ${are} in this window only`;
}

/** A time span as people say it. */
function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${String(seconds)} s`;
  if (seconds < 3_600) return `${String(Math.floor(seconds / 60))} min`;
  return `${String(Math.floor(seconds / 3_600))} h`;
}

const ago = (ms: number): string => (ms < 1_000 ? 'just now' : `${duration(ms)} ago`);
