import * as v from 'valibot';
import { limits } from './limits.ts';

/** What one asks for: to own a dashboard is nothing that one asks for. */
export const AskedRoleSchema = v.picklist(['viewer', 'commenter', 'editor']);
export type AskedRole = v.InferOutput<typeof AskedRoleSchema>;

/** What somebody asks the owners of a dashboard. */
export const AccessAskSchema = v.strictObject({
  role: AskedRoleSchema,
  note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(limits.accessNoteCharsMax)), ''),
});
export type AccessAsk = v.InferOutput<typeof AccessAskSchema>;

/** A request for access that waits for an owner; `at` in milliseconds since 1970. */
export const AccessRequestSchema = v.object({
  user: v.object({ id: v.string(), name: v.string(), color: v.string() }),
  role: AskedRoleSchema,
  note: v.string(),
  at: v.number(),
});
export type AccessRequest = v.InferOutput<typeof AccessRequestSchema>;
export const AccessRequestsSchema = v.object({ requests: v.array(AccessRequestSchema) });
