import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeCodes, type ErrorCode } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
let ben: Person;
let client: StockClient;
/** Ben edits the one, sees the other, and has no access to the third. */
let mine: string;
let seen: string;
let hidden: string;
let anasClientId: string;

before(async () => {
  server = await startServer();
  const ana = await Person.signIn(server.url, 'Ana');
  ben = await Person.signIn(server.url, 'Ben');
  mine = await ben.create('Mine', 'launch-room');
  seen = await ana.create('Seen');
  hidden = await ana.create('Hidden');
  await ana.share(seen, { everyone: 'viewer' });
  const other = new StockClient(ana);
  await other.connected();
  anasClientId = other.connection.id ?? '';
  await other.close();
  client = new StockClient(ben);
  await client.connected();
});
after(async () => {
  await client.close();
  await server.stop();
});

type Message = Record<string, unknown>;
const edit = (more: Message): Message => ({ a: 'op', c: 'dashboards', d: mine, v: 1, seq: 1, op: [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'x' }] }], ...more });
const presence = (p: unknown, more: Message = {}): Message => ({ a: 'p', ch: `dashboards.${mine}`, id: 'me', pv: 1, p, ...more });

const refused: readonly (readonly [what: string, message: () => unknown, code: ErrorCode])[] = [
  // what is no message of the protocol
  ['an empty message', () => ({}), 'MESSAGE_INVALID'],
  ['an action that is a number', () => ({ a: 1 }), 'MESSAGE_INVALID'],
  ['an action that there is not', () => ({ a: 'x' }), 'ACTION_UNKNOWN'],
  ['an action that every object has', () => ({ a: 'constructor' }), 'ACTION_UNKNOWN'],
  ['an action of the server', () => ({ a: 'init' }), 'ACTION_UNKNOWN'],
  ['one of our notices', () => ({ a: 'coboard', type: 'role' }), 'ACTION_UNKNOWN'],
  ['a query to fetch', () => ({ a: 'qf', id: 1, c: 'dashboards', q: {} }), 'QUERY_REFUSED'],
  ['a query to subscribe to', () => ({ a: 'qs', id: 1, c: 'dashboards', q: { $where: 'sleep(1000)' } }), 'QUERY_REFUSED'],
  ['the end of a query', () => ({ a: 'qu', id: 1 }), 'QUERY_REFUSED'],
  ['a key too many', () => ({ a: 's', c: 'dashboards', d: mine, evil: 1 }), 'MESSAGE_INVALID'],
  ['a key __proto__', () => `{"a":"s","c":"dashboards","d":"${mine}","__proto__":{"x":1}}`, 'MESSAGE_INVALID'],
  ['no document', () => ({ a: 's', c: 'dashboards' }), 'MESSAGE_INVALID'],
  ['a document id that is an object', () => ({ a: 's', c: 'dashboards', d: { $gt: '' } }), 'MESSAGE_INVALID'],
  ['a document id with a path', () => ({ a: 's', c: 'dashboards', d: '../access' }), 'MESSAGE_INVALID'],
  ['a document id __proto__', () => ({ a: 's', c: 'dashboards', d: '__proto__' }), 'MESSAGE_INVALID'],
  ['a negative version', () => ({ a: 's', c: 'dashboards', d: mine, v: -1 }), 'MESSAGE_INVALID'],
  ['half a version', () => ({ a: 's', c: 'dashboards', d: mine, v: 0.5 }), 'MESSAGE_INVALID'],
  ['a version that is a text', () => ({ a: 's', c: 'dashboards', d: mine, v: '1' }), 'MESSAGE_INVALID'],
  ['a bulk of objects', () => ({ a: 'bs', c: 'dashboards', b: [{}] }), 'MESSAGE_INVALID'],
  ['a bulk of too many', () => ({ a: 'bs', c: 'dashboards', b: Array.from({ length: 51 }, (_, i) => `d${String(i)}`) }), 'MESSAGE_INVALID'],
  ['a bulk that is a text', () => ({ a: 'bf', c: 'dashboards', b: 'all' }), 'MESSAGE_INVALID'],
  ['a snapshot of a document that is a list', () => ({ a: 'nf', id: 1, c: 'dashboards', d: [mine], v: 1 }), 'MESSAGE_INVALID'],
  ['a snapshot at a time that is a text', () => ({ a: 'nt', id: 1, c: 'dashboards', d: mine, ts: 'now' }), 'MESSAGE_INVALID'],
  // what is not there for clients
  ['the access list', () => ({ a: 's', c: 'access', d: mine }), 'COLLECTION_UNKNOWN'],
  ['the access list at a version', () => ({ a: 'nf', id: 1, c: 'access', d: mine, v: 1 }), 'COLLECTION_UNKNOWN'],
  ['an op on the access list', () => edit({ c: 'access', op: [{ p: ['everyone'], oi: 'editor' }] }), 'COLLECTION_UNKNOWN'],
  ['the op log as a collection', () => ({ a: 's', c: 'o_dashboards', d: mine }), 'COLLECTION_UNKNOWN'],
  ['another presence channel', () => ({ a: 'ps', ch: 'lobby', seq: 1 }), 'COLLECTION_UNKNOWN'],
  ['the presence channel of the access list', () => ({ a: 'ps', ch: `access.${mine}`, seq: 1 }), 'COLLECTION_UNKNOWN'],
  // whose client
  ['somebody else’s client id in the handshake', () => ({ a: 'hs', id: anasClientId, protocol: 1, protocolMinor: 2 }), 'CLIENT_ID_REFUSED'],
  ['a made-up client id', () => ({ a: 'hs', id: 'abc', protocol: 1, protocolMinor: 2 }), 'CLIENT_ID_REFUSED'],
  ['an op in somebody else’s name', () => edit({ src: anasClientId }), 'CLIENT_ID_REFUSED'],
  // may they
  ['a dashboard that is not shared', () => ({ a: 's', c: 'dashboards', d: hidden }), 'NOT_FOUND'],
  ['a dashboard that does not exist', () => ({ a: 's', c: 'dashboards', d: 'nowhere' }), 'NOT_FOUND'],
  ['an old version of one that is not shared', () => ({ a: 'nf', id: 1, c: 'dashboards', d: hidden, v: 1 }), 'NOT_FOUND'],
  ['the past of one that is not shared', () => ({ a: 'nt', id: 1, c: 'dashboards', d: hidden, ts: 1 }), 'NOT_FOUND'],
  ['ops of one that is not shared', () => ({ a: 'f', c: 'dashboards', d: hidden, v: 0 }), 'NOT_FOUND'],
  ['who is in one that is not shared', () => ({ a: 'ps', ch: `dashboards.${hidden}`, seq: 1 }), 'NOT_FOUND'],
  ['presence in one that is not shared', () => presence({}, { ch: `dashboards.${hidden}` }), 'NOT_FOUND'],
  ['an op on one that is not shared', () => edit({ d: hidden }), 'NOT_FOUND'],
  ['an op on one that may only be seen', () => edit({ d: seen }), 'FORBIDDEN'],
  // ops
  ['a creation', () => edit({ d: mine, op: undefined, create: { type: 'json0', data: {} } }), 'DOCUMENT_CREATE_REFUSED'],
  ['a deletion', () => edit({ op: undefined, del: true }), 'DOCUMENT_CREATE_REFUSED'],
  ['an op message without an op', () => edit({ op: undefined }), 'OP_INVALID'],
  ['an op that is an object', () => edit({ op: { p: ['title'], oi: 'x' } }), 'OP_INVALID'],
  ['an op with a list component', () => edit({ op: [{ p: ['tabs', 0], li: 1 }] }), 'OP_INVALID'],
  ['an op through __proto__', () => edit({ op: [{ p: ['widgets', '__proto__', 'x'], oi: 1 }] }), 'OP_INVALID'],
  ['an op on the whole document', () => edit({ op: [{ p: [], oi: {} }] }), 'OP_INVALID'],
  ['an op that changes the schema version', () => edit({ op: [{ p: ['schema'], od: 1, oi: 2 }] }), 'OP_RESULT_INVALID'],
  ['an op that empties the dashboard', () => edit({ op: [{ p: ['widgets'], oi: {} }] }), 'OP_RESULT_INVALID'],
  ['an op on a widget that is not there', () => edit({ op: [{ p: ['widgets', 'w', 'title'], t: 'text0', o: [{ p: 0, i: 'x' }] }] }), 'OP_TARGET_MISSING'],
  ['an op of too many bytes', () => edit({ op: [{ p: ['title'], oi: 'ä'.repeat(80_000) }, ...Array.from({ length: 8 }, () => ({ p: ['title'], od: 'ä'.repeat(55_000) }))] }), 'OP_TOO_LARGE'],
  ['an op number that is no number', () => edit({ seq: 'x' }), 'MESSAGE_INVALID'],
  ['an op number beyond counting', () => edit({ seq: 2 ** 53 }), 'MESSAGE_INVALID'],
  // presence
  ['presence that is a text', () => presence('hello'), 'PRESENCE_INVALID'],
  ['presence with a key of its own', () => presence({ evil: 1 }), 'PRESENCE_INVALID'],
  ['presence in somebody else’s name', () => presence({ user: { id: 'ana' } }), 'PRESENCE_INVALID'],
  ['a cursor nowhere', () => presence({ cursor: { tab: 't', x: 1e9, y: 0 } }), 'PRESENCE_INVALID'],
  ['a selection of too many', () => presence({ selection: Array.from({ length: 51 }, (_, i) => `w${String(i)}`) }), 'PRESENCE_INVALID'],
  ['presence without a number', () => presence({}, { pv: undefined }), 'MESSAGE_INVALID'],
  ['a presence id __proto__', () => presence({}, { id: '__proto__' }), 'MESSAGE_INVALID'],
  ['presence of a document type', () => presence({}, { c: 'dashboards', d: 'x', v: 1, t: 'json0' }), 'MESSAGE_INVALID'],
];

for (const [what, message, code] of refused) {
  test(`GATE-1 ${what}: ${code}, and the socket lives on`, async () => {
    const answer = await client.ask(message(), ({ error, a }) => error !== undefined || a === 'op');
    assert.equal((answer['error'] as { code?: string } | undefined)?.code, code, JSON.stringify(answer).slice(0, 300));
    assert.ok(JSON.stringify(answer).length < 500, 'the answer repeats nothing big');
    await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  });
}

test('GATE-2 nothing of all that has changed anything', async () => {
  const { body } = await ben.call('GET', `/api/dashboards/${mine}`);
  assert.deepEqual([body['v'], (body['data'] as { title: string }).title], [1, 'Mine']);
  assert.equal(({} as { x?: unknown }).x, undefined);
});

const closing: readonly (readonly [what: string, frames: () => readonly (string | Buffer)[], code: number])[] = [
  ['what is no JSON', () => ['{"a":'], closeCodes.messageInvalid],
  ['an empty frame', () => [''], closeCodes.messageInvalid],
  ['null', () => ['null'], closeCodes.messageInvalid],
  ['a number', () => ['5'], closeCodes.messageInvalid],
  ['a list', () => ['[{"a":"pp"}]'], closeCodes.messageInvalid],
  ['bytes', () => [Buffer.from([0xff, 0xfe, 0x00])], closeCodes.messageInvalid],
  ['a frame that is too large', () => [`{"a":"pp","x":"${'x'.repeat(limits.messageBytesMax)}"}`], closeCodes.messageTooLarge],
  ['a frame that is far too large', () => ['x'.repeat(3 * limits.messageBytesMax)], 1009],
  ['a flood', () => Array.from({ length: limits.messagesBurstMax * 2 }, () => '{"a":"pp"}'), closeCodes.tooFast],
  ['lists in lists, too deep for some', () => ['['.repeat(500_000) + ']'.repeat(500_000)], closeCodes.messageInvalid],
];
for (const [what, frames, code] of closing) {
  test(`GATE-3 ${what} closes the socket with ${String(code)}, and no other`, async () => {
    const bad = new StockClient(ben);
    await bad.connected();
    for (const frame of frames()) bad.sendRaw(frame);
    await until('it is closed', () => bad.closeCode !== null);
    assert.equal(bad.closeCode, code);
    await client.ask({ a: 'pp' }, ({ a }) => a === 'pp');
  });
}

test('GATE-4 an object nested too deep is refused, and the answer does not repeat it', async () => {
  const deep = `{"a":"op","c":"dashboards","d":"${mine}","v":1,"seq":1,"op":${'['.repeat(300_000)}${']'.repeat(300_000)}}`;
  const answer = await client.ask(deep, ({ error }) => error !== undefined);
  assert.equal((answer['error'] as { code: string }).code, 'OP_INVALID');
});

test('GATE-5 edits faster than the rate wait for their turn and none is lost', async () => {
  const fast = new StockClient(ben);
  await fast.connected();
  const count = limits.opsBurstMax + 150;
  const { version } = await fast.subscribe(mine);
  for (let seq = 1; seq <= count; seq++) {
    const message = { ...edit({ v: (version ?? 0) + seq - 1, seq, op: [{ p: ['description'], t: 'text0', o: [{ p: 0, i: 'x' }] }] }), src: fast.connection.id };
    const answer = await fast.ask(message, ({ a }) => a === 'op');
    assert.equal(answer['error'], undefined);
  }
  const { body } = await ben.call('GET', `/api/dashboards/${mine}/ops?from=1`);
  assert.deepEqual((body['ops'] as { seq: number }[]).map(({ seq }) => seq), Array.from({ length: count }, (_, i) => i + 1));
  await fast.close();
});

test('GATE-6 no more subscriptions than the limit, over all messages', async () => {
  const many = new StockClient(ben);
  await many.connected();
  const ids = [];
  for (let i = 0; i < limits.subscriptionsPerSocketMax + 1; i++) ids.push(await ben.create(`Board ${String(i)}`));
  const answer = await many.ask({ a: 'bs', c: 'dashboards', b: ids.slice(0, -1) }, ({ a }) => a === 'bs');
  assert.equal(answer['error'], undefined);
  const last = ids.at(-1);
  const over = await many.ask({ a: 's', c: 'dashboards', d: last }, ({ a }) => a === 's');
  assert.deepEqual((over['error'] as { code: string }).code, 'SUBSCRIPTIONS_TOO_MANY');
  await many.ask({ a: 'u', c: 'dashboards', d: ids[0] }, ({ a }) => a === 'u');
  assert.equal((await many.ask({ a: 's', c: 'dashboards', d: last }, ({ a }) => a === 's'))['error'], undefined);
  await many.close();
});
