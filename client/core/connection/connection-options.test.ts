import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoboardError } from '../../../model/errors.ts';
import { Coboard } from '../coboard.ts';
import { connectionDefaults, connectionSettings } from './connection-options.ts';

test('CONN-41 what is left out of the options is as by default, and what they cannot be is refused by name and range', () => {
  assert.deepEqual(connectionSettings(), connectionDefaults);
  assert.deepEqual(connectionSettings({ retriesMax: 3, fallback: false }), { ...connectionDefaults, retriesMax: 3, fallback: false });
  const refused: readonly (readonly [options: object, words: RegExp])[] = [
    [{ reconnectDelayMinMs: 49 }, /^connection\.reconnectDelayMinMs: a whole number from 50 to 600000$/],
    [{ reconnectDelayMaxMs: 600_001 }, /^connection\.reconnectDelayMaxMs: a whole number from 50 to 600000$/],
    [{ reconnectDelayMinMs: 2_000, reconnectDelayMaxMs: 1_000 }, /^connection\.reconnectDelayMinMs: at most reconnectDelayMaxMs, which is 1000$/],
    [{ retriesMax: -1 }, /^connection\.retriesMax: a whole number from 0 to 1000000$/],
    [{ retriesMax: Infinity }, /^connection\.retriesMax: /],
    [{ heartbeatIntervalMs: 999 }, /^connection\.heartbeatIntervalMs: a whole number from 1000 to 300000$/],
    [{ heartbeatIntervalMs: '5000' }, /^connection\.heartbeatIntervalMs: /],
    [{ connectTimeoutMs: 1_000.5 }, /^connection\.connectTimeoutMs: a whole number from 1000 to 300000$/],
    [{ connectTimeoutMs: NaN }, /^connection\.connectTimeoutMs: /],
    [{ fallback: 'no' }, /^connection\.fallback: true or false$/],
    [{ reconectDelayMs: 1 }, /^connection\.reconectDelayMs: there is no such option; there are reconnectDelayMinMs, /],
  ];
  for (const [options, words] of refused) {
    assert.throws(() => new Coboard({ url: 'http://coboard.test', connection: options }), (error) => error instanceof CoboardError && error.code === 'OPTION_INVALID' && words.test(error.message), JSON.stringify(options));
  }
});
