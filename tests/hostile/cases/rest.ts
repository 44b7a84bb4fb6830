import { gzipSync } from 'node:zlib';
import { limits, serverLimits } from '../../../model/limits.ts';
import { bytes, request } from '../attacks.ts';
import type { HostileCase, World } from '../world.ts';

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

/** Every route that needs a session, and every token that is none. */
const guarded: readonly (readonly [method: string, name: string, path: string | ((world: World) => string), body?: unknown])[] = [
  ['GET', 'dashboards', '/api/dashboards'], ['POST', 'dashboards', '/api/dashboards', { title: 'x' }], ['GET', 'one', board()], ['DELETE', 'one', board()], ['POST', 'restore', board('/restore'), {}],
  ['GET', 'ops', board('/ops')], ['GET', 'access', board('/access')], ['PUT', 'access', board('/access'), { everyone: null, people: {} }], ['GET', 'users', '/api/users'],
  ['POST', 'asking', board('/access-requests'), { role: 'viewer' }], ['GET', 'who asks', board('/access-requests')], ['DELETE', 'a request', board('/access-requests/ana')],
  ['GET', 'who set what', board('/blame?widget=x')], ['GET', 'a life', board('/life')], ['GET', 'the audit log', '/api/admin/history'], ['GET', 'all of it', '/api/admin/history/download'], ['GET', 'people', '/api/admin/people'], ['POST', 'verify', '/api/admin/verify', {}],
];
const noTokens: readonly (readonly [what: string, token: string | null | ((world: World) => string), code: 'SIGN_IN_REQUIRED' | 'SESSION_INVALID'])[] = [
  ['no token', null, 'SIGN_IN_REQUIRED'],
  ['a token that is none', 'x.y.z', 'SESSION_INVALID'],
  ['a token with another name in it', ({ ben }) => {
    const [head = '', , end = ''] = ben.token.split('.');
    return [head, Buffer.from(JSON.stringify({ sub: 'ana', name: 'Ana', jti: 'x', iss: 'coboard-demo', exp: 9e9 })).toString('base64url'), end].join('.');
  }, 'SESSION_INVALID'],
];

export const restCases: readonly HostileCase[] = [
  ...guarded.flatMap(([method, name, path, body]) => noTokens.map(([what, token, code]) => request(`${method} ${name} with ${what}`, code, { method, path, body, token }))),
  // what is somebody else's
  request('reading what is not shared', 'NOT_FOUND', { path: hidden() }),
  request('the ops of what is not shared', 'NOT_FOUND', { path: hidden('/ops') }),
  request('who may read what is not shared', 'NOT_FOUND', { path: hidden('/access') }),
  request('deleting what is not shared', 'NOT_FOUND', { method: 'DELETE', path: hidden() }),
  request('bringing back what is not shared', 'NOT_FOUND', { method: 'POST', path: hidden('/restore') }),
  request('sharing what is not one’s own', 'NOT_FOUND', { method: 'PUT', path: hidden('/access'), body: { everyone: 'editor', people: {} } }),
  request('sharing what one may only see', 'FORBIDDEN', { method: 'PUT', path: seen('/access'), body: { everyone: 'editor', people: {} } }),
  request('deleting what one may only see', 'FORBIDDEN', { method: 'DELETE', path: seen() }),
  request('creating what is there already', 'REQUEST_INVALID', { method: 'POST', path: '/api/dashboards', bodyOf: (world) => ({ id: world.hidden }) }),
  request('who set what in what is not shared', 'NOT_FOUND', { path: hidden('/blame?widget=x') }),
  request('who set what in what one may only see', 'FORBIDDEN', { path: seen('/blame?widget=x') }),
  request('the life of what is not shared', 'NOT_FOUND', { path: hidden('/life') }),
  request('the life of what one may only see', 'FORBIDDEN', { path: seen('/life') }),
  request('a life in too many slices', 'REQUEST_INVALID', { path: board('/life?slices=100000') }),
  request('who set what in no widget', 'REQUEST_INVALID', { path: board('/blame?widget=../x') }),
  // what is the admins'
  request('the audit log of who is no admin', 'FORBIDDEN', { path: '/api/admin/history' }),
  request('all of it, for who is no admin', 'FORBIDDEN', { path: '/api/admin/history/download?format=json' }),
  request('what a line is made of, for who is no admin', 'FORBIDDEN', { path: (world) => `/api/admin/history/changes?collection=dashboards&dashboard=${world.hidden}&from=0&to=1` }),
  request('every dashboard, for who is no admin', 'FORBIDDEN', { path: '/api/admin/dashboards?q=hidden' }),
  request('who is connected, for who is no admin', 'FORBIDDEN', { path: '/api/admin/people' }),
  request('the state of the proof, for who is no admin', 'FORBIDDEN', { path: '/api/admin/verify' }),
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
  request('a dashboard of as many bytes as there may be', 201, { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(19, note('x'.repeat(limits.noteCharsMax))) } } }),
  request('a dashboard of as many parts as there may be', 201, { method: 'POST', path: '/api/dashboards', body: { dashboard: { ...small, widgets: many(limits.widgetsMax, tasks) } } }),
  request('a dashboard nested 500,000 deep', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: `{"dashboard":${'['.repeat(500_000)}${']'.repeat(500_000)}}` }),
  request('a dashboard with settings nested 500,000 deep', 'DOCUMENT_INVALID', { method: 'POST', path: '/api/dashboards', body: JSON.stringify({ dashboard: { ...small, widgets: { n: note('DEEP') } } }).replace('"DEEP"', `${'['.repeat(500_000)}${']'.repeat(500_000)}`) }),
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
  request('who asks for what is not one’s own', 'NOT_FOUND', { path: hidden('/access-requests') }),
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
