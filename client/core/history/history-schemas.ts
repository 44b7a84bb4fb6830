import * as v from 'valibot';
import { changeKinds } from '../../../model/history/change.ts';
import type { Op } from '../../../model/json0.ts';

const Person = v.object({ id: v.string(), name: v.string() });

export const HistoryPageSchema = v.object({
  entries: v.array(v.object({
    // `access`: about who may see it; its versions are not those of the dashboard
    collection: v.optional(v.picklist(['dashboards', 'access']), 'dashboards'),
    dashboard: v.string(),
    from: v.number(), to: v.number(), count: v.number(),
    at: v.number(), until: v.number(),
    by: v.nullable(Person),
    things: v.array(v.string()),
    // a newer server may know more kinds
    kinds: v.pipe(v.array(v.string()), v.transform((kinds) => kinds.filter((kind) => v.is(v.picklist(changeKinds), kind)))),
    words: v.array(v.string()),
    why: v.optional(v.string()),
  })),
  cursor: v.nullable(v.string()),
});
/** Lines of a history, the latest first; `cursor` is for the next page. */
export type HistoryPage = v.InferOutput<typeof HistoryPageSchema>;
export type HistoryEntry = HistoryPage['entries'][number];

export const ChangesSchema = v.object({
  changes: v.array(v.object({ v: v.number(), at: v.number(), words: v.array(v.string()), detail: v.nullable(v.object({ was: v.string(), is: v.string() })), seal: v.nullable(v.string()), device: v.nullable(v.string()) })),
  more: v.boolean(),
  next: v.optional(v.nullable(v.number()), null),
});
/** What a line is made of, op by op, the oldest first; `next`: where the next page begins, null at the end. */
export type Changes = v.InferOutput<typeof ChangesSchema>;
export type SingleChange = Changes['changes'][number];

export const DeletedWidgetsSchema = v.object({ widgets: v.array(v.object({ id: v.string(), name: v.string() })) });
/** A widget that is gone, as it was called at the end. */
export type DeletedWidget = v.InferOutput<typeof DeletedWidgetsSchema>['widgets'][number];

export const LifeSchema = v.object({
  slices: v.array(v.object({ from: v.number(), to: v.number(), at: v.number(), until: v.number(), count: v.number(), by: v.nullable(Person) })),
});
/** What one person did in a while: the versions of it are `from` < v <= `to`, and `count` of them are theirs. Lines of a history are such too. */
export type LifePart = v.InferOutput<typeof LifeSchema>['slices'][number];

export const MomentSchema = v.object({ id: v.string(), v: v.number(), data: v.unknown(), at: v.nullable(v.number()) });

export const NamedSchema = v.object({
  versions: v.array(v.object({ v: v.number(), name: v.string(), note: v.string(), by: v.nullable(Person), at: v.number() })),
});
/** A version that somebody gave a name. */
export type NamedVersion = v.InferOutput<typeof NamedSchema>['versions'][number];

export const PastOpsSchema = v.object({
  ops: v.array(v.object({
    v: v.number(),
    op: v.optional(v.custom<Op>(Array.isArray)),
    create: v.optional(v.object({ data: v.unknown() })),
    m: v.optional(v.object({ ts: v.optional(v.number()), u: v.optional(v.string()), n: v.optional(v.string()), w: v.optional(v.string()) })),
  })),
});
export type PastOpOfLog = v.InferOutput<typeof PastOpsSchema>['ops'][number];
