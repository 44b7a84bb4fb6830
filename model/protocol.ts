import * as v from 'valibot';
import { Id } from './id.ts';
import type { Path } from './json0.ts';
import { limits } from './limits.ts';

/** Our own WebSocket subprotocol. A client that asks for it gets {@link ServerNotice}s beside ShareDB's messages. */
export const subprotocol = 'coboard.1';

/** Whether somebody asks for subprotocols of ours, and only for such as are not spoken any more: a page that was loaded long ago. */
export function speaksOnlyOld(protocols: Iterable<string>): boolean {
  const versions = [...protocols].flatMap((name) => /^coboard\.(\d{1,6})$/.exec(name)?.[1] ?? []).map(Number);
  return versions.length > 0 && versions.every((version) => version < Number(subprotocol.slice('coboard.'.length)));
}

/** The live connection, and the same over HTTP requests for networks that let no WebSocket through. */
export const syncPath = '/sync';
export const pollingPath = '/sync/poll';

/**
 * Names the {@link subprotocol} in each request of {@link pollingPath}. A page of another site cannot set it without being allowed to
 * (CORS preflight), so a request that has it and no origin comes from a page of ours, or from no page.
 */
export const protocolHeader = 'coboard-protocol';

/** The only collection that clients see. */
export const dashboardsCollection = 'dashboards';
/** One document per dashboard, written by the server alone. */
export const accessCollection = 'access';

/** The presence channel of a dashboard. */
export const presenceChannel = (dashboardId: string): string => `dashboards.${dashboardId}`;

/** Who may do what on a dashboard, from least to most. */
export const roles = ['viewer', 'commenter', 'editor', 'owner'] as const;
export type Role = (typeof roles)[number];
export const RoleSchema = v.picklist(roles);

/** A person as others see them. `color` is one of p1 to p12 of the tokens. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** x in columns, y in rows, fractions allowed, so that a cursor points at the same thing on every screen. */
const Cursor = v.strictObject({
  tab: Id,
  x: v.pipe(v.number(), v.finite(), v.minValue(-100), v.maxValue(1_000)),
  y: v.pipe(v.number(), v.finite(), v.minValue(-100), v.maxValue(10_000)),
});

/** Where someone edits: the widget (or the dataset or the dashboard itself), the field in it, and the caret in a text field. */
const Editing = v.strictObject({
  widget: v.pipe(v.string(), v.maxLength(limits.idCharsMax)),
  field: v.pipe(v.string(), v.maxLength(200)),
  /** Offsets in UTF-16 units: where the selection begins and ends. */
  caret: v.optional(v.nullable(v.tuple([v.pipe(v.number(), v.integer(), v.minValue(0)), v.pipe(v.number(), v.integer(), v.minValue(0))]))),
});

/** A box on the grid while it is dragged or resized, so that others see it glide before it is dropped. */
const Dragging = v.strictObject({
  widget: Id,
  x: v.pipe(v.number(), v.finite()),
  y: v.pipe(v.number(), v.finite()),
  w: v.pipe(v.number(), v.finite()),
  h: v.pipe(v.number(), v.finite()),
});

/** What a client says of itself on a dashboard's presence channel. Keys that are left out count as nothing. */
export const PresenceSchema = v.strictObject({
  tab: v.optional(v.nullable(Id)),
  cursor: v.optional(v.nullable(Cursor), null),
  selection: v.optional(v.pipe(v.array(Id), v.maxLength(limits.presenceSelectionMax)), []),
  editing: v.optional(v.nullable(Editing), null),
  dragging: v.optional(v.nullable(Dragging)),
  typing: v.optional(v.boolean(), false),
  idle: v.optional(v.boolean(), false),
});
export type Presence = v.InferOutput<typeof PresenceSchema>;

/**
 * What others receive: the value with the user that the server stamped on it, so that nobody speaks for somebody else.
 * `user.color` is the color given to the person in this room.
 */
export type StampedPresence = Presence & { readonly user: User };

/** Messages of ours from the server, beside ShareDB's; only to clients that negotiated {@link subprotocol}. */
export type ServerNotice =
  /** The person's role on a dashboard changed; null: no access any more, the subscription has ended. */
  | { readonly a: 'coboard'; readonly type: 'role'; readonly d: string; readonly role: Role | null; readonly by: string | null }
  /** Another device of the person's has something new of their conflicts on a dashboard. */
  | { readonly a: 'coboard'; readonly type: 'conflicts'; readonly d: string }
  /** Somebody asks for access to a dashboard of the person's, or that was decided. */
  | { readonly a: 'coboard'; readonly type: 'accessRequests'; readonly d: string }
  /** The server stops; come back after `inMs`. */
  | { readonly a: 'coboard'; readonly type: 'draining'; readonly inMs: number; readonly spreadMs?: number };

/** A line of text as the author of an op wrote it anew, not knowing that somebody else did too: in the op both are one already. */
export interface WrittenLine {
  readonly p: Path;
  readonly oi: string;
}

/** Why an edit was made, where that is more than that somebody wanted it. */
export const editReasons = ['undo', 'redo', 'restore', 'takeBack', 'import', 'bot'] as const;
export type EditReason = (typeof editReasons)[number];

/** What rides on an op from its author. */
export interface OpExtra extends OpOrigin {
  readonly w?: EditReason | undefined;
}

/** What the author of an op had in view. */
export interface OpOrigin {
  /** The version that the oldest edit in it was made at: ops from there on they had not seen, but for their own. */
  readonly b?: number | undefined;
  readonly l?: readonly WrittenLine[] | undefined;
}

/** Beside ShareDB's own fields, each op message to a client carries who made it, and {@link OpOrigin} where it was made without having seen all. */
export interface OpAuthor {
  readonly id: string;
  readonly name: string;
}
