import * as v from 'valibot';
import { HistoryPageSchema } from '../history/history-schemas.ts';

const Named = { title: v.nullable(v.string()), canOpen: v.boolean() };

export const AuditPageSchema = v.object({
  entries: v.array(v.object({ ...HistoryPageSchema.entries.entries.item.entries, ...Named })),
  cursor: v.nullable(v.string()),
});
/** Lines of the audit log, the latest first; `canOpen`: whether one has a role that lets one see this on the board itself. */
export type AuditPage = v.InferOutput<typeof AuditPageSchema>;
export type AuditEntry = AuditPage['entries'][number];

export const FoundDashboardsSchema = v.object({ dashboards: v.array(v.object({ id: v.string(), title: v.string(), deletedAt: v.nullable(v.number()) })) });
export type FoundDashboard = v.InferOutput<typeof FoundDashboardsSchema>['dashboards'][number];

export const ConnectedSchema = v.object({
  servers: v.number(),
  connections: v.array(v.object({
    user: v.object({ id: v.string(), name: v.string(), color: v.string() }),
    session: v.string(),
    since: v.number(),
    device: v.string(),
    route: v.picklist(['live', 'polling']),
    places: v.array(v.object({ dashboard: v.string(), ...Named, widget: v.nullable(v.string()), widgetTitle: v.nullable(v.string()), typing: v.boolean(), idle: v.boolean() })),
  })),
});
/** Who is connected to all servers, by name. */
export type Connected = v.InferOutput<typeof ConnectedSchema>;
export type Connection = Connected['connections'][number];

export const VerificationSchema = v.object({
  running: v.nullable(v.object({ since: v.number(), ops: v.number(), total: v.number() })),
  last: v.nullable(v.object({
    at: v.number(), tookMs: v.number(), isSound: v.boolean(), ops: v.number(), checkpoints: v.number(), words: v.array(v.string()), count: v.number(),
    documents: v.array(v.object({
      collection: v.string(), id: v.string(), title: v.nullable(v.string()), canOpen: v.boolean(), ops: v.number(), uncovered: v.number(),
      findings: v.array(v.object({ v: v.number(), words: v.string() })),
    })),
  })),
  failed: v.nullable(v.string()),
});
/** How far a verification of the whole history is, and what the last one found. */
export type Verification = v.InferOutput<typeof VerificationSchema>;
export type VerifiedDocument = NonNullable<Verification['last']>['documents'][number];
