import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { Turns } from '../sync/turns.ts';
import { until } from '../../tests/until.ts';
import { Entrance } from './entrance.ts';

test('SOCK-15 a crowd that comes at once is let in over many turns of the event loop, in order, and one that is slow keeps nobody waiting', async () => {
  let now = 0;
  const entrance = new Entrance(new Turns({ ...systemClock, elapsed: () => now }, 5), 8);
  const entered: number[] = [];
  let turns = 0;
  const count = (): void => {
    turns += 1;
    if (entered.length < 100) setImmediate(count);
  };
  setImmediate(count);
  entrance.come(() => new Promise(() => undefined));
  for (let i = 0; i < 100; i++) {
    entrance.come(async () => {
      await Promise.resolve();
      now += 1;
      entered.push(i);
    });
  }
  await until('all are in', () => entered.length === 100);
  assert.deepEqual(entered, Array.from({ length: 100 }, (_, i) => i));
  assert.ok(turns >= 8, `${String(turns)} turns`);
});
