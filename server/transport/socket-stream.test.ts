import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock, test } from 'node:test';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../model/errors.ts';
import { limitingByDefault, serverLimits } from '../../model/limits.ts';
import { systemClock } from '../../model/clock.ts';
import { TokenBucket } from '../gate/token-bucket.ts';
import { LateMessages } from '../sync/shared-messages.ts';
import { Turns } from '../sync/turns.ts';
import { heartbeat } from './heartbeat.ts';
import { SocketStream } from './socket-stream.ts';
import { TurnEnd } from './turn-end.ts';
import { FrameWire } from './wire.ts';

/** As much of a WebSocket as the stream uses. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  /** Every frame as text, in the writes that they came in. */
  readonly writes: string[][] = [];
  readonly _socket = Object.assign(new EventEmitter(), { write: (bytes: Buffer) => { this.writes.push(textsOf(bytes)); } });
  closedWith: number | null = null;
  pings = 0;
  terminated = false;

  addEventListener(event: string, listener: (event: { data: unknown }) => void): void {
    this.on(event, (data: unknown) => { listener({ data }); });
  }
  removeEventListener(): void { /* nothing to remove: sockets here close once */ }
  close(code: number): void {
    this.closedWith ??= code;
    this.readyState = 2;
  }
  pause(): void { /* what is said is heard all the same */ }
  resume(): void { /* see pause */ }
  ping(): void { this.pings += 1; }
  terminate(): void { this.terminated = true; }
  say(text: string): void { this.emit('message', Buffer.from(text)); }
}

/** The texts of unmasked frames. */
function textsOf(bytes: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    assert.equal(bytes[at], 0x81);
    const short = bytes[at + 1] ?? 0;
    const [head, size] = short < 126 ? [2, short] : short === 126 ? [4, bytes.readUInt16BE(at + 2)] : [10, Number(bytes.readBigUInt64BE(at + 2))];
    texts.push(bytes.toString('utf8', at + head, at + head + size));
    at += head + size;
  }
  return texts;
}

function stream({ burst = 100, takesMany = false } = {}): { socket: FakeSocket; stream: SocketStream; got: unknown[] } {
  const socket = new FakeSocket();
  const wire = new FrameWire(socket as unknown as WebSocket, { takesMany, wrote: () => undefined });
  const made = new SocketStream(socket, { wire, messages: new TokenBucket(1, burst, () => 0), turnEnd: new TurnEnd(), hearing: new Turns(systemClock, 1_000), limiting: limitingByDefault, closing: () => undefined });
  const got: unknown[] = [];
  made.on('data', (message) => got.push(message));
  made.on('error', () => undefined);
  return { socket, stream: made, got };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('SOCK-7 messages go both ways as JSON', async () => {
  const { socket, stream: made, got } = stream();
  socket.say('{"a":"pp"}');
  made.write({ a: 'init' });
  await turn();
  assert.deepEqual([got, socket.writes], [[{ a: 'pp' }], [['{"a":"init"}']]]);
});

test('SOCK-11 what a turn brings leaves in one write: a frame each for a stock client, one frame for ours, in order', async () => {
  const big = 'ü'.repeat(70_000);
  for (const [takesMany, frames] of [[false, ['{"n":1}', '{"op":1}', `{"op":"${big}"}`, '{"n":2}']], [true, [`{"n":1}\n{"op":1}\n{"op":"${big}"}\n{"n":2}`]]] as const) {
    const { socket, stream: made } = stream({ takesMany });
    made.write({ n: 1 });
    made.sendShared(new LateMessages(() => ['{"op":1}', `{"op":"${big}"}`]));
    made.write({ n: 2 });
    assert.deepEqual(socket.writes, []);
    await turn();
    assert.deepEqual(socket.writes, [frames]);
  }
});

test('SOCK-12 messages that many sockets are given are written once', async () => {
  let made = 0;
  const shared = new LateMessages(() => {
    made += 1;
    return ['{"op":1}', '{"op":2}'];
  });
  const all = [stream(), stream({ takesMany: true }), stream(), stream({ takesMany: true })];
  for (const { stream: one } of all) one.sendShared(shared);
  await turn();
  assert.deepEqual(all.map(({ socket }) => socket.writes.flat().join('\n')), Array(4).fill('{"op":1}\n{"op":2}'));
  assert.equal(made, 1);
});

test('SOCK-13 a reader that does not keep up is sent nothing more of what all get until it has drained, and is cut off if it never does', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { socket, stream: made } = stream();
  const shared = new LateMessages(() => ['{"op":1}']);
  let drained = 0;
  socket.bufferedAmount = serverLimits.readerLagBytesMax + 1;
  assert.equal(made.sendShared(shared), false);
  made.onceDrained(() => { drained += 1; });
  socket.bufferedAmount = 0;
  assert.equal(made.sendShared(shared), false, 'it first gets what it missed');
  socket._socket.emit('drain');
  assert.deepEqual([drained, made.sendShared(shared)], [1, true]);
  mock.timers.tick(serverLimits.readerLagMsMax);
  assert.equal(socket.closedWith, null);
  socket.bufferedAmount = serverLimits.readerLagBytesMax + 1;
  made.sendShared(shared);
  mock.timers.tick(serverLimits.readerLagMsMax);
  assert.equal(socket.closedWith, closeCodes.readerTooSlow);
  mock.timers.reset();
  await turn();
});

test('SOCK-27 a reader that was sent very much in one turn has room again when the network took it at once, and whoever waits for a socket that closes is told', async () => {
  const { socket, stream: made } = stream();
  const drained: string[] = [];
  made.sendShared(new LateMessages(() => ['x'.repeat(serverLimits.readerLagBytesMax + 1)]));
  assert.equal(made.takesMore(), false, 'it waits in the queue of this turn');
  made.onceDrained(() => { drained.push('taken'); });
  // a socket says nothing of what is written without having to wait
  await turn();
  assert.deepEqual([socket.writes.length, drained, made.takesMore()], [1, ['taken'], true]);
  socket.bufferedAmount = serverLimits.readerLagBytesMax + 1;
  assert.equal(made.takesMore(), false);
  made.onceDrained(() => { drained.push('closed'); });
  socket.readyState = 3;
  socket.emit('close', 1006);
  assert.deepEqual([drained, made.takesMore()], [['taken', 'closed'], true]);
  assert.equal(socket.closedWith, null);
});

test('SOCK-8 a reader that is too far behind is cut off, and nothing more is kept for it', async () => {
  const { socket, stream: made } = stream();
  socket.bufferedAmount = serverLimits.socketBufferBytesMax;
  made.write({ n: 1 });
  socket.bufferedAmount += 1;
  made.write({ n: 2 });
  made.write({ n: 3 });
  await turn();
  assert.deepEqual([socket.writes, socket.closedWith], [[['{"n":1}']], closeCodes.readerTooSlow]);
});

test('SOCK-9 after a frame that closes the socket no other is looked at', async () => {
  for (const [bad, code] of [['x', closeCodes.messageInvalid], ['7', closeCodes.messageInvalid], [`"${'x'.repeat(serverLimits.messageBytesMax)}"`, closeCodes.messageTooLarge]] as const) {
    const { socket, got } = stream();
    socket.say(bad);
    socket.say('{"a":"pp"}');
    for (let i = 0; i < 3; i++) await turn();
    assert.deepEqual([got, socket.closedWith], [[], code]);
  }
  const { socket, got } = stream({ burst: 2 });
  for (let i = 0; i < 5; i++) socket.say('{"a":"pp"}');
  for (let i = 0; i < 5; i++) await turn();
  assert.deepEqual([got.length, socket.closedWith], [2, closeCodes.tooFast]);
});

test('SOCK-10 a socket that answers heartbeats stays, one that does not is dropped by the next', () => {
  mock.timers.enable({ apis: ['setInterval'] });
  const socket = new FakeSocket();
  let signs = 0;
  const end = heartbeat(socket as unknown as WebSocket, 1_000, () => { signs += 1; });
  for (let i = 0; i < 3; i++) {
    mock.timers.tick(1_000);
    socket.emit('pong');
  }
  assert.deepEqual([socket.pings, signs, socket.terminated], [3, 3, false]);
  mock.timers.tick(1_000);
  assert.equal(socket.terminated, false);
  mock.timers.tick(1_000);
  assert.deepEqual([socket.closedWith, socket.terminated], [closeCodes.heartbeatMissed, true]);
  end();
  mock.timers.tick(5_000);
  assert.equal(socket.pings, 4);
  mock.timers.reset();
});
