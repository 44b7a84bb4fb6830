import * as v from 'valibot';
import type { Op } from '../../../model/json0.ts';
import { RoleSchema } from '../../../model/protocol.ts';

// What the REST routes answer. Unknown keys are left out, so that a newer server may say more.

export const UserSchema = v.object({ id: v.string(), name: v.string(), color: v.string() });

export const SessionSchema = v.object({ user: UserSchema, expiresAt: v.number(), admin: v.optional(v.boolean(), false) });
export type Session = v.InferOutput<typeof SessionSchema>;

export const SignedInSchema = v.object({ token: v.string(), user: UserSchema, expiresAt: v.number() });
export type SignedIn = v.InferOutput<typeof SignedInSchema>;

export const ServerConfigSchema = v.object({ auth: v.picklist(['demo', 'jwt']), version: v.string() });
/** What the sign-in screen needs to know. In `demo` a name is enough. */
export type ServerConfig = v.InferOutput<typeof ServerConfigSchema>;

export const ListedDashboardSchema = v.object({
  id: v.string(),
  title: v.string(),
  role: RoleSchema,
  updatedAt: v.number(),
  updatedBy: v.nullable(v.object({ id: v.string(), name: v.string() })),
  widgets: v.number(),
  preview: v.array(v.object({ kind: v.string(), title: v.string(), x: v.number(), y: v.number(), w: v.number(), h: v.number() })),
  people: v.array(UserSchema),
  deletedAt: v.optional(v.number()),
});
/** A dashboard in the list of those that one may see; `people` are there now, `deletedAt` only on one in the bin. */
export type ListedDashboard = v.InferOutput<typeof ListedDashboardSchema>;

export const AccessAnswerSchema = v.object({
  everyone: v.nullable(v.picklist(['viewer', 'editor'])),
  people: v.record(v.string(), RoleSchema),
  users: v.optional(v.record(v.string(), UserSchema), {}),
});
/** Who has which role on a dashboard; `users` are the people it names, as far as they are known. */
export type DashboardAccess = v.InferOutput<typeof AccessAnswerSchema>;

export const ListSchema = v.object({ dashboards: v.array(ListedDashboardSchema) });
export const CreatedSchema = v.object({ id: v.string() });
export const FetchedSchema = v.object({ id: v.string(), v: v.number(), role: RoleSchema, data: v.unknown() });
/** Ops of the log; what else an op has is told elsewhere. */
export const OpsSchema = v.object({
  ops: v.array(v.object({ v: v.number(), src: v.optional(v.string()), seq: v.optional(v.number()), op: v.optional(v.custom<Op>(Array.isArray)), m: v.optional(v.object({ u: v.optional(v.string()), n: v.optional(v.string()) }), {}) })),
});
export const UsersSchema = v.object({ users: v.array(UserSchema) });
export const ErrorAnswerSchema = v.object({ error: v.object({ code: v.string(), message: v.string() }) });
