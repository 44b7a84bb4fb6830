import { CoboardError } from '../../../model/errors.ts';
import { parseBook } from '../../../model/conflict-book.ts';
import type { Role, ServerNotice, User } from '../../../model/protocol.ts';
import { migrate } from '../../../model/migrations.ts';
import { isTemplateName } from '../../../model/templates/templates.ts';
import type { AskedRole } from '../../../model/access-request.ts';
import type { FakeDashboard } from './fake-dashboards.ts';
import type { FakeServer } from './fake-server.ts';

/** Who is signed in, in one window. */
export interface FakeSession {
  user: User | null;
}

type Body = Readonly<Record<string, unknown>>;
type Answer = object | null;

const expiresAt = 4_102_444_800_000;

/** The REST routes of the fake server, as a `fetch`. */
export function fakeFetch(server: FakeServer, session: FakeSession): typeof fetch {
  return (input, init) => {
    if (server.isDown) return Promise.reject(new TypeError('no network'));
    // until it is given up
    if (server.isSilent) return new Promise((_resolve, reject) => { init?.signal?.addEventListener('abort', () => { reject(new TypeError('no answer')); }); });
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : input);
    const body = (typeof init?.body === 'string' ? JSON.parse(init.body) : {}) as Body;
    let answer: Response;
    try {
      const isLost = server.requested(`${init?.method ?? 'GET'} ${pathname}`);
      const whose = searchParams.get('user');
      if (whose !== null && whose !== session.user?.id) throw new CoboardError('SIGN_IN_REQUIRED');
      const data = route(server, session, `${init?.method ?? 'GET'} ${pathname}`, body, searchParams);
      if (isLost) return Promise.reject(new TypeError('the answer was lost'));
      answer = data === null ? new Response(null, { status: 204 }) : Response.json(data);
    } catch (error) {
      if (!(error instanceof CoboardError)) throw error;
      answer = Response.json({ error: { code: error.code, message: error.message } }, { status: error.status });
    }
    return Promise.resolve(answer);
  };
}

function route(server: FakeServer, session: FakeSession, request: string, body: Body, query: URLSearchParams): Answer {
  switch (request) {
    case 'GET /api/config':
      return { auth: 'demo', version: '0.0.0' };
    case 'POST /api/session':
      session.user = server.user(String(body['name']));
      return { token: 'token', user: session.user, expiresAt };
    case 'DELETE /api/session':
      session.user = null;
      return null;
  }
  const { user } = session;
  if (user === null) throw new CoboardError('SIGN_IN_REQUIRED');
  switch (request) {
    case 'GET /api/session':
      return { user, expiresAt };
    case 'GET /api/users':
      return { users: [...server.users.values()].filter(({ name }) => name.toLowerCase().includes((query.get('q') ?? '').toLowerCase())) };
    case 'GET /api/dashboards':
      return { dashboards: [...server.dashboards.values()].filter((dashboard) => dashboard.roleOf(user.id) !== null || (dashboard.deletedAt !== null && dashboard.roleBefore(user.id) === 'owner')).sort((a, b) => b.updatedAt - a.updatedAt).map((dashboard) => listed(server, dashboard, user)) };
    case 'POST /api/dashboards':
      return create(server, user, body);
    default:
      return oneDashboard(server, user, request, body, query);
  }
}

function create(server: FakeServer, user: User, { template, title, id, dashboard: content }: Body): Answer {
  const known = typeof id === 'string' ? server.dashboards.get(id) : undefined;
  if (known && known.people[user.id] !== 'owner') throw new CoboardError('REQUEST_INVALID', 'This id is taken.');
  if (known) return { id };
  if (content !== undefined && typeof id === 'string') {
    server.addDashboard({ owner: user.name, dashboard: migrate(content), everyone: null, id });
    return { id };
  }
  const name = typeof template === 'string' ? template : 'blank';
  if (!isTemplateName(name)) throw new CoboardError('TEMPLATE_UNKNOWN');
  const made = server.addDashboard({ owner: user.name, template: name, everyone: null, ...(typeof id === 'string' ? { id } : {}) });
  const dashboard = server.dashboard(made);
  if (typeof title === 'string') dashboard.data = { ...dashboard.data, title };
  return { id: made };
}

function oneDashboard(server: FakeServer, user: User, request: string, body: Body, query: URLSearchParams): Answer {
  const [, method = '', id = '', rest = ''] = /^(\w+) \/api\/dashboards\/([^/]+)(.*)$/.exec(request) ?? [];
  if (method === 'POST' && rest === '/restore') {
    if (server.dashboards.get(id)?.roleBefore(user.id) !== 'owner') throw new CoboardError('NOT_FOUND');
    server.restoreDashboard(id);
    return null;
  }
  if (method === 'POST' && rest === '/access-requests') return ask(server, user, id, body);
  if (method === 'DELETE' && server.dashboards.get(id)?.deletedAt != null && server.dashboard(id).roleBefore(user.id) === 'owner') return null;
  const dashboard = server.dashboardFor(id, user.id);
  if (method === 'GET' && rest === '') return { id, v: dashboard.version, role: dashboard.roleOf(user.id), data: dashboard.data };
  if (method === 'GET' && rest === '/ops') return { ops: dashboard.since(Number(query.get('from'))).map((op) => ({ ...op, m: { u: op.author.id, n: op.author.name } })) };
  if (method === 'POST' && rest === '/conflicts') return dashboard.exchange(user.id, parseBook(body), server.now(), () => { server.tell(user.name, { a: 'coboard', type: 'conflicts', d: id } satisfies ServerNotice); });
  if (method === 'GET' && rest === '/access') return access(server, dashboard);
  if (dashboard.roleOf(user.id) !== 'owner') throw new CoboardError('FORBIDDEN');
  if (method === 'DELETE' && rest === '') {
    server.deleteDashboard(id);
    return null;
  }
  if (method === 'GET' && rest === '/access-requests') return { requests: dashboard.requests };
  if (method === 'DELETE' && rest.startsWith('/access-requests/')) {
    const asker = decodeURIComponent(rest.slice('/access-requests/'.length));
    dashboard.requests = dashboard.requests.filter((one) => one.user.id !== asker);
    server.tellOwners(dashboard);
    return null;
  }
  if (method === 'PUT' && rest === '/access') return setAccess(server, dashboard, body, user);
  throw new CoboardError('NOT_FOUND');
}

function setAccess(server: FakeServer, dashboard: FakeDashboard, body: Body, by: User): Answer {
  const people: Record<string, Role> = { ...(body['people'] as Record<string, Role>) };
  for (const [name, role] of Object.entries((body['names'] ?? {}) as Record<string, Role>)) people[server.user(name).id] = role;
  if (!Object.values(people).includes('owner')) throw new CoboardError('LAST_OWNER');
  const before = [...server.users.values()].map((user) => [user, dashboard.roleOf(user.id)] as const);
  for (const id of Object.keys(dashboard.people)) Reflect.deleteProperty(dashboard.people, id);
  Object.assign(dashboard.people, people);
  dashboard.everyone = body['everyone'] as FakeDashboard['everyone'];
  for (const [user, role] of before) if (dashboard.roleOf(user.id) !== role) server.tellRole(dashboard.id, user, by.name);
  return access(server, dashboard);
}

/** See `AccessRequests` of the server. */
function ask(server: FakeServer, user: User, id: string, { role, note }: Body): Answer {
  const dashboard = server.dashboards.get(id);
  if (dashboard?.deletedAt === null) {
    const request = { user, role: role as AskedRole, note: typeof note === 'string' ? note : '', at: server.now() };
    dashboard.requests = [...dashboard.requests.filter((one) => one.user.id !== user.id), request];
    server.tellOwners(dashboard);
  }
  return {};
}

function access(server: FakeServer, { everyone, people }: FakeDashboard): Answer {
  const users = Object.fromEntries(Object.keys(people).flatMap((id) => (server.users.has(id) ? [[id, server.users.get(id)]] : [])) as [string, User][]);
  return { everyone, people, users };
}

function listed(server: FakeServer, dashboard: FakeDashboard, user: User): object {
  const { id, data, updatedAt, updatedBy } = dashboard;
  const widgets = Object.values(data.widgets);
  return {
    id, title: data.title, role: dashboard.roleBefore(user.id), ...(dashboard.deletedAt === null ? {} : { deletedAt: dashboard.deletedAt }), updatedAt, updatedBy, widgets: widgets.length, people: server.peopleIn(id),
    preview: widgets.map(({ kind, title, box: { x, y, w, h } }) => ({ kind, title, x, y, w, h })),
  };
}
