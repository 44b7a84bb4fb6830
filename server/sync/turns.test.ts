import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { until } from '../../tests/until.ts';
import { WorkTurns } from './turns.ts';

test('ENGINE-17 what is computed in slices is done in the order in which it came, and other work in a turn takes nothing of its slice', async () => {
  let now = 0;
  const turns = new WorkTurns({ ...systemClock, elapsed: () => now }, 5);
  const ran: string[] = [];
  const isDone = (): boolean => ran.length >= 30;
  let passed = 0;
  const pass = (): void => {
    passed += 1;
    // the turn is busy with something else, for longer than any slice
    now += 50;
    if (!isDone()) setImmediate(pass);
  };
  setImmediate(pass);
  const compute = (name: string, left: number): void => {
    turns.run(() => {
      now += 1;
      ran.push(name);
      if (left > 1) turns.next(() => { compute(name, left - 1); });
    });
  };
  for (const name of ['a', 'b', 'c']) compute(name, 10);
  await until('all is computed', isDone);
  assert.equal(ran.join(''), 'abc'.repeat(10));
  // three at once, and then five a turn
  assert.ok(passed >= 5 && passed <= 10, `${String(passed)} turns`);
});
