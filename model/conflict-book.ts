import * as v from 'valibot';
import { Id } from './id.ts';
import type { Json } from './json0.ts';
import { limits } from './limits.ts';

const text = v.pipe(v.string(), v.maxLength(2_000));
const PathSchema = v.pipe(v.array(v.pipe(v.string(), v.maxLength(limits.idCharsMax))), v.maxLength(limits.documentDepthMax));
const nests = (value: unknown, levels: number): boolean => typeof value !== 'object' || value === null || (levels > 0 && Object.values(value).every((one) => nests(one, levels - 1)));
/** JSON that was checked where it came from, and is checked again when it is used in an edit. */
const Value = v.custom<Json>((value) => value !== undefined && nests(value, limits.documentDepthMax));
const Part = v.object({ path: PathSchema, was: v.optional(Value), mine: v.optional(Value), theirs: v.optional(Value) });

/** As it is kept on devices and on the server. */
export const ConflictSchema = v.object({
  id: Id,
  /** `value`: a field was given two values. `theyDeleted`: somebody deleted what one edited. `iDeleted`: somebody edited what one deleted. */
  kind: v.picklist(['value', 'theyDeleted', 'iDeleted']),
  /** The field, or what was deleted. */
  path: PathSchema,
  /** What the path was called then: a field and what it belongs to, or the name of what was deleted. */
  field: text,
  of: v.nullable(text),
  /** The values of a field; a place on the board has one for each of its sides. */
  parts: v.pipe(v.array(Part), v.maxLength(10)),
  /** What was deleted, with what was edited in it meanwhile. */
  thing: v.optional(Value),
  /** What was edited in it, in words: "renamed Sales to Revenue". */
  edits: v.pipe(v.array(text), v.maxLength(40)),
  by: v.nullable(v.object({ id: text, name: text })),
  /** When one edited it oneself, and when the other edit came; milliseconds since 1970. */
  mineAt: v.number(),
  theirsAt: v.number(),
});

/** Two edits that did not know of each other and of which only one can stand, for the person to decide. */
export type Conflict = v.InferOutput<typeof ConflictSchema>;

const Settled = v.object({ id: Id, at: v.number() });

/** A person's conflicts on one dashboard: those that wait, and which were decided, so that these do not come back from another device. */
export const ConflictBookSchema = v.object({
  open: v.pipe(v.array(ConflictSchema), v.maxLength(limits.conflictsMax)),
  settled: v.pipe(v.array(Settled), v.maxLength(limits.conflictsMax)),
});
export type ConflictBook = v.InferOutput<typeof ConflictBookSchema>;

export const emptyBook: ConflictBook = { open: [], settled: [] };

/** What two devices know, together, in whichever order: what was decided on one is decided, and what is too old is gone. `now` in ms since 1970. */
export function mergedBooks(one: ConflictBook, other: ConflictBook, now: number): ConflictBook {
  const oldest = now - limits.conflictDurationMs;
  const settled = new Map([...one.settled, ...other.settled].filter(({ at }) => at > oldest).sort((a, b) => a.at - b.at).map((each) => [each.id, each]));
  const open = new Map<string, Conflict>();
  for (const each of [...one.open, ...other.open]) {
    if (settled.has(each.id) || each.theirsAt <= oldest || (open.get(each.id)?.theirsAt ?? 0) > each.theirsAt) continue;
    open.set(each.id, each);
  }
  return {
    open: [...open.values()].sort((a, b) => a.theirsAt - b.theirsAt || (a.id < b.id ? -1 : 1)).slice(-limits.conflictsMax),
    settled: [...settled.values()].slice(-limits.conflictsMax),
  };
}

/** The part of a book that a person's devices tell each other: all that is decided, and of what waits the newest that fit. */
export function toldBook({ open, settled }: ConflictBook): ConflictBook {
  let chars = 0;
  const fits = (one: Conflict): boolean => {
    const size = JSON.stringify(one).length;
    return size <= limits.conflictCharsMax && (chars += size) <= limits.conflictBookCharsMax;
  };
  return { open: open.toReversed().filter(fits).reverse(), settled };
}

/** A book that came from outside, without what in it is none: another version may have written a part of it. */
export function parseBook(value: unknown): ConflictBook {
  const { open, settled } = (typeof value === 'object' && value !== null ? value : {}) as { readonly open?: unknown; readonly settled?: unknown };
  return { open: valid(ConflictSchema, open), settled: valid(Settled, settled) };
}

function valid<T>(schema: v.GenericSchema<unknown, T>, list: unknown): T[] {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  return entries.flatMap((entry) => {
    const parsed = v.safeParse(schema, entry);
    return parsed.success ? [parsed.output] : [];
  }).slice(-limits.conflictsMax);
}
