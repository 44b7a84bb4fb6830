import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { mock, test } from 'node:test';
import type { WebSocket } from 'ws';
import { closeCodes } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import { TokenBucket } from '../gate/token-bucket.ts';
import { heartbeat } from './heartbeat.ts';
import { SocketStream } from './socket-stream.ts';

/** As much of a WebSocket as the stream uses. */
class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: string[] = [];
  closedWith: number | null = null;
  pings = 0;
  terminated = false;

  addEventListener(event: string, listener: (event: { data: unknown }) => void): void {
    this.on(event, (data: unknown) => { listener({ data }); });
  }
  removeEventListener(): void { /* nothing to remove: sockets here close once */ }
  send(json: string): void { this.sent.push(json); }
  close(code: number): void {
    this.closedWith ??= code;
    this.readyState = 2;
  }
  ping(): void { this.pings += 1; }
  terminate(): void { this.terminated = true; }
  say(text: string): void { this.emit('message', Buffer.from(text)); }
}

function stream(burst = 100): { socket: FakeSocket; stream: SocketStream; got: unknown[] } {
  const socket = new FakeSocket();
  const made = new SocketStream(socket as unknown as WebSocket, new TokenBucket(1, burst, () => 0));
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
  assert.deepEqual([got, socket.sent], [[{ a: 'pp' }], ['{"a":"init"}']]);
});

test('SOCK-8 a reader that is too far behind is cut off, and nothing more is kept for it', async () => {
  const { socket, stream: made } = stream();
  socket.bufferedAmount = limits.socketBufferBytesMax;
  made.write({ n: 1 });
  socket.bufferedAmount += 1;
  made.write({ n: 2 });
  made.write({ n: 3 });
  await turn();
  assert.deepEqual([socket.sent, socket.closedWith], [['{"n":1}'], closeCodes.readerTooSlow]);
});

test('SOCK-9 after a frame that closes the socket no other is looked at', async () => {
  for (const [bad, code] of [['x', closeCodes.messageInvalid], ['7', closeCodes.messageInvalid], [`"${'x'.repeat(limits.messageBytesMax)}"`, closeCodes.messageTooLarge]] as const) {
    const { socket, got } = stream();
    socket.say(bad);
    socket.say('{"a":"pp"}');
    await turn();
    assert.deepEqual([got, socket.closedWith], [[], code]);
  }
  const { socket, got } = stream(2);
  for (let i = 0; i < 5; i++) socket.say('{"a":"pp"}');
  await turn();
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
