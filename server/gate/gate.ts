import type ShareDB from 'sharedb';
import type Agent from 'sharedb/lib/agent.js';
import { closeCodes, CoboardError, sharedbCodes } from '../../model/errors.ts';
import type { Limiting } from '../../model/limits.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import type { ClientIds } from '../auth/client-ids.ts';
import type { PresenceRoster } from '../presence/roster.ts';
import { opMessage } from '../sync/op-message.ts';
import { fewSubscriptions, idsOf, lacking, onlyDashboards, ownClientId, parseMessage, parsePresence, permitted, soundOp, splitBulk, type Check, type CheckContext } from './checks.ts';
import { clientOf, opened, type Client, type OpenAgent } from './client.ts';
import type { ClientMessage } from './message-schemas.ts';
import { guardOps } from './op-guard.ts';
import { refusal, type Refused } from './refusal.ts';

export interface GateParts {
  readonly directory: Directory;
  readonly clientIds: ClientIds;
  readonly roster: PresenceRoster;
  readonly limiting: Limiting;
  /** Looks a dashboard up where other servers may have created or shared it; left out where there are none. */
  readonly lookUp?: (id: string) => Promise<void>;
  /** Counts a refusal. */
  readonly refused: (code: string) => void;
  /** An op is through, so many ms after its frame came. */
  readonly passed: (tookMs: number) => void;
  /** It has waited for its turn so many ms; for most there is nothing to wait for. */
  readonly turned: (tookMs: number) => void;
  readonly log: { readonly error: (fields: object, words: string) => void };
}

/**
 * The checks on each message, in their order. In front of them stand those on frames: size, rate, JSON (`transport/socket-stream.ts`);
 * behind them, once an op is transformed to the current version, those on what it would make (`op-guard.ts`).
 */
const checks: readonly Check[] = [onlyDashboards, ownClientId, fewSubscriptions, permitted, soundOp];

/** Puts the gate in front of a backend: nothing reaches it that is not a well-formed message about a permitted document. */
export function installGate(backend: Pick<ShareDB, 'use'>, parts: GateParts): void {
  backend.use('connect', (context, next) => {
    const client = (context.req as { readonly client?: Client } | undefined)?.client;
    if (client) adopt(context.agent, client, parts);
    // an agent without a client is the server's own
    else if (context.agent.stream.isServer !== true) {
      next(new CoboardError('SIGN_IN_REQUIRED'));
      return;
    }
    next();
  });
  backend.use('receive', (context, next) => {
    const client = clientOf(context.agent);
    if (client) receive(context.data, client, opened(context.agent), parts, next);
    else next();
  });
  guardReads(backend, parts.directory);
  guardOps(backend, parts.directory, parts.limiting);
}

function receive(data: Readonly<Record<string, unknown>>, client: Client, agent: OpenAgent, parts: GateParts, letThrough: () => void): void {
  const refuse = (error: unknown): void => {
    const known = asRefused(error, parts);
    parts.refused(known.code);
    client.send(refusal(data, known));
  };
  const context: CheckContext = { client, agent, directory: parts.directory, clientIds: parts.clientIds, limiting: parts.limiting };
  const admit = (message: ClientMessage): void => {
    for (const check of checks) check(message, context);
    if (handlePresence(message, client, parts)) return;
    if (message.a === 'op') parts.passed(performance.now() - client.receivedAt);
    if (message.a === 'op') waitForTurn(client, parts, letThrough);
    else if (message.a === 'bs' || message.a === 'bf') letBulkThrough(message, client, parts, letThrough);
    else letThrough();
  };
  try {
    const message = parseMessage(data);
    parts.roster.sign(client);
    const { lookUp } = parts;
    const unknown = lookUp ? lacking(message, client, parts.directory) : [];
    if (lookUp && unknown.length > 0) {
      Promise.all(unknown.map(lookUp)).then(() => { admit(message); }).catch(refuse);
    } else {
      admit(message);
    }
  } catch (error) {
    refuse(error);
  }
}

/** Ops faster than the rate wait for their turn instead of being refused: a refusal would take the person's edit back. */
function waitForTurn(client: Client, { limiting: { limits: { opWaitMsMax }, hit }, turned }: GateParts, letThrough: () => void): void {
  const waitMs = client.ops.take();
  if (waitMs > 0) hit('opsPerSecondMax');
  if (waitMs > opWaitMsMax) {
    hit('opWaitMsMax');
    client.close(closeCodes.tooFast, 'too many edits');
  } else if (waitMs > 0) {
    const begun = performance.now();
    setTimeout(() => {
      turned(performance.now() - begun);
      letThrough();
    }, waitMs);
  } else {
    turned(0);
    letThrough();
  }
}

/** Of a bulk message only what is permitted goes on; the rest is answered one by one, so that one refusal does not stop the others. */
function letBulkThrough(message: Extract<ClientMessage, { a: 'bs' | 'bf' }>, client: Client, parts: GateParts, letThrough: () => void): void {
  const { allowed, refused } = splitBulk(message.b, (id) => parts.directory.may(id, client.user.id, 'read'));
  for (const d of refused) {
    parts.refused('NOT_FOUND');
    client.send(refusal({ a: message.a === 'bs' ? 's' : 'f', c: message.c, d }, new CoboardError('NOT_FOUND')));
  }
  message.b = allowed;
  if (idsOf(allowed).length > 0 || refused.length === 0) letThrough();
}

/** Presence never reaches ShareDB: the roster answers. */
function handlePresence(message: ClientMessage, client: Client, { roster, limiting }: GateParts): boolean {
  switch (message.a) {
    case 'ps':
      roster.join(message.ch, client, message.seq);
      return true;
    case 'pu':
      roster.leave(message.ch, client, message.seq);
      return true;
    case 'p':
      roster.set(message.ch, client, message.id, parsePresence(message.p, limiting), message.pv);
      return true;
    case 'pr':
      // newcomers have everybody's presence already; asking all peers for it would only make a storm
      return true;
    default:
      return false;
  }
}

/** Makes an agent the client's: its id, who made the ops it sends, and what it may say when something fails. */
function adopt(agent: Agent, client: Client, parts: GateParts): void {
  const open = opened(agent);
  open.custom.client = client;
  open.clientId = parts.clientIds.create(client.user.id);
  // ShareDB sends an op without its metadata
  open._sendOp = function (this: OpenAgent, c, d, op) {
    this.send(opMessage(c, d, op));
  };
  const reply = open._reply.bind(open);
  open._reply = (request, error, message) => {
    if (!error) {
      reply(request, null, message);
      return;
    }
    const known = asRefused(error, parts);
    parts.refused(known.code);
    // an answer would take the edit back though nothing is wrong with it; without one the client sends it again
    if (known.code === 'STORE_UNAVAILABLE' && request['a'] === 'op') client.close(closeCodes.storeUnavailable, 'store unavailable');
    else if (known.code === 'SERVER_DRAINING' && request['a'] === 'op') client.close(closeCodes.goingAway, 'server stops');
    else client.send(refusal(request, known));
  };
}

/** What passed the gate may have been taken away since: each snapshot and each op that leaves is looked at once more. */
function guardReads(backend: Pick<ShareDB, 'use'>, directory: Directory): void {
  const mayRead = (agent: Agent, id: string): boolean => {
    const client = clientOf(agent);
    return client === undefined || directory.may(id, client.user.id, 'read');
  };
  backend.use('readSnapshots', ({ agent, collection, snapshots }, next) => {
    const allowed = clientOf(agent) === undefined || (collection === dashboardsCollection && snapshots.every(({ id }) => mayRead(agent, id)));
    next(allowed ? undefined : new CoboardError('NOT_FOUND'));
  });
  backend.use('op', ({ agent, id }, next) => {
    next(mayRead(agent, id) ? undefined : new CoboardError('NOT_FOUND'));
  });
}

/** What an error tells its causer: our code, or one of ShareDB's own that stock clients know; what nobody foresaw is logged and told without its details. */
function asRefused(error: unknown, { log }: GateParts): Refused {
  // that it stops is no fault
  if (error instanceof CoboardError && (error.status < 500 || error.code === 'SERVER_DRAINING')) return error;
  if (error instanceof Error && 'code' in error && typeof error.code === 'string' && sharedbCodes.has(error.code)) {
    return { code: error.code, message: error.message };
  }
  log.error({ err: error }, 'a message failed');
  return new CoboardError(error instanceof CoboardError ? error.code : 'INTERNAL');
}
