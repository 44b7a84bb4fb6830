import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { ErrorCode } from '../../../model/errors.ts';
import { limits, serverLimits } from '../../../model/limits.ts';
import type { Route } from '../../../server/transport/http-server.ts';
import { bytes, request } from '../attacks.ts';
import { addressOn, guardedRoutes, nameOf } from '../routes.ts';
import { claimsOf, signed, unsigned, withClaims, withoutEnd } from '../tokens.ts';
import { sessionSecret, type HostileCase, type World } from '../world.ts';

const board = (rest = '') => ({ mine }: World): string => `/api/dashboards/${mine}${rest}`;
const hidden = (rest = '') => (world: World): string => `/api/dashboards/${world.hidden}${rest}`;
const seen = (rest = '') => (world: World): string => `/api/dashboards/${world.seen}${rest}`;
const json = { 'content-type': 'application/json' };

const small = { schema: 1, title: 'x', description: '', tabs: { t: { title: '', order: 'a' } }, variables: {}, widgets: {}, datasets: {} };
const note = (text: string) => ({ kind: 'note', tab: 't', title: '', box: { x: 0, y: 0, w: 3, h: 3 }, settings: { text } });
const many = (count: number, one: object): Record<string, object> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`i${String(i)}`, one]));
const conflict = { id: 'c1', kind: 'theyDeleted', path: ['widgets', 'w'], field: 'x', of: null, parts: [], edits: [], by: null, mineAt: 1, theirsAt: 1 };
/** The most parts for the fewest bytes. */
const tasks = { kind: 'checklist', tab: 't', title: '', box: { x: 0, y: 0, w: 3, h: 3 }, settings: { items: many(150, { text: '', done: false, order: 'a', doneBy: null }) } };

const guarded = await guardedRoutes();
const noTokens: readonly (readonly [what: string, token: string | null | ((world: World) => string | Promise<string>), code: ErrorCode])[] = [
  ['no token', null, 'SIGN_IN_REQUIRED'],
  ['a token that is none', 'x.y.z', 'SESSION_INVALID'],
  ['a token with another name in it', ({ ben }) => withClaims(ben.token, { sub: 'ana', name: 'Ana' }), 'SESSION_INVALID'],
  ['a token without a signature', ({ ana }) => unsigned(ana.token), 'SESSION_INVALID'],
  ['a token that has expired', ({ ana }) => signed(sessionSecret, { ...claimsOf(ana.token), iss: 'coboard-demo', exp: 1_700_000_000 }), 'SESSION_EXPIRED'],
  ['a token of another key', ({ ana }) => signed('another secret that is as long as the one', { ...claimsOf(ana.token) }), 'SESSION_INVALID'],
  ['a token of another issuer', ({ ana }) => signed(sessionSecret, { ...claimsOf(ana.token), iss: 'somebody-else' }), 'SESSION_INVALID'],
  ['a token without an end', ({ ana }) => signed(sessionSecret, withoutEnd(claimsOf(ana.token))), 'SESSION_INVALID'],
];

/** What routes need besides their address to come as far as the question who may. */
const asked: Readonly<Record<string, { readonly query?: string; readonly body?: unknown }>> = {
  'POST /api/dashboards/:id/restore': { body: {} },
  'PUT /api/dashboards/:id/access': { body: { everyone: 'editor', people: {} } },
  'POST /api/dashboards/:id/access-requests': { body: { role: 'viewer' } },
  'POST /api/dashboards/:id/conflicts': { body: { open: [], settled: [] } },
  'GET /api/dashboards/:id/history/changes': { query: '?from=0&to=1' },
  'GET /api/dashboards/:id/blame': { query: '?widget=x' },
  'PUT /api/dashboards/:id/named/:v': { body: { name: 'x' } },
  'POST /api/admin/verify': { body: {} },
};

/** What is not Ben's is to him as if it were not there: the same answer, to the letter. */
const withheld = (route: Route): HostileCase => ({
  name: `${nameOf(route)} about what is not shared`, expected: route.url.endsWith('/access-requests') && route.method === 'POST' ? 202 : 'NOT_FOUND',
  run: async (world) => {
    const { query = '', body } = asked[nameOf(route)] ?? {};
    const [there, nowhere] = [await world.ben.call(route.method, addressOn(route, world.hidden) + query, body), await world.ben.call(route.method, addressOn(route, 'nothing-here') + query, body)];
    if (there.status !== nowhere.status || !isDeepStrictEqual(there.body, nowhere.body)) return `${JSON.stringify(there.body)} where it is, ${JSON.stringify(nowhere.body)} where nothing is`;
    return there.body.error?.code ?? there.status;
  },
});

/** A case in which one turn is known to take longer than others may, in ms of processor time. */
const slow = (turnMsMax: number, attack: HostileCase): HostileCase => ({ ...attack, turnMsMax });

export const restCases: readonly HostileCase[] = [
  ...guarded.flatMap((route) => noTokens.map(([what, token, code]) => request(`${nameOf(route)} with ${what}`, code, {
    method: route.method, path: ({ mine }) => addressOn(route, mine), body: route.method === 'POST' || route.method === 'PUT' ? {} : undefined, token,
  }))),
  ...guarded.filter(({ url }) => url.includes('/:id')).map(withheld),
  ...guarded.filter(({ url }) => url.startsWith('/api/admin/')).map((route) => request(`${nameOf(route)}, for who is no admin`, 'FORBIDDEN', { method: route.method, path: route.url, ...asked[nameOf(route)] })),
  // what is somebody else's
  request('sharing what one may only see', 'FORBIDDEN', { method: 'PUT', path: seen('/access'), body: { everyone: 'editor', people: {} } }),
  request('deleting what one may only see', 'FORBIDDEN', { method: 'DELETE', path: seen() }),
  request('creating what is there already', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', bodyOf: (world) => ({ id: world.hidden }) }),
  request('who set what in what one may only see', 'FORBIDDEN', { path: seen('/blame?widget=x') }),
  request('the life of what one may only see', 'FORBIDDEN', { path: seen('/life') }),
  request('a life in too many slices', 'REQUEST_INVALID', { path: board('/life?slices=100000') }),
  request('who set what in no widget', 'REQUEST_INVALID', { path: board('/blame?widget=../x') }),
  // what is the admins'
  request('all of it, for who is no admin', 'FORBIDDEN', { path: '/api/admin/history/download?format=json' }),
  request('verifying everything again and again, for who is no admin', 'FORBIDDEN', { method: 'POST', path: '/api/admin/verify', body: { wait: false } }),
  // ids and paths
  request('an id with a path', 'NOT_FOUND', { path: '/api/dashboards/..%2f..%2fetc%2fpasswd' }),
  request('an id __proto__', 'NOT_FOUND', { path: '/api/dashboards/__proto__' }),
  request('an id constructor', 'NOT_FOUND', { path: '/api/dashboards/constructor' }),
  request('an id of 10,000 letters', 'REQUEST_INVALID', { path: `/api/dashboards/${'x'.repeat(10_000)}` }),
  request('an id that is no UTF-8', 'REQUEST_INVALID', { path: '/api/dashboards/%ff' }),
  request('an id with NUL', 'NOT_FOUND', { path: '/api/dashboards/a%00b' }),
  request('a file outside of the client', 'NOT_FOUND', { path: '/assets/..%2f..%2f..%2fpackage.json' }),
  request('a file that begins with a dot', 'NOT_FOUND', { path: '/.env' }),
  request('an API that there is not', 'NOT_FOUND', { path: '/api/admin' }),
  request('a method that there is not', 'METHOD_NOT_ALLOWED', { method: 'PATCH', path: '/api/dashboards', body: {} }),
  request('a method on a resource that has others', 'METHOD_NOT_ALLOWED', { method: 'PUT', path: board(), body: {} }),
  // bodies
  request('a body that is no JSON', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: '{"title":' }),
  request('a body that is a list', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: [] }),
  request('a body that is null', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: 'null' }),
  request('a body with __proto__', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: '{"title":"x","__proto__":{"x":1}}' }),
  request('a body with a constructor', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: '{"constructor":{"prototype":{"x":1}}}' }),
  request('a body with a key too many', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { title: 'x', owner: 'ana' } }),
  request('a body nested 50,000 deep', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: `{"title":${'['.repeat(30_000)}${']'.repeat(30_000)}}` }),
  request('a body that is too large', 'REQUEST_TOO_LARGE', { method: 'PUT', path: board('/access'), body: { everyone: 'x'.repeat(serverLimits.bodyBytesMax) } }),
  request('a dashboard that is too large to be read', 'REQUEST_TOO_LARGE', { method: 'POST', path: '/api/dashboards', body: { dashboard: 'x'.repeat(serverLimits.documentBytesMax + serverLimits.bodyBytesMax) } }),
  request('conflicts that are too large to be read', 'REQUEST_TOO_LARGE', { method: 'POST', path: board('/conflicts'), body: { open: 'x'.repeat(3 * limits.conflictBookCharsMax + serverLimits.bodyBytesMax), settled: [] } }),
  request('more conflicts than there may be', 'REQUEST_INVALID', { method: 'POST', path: board('/conflicts'), body: { open: [], settled: Array.from({ length: limits.conflictsMax + 1 }, (_, i) => ({ id: `c${String(i)}`, at: 1 })) } }),
  request('a conflict about something nested 500,000 deep', 'REQUEST_INVALID', { method: 'POST', path: board('/conflicts'), body: JSON.stringify({ open: [{ ...conflict, thing: 'DEEP' }], settled: [] }).replace('"DEEP"', `${'['.repeat(500_000)}${']'.repeat(500_000)}`) }),
  request('conflicts on what is not shared', 'NOT_FOUND', { method: 'POST', path: hidden('/conflicts'), body: { open: [conflict], settled: [] } }),
  request('a title of all that a dashboard may have', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { title: 'x'.repeat(serverLimits.documentBytesMax) } }),
  request('a body that is a text', 'MEDIA_TYPE_UNSUPPORTED', { method: 'POST', path: '/api/dashboards', body: 'x', headers: { 'content-type': 'text/plain' } }),
  request('a body that is a form', 'MEDIA_TYPE_UNSUPPORTED', { method: 'POST', path: '/api/session', token: null, body: 'name=Ana', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  request('a body that is XML', 'MEDIA_TYPE_UNSUPPORTED', { method: 'POST', path: '/api/session', token: null, body: '<name/>', headers: { 'content-type': 'application/xml' } }),
  request('a body that claims to be compressed', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: gzipSync(Buffer.alloc(90_000)).toString('latin1'), headers: { ...json, 'content-encoding': 'gzip' } }),
  request('a title of nothing', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { title: '  ' } }),
  request('a title that is too long', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { title: 'x'.repeat(201) } }),
  request('a title that is an object', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { title: { $gt: '' } } }),
  request('an id that is no id', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { id: '../x' } }),
  request('an id that every object has', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { id: 'constructor' } }),
  request('a template that there is not', 'TEMPLATE_UNKNOWN', { method: 'POST', path: '/api/dashboards', body: { title: 'x', template: '../blank' } }),
  request('a template that every object has', 'TEMPLATE_UNKNOWN', { method: 'POST', path: '/api/dashboards', body: { title: 'x', template: 'constructor' } }),
  // whole dashboards
  request('a dashboard that is none', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { schema: 1 } } }),
  request('a dashboard that is a list', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: [] } }),
  request('a dashboard that is null', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: null } }),
  request('a dashboard with a key too many', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, owner: 'ana' } } }),
  request('a dashboard without a tab', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, tabs: {} } } }),
  request('a dashboard with a tab named __proto__', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: JSON.stringify({ dashboard: small }).replace('"t"', '"__proto__"') }),
  request('a dashboard with a widget named toString', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: { toString: note('x') } } } }),
  request('a dashboard of half a letter', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, title: '\udc00' } } }),
  request('a dashboard of a schema that there is not yet', 'SCHEMA_TOO_NEW', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, schema: 1e6 } } }),
  request('a dashboard of a schema before the first', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, schema: -1 } } }),
  request('a dashboard with a title of its own and another', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: small, title: 'x' } }),
  request('a dashboard that comes from a template too', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: small, template: 'blank' } }),
  request('a dashboard with more widgets than there may be', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(limits.widgetsMax + 1, note('x')) } } }),
  request('a dashboard with more cells than there may be', 'DOCUMENT_FULL', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, datasets: many(3, { title: '', columns: many(1, { name: '', type: 'text', order: 'a' }), rows: many(limits.datasetRowsMax, { order: 'a', cells: {} }) }) } } }),
  request('a dashboard with more bytes than there may be', 'DOCUMENT_FULL', { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(20, note('x'.repeat(limits.noteCharsMax))) } } }),
  // what creates a dashboard is one op, which is checked, sealed and written down in one turn
  slow(100, request('a dashboard of as many bytes as there may be', 201, { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(19, note('x'.repeat(limits.noteCharsMax))) } } })),
  slow(100, request('a dashboard of as many parts as there may be', 201, { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(limits.widgetsMax, tasks) } } })),
  request('a dashboard nested 500,000 deep', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: `{"dashboard":${'['.repeat(500_000)}${']'.repeat(500_000)}}` }),
  request('a dashboard with settings nested 500,000 deep', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', body: JSON.stringify({ dashboard: { ...small, widgets: { n: note('DEEP') } } }).replace('"DEEP"', `${'['.repeat(500_000)}${']'.repeat(500_000)}`) }),
  request('a dashboard under the id of somebody else’s', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', bodyOf: ({ hidden: id }) => ({ id, dashboard: small }) }),
  request('a dashboard in somebody else’s name', 'SIGN_IN_REQUIRED', { method: 'POST', path: ({ ana }) => `/api/dashboards?user=${ana.user.id}`, body: { dashboard: small } }),
  // queries
  request('ops from before the first', 'REQUEST_INVALID', { path: board('/ops?from=-1') }),
  request('ops from a text', 'REQUEST_INVALID', { path: board('/ops?from=x') }),
  request('ops from many places', 'REQUEST_INVALID', { path: board('/ops?from=1&from=2') }),
  request('ops from beyond counting', 'REQUEST_INVALID', { path: board(`/ops?from=${'9'.repeat(400)}`) }),
  request('ops of the far future', 200, { path: board('/ops?from=999999999999999') }),
  request('a search of 10,000 letters', 'REQUEST_INVALID', { path: `/api/users?q=${'x'.repeat(10_000)}` }),
  request('a search for a pattern', 200, { path: '/api/users?q=(a%2B)%2B%24' }),
  // access
  request('access for nobody', 'LAST_OWNER', { method: 'PUT', path: board('/access'), body: { everyone: null, people: {} } }),
  request('access for a role that there is not', 'ACCESS_INVALID', { method: 'PUT', path: board('/access'), body: { everyone: 'god', people: {} } }),
  request('access for __proto__', 'REQUEST_INVALID', { method: 'PUT', path: board('/access'), body: '{"everyone":null,"people":{"__proto__":"owner"}}' }),
  request('access for a list', 'ACCESS_INVALID', { method: 'PUT', path: board('/access'), body: { everyone: null, people: [] } }),
  request('access for too many', 'ACCESS_INVALID', { method: 'PUT', path: board('/access'), body: { everyone: null, people: Object.fromEntries(Array.from({ length: limits.accessPeopleMax + 1 }, (_, i) => [`p${String(i)}`, 'owner'])) } }),
  request('access for names that are none', 'NAME_INVALID', { method: 'PUT', path: board('/access'), body: { everyone: null, people: {}, names: { '\u0000': 'owner' } } }),
  // asking for access
  request('who asks for what one may only see', 'FORBIDDEN', { path: seen('/access-requests') }),
  request('deciding for what is not one’s own', 'NOT_FOUND', { method: 'DELETE', path: hidden('/access-requests/ben') }),
  request('deciding for what one may only see', 'FORBIDDEN', { method: 'DELETE', path: seen('/access-requests/ben') }),
  request('asking for what is not there', 202, { method: 'POST', path: '/api/dashboards/nothing-here/access-requests', body: { role: 'viewer' } }),
  request('asking at an id that is none', 202, { method: 'POST', path: '/api/dashboards/__proto__/access-requests', body: { role: 'viewer' } }),
  request('asking to own', 'REQUEST_INVALID', { method: 'POST', path: hidden('/access-requests'), body: { role: 'owner' } }),
  request('asking for nothing', 'REQUEST_INVALID', { method: 'POST', path: hidden('/access-requests'), body: {} }),
  request('asking for somebody else', 'REQUEST_INVALID', { method: 'POST', path: hidden('/access-requests'), body: { role: 'viewer', user: 'ana' } }),
  request('asking with a note that is too long', 'REQUEST_INVALID', { method: 'POST', path: hidden('/access-requests'), body: { role: 'viewer', note: 'x'.repeat(201) } }),
  request('asking with a note that is an object', 'REQUEST_INVALID', { method: 'POST', path: hidden('/access-requests'), body: { role: 'viewer', note: { $gt: '' } } }),
  request('deciding for somebody who never asked', 204, { method: 'DELETE', path: board('/access-requests/nobody') }),
  // signing in
  request('a name of nothing', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: '' } }),
  request('a name nobody can see', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: '\u200b\u200b' } }),
  request('a name with a control character', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: 'Ana\u0007admin' } }),
  request('a name that runs the other way', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: '\u202enimda' } }),
  request('a name that is an object', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: { toString: 'x' } } }),
  request('a name with a role', 'NAME_INVALID', { method: 'POST', path: '/api/session', token: null, body: { name: 'Ben', role: 'owner' } }),
  // other sites
  request('a page of another site', 'ORIGIN_REFUSED', { method: 'POST', path: '/api/dashboards', body: { title: 'x' }, headers: { origin: 'https://evil.example' } }),
  request('a page of another site that deletes', 'ORIGIN_REFUSED', { method: 'DELETE', path: board(), headers: { origin: 'null' } }),
  // what is hardly HTTP
  bytes('a body of two lengths', 400, ({ url }) => [`POST /api/session HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n{}`]),
  bytes('a body of a length and of parts', 400, ({ url }) => [`POST /api/session HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`]),
  bytes('a request without a host', 400, () => ['GET /api/config HTTP/1.1\r\n\r\n']),
  bytes('a request to a name that was pointed here', 403, () => ['GET /api/config HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n']),
  bytes('a header with a line break in it', 400, ({ url }) => [`GET /api/config HTTP/1.1\r\nHost: ${new URL(url).host}\r\nX: a\nb\r\n\r\n`]),
  bytes('a body that never comes', 400, ({ url }) => [`POST /api/session HTTP/1.1\r\nHost: ${new URL(url).host}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`], 300),
];
