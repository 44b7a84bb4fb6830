import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { systemClock } from '../../model/clock.ts';
import { Turns } from '../sync/turns.ts';
import { hearInTurns } from './hear-in-turns.ts';

/** As much of a WebSocket as is heard. */
class FakeSocket extends EventEmitter {
  isPaused = false;
  pause(): void { this.isPaused = true; }
  resume(): void { this.isPaused = false; }
}

test("SOCK-16 what many sockets say at once is taken over many turns, of each socket in order, and what came before a socket's end is taken before it", async () => {
  let now = 0;
  const hearing = new Turns({ ...systemClock, elapsed: () => now }, 5);
  const heard: string[] = [];
  const heardMost = (): boolean => heard.length >= 62;
  const sockets = Array.from({ length: 20 }, (_, name) => {
    const socket = new FakeSocket();
    hearInTurns(socket as unknown as WebSocket, hearing, (data) => {
      now += 1;
      heard.push(`${String(name)} ${(data as Buffer).toString()}`);
    });
    socket.on('close', () => heard.push(`${String(name)} end`));
    return socket;
  });
  for (const text of ['a', 'b', 'c']) for (const socket of sockets) socket.emit('message', text, false);
  assert.equal(heard.length, 5);
  assert.deepEqual(sockets.map(({ isPaused }) => isPaused), sockets.map(() => true), 'each has something waiting, and is not read');
  sockets[0]?.emit('message', 'd', false);
  sockets[0]?.emit('close');
  for (let turns = 1; !heardMost(); turns++) {
    assert.ok(turns < 30, heard.join());
    const before = heard.length;
    await new Promise((resolve) => setImmediate(resolve));
    assert.ok(heard.length - before <= 8, `${String(heard.length - before)} in one turn`);
  }
  for (let turns = 0; turns < 2; turns++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard.filter((line) => line.startsWith('0 ')), ['0 a', '0 b', '0 c', '0 d', '0 end']);
  for (const [name] of sockets.entries()) if (name > 0) assert.deepEqual(heard.filter((line) => line.startsWith(`${String(name)} `)), ['a', 'b', 'c'].map((text) => `${String(name)} ${text}`));
  assert.deepEqual(sockets.map(({ isPaused }) => isPaused), sockets.map(() => false), 'who was heard is read again');
});
