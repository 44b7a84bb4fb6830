import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Subject } from 'rxjs';
import { limits } from '../../../model/limits.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Connection } from './connection.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ClientSocket } from './socket.ts';

const hourMs = 3_600_000;

/** A connection that just came online and waits for the answer to its first ping. Later pings are answered after 30 ms. */
function awaitingPong() {
  const clock = new FakeClock();
  const signals = new Subject<'awake'>();
  let pings = 0;
  const pong = (): void => {
    socket.onmessage?.({ data: '{"a":"pp"}' });
  };
  const socket: ClientSocket = {
    onopen: null, onmessage: null, onclose: null, onerror: null,
    send: (data) => {
      if ((JSON.parse(data) as { a: string }).a === 'pp' && ++pings > 1) clock.setTimer(pong, 30);
    },
    close: () => undefined,
  };
  const connection = new Connection({
    url: () => 'ws://coboard.test/sync', clock, random: () => 0.5, environment: { online: true, signals },
    openSocket: () => socket, sessionProblem: () => Promise.resolve(null),
  });
  connection.start();
  socket.onopen?.(undefined as never);
  socket.onmessage?.({ data: '{"a":"hs","protocol":1,"protocolMinor":2,"id":"c1","type":"http://sharejs.org/types/JSONv0"}' });
  assert.deepEqual([connection.state.value.status, pings], ['online', 1]);
  return { clock, signals, connection, pong };
}

test('CONN-27 an answer that came while the machine slept does not measure its sleep', async () => {
  // the answer may be heard before or after the window says that it is awake, and before the heartbeat that is due
  for (const isTold of [true, false]) {
    const { clock, signals, connection, pong } = awaitingPong();
    clock.sleep(hourMs);
    if (isTold) signals.next('awake');
    pong();
    assert.partialDeepStrictEqual(connection.state.value, { status: 'online', latencyMs: null });
    await clock.advance(2 * limits.heartbeatIntervalMs);
    assert.partialDeepStrictEqual(connection.state.value, { status: 'online', latencyMs: 30 });
  }
});

test('CONN-48 who comes back to a connection that died meanwhile is told within seconds', async () => {
  for (const isAnswered of [true, false]) {
    const clock = new FakeClock();
    const missed: number[] = [];
    let pings = 0;
    const heartbeat = new Heartbeat({
      clock, intervalMs: limits.heartbeatIntervalMs, onMeasured: () => undefined,
      ping: () => {
        pings += 1;
        if (isAnswered && pings > 1) clock.setTimer(() => { heartbeat.sign(); heartbeat.pong(); }, 300);
        return true;
      },
      onMissed: () => { missed.push(clock.now()); },
    });
    heartbeat.beat();
    clock.sleep(hourMs);
    const wokeAt = clock.now();
    heartbeat.wake();
    assert.equal(pings, 2, 'the one before may be lost');
    await clock.advance(8_000);
    assert.deepEqual(missed, isAnswered ? [] : [wokeAt + 4_000]);
    heartbeat.stop();
  }
});
