import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subject } from 'rxjs';
import { closeCodes, type ErrorCode } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { connectionSettings, type ConnectionOptions } from './connection-options.ts';
import type { ConnectionState } from './connection-states.ts';
import { Connection } from './connection.ts';
import type { Route } from './route-choice.ts';
import type { ClientSocket } from './socket.ts';

/** A socket of either route whose other end is the test. */
class ScriptedSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly route: Route;
  readonly sent: { readonly a: string; readonly id?: string | null }[] = [];
  isClosed = false;

  constructor(route: Route) {
    this.route = route;
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data) as { a: string });
  }

  close(): void {
    this.isClosed = true;
  }

  opens(): void {
    this.onopen?.(undefined as never);
  }

  says(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  ends(code = 1006): void {
    this.isClosed = true;
    this.onclose?.({ code, reason: '' });
  }

  greets(id = 'c1'): void {
    this.says({ a: 'hs', protocol: 1, protocolMinor: 2, id, type: 'http://sharejs.org/types/JSONv0' });
  }

  handshakes(): void {
    this.opens();
    this.greets();
  }
}

/** A server's first word. */
const init = { a: 'init', protocol: 1, protocolMinor: 2, id: 'x', type: 'http://sharejs.org/types/JSONv0' };

/** A connection that has both routes. */
class Stage {
  readonly clock = new FakeClock();
  readonly sockets: ScriptedSocket[] = [];
  readonly signals = new Subject<'browserOnline' | 'browserOffline' | 'awake'>();
  readonly connection: Connection;
  /** What the REST API says about the session; rejects where it cannot be reached. */
  sessionProblem: () => Promise<ErrorCode | null> = () => Promise.resolve(null);
  liveThrows = false;

  constructor(options: ConnectionOptions = {}) {
    const open = (route: Route) => (): ScriptedSocket => {
      if (route === 'live' && this.liveThrows) throw new Error('blocked by a policy');
      const socket = new ScriptedSocket(route);
      this.sockets.push(socket);
      return socket;
    };
    this.connection = new Connection({
      url: () => 'ws://coboard.test/sync', clock: this.clock, random: () => 0.5, environment: { online: true, signals: this.signals },
      openSocket: open('live'), openPolling: open('polling'), settings: connectionSettings(options), sessionProblem: () => this.sessionProblem(),
    });
    this.connection.start();
  }

  get socket(): ScriptedSocket {
    return this.sockets.at(-1) ?? assert.fail('no socket yet');
  }

  get state(): ConnectionState {
    return this.connection.state.value;
  }

  get routes(): string {
    return this.sockets.map(({ route }) => route).join(' ');
  }

  /** Lets the answer about the session come, and the time to wait pass. */
  async waitsOut(): Promise<void> {
    await this.clock.advance(0);
    const { state } = this;
    await this.clock.advance(state.status === 'waiting' ? state.until - this.clock.now() : assert.fail(`not waiting: ${state.status}`));
  }

  /** The present attempt comes to nothing, and the next one is made. */
  async fails(code = 1006): Promise<void> {
    this.socket.ends(code);
    await this.waitsOut();
  }

  static async polling(): Promise<Stage> {
    const stage = new Stage();
    await stage.fails();
    await stage.fails();
    stage.socket.handshakes();
    assert.partialDeepStrictEqual(stage.state, { status: 'online', route: 'polling' });
    return stage;
  }
}

test('CONN-31 after two WebSockets in a row that nothing came through, while the server answers over HTTP, the slower route is taken', async () => {
  const stage = new Stage();
  await stage.fails();
  assert.equal(stage.routes, 'live live');
  // it opens, as through a proxy that holds back what comes
  stage.socket.opens();
  await stage.clock.advance(limits.connectTimeoutMs);
  await stage.waitsOut();
  assert.equal(stage.routes, 'live live polling');
  stage.socket.handshakes();
  assert.partialDeepStrictEqual(stage.state, { status: 'online', route: 'polling' });
  // a lost one is taken again
  stage.socket.ends();
  await stage.waitsOut();
  assert.equal(stage.routes, 'live live polling polling');
  // and one that nothing comes through either leaves the next turn to a WebSocket
  await stage.fails();
  await stage.fails();
  assert.equal(stage.routes, 'live live polling polling live polling');
});

test('CONN-32 where the server cannot be reached at all, or gives a reason, WebSockets go on being tried', async () => {
  const unreachable = new Stage();
  unreachable.sessionProblem = () => Promise.reject(new Error('no network'));
  for (let i = 0; i < 6; i++) await unreachable.fails();
  assert.equal(new Set(unreachable.sockets.map(({ route }) => route)).size, 1);
  // the server is back, and one that fails just then is not enough
  unreachable.sessionProblem = () => Promise.resolve(null);
  await unreachable.fails();
  assert.equal(unreachable.socket.route, 'live');
  const signedOut = new Stage();
  signedOut.sessionProblem = () => Promise.resolve('SESSION_EXPIRED');
  signedOut.socket.ends();
  await signedOut.clock.advance(0);
  assert.equal(signedOut.state.status, 'signedOut');
  // what a server says before it closes came through
  const closing = new Stage();
  for (let i = 0; i < 5; i++) {
    closing.socket.opens();
    closing.socket.says(init);
    closing.socket.ends(closeCodes.storeUnavailable);
    await closing.waitsOut();
  }
  assert.equal(closing.socket.route, 'live');
});

test('CONN-33 three WebSockets in a row that are cut early are as good as blocked; those that held, and those that the server closed, are not', async () => {
  const stage = new Stage();
  const cut = async (heldMs: number, code = 1006): Promise<void> => {
    stage.socket.handshakes();
    await stage.clock.advance(heldMs);
    // what keeps the heartbeat quiet
    stage.socket.says({ a: 'pp' });
    await stage.fails(code);
  };
  for (const [heldMs, code] of [[5_000, 1006], [5_000, 1006], [limits.fallbackHoldMs, 1006], [5_000, 1006], [5_000, closeCodes.goingAway], [5_000, 1006]] as const) {
    await cut(heldMs, code);
    assert.equal(stage.socket.route, 'live');
  }
  await cut(5_000);
  assert.equal(stage.socket.route, 'polling');
});

test('CONN-34 on the slower route a WebSocket is tried beside it about every minute, and goes on when the server’s first word comes through it', async () => {
  const stage = await Stage.polling();
  const [polling] = stage.sockets.slice(-1);
  const alive = async (ms: number, socket = polling): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 5_000) {
      await stage.clock.advance(5_000);
      socket?.says({ a: 'pp' });
    }
  };
  await alive(55_000);
  assert.equal(stage.socket, polling);
  await alive(5_000);
  assert.notEqual(stage.socket, polling);
  const first = stage.socket;
  first.opens();
  // nothing comes through it
  await alive(limits.connectTimeoutMs);
  assert.deepEqual([first.isClosed, polling?.isClosed, stage.state.status], [true, false, 'online']);
  await alive(45_000);
  const second = stage.socket;
  assert.deepEqual([second.route, second === first], ['live', false]);
  second.opens();
  assert.equal(polling?.isClosed, false, 'one stays where one is until a word comes');
  second.says(init);
  assert.deepEqual([polling.isClosed, stage.state.status], [true, 'connecting']);
  assert.deepEqual([...new Set(second.sent.map(({ a, id }) => `${a} ${String(id)}`))], ['hs c1'], 'the session goes on');
  polling.says({ a: 'p', ch: 'x' });
  second.greets();
  assert.partialDeepStrictEqual(stage.state, { status: 'online', route: 'live' });
  await alive(300_000, second);
  assert.equal(stage.socket, second);
});

test('CONN-35 a sign that the network is another one has a WebSocket tried sooner, but no more often than every quarter of a minute', async () => {
  const stage = await Stage.polling();
  const tries = (): number => stage.sockets.filter(({ route }) => route === 'live').length - 2;
  stage.signals.next('awake');
  assert.equal(tries(), 1);
  stage.socket.ends();
  stage.signals.next('awake');
  stage.signals.next('browserOnline');
  await stage.clock.advance(limits.liveRetryMinMs - 6_000);
  stage.sockets.findLast(({ route }) => route === 'polling')?.says({ a: 'pp' });
  await stage.clock.advance(5_999);
  stage.signals.next('awake');
  assert.equal(tries(), 1);
  await stage.clock.advance(1);
  stage.signals.next('browserOnline');
  assert.equal(tries(), 2);
  // without a network there is nothing to try, and a new network is a new beginning
  stage.signals.next('browserOffline');
  assert.equal(stage.socket.isClosed, true);
  stage.signals.next('browserOnline');
  assert.equal(stage.socket.route, 'live');
});

test('CONN-36 who came back to a WebSocket that is cut early is on the slower route again at once, and stays there for longer each time', async () => {
  const stage = await Stage.polling();
  const tryAfter = async (): Promise<number> => {
    const polling = stage.socket;
    let passedMs = 0;
    while (stage.socket === polling) {
      await stage.clock.advance(5_000);
      polling.says({ a: 'pp' });
      passedMs += 5_000;
    }
    return passedMs;
  };
  const waited: number[] = [];
  for (let round = 0; round < 5; round++) {
    waited.push(await tryAfter());
    stage.socket.opens();
    stage.socket.says(init);
    stage.socket.greets();
    await stage.clock.advance(2_000);
    await stage.fails();
    assert.equal(stage.socket.route, 'polling');
    stage.socket.handshakes();
  }
  assert.deepEqual(waited, [60_000, 120_000, 240_000, 480_000, limits.liveRetryMaxMs]);
});

test('CONN-37 without the fallback WebSockets alone are tried', async () => {
  const stage = new Stage({ fallback: false });
  for (let i = 0; i < 8; i++) await stage.fails();
  assert.equal(stage.sockets.every(({ route }) => route === 'live'), true);
});

test('CONN-38 when the retries of a gap are used up the connection says so, and tries when it is told to', async () => {
  const stage = new Stage({ retriesMax: 2, fallback: false });
  await stage.fails();
  await stage.fails();
  stage.socket.ends();
  assert.partialDeepStrictEqual(stage.state, { status: 'offline', retries: 2 });
  await stage.clock.advance(3_600_000);
  assert.equal(stage.sockets.length, 3);
  stage.connection.tryNow();
  stage.socket.handshakes();
  assert.equal(stage.state.status, 'online');
  await stage.clock.advance(6_000);
  // a new gap has retries of its own
  await stage.fails();
  assert.equal(stage.state.status, 'connecting');
  const none = new Stage({ retriesMax: 0 });
  none.socket.ends();
  assert.partialDeepStrictEqual(none.state, { status: 'offline', retries: 0 });
});

test('CONN-42 the times of a connection are those of its options', async () => {
  const stage = new Stage({ connectTimeoutMs: 2_000, heartbeatIntervalMs: 1_500, reconnectDelayMinMs: 70, reconnectDelayMaxMs: 70 });
  await stage.clock.advance(1_999);
  assert.equal(stage.state.status, 'connecting');
  await stage.clock.advance(1);
  assert.partialDeepStrictEqual(stage.state, { status: 'waiting', until: stage.clock.now() + 70 });
  await stage.waitsOut();
  stage.socket.handshakes();
  await stage.clock.advance(1_400);
  stage.socket.says({ a: 'pp' });
  await stage.clock.advance(1_599);
  assert.equal(stage.state.status, 'online');
  await stage.clock.advance(1);
  assert.equal(stage.connection.state.value.status, 'waiting');
});

test('CONN-43 a policy by which a browser does not even open WebSockets is as good as a network that blocks them', async () => {
  const stage = new Stage();
  stage.liveThrows = true;
  await stage.fails();
  await stage.waitsOut();
  assert.equal(stage.socket.route, 'polling');
  stage.socket.handshakes();
  stage.signals.next('awake');
  assert.partialDeepStrictEqual(stage.state, { status: 'online', route: 'polling' });
});

test('CONN-44 a server that said it restarts cuts nothing, and who is paused as a WebSocket comes through has none left open', async () => {
  const stage = new Stage();
  for (let i = 0; i < 4; i++) {
    stage.socket.handshakes();
    stage.socket.says({ a: 'coboard', type: 'draining', inMs: 0 });
    await stage.fails();
  }
  assert.equal(stage.socket.route, 'live');
  const other = await Stage.polling();
  other.signals.next('awake');
  const listening = other.connection.state.subscribe(({ status }) => {
    if (status === 'connecting') other.connection.pause();
  });
  other.socket.opens();
  other.socket.says(init);
  listening.unsubscribe();
  assert.deepEqual([other.state.status, other.sockets.every(({ isClosed }) => isClosed)], ['paused', true]);
  other.connection.resume();
  assert.equal(other.socket.isClosed, false);
});
