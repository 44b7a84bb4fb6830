import * as v from 'valibot';
import { Id } from './id.ts';

/** Whether a value is a map. A list is an object too, and schemas of objects would take an empty one. */
export const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A map keyed by id. */
export const mapById = <S extends v.GenericSchema>(item: S) => v.pipe(v.unknown(), v.check(isMap, 'not a map'), v.record(Id, item));
