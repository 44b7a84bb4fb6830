import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { AccessAskSchema } from '../../model/access-request.ts';
import { Id } from '../../model/id.ts';
import type { User } from '../../model/protocol.ts';
import type { Authenticator } from '../auth/session.ts';
import type { AccessRequests } from './access-requests.ts';
import type { Dashboards } from './dashboards.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';

const IdParams = v.object({ id: v.string() });
const PersonParams = v.object({ id: v.string(), user: v.string() });

export interface AccessRequestRouteParts {
  readonly dashboards: Dashboards;
  readonly accessRequests: AccessRequests;
  readonly authenticator: Authenticator;
  /** Limits how often a person asks. @throws CoboardError TOO_MANY_REQUESTS */
  readonly limitAsking: (userId: string) => void;
  readonly log: { readonly error: (fields: object, words: string) => void };
}

/** `/api/dashboards/:id/access-requests`: asking for access, for whoever has the link; seeing who asks and deciding, for its owners. */
export function accessRequestRoutes(http: FastifyInstance, { dashboards, accessRequests, authenticator, limitAsking, log }: AccessRequestRouteParts): void {
  const signedIn = withSession(authenticator);
  const path = '/api/dashboards/:id/access-requests';

  const take = async (user: User, id: string, ask: v.InferOutput<typeof AccessAskSchema>): Promise<void> => {
    if (!v.is(Id, id)) return;
    await dashboards.prepare(user, id);
    await accessRequests.ask(user, id, ask);
  };

  http.post(path, signedIn(({ user }, { params, body }, reply) => {
    const { id } = parseRequest(IdParams, params);
    const ask = parseRequest(AccessAskSchema, body);
    limitAsking(user.id);
    // answered before anything is looked up: neither the answer nor its time tells whether there is such a dashboard
    take(user, id, ask).catch((error: unknown) => { log.error({ err: error }, 'a request for access was not kept'); });
    return reply.code(202).send({});
  }));

  http.get(path, signedIn(async ({ user }, { params }) => ({ requests: await accessRequests.list(await ownedBy(user, params)) })));

  http.delete(`${path}/:user`, signedIn(async ({ user }, { params }, reply) => {
    const { user: userId } = parseRequest(PersonParams, params);
    await accessRequests.settle(await ownedBy(user, params), userId);
    return reply.code(204).send();
  }));

  /** @throws CoboardError NOT_FOUND or FORBIDDEN for whoever may not share it */
  async function ownedBy(user: User, params: unknown): Promise<string> {
    const { id } = parseRequest(IdParams, params);
    await dashboards.prepare(user, id);
    dashboards.mayShare(user, id);
    return id;
  }
}
