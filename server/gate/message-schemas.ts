import * as v from 'valibot';
import { Id, reservedKeys } from '../../model/id.ts';
import { limits } from '../../model/limits.ts';
import { isMap, mapById } from '../../model/maps.ts';
import { editReasons } from '../../model/protocol.ts';

/**
 * The messages of ShareDB's protocol 1.2 that a client may send, each exactly as a stock client sends it. What is not here is
 * refused. Ops and presence values are checked by themselves, see `gate.ts`.
 */

const whole = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(Number.MAX_SAFE_INTEGER - 1));
const name = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100), v.check((key) => !reservedKeys.has(key)));
const version = v.optional(v.nullable(whole));
const document = { c: name, d: Id };
const bulkOf = <S extends v.GenericSchema>(schema: S) => v.pipe(schema, v.check((b) => Object.keys(b as object).length <= limits.bulkIdsMax, 'too many'));
const ids = v.array(Id);
// a schema of a map skips reserved keys, and the message is taken as it came
const versions = v.pipe(v.unknown(), v.check((b) => !isMap(b) || Object.keys(b).every((key) => v.is(Id, key)), 'not an id'), mapById(v.nullable(whole)));
const bulk = bulkOf(v.union([ids, versions]));
const line = v.strictObject({ p: v.pipe(v.array(Id), v.maxLength(limits.documentDepthMax)), oi: v.pipe(v.string(), v.maxLength(limits.cellCharsMax)) });
const protocolNumber = v.optional(v.union([v.number(), v.pipe(v.string(), v.maxLength(10))]));

export const messageSchemas = {
  hs: v.strictObject({ a: v.literal('hs'), id: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(100)))), protocol: protocolNumber, protocolMinor: protocolNumber }),
  s: v.strictObject({ a: v.literal('s'), ...document, v: version }),
  f: v.strictObject({ a: v.literal('f'), ...document, v: version }),
  u: v.strictObject({ a: v.literal('u'), ...document, v: version }),
  bs: v.strictObject({ a: v.literal('bs'), c: name, b: bulk }),
  bf: v.strictObject({ a: v.literal('bf'), c: name, b: bulk }),
  bu: v.strictObject({ a: v.literal('bu'), c: name, b: bulkOf(ids) }),
  op: v.strictObject({
    a: v.literal('op'), ...document, v: version,
    src: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(100)))), seq: whole,
    // extras: what its author had in view; the rest is for a client's own middleware
    x: v.optional(v.looseObject({ w: v.optional(v.picklist(editReasons)), b: v.optional(whole), l: v.optional(v.pipe(v.array(line), v.maxLength(limits.writtenLinesMax))) })),
    op: v.optional(v.unknown()), create: v.optional(v.unknown()), del: v.optional(v.unknown()),
  }),
  nf: v.strictObject({ a: v.literal('nf'), id: whole, ...document, v: version }),
  nt: v.strictObject({ a: v.literal('nt'), id: whole, ...document, ts: v.nullable(whole) }),
  p: v.strictObject({ a: v.literal('p'), ch: name, id: name, p: v.unknown(), pv: whole }),
  ps: v.strictObject({ a: v.literal('ps'), ch: name, seq: v.optional(whole) }),
  pu: v.strictObject({ a: v.literal('pu'), ch: name, seq: v.optional(whole) }),
  pr: v.strictObject({ a: v.literal('pr'), ch: name }),
  pp: v.strictObject({ a: v.literal('pp') }),
} as const;

export type MessageAction = keyof typeof messageSchemas;

/** A message of a client, as well formed as its action asks. */
export type ClientMessage = { [A in MessageAction]: v.InferOutput<(typeof messageSchemas)[A]> }[MessageAction];

/** Actions of the protocol that Coboard refuses. */
export const queryActions: ReadonlySet<string> = new Set(['qf', 'qs', 'qu']);
