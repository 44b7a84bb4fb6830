import * as v from 'valibot';
import { Id } from './id.ts';

/** Whether a value is a map. A list is an object too, and schemas of objects would take an empty one. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A copy of a map. Where maps of every shape come in turn, a spread of one of 250 keys takes V8 20 microseconds; this takes one. A key
 * `__proto__`, which a database from elsewhere may have, is a key like any other.
 */
export const copyOf = <T extends object>(map: T): T => (Object.hasOwn(map, '__proto__') ? { ...map } : Object.assign({}, map));

/** A map keyed by id. */
export const mapById = <S extends v.GenericSchema>(item: S) => v.pipe(v.unknown(), v.check(isMap, 'not a map'), v.record(Id, item));
