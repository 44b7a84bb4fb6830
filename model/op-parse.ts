import * as v from 'valibot';
import { describeIssue } from './dashboard.ts';
import { CoboardError } from './errors.ts';
import type { Json, Op } from './json0.ts';
import { reservedKeys } from './id.ts';
import { limits } from './limits.ts';
import { opSteps } from './op-steps.ts';

const PathSchema = v.pipe(v.array(v.union([v.pipe(v.string(), v.maxLength(100), v.check((key) => !reservedKeys.has(key) && key.isWellFormed())), v.pipe(v.number(), v.integer(), v.minValue(0))])), v.minLength(1), v.maxLength(8));
// half a character cannot be stored as it is
const TextSchema = v.pipe(v.string(), v.maxLength(limits.noteCharsMax), v.check((text) => text.isWellFormed(), 'text must be well-formed Unicode'));
const TextComponents = v.pipe(
  v.array(v.union([v.strictObject({ p: v.number(), i: TextSchema }), v.strictObject({ p: v.number(), d: TextSchema })])),
  v.maxLength(limits.opComponentsMax),
);
const JsonValue = v.custom<Json>((value) => isJson(value, limits.documentDepthMax), 'not a JSON value, or nested too deep');

const ComponentSchema = v.union([
  v.strictObject({ p: PathSchema, t: v.literal('text0'), o: TextComponents }),
  v.strictObject({ p: PathSchema, si: TextSchema }),
  v.strictObject({ p: PathSchema, sd: TextSchema }),
  v.strictObject({ p: PathSchema, na: v.pipe(v.number(), v.finite()) }),
  v.strictObject({ p: PathSchema, oi: JsonValue, od: v.optional(JsonValue) }),
  v.strictObject({ p: PathSchema, od: JsonValue }),
]);

const OpSchema = v.pipe(v.array(ComponentSchema), v.maxLength(limits.opComponentsMax));

/** Whether a value is plain JSON without reserved keys, at most `depth` levels deep. */
function isJson(value: unknown, depth: number): value is Json {
  if (value === null || typeof value === 'boolean') return true;
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return Number.isFinite(value);
  if (depth === 0 || typeof value !== 'object') return false;
  if (Array.isArray(value)) return value.every((item) => isJson(item, depth - 1));
  // schemas skip such keys instead of refusing them
  return Object.entries(value).every(([key, item]) => !reservedKeys.has(key) && isJson(item, depth - 1));
}

/**
 * Parses what claims to be a json0 operation, without looking at any document: the cheap check at the gate.
 * @throws CoboardError OP_INVALID, OP_TOO_LARGE
 */
export function parseOp(op: unknown): Op {
  const result = v.safeParse(OpSchema, op, { abortEarly: true });
  if (!result.success) throw new CoboardError('OP_INVALID', describeIssue(result.issues[0]));
  if (opSteps(op as Op) > limits.opComponentsMax) throw new CoboardError('OP_TOO_LARGE', `An edit has at most ${String(limits.opComponentsMax)} changes.`);
  return op as Op;
}
