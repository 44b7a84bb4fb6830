import * as v from 'valibot';
import { describeIssue } from '../../model/dashboard.ts';
import { CoboardError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import { limitingByDefault, limits, type Limiting } from '../../model/limits.ts';
import { parseOp } from '../../model/op-parse.ts';
import { isMap } from '../../model/maps.ts';
import { dashboardsCollection, presenceChannel, PresenceSchema, type Presence } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import type { ClientIds } from '../auth/client-ids.ts';
import type { Client, OpenAgent } from './client.ts';
import { messageSchemas, queryActions, type ClientMessage } from './message-schemas.ts';

/** What a check may look at. */
export interface CheckContext {
  readonly client: Client;
  readonly agent: OpenAgent;
  readonly directory: Directory;
  readonly clientIds: ClientIds;
  readonly limiting: Limiting;
}

/** Looks at one message and throws what is wrong with it, as a CoboardError. */
export type Check = (message: ClientMessage, context: CheckContext) => void;

/** Every message against the schema of its action. */
export function parseMessage(data: Readonly<Record<string, unknown>>): ClientMessage {
  const action = data['a'];
  if (typeof action !== 'string') throw new CoboardError('MESSAGE_INVALID', 'A message needs its action.');
  if (queryActions.has(action)) throw new CoboardError('QUERY_REFUSED');
  if (!isAction(action)) throw new CoboardError('ACTION_UNKNOWN');
  const result = v.safeParse(messageSchemas[action], data, { abortEarly: true });
  if (!result.success) throw new CoboardError('MESSAGE_INVALID', describeIssue(result.issues[0]));
  return data as unknown as ClientMessage;
}

const isAction = (action: string): action is keyof typeof messageSchemas => Object.hasOwn(messageSchemas, action);

/** Clients see dashboards, and nothing else. */
export const onlyDashboards: Check = (message) => {
  if ('c' in message && message.c !== dashboardsCollection) throw new CoboardError('COLLECTION_UNKNOWN');
  if ('ch' in message && dashboardOf(message.ch) === null) throw new CoboardError('COLLECTION_UNKNOWN', 'There is no such presence channel.');
};

/** A client id is the one that the server gave to this person, now or before a reconnect. */
export const ownClientId: Check = (message, { client, clientIds }) => {
  const id = message.a === 'hs' ? message.id : message.a === 'op' ? message.src : null;
  if (id !== null && id !== undefined && !clientIds.belongs(id, client.user.id)) throw new CoboardError('CLIENT_ID_REFUSED');
};

/** No more subscriptions than a person can look at. */
export const fewSubscriptions: Check = (message, { agent, client: { following }, limiting }) => {
  if (message.a === 'u') following.delete(message.d);
  if (message.a === 'bu') for (const id of idsOf(message.b)) following.delete(id);
  if (message.a !== 's' && message.a !== 'bs') return;
  const open = Object.keys(agent.subscribedDocs[dashboardsCollection] ?? {});
  const wanted = message.a === 's' ? [message.d] : idsOf(message.b);
  const now = performance.now();
  for (const [id, at] of following) if (now - at > limiting.limits.subscriptionWaitMs) following.delete(id);
  if (new Set([...open, ...following.keys(), ...wanted]).size <= limiting.limits.subscriptionsPerSocketMax) {
    for (const id of wanted) following.set(id, now);
    return;
  }
  limiting.hit('subscriptionsPerSocketMax');
  throw new CoboardError('SUBSCRIPTIONS_TOO_MANY');
};

/** Whoever may not read a dashboard learns no more than that it might not exist. Bulk messages: see {@link splitBulk}. */
export const permitted: Check = (message, { client, directory }) => {
  const id = 'd' in message ? message.d : 'ch' in message ? dashboardOf(message.ch) : null;
  // ending a subscription needs no permission: it may just have been taken away
  if (id === null || message.a === 'u' || message.a === 'pu') return;
  if (!directory.may(id, client.user.id, 'read')) throw new CoboardError('NOT_FOUND');
  if (message.a === 'op' && !directory.may(id, client.user.id, 'edit')) throw new CoboardError('FORBIDDEN');
};

/** The dashboards of a message that its sender may not have, as far as is known here: another server may know better. */
export function lacking(message: ClientMessage, { user }: Client, directory: Directory): string[] {
  const id = 'd' in message ? message.d : 'ch' in message ? dashboardOf(message.ch) : null;
  const ids = id === null ? ('b' in message ? idsOf(message.b) : []) : [id];
  const action = message.a === 'op' ? 'edit' : 'read';
  return message.a === 'u' || message.a === 'pu' || message.a === 'bu' ? [] : ids.filter((each) => !directory.may(each, user.id, action));
}

/** An edit, not a creation or a deletion, and one that could apply to some dashboard. */
export const soundOp: Check = (message) => {
  if (message.a !== 'op') return;
  if (message.create !== undefined) throw new CoboardError('DOCUMENT_CREATE_REFUSED');
  if (message.del !== undefined) throw new CoboardError('DOCUMENT_CREATE_REFUSED', 'Dashboards are deleted at /api/dashboards.');
  if (message.op === undefined) throw new CoboardError('OP_INVALID', 'There is no op in the message.');
  parseOp(message.op);
  if (Buffer.byteLength(JSON.stringify(message.op)) > limits.opBytesMax) throw new CoboardError('OP_TOO_LARGE');
};

/**
 * What a client says of itself.
 * @throws CoboardError PRESENCE_INVALID
 */
export function parsePresence(value: unknown, limiting: Limiting = limitingByDefault): Presence | null {
  if (value === null || value === undefined) return null;
  if (!isMap(value)) throw new CoboardError('PRESENCE_INVALID', 'A presence value is a map.');
  const result = v.safeParse(PresenceSchema, value, { abortEarly: true });
  if (!result.success) throw new CoboardError('PRESENCE_INVALID', describeIssue(result.issues[0]));
  if (Buffer.byteLength(JSON.stringify(result.output)) > limiting.limits.presenceBytesMax) {
    limiting.hit('presenceBytesMax');
    throw new CoboardError('PRESENCE_INVALID', 'The presence value is too large.');
  }
  return result.output;
}

const channelPrefix = presenceChannel('');

/** The dashboard of a presence channel; null for any other channel. */
export function dashboardOf(channel: string): string | null {
  const id = channel.slice(channelPrefix.length);
  return channel.startsWith(channelPrefix) && v.is(Id, id) ? id : null;
}

type Bulk = Extract<ClientMessage, { readonly b: unknown }>['b'];

export const idsOf = (b: Bulk): string[] => (Array.isArray(b) ? b : Object.keys(b));

/** A bulk message without the dashboards that its sender may not read, and these. */
export function splitBulk(b: Bulk, mayRead: (id: string) => boolean): { readonly allowed: Bulk; readonly refused: string[] } {
  const refused = idsOf(b).filter((id) => !mayRead(id));
  if (refused.length === 0) return { allowed: b, refused };
  if (Array.isArray(b)) return { allowed: b.filter(mayRead), refused };
  return { allowed: Object.fromEntries(Object.entries(b).filter(([id]) => mayRead(id))), refused };
}
