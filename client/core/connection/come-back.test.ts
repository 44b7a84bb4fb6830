import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NEVER } from 'rxjs';
import { closeCodes } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';
import { FakeClock } from '../testing/index.ts';
import { Connection } from './connection.ts';
import type { ClientSocket } from './socket.ts';

const clients = 1_000;

interface Socket extends ClientSocket {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
}

/** Has a thousand clients lose their server; gives the most that came back in one second. */
async function comeBack(ending: 'announced' | 'killed'): Promise<number> {
  const clock = new FakeClock();
  // spread evenly, and the same each time
  let drawn = 0;
  const random = (): number => (drawn += 0.618_033_988_7) % 1;
  const began = clock.now();
  const accepted: number[] = [];
  const sockets = new Set<Socket>();
  let isUp = true;
  const openSocket = (): Socket => {
    const socket: Socket = {
      onopen: null, onmessage: null, onclose: null, onerror: null, close: () => { sockets.delete(socket); },
      send: (data) => { if (data.includes('"hs"')) socket.onmessage?.({ data: '{"a":"hs","protocol":1,"protocolMinor":2,"id":"x","type":"http://sharejs.org/types/JSONv0"}' }); },
    };
    clock.setTimer(() => {
      if (!isUp) {
        socket.onclose?.({ code: 1006, reason: '' });
        return;
      }
      accepted.push(clock.now());
      sockets.add(socket);
      (socket.onopen as (() => void) | null)?.();
    }, 1);
    return socket;
  };
  const connections = Array.from({ length: clients }, () => new Connection({
    url: () => 'ws://coboard.test/sync', openSocket, clock, random, environment: { online: true, signals: NEVER }, sessionProblem: () => Promise.resolve(null),
  }));
  for (const connection of connections) connection.start();
  await clock.advance(2_000);
  const online = (): number => connections.filter(({ state }) => state.value.status === 'online').length;
  assert.equal(online(), clients);
  accepted.length = 0;

  // what the server says before it goes; it is back after two seconds
  const spreadMs = (clients / limits.reconnectsPerSecond) * 1_000;
  if (ending === 'announced') for (const socket of sockets) socket.onmessage?.({ data: JSON.stringify({ a: 'coboard', type: 'draining', inMs: 0, spreadMs }) });
  isUp = false;
  for (const socket of sockets) socket.onclose?.({ code: ending === 'announced' ? closeCodes.goingAway : 1006, reason: '' });
  await clock.advance(2_000);
  isUp = true;
  await clock.advance(spreadMs + 10_000);
  assert.equal(online(), clients, 'all are back');
  const seconds = new Map<number, number>();
  for (const at of accepted) seconds.set(Math.floor((at - began) / 1_000), (seconds.get(Math.floor((at - began) / 1_000)) ?? 0) + 1);
  for (const connection of connections) connection.stop();
  return Math.max(...seconds.values());
}

test('CONN-30 a thousand clients of a server that restarts come back spread over the time that it asks for', async () => {
  const most = await comeBack('announced');
  assert.ok(most <= limits.reconnectsPerSecondMax / 2, `${String(most)} in one second`);
});

test('CONN-46 a thousand clients of a server that was killed do not come back at once either', async () => {
  const most = await comeBack('killed');
  assert.ok(most <= limits.reconnectsPerSecondMax, `${String(most)} in one second`);
});
