import * as v from 'valibot';
import { Id } from './id.ts';

/** Whether a value is a map. A list is an object too, and schemas of objects would take an empty one. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of a map. Where maps of every shape come in turn, a spread of one of 250 keys takes V8 20 microseconds; this takes one. A key
 * `__proto__`, which a database from elsewhere may have, is a key like any other.
 */
export const copyOf = <T extends object>(map: T): T => (Object.hasOwn(map, '__proto__') ? { ...map } : Object.assign({}, map));

/** With fewer keys there is nothing to win. */
const keysOfLarge = 8;

/**
 * The same value, with maps that {@link copyOf} is fast with, so many levels deep. A map that came from JSON may be a hash table to V8, and so is
 * every copy of it then: with 250 keys that takes 70 microseconds instead of one. A spread of it is none.
 */
export function fastened<T>(value: T, levels = 8): T {
  if (levels === 0 || !isMap(value)) return value;
  const keys = Object.keys(value);
  let copy: Record<string, unknown> | null = keys.length < keysOfLarge ? null : { ...value };
  for (const key of keys) {
    const inner = fastened(value[key], levels - 1);
    // set, a key of that name would be something else
    if (inner === value[key] || key === '__proto__') continue;
    copy ??= { ...value };
    copy[key] = inner;
  }
  return (copy ?? value) as T;
}

/** A map keyed by id. */
export const mapById = <S extends v.GenericSchema>(item: S) => v.pipe(v.unknown(), v.check(isMap, 'not a map'), v.record(Id, item));
