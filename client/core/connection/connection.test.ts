import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subject } from 'rxjs';
import { closeCodes, type ErrorCode } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';
import type { ServerNotice } from '../../../model/protocol.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import type { ConnectionState } from './connection-states.ts';
import { Connection } from './connection.ts';
import type { Environment } from './environment.ts';
import type { ClientSocket } from './socket.ts';

type Message = Readonly<Record<string, unknown>>;

/** A socket whose other end is the test. */
class ScriptedSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: Message[] = [];
  isClosed = false;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Message);
  }

  close(): void {
    this.isClosed = true;
  }

  opens(): void {
    this.onopen?.(undefined as never);
  }

  tells(...messages: object[]): void {
    this.onmessage?.({ data: messages.map((message) => JSON.stringify(message)).join('\n') });
  }

  ends(code: number): void {
    this.isClosed = true;
    this.onclose?.({ code, reason: '' });
  }

  handshakes(id = 'c1'): void {
    this.opens();
    this.tells({ a: 'hs', protocol: 1, protocolMinor: 2, id, type: 'http://sharejs.org/types/JSONv0' });
  }

  count(action: string): number {
    return this.sent.filter(({ a }) => a === action).length;
  }
}

/** A connection whose sockets, time, chance, browser and session belong to the test. */
class Stage {
  readonly clock = new FakeClock();
  readonly sockets: ScriptedSocket[] = [];
  readonly signals = new Subject<'browserOnline' | 'browserOffline' | 'awake'>();
  readonly environment: Environment & { online: boolean } = { online: true, signals: this.signals };
  readonly connection: Connection;
  readonly history: ConnectionState['status'][] = [];
  sessionProblem: () => Promise<ErrorCode | null> = () => Promise.resolve(null);
  openThrows = false;

  constructor() {
    this.connection = new Connection({
      url: () => 'ws://coboard.test/sync', clock: this.clock, random: () => 0.5, environment: this.environment,
      openSocket: () => {
        if (this.openThrows) throw new Error('blocked by a policy');
        const socket = new ScriptedSocket();
        this.sockets.push(socket);
        return socket;
      },
      sessionProblem: () => this.sessionProblem(),
    });
    this.connection.state.subscribe(({ status }) => {
      if (this.history.at(-1) !== status) this.history.push(status);
    });
  }

  get socket(): ScriptedSocket {
    return this.sockets.at(-1) ?? assert.fail('no socket yet');
  }

  get state(): ConnectionState {
    return this.connection.state.value;
  }

  /** Lets the time to wait pass, to the millisecond. */
  async waitsOut(): Promise<void> {
    const { state } = this;
    await this.clock.advance(state.status === 'waiting' ? state.until - this.clock.now() : assert.fail(`not waiting: ${state.status}`));
  }

  static online(): Stage {
    const stage = new Stage();
    stage.connection.start();
    stage.socket.handshakes();
    assert.equal(stage.state.status, 'online');
    return stage;
  }
}

test('CONN-7 one socket at a time: opened at the start, again after each loss, and its last words are not heard', async () => {
  const stage = Stage.online();
  const [first] = stage.sockets;
  first?.ends(1006);
  await stage.waitsOut();
  assert.equal(stage.sockets.length, 2);
  first?.ends(closeCodes.signInRequired);
  first?.tells({ a: 'coboard', type: 'draining', inMs: 0 });
  assert.partialDeepStrictEqual(stage.state, { status: 'connecting', because: 'lost' });
  stage.socket.handshakes();
  stage.connection.start();
  assert.equal(stage.sockets.length, 2);
  stage.connection.stop();
  assert.deepEqual([stage.state.status, stage.socket.isClosed, stage.clock.timerCount, stage.signals.observed], ['closed', true, 0, false]);
  assert.deepEqual(stage.history, ['closed', 'connecting', 'online', 'waiting', 'connecting', 'online', 'closed']);
});

test('CONN-8 a handshake that takes too long is given up and tried again', async () => {
  const stage = new Stage();
  stage.connection.start();
  stage.socket.opens();
  await stage.clock.advance(limits.connectTimeoutMs - 1);
  assert.equal(stage.state.status, 'connecting');
  await stage.clock.advance(1);
  assert.deepEqual([stage.state.status, stage.socket.isClosed], ['waiting', true]);
  await stage.waitsOut();
  stage.socket.handshakes();
  await stage.clock.advance(limits.connectTimeoutMs);
  assert.notEqual(stage.history.at(-1), 'waiting', 'the time for the handshake is over with it');
});

test('CONN-9 a server that says nothing for a whole heartbeat is lost; any word of it is a sign', async () => {
  const stage = Stage.online();
  assert.equal(stage.socket.count('pp'), 1);
  await stage.clock.advance(40);
  stage.socket.tells({ a: 'pp' });
  assert.partialDeepStrictEqual(stage.state, { status: 'online', latencyMs: 40 });
  await stage.clock.advance(limits.heartbeatIntervalMs);
  assert.equal(stage.socket.count('pp'), 2);
  await stage.clock.advance(limits.heartbeatIntervalMs / 2);
  // no answer to the ping, but a word
  stage.socket.tells({ a: 'coboard', type: 'role', d: 'x', role: 'viewer', by: null });
  await stage.clock.advance(limits.heartbeatIntervalMs / 2);
  assert.equal(stage.state.status, 'online');
  await stage.clock.advance(limits.heartbeatIntervalMs);
  assert.deepEqual([stage.state.status, stage.socket.isClosed], ['waiting', true]);
});

test('CONN-10 a machine that slept asks the server again before it takes it for lost', async () => {
  const stage = Stage.online();
  stage.socket.tells({ a: 'pp' });
  stage.clock.sleep(8 * 3_600_000);
  await stage.clock.advance(0);
  assert.equal(stage.state.status, 'online');
  assert.equal(stage.socket.count('pp'), 2);
  await stage.clock.advance(limits.heartbeatIntervalMs);
  assert.equal(stage.state.status, 'waiting');
  await stage.waitsOut();
  stage.socket.handshakes();
  stage.socket.tells({ a: 'pp' });
  const before = stage.socket.count('pp');
  stage.signals.next('awake');
  assert.equal(stage.socket.count('pp'), before + 1, 'whoever comes back finds out at once');
});

test('CONN-11 paused, nothing is sent or opened until one resumes', async () => {
  const stage = Stage.online();
  stage.connection.pause();
  assert.deepEqual([stage.state.status, stage.socket.isClosed], ['paused', true]);
  stage.signals.next('awake');
  stage.signals.next('browserOnline');
  await stage.clock.advance(3_600_000);
  assert.equal(stage.sockets.length, 1);
  assert.equal(stage.connection.sendPresence({ a: 'ps', ch: 'dashboards.x' }), false);
  stage.connection.resume();
  stage.socket.handshakes();
  assert.deepEqual([stage.state.status, stage.sockets.length], ['online', 2]);
  assert.equal(stage.connection.sendPresence({ a: 'ps', ch: 'dashboards.x' }), true);
});

test('CONN-12 without a network nothing is tried; with it again, at once', async () => {
  const stage = Stage.online();
  stage.signals.next('browserOffline');
  assert.deepEqual([stage.state.status, stage.socket.isClosed], ['offline', true]);
  await stage.clock.advance(3_600_000);
  assert.equal(stage.sockets.length, 1);
  stage.signals.next('browserOnline');
  assert.deepEqual([stage.state.status, stage.sockets.length], ['connecting', 2]);
  const started = new Stage();
  started.environment.online = false;
  started.connection.start();
  assert.equal(started.state.status, 'offline');
  started.connection.tryNow();
  assert.equal(started.state.status, 'connecting', 'a browser may be wrong about it');
});

test('CONN-13 a server that restarts says so first, and is connected to again', async () => {
  const stage = Stage.online();
  const notices: ServerNotice[] = [];
  stage.connection.notices.subscribe((notice) => notices.push(notice));
  stage.socket.tells({ a: 'coboard', type: 'draining', inMs: 0 });
  assert.partialDeepStrictEqual(stage.state, { status: 'online', draining: true });
  assert.deepEqual(notices, [{ a: 'coboard', type: 'draining', inMs: 0 }]);
  stage.socket.ends(closeCodes.goingAway);
  assert.partialDeepStrictEqual(stage.state, { status: 'waiting', because: 'restart', attempt: 1 });
  await stage.waitsOut();
  stage.socket.handshakes();
  assert.partialDeepStrictEqual(stage.state, { status: 'online', draining: false });
});

test('CONN-14 a socket that never opened asks what is wrong with the session, and an answer about an earlier session is not heard', async () => {
  const stage = new Stage();
  const answers: ((code: ErrorCode | null) => void)[] = [];
  stage.sessionProblem = () => new Promise((resolve) => answers.push(resolve));
  stage.connection.start();
  stage.socket.ends(1006);
  assert.equal(stage.state.status, 'waiting');
  answers[0]?.('SESSION_EXPIRED');
  await stage.clock.advance(0);
  assert.partialDeepStrictEqual(stage.state, { status: 'signedOut', code: 'SESSION_EXPIRED' });
  stage.connection.tryNow();
  stage.socket.ends(1006);
  // somebody signs in before the answer is there
  stage.connection.signedIn();
  answers[1]?.('SESSION_EXPIRED');
  await stage.clock.advance(0);
  assert.equal(stage.state.status, 'connecting');
  stage.socket.ends(1006);
  answers[2]?.('ORIGIN_REFUSED');
  await stage.clock.advance(0);
  assert.partialDeepStrictEqual(stage.state, { status: 'refused', code: 'ORIGIN_REFUSED' });
});

test('CONN-15 who cannot be asked about the session says nothing about it, and a socket that had opened is not asked about', async () => {
  const stage = new Stage();
  let asked = 0;
  stage.sessionProblem = () => {
    asked += 1;
    return Promise.reject(new Error('no network'));
  };
  stage.connection.start();
  stage.socket.ends(1006);
  await stage.waitsOut();
  stage.socket.handshakes();
  stage.socket.ends(1006);
  assert.deepEqual([stage.state.status, asked], ['waiting', 1]);
});

test('CONN-16 a frame holds several messages; one that is none ends the connection, which is opened again', async () => {
  const stage = Stage.online();
  const heard: string[] = [];
  stage.connection.presenceMessages.subscribe(({ ch }) => heard.push(ch));
  stage.socket.tells({ a: 'p', ch: 'one' }, { a: 'pr', ch: 'two' });
  assert.deepEqual(heard, ['one', 'two']);
  for (const data of ['{"a":"p"', 'null', '7', '"p"']) {
    stage.socket.onmessage?.({ data: `{"a":"p","ch":"${data.length}"}\n${data}\n{"a":"p","ch":"never"}` });
    assert.deepEqual([stage.state.status, stage.socket.isClosed], ['waiting', true], data);
    await stage.waitsOut();
    stage.socket.handshakes();
  }
  assert.ok(!heard.includes('never'));
  assert.equal(heard.length, 6);
});

test('CONN-17 the client id is kept over reconnects, and given up with the session it belongs to', async () => {
  const stage = Stage.online();
  const idSent = (): unknown => stage.socket.sent.find(({ a }) => a === 'hs')?.['id'];
  assert.equal(idSent(), null);
  stage.socket.ends(1006);
  await stage.waitsOut();
  stage.socket.handshakes();
  assert.equal(idSent(), 'c1');
  stage.connection.signedOut();
  assert.deepEqual([stage.state.status, stage.socket.isClosed], ['signedOut', true]);
  stage.connection.signedIn();
  stage.socket.handshakes('c2');
  assert.equal(idSent(), null);
  stage.socket.ends(1006);
  await stage.waitsOut();
  stage.socket.opens();
  stage.socket.tells({ a: 'hs', error: { code: 'CLIENT_ID_REFUSED', message: '' } });
  await stage.waitsOut();
  stage.socket.opens();
  assert.deepEqual(stage.sockets.slice(-2).map(({ sent }) => sent[0]?.['id']), ['c2', null]);
});

test('CONN-18 an address that a browser does not even try is waited for like any other', async () => {
  const stage = new Stage();
  stage.openThrows = true;
  stage.connection.start();
  assert.equal(stage.state.status, 'waiting');
  stage.openThrows = false;
  await stage.waitsOut();
  stage.socket.handshakes();
  assert.equal(stage.state.status, 'online');
});

test('CONN-62 a clock that is set an hour forward or back loses no connection, and the server is as far away as before', async () => {
  for (const jumpMs of [3_600_000, -3_600_000]) {
    const stage = Stage.online();
    stage.clock.jump(jumpMs);
    await stage.clock.advance(40);
    stage.socket.tells({ a: 'pp' });
    assert.partialDeepStrictEqual(stage.state, { status: 'online', latencyMs: 40 });
    await stage.clock.advance(limits.heartbeatIntervalMs);
    stage.socket.tells({ a: 'pp' });
    await stage.clock.advance(limits.heartbeatIntervalMs - 1);
    assert.equal(stage.state.status, 'online');
    assert.deepEqual(stage.history, ['closed', 'connecting', 'online']);
  }
});
