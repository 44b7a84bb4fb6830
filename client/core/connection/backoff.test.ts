import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limits } from '../../../model/limits.ts';
import { reconnectDelayMs } from './backoff.ts';

const { reconnectDelayMinMs: least, reconnectDelayMaxMs: most } = limits;
const chance = fc.double({ min: 0, max: 0.999_999, noNaN: true });

test('CONN-6 a delay lies between the least and a ceiling that doubles up to the most, all over that range', () => {
  fc.assert(
    fc.property(fc.nat(10_000), chance, chance, (attempt, one, other) => {
      const delay = reconnectDelayMs(attempt, () => one);
      const ceiling = Math.min(most, least * 2 ** Math.min(attempt + 1, 40));
      assert.ok(Number.isInteger(delay) && delay >= least && delay <= ceiling, `${String(delay)} at attempt ${String(attempt)}`);
      // more chance, more delay; a later attempt never less
      assert.equal(Math.sign(reconnectDelayMs(attempt, () => other) - delay) * Math.sign(other - one) >= 0, true);
      assert.ok(reconnectDelayMs(attempt + 1, () => one) >= delay);
    }),
  );
  assert.equal(reconnectDelayMs(0, () => 0), least);
  assert.ok(reconnectDelayMs(0, () => 0.999_999) >= 2 * least - 1);
  assert.ok(reconnectDelayMs(30, () => 0.999_999) >= most - 1);
});
