import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { ConflictBookSchema } from '../../model/conflict-book.ts';
import { CoboardError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import { limits as agreed, type ServerLimits } from '../../model/limits.ts';
import { RoleSchema, type Role, type User } from '../../model/protocol.ts';
import { AccessSchema, type Access } from '../access/policy.ts';
import type { People } from '../access/people.ts';
import { userOfName } from '../auth/person.ts';
import type { Authenticator, Session } from '../auth/session.ts';
import type { ConflictBooks } from './conflict-books.ts';
import type { Dashboards } from './dashboards.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';

const idParams = v.object({ id: v.string() });
/** `dashboard` is all of it, as a client made it; else it is made here. */
const Creation = v.pipe(
  v.strictObject({
    title: v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(agreed.titleCharsMax))),
    template: v.optional(v.string()),
    id: v.optional(Id),
    dashboard: v.optional(v.unknown()),
  }),
  v.check(({ title, template, dashboard }) => dashboard === undefined || (title === undefined && template === undefined), 'a whole dashboard has its own title and no template'),
);
const digits = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const OpsQuery = v.object({ from: v.optional(digits, '0'), to: v.optional(digits) });
const PeopleQuery = v.object({ q: v.optional(v.pipe(v.string(), v.maxLength(agreed.nameCharsMax)), '') });
/** `names`: people by name where a name is enough to sign in. */
const AccessBody = v.strictObject({ ...AccessSchema.entries, names: v.optional(v.record(v.string(), RoleSchema)) });

export interface DashboardRouteParts {
  readonly dashboards: Dashboards;
  readonly people: People;
  readonly conflictBooks: ConflictBooks;
  readonly authenticator: Authenticator;
  /** Somebody is about to change something, with a device that calls itself so. */
  readonly seen: (session: Session, agent: string | undefined) => void;
  readonly limits: Pick<ServerLimits, 'bodyBytesMax' | 'documentBytesMax'>;
}

/** `/api/dashboards` and what belongs to one. */
export function dashboardRoutes(http: FastifyInstance, { dashboards, people, conflictBooks, authenticator, seen, limits }: DashboardRouteParts): void {
  const signedIn = withSession(authenticator);
  /** The dashboard that a request is about. */
  const idOf = async (user: User, params: unknown): Promise<string> => {
    const { id } = parseRequest(idParams, params);
    await dashboards.prepare(user, id);
    return id;
  };

  http.get('/api/dashboards', signedIn(({ user }) => ({ dashboards: dashboards.list(user) })));

  // a whole dashboard and what is around it
  const bodyLimit = limits.documentBytesMax + limits.bodyBytesMax;
  http.post('/api/dashboards', { bodyLimit, ...signedIn(async (session, { body, headers }, reply) => {
    seen(session, headers['user-agent']);
    const { id, created } = await dashboards.create(session, parseRequest(Creation, body));
    void reply.code(created ? 201 : 200);
    return { id };
  }) });

  http.get('/api/dashboards/:id', signedIn(async ({ user }, { params }) => dashboards.read(user, await idOf(user, params))));

  http.delete('/api/dashboards/:id', signedIn(async (session, { params, headers }, reply) => {
    seen(session, headers['user-agent']);
    await dashboards.delete(session, await idOf(session.user, params));
    return reply.code(204).send();
  }));

  http.post('/api/dashboards/:id/restore', signedIn(async (session, { params, headers }, reply) => {
    seen(session, headers['user-agent']);
    await dashboards.restore(session, await idOf(session.user, params));
    return reply.code(204).send();
  }));

  http.get('/api/dashboards/:id/ops', signedIn(async ({ user }, { params, query }) => {
    const { from, to } = parseRequest(OpsQuery, query);
    return { ops: await dashboards.ops(user, await idOf(user, params), from, to ?? null) };
  }));

  // one's own, from one device; answered with those of all of them
  // a letter takes up to three bytes, and what is decided is around it
  const bookLimit = 3 * agreed.conflictBookCharsMax + limits.bodyBytesMax;
  http.post('/api/dashboards/:id/conflicts', { bodyLimit: bookLimit, ...signedIn(async ({ user }, { params, body }) => {
    const id = await idOf(user, params);
    dashboards.access(user, id);
    return conflictBooks.exchange(user.id, id, parseRequest(ConflictBookSchema, body));
  }) });

  http.get('/api/dashboards/:id/access', signedIn(async ({ user }, { params }) => shown(dashboards.access(user, await idOf(user, params)), people)));

  http.put('/api/dashboards/:id/access', signedIn(async (session, { params, body, headers }) => {
    seen(session, headers['user-agent']);
    const { names = {}, ...access } = parseRequest(AccessBody, body, 'ACCESS_INVALID');
    const named = namedPeople(names, authenticator);
    const wanted = parseRequest(AccessSchema, { ...access, people: { ...access.people, ...Object.fromEntries(named.map(([{ id }, role]) => [id, role])) } }, 'ACCESS_INVALID');
    const result = await dashboards.setAccess(session, await idOf(session.user, params), wanted);
    for (const [person] of named) await people.remember(person);
    return shown(result, people);
  }));

  http.get('/api/users', signedIn((_session, { query }) => ({ users: people.find(parseRequest(PeopleQuery, query).q, agreed.listPageMax) })));
}

/** People who are named instead of known: where a name is enough, the name says who it is. */
function namedPeople(names: Readonly<Record<string, Role>>, { mode }: Authenticator): (readonly [User, Role])[] {
  const list = Object.entries(names);
  if (list.length > 0 && mode !== 'demo') throw new CoboardError('ACCESS_INVALID', 'People are named by their id here.');
  return list.map(([name, role]) => [userOfName(name), role]);
}

/** An access list with the people it names, as far as they are known. */
function shown(access: Access, people: People): Access & { users: Record<string, User> } {
  const users: Record<string, User> = {};
  for (const id of Object.keys(access.people)) {
    const user = people.get(id);
    if (user) users[id] = user;
  }
  return { ...access, users };
}
