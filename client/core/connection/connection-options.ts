import * as v from 'valibot';
import { CoboardError } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';

/** How a connection is kept. What is left out is as in {@link connectionDefaults}. */
export interface ConnectionOptions {
  /** Between these lies the time before the next attempt; it grows from the least to the most. 50 ms to 10 minutes. */
  readonly reconnectDelayMinMs?: number;
  readonly reconnectDelayMaxMs?: number;
  /** Attempts after the first, in one gap, before the client waits to be told to try; null: for ever. Up to 1,000,000. */
  readonly retriesMax?: number | null;
  /** A server that says nothing for this long is asked, and is lost if it does not answer for as long again. 1 s to 5 minutes. */
  readonly heartbeatIntervalMs?: number;
  /** How long an attempt may take. 1 s to 5 minutes. */
  readonly connectTimeoutMs?: number;
  /** Whether HTTP long polling is used where the network lets no WebSocket through. */
  readonly fallback?: boolean;
}

export type ConnectionSettings = Required<ConnectionOptions>;

export const connectionDefaults: ConnectionSettings = {
  reconnectDelayMinMs: limits.reconnectDelayMinMs, reconnectDelayMaxMs: limits.reconnectDelayMaxMs, retriesMax: null,
  heartbeatIntervalMs: limits.heartbeatIntervalMs, connectTimeoutMs: limits.connectTimeoutMs, fallback: true,
};

const numberIn = (least: number, most: number): v.GenericSchema<unknown, number> => {
  const words = `a whole number from ${String(least)} to ${String(most)}`;
  return v.pipe(v.number(words), v.integer(words), v.minValue(least, words), v.maxValue(most, words));
};
const second = 1_000;
const minute = 60 * second;

const ConnectionOptionsSchema = v.strictObject({
  reconnectDelayMinMs: numberIn(50, 10 * minute),
  reconnectDelayMaxMs: numberIn(50, 10 * minute),
  retriesMax: v.nullable(numberIn(0, 1_000_000)),
  heartbeatIntervalMs: numberIn(second, 5 * minute),
  connectTimeoutMs: numberIn(second, 5 * minute),
  fallback: v.boolean('true or false'),
}, `there is no such option; there are ${Object.keys(connectionDefaults).join(', ')}`);

/**
 * The options with the defaults for what is left out.
 * @throws CoboardError OPTION_INVALID, naming the option and what it may be
 */
export function connectionSettings(options: ConnectionOptions = {}): ConnectionSettings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  const result = v.safeParse(ConnectionOptionsSchema, { ...connectionDefaults, ...given }, { abortEarly: true });
  if (!result.success) {
    const [{ message, path }] = result.issues;
    throw new CoboardError('OPTION_INVALID', `connection${(path ?? []).map(({ key }) => `.${String(key)}`).join('')}: ${message}`);
  }
  const settings = result.output;
  if (settings.reconnectDelayMinMs > settings.reconnectDelayMaxMs) {
    throw new CoboardError('OPTION_INVALID', `connection.reconnectDelayMinMs: at most reconnectDelayMaxMs, which is ${String(settings.reconnectDelayMaxMs)}`);
  }
  return settings;
}
