import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { User } from '../../model/protocol.ts';
import type { People } from '../access/people.ts';
import { sessionOf, tokenOf } from '../auth/bearer.ts';
import type { DemoAuthenticator } from '../auth/demo-authenticator.ts';
import { sessionCookie, type Authenticator, type Session, type SignedIn } from '../auth/session.ts';
import type { Clients } from '../gate/client.ts';
import { parseRequest } from './reply-errors.ts';

type Handler = (session: Session, request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * Makes a route that only signed-in people reach; a request that names its person (`?user=`) only they: what somebody wished for who was
 * signed in before in this browser is not done as the one who is now. Who it is, is asked before anything of the body is read: it may have
 * megabytes. `may` looks at the same time whether they may at all.
 */
export const withSession = (authenticator: Authenticator, may: (user: User) => void = () => undefined) => {
  const sessions = new WeakMap<FastifyRequest, Session>();
  return (handler: Handler): RouteShorthandOptionsWithHandler => ({
    onRequest: async (request) => {
      const session = await sessionOf(request.headers, authenticator);
      const { user = session.user.id } = request.query as { readonly user?: unknown };
      if (user !== session.user.id) throw new CoboardError('SIGN_IN_REQUIRED');
      may(session.user);
      sessions.set(request, session);
    },
    handler: (request, reply) => {
      const session = sessions.get(request);
      if (session === undefined) throw new CoboardError('SIGN_IN_REQUIRED');
      return handler(session, request, reply);
    },
  });
};

const NameBody = v.strictObject({ name: v.string() });
const TokenBody = v.strictObject({ token: v.pipe(v.string(), v.nonEmpty(), v.maxLength(limits.tokenBytesMax)) });

export interface SessionRouteParts {
  readonly authenticator: Authenticator;
  /** The same, where a name is enough; null where tokens come from elsewhere. */
  readonly demo: DemoAuthenticator | null;
  readonly people: People;
  readonly clients: Clients;
  /** Limits how often an address may try to sign in. @throws CoboardError TOO_MANY_REQUESTS */
  readonly limitSignIns: (address: string) => void;
  readonly version: string;
  /** Who sees the history of every dashboard. */
  readonly isAdmin: (user: User) => boolean;
  /** Tells the other servers. */
  readonly news?: { signedIn(user: User): void; signedOut(sessionId: string): void } | undefined;
}

/** `/api/session`: signing in and out; `/api/config`: what the sign-in screen needs to know before. */
export function sessionRoutes(http: FastifyInstance, { authenticator, demo, people, clients, limitSignIns, version, isAdmin, news }: SessionRouteParts): void {
  http.get('/api/config', () => ({ auth: authenticator.mode, version }));

  const limitBeforeTheBody = (request: FastifyRequest, _reply: FastifyReply, done: () => void): void => {
    limitSignIns(request.ip);
    done();
  };
  http.post('/api/session', { onRequest: limitBeforeTheBody }, async (request, reply) => {
    const signedIn = demo
      ? await demo.signIn(parseRequest(NameBody, request.body, 'NAME_INVALID').name)
      : await exchange(parseRequest(TokenBody, request.body).token, authenticator);
    await people.remember(signedIn.session.user);
    news?.signedIn(signedIn.session.user);
    setCookie(request, reply, signedIn);
    return { token: signedIn.token, ...shown(signedIn.session) };
  });

  http.get('/api/session', async (request, reply) => {
    // asking who one is, is no offence: whoever brings no token is told that they are nobody
    if (tokenOf(request.headers) === null) return reply.code(204).send();
    const session = await sessionOf(request.headers, authenticator);
    return { ...shown(session), ...(isAdmin(session.user) ? { admin: true } : {}) };
  });

  http.delete('/api/session', async (request, reply) => {
    const session = await sessionOf(request.headers, authenticator).catch(() => null);
    if (session) {
      clients.endSession(session.id);
      news?.signedOut(session.id);
    }
    void reply.clearCookie(sessionCookie, { path: '/' });
    return reply.code(204).send();
  });
}

const shown = ({ user, expiresAt }: Session): { user: Session['user']; expiresAt: number } => ({ user, expiresAt });

/** A token from elsewhere goes into the cookie, so that a browser's WebSocket can present it. */
async function exchange(token: string, authenticator: Authenticator): Promise<SignedIn> {
  return { token, session: await authenticator.verify(token) };
}

function setCookie(request: FastifyRequest, reply: FastifyReply, { token, session }: SignedIn): void {
  void reply.setCookie(sessionCookie, token, {
    path: '/', httpOnly: true, sameSite: 'strict', secure: request.protocol === 'https', expires: new Date(session.expiresAt),
  });
}
