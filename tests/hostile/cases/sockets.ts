import { deflateRawSync } from 'node:zlib';
import { closeCodes } from '../../../model/errors.ts';
import { limits, serverLimits } from '../../../model/limits.ts';
import { broken, bytes, closing, upgrade } from '../attacks.ts';
import type { HostileCase, World } from '../world.ts';

const bearer = ({ ben }: World): { authorization: string } => ({ authorization: `Bearer ${ben.token}` });
const cookie = ({ ben }: World): { cookie: string } => ({ cookie: `coboard_session=${ben.token}` });
const hostOf = ({ url }: World): string => new URL(url).host;

/** An upgrade that is let in, as bytes. */
const opening = (world: World, more: readonly string[] = []): string => [
  'GET /sync HTTP/1.1', `Host: ${hostOf(world)}`, 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==', `Authorization: Bearer ${world.ben.token}`, ...more, '', '',
].join('\r\n');

/** A client's frame (RFC 6455, 5.2), masked with zeros, as it may lie about its length. */
function frame(firstByte: number, payload: Buffer, length = payload.length): Buffer {
  const head = Buffer.alloc(length < 126 ? 2 : 10);
  head[0] = firstByte;
  head[1] = 0x80 | (length < 126 ? length : 127);
  if (length >= 126) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}

export const socketCases: readonly HostileCase[] = [
  // frames
  closing('what is no JSON', 'messageInvalid', () => ['{"a":']),
  closing('an empty frame', 'messageInvalid', () => ['']),
  closing('null', 'messageInvalid', () => ['null']),
  closing('true', 'messageInvalid', () => ['true']),
  closing('a number', 'messageInvalid', () => ['5']),
  closing('a text', 'messageInvalid', () => ['"op"']),
  closing('a list', 'messageInvalid', () => ['[{"a":"pp"}]']),
  closing('two messages in one frame', 'messageInvalid', () => ['{"a":"pp"}\n{"a":"pp"}']),
  closing('bytes', 'messageInvalid', () => [Buffer.from([0xff, 0xfe, 0x00])]),
  closing('a message before one that is no JSON', 'messageInvalid', () => ['{"a":"pp"}', '{']),
  closing('a frame that is too large', 'messageTooLarge', () => [`{"a":"pp","x":"${'x'.repeat(serverLimits.messageBytesMax)}"}`]),
  closing('a frame that is far too large', 1009, () => ['x'.repeat(3 * serverLimits.messageBytesMax)]),
  closing('a flood', 'tooFast', () => Array.from({ length: serverLimits.messagesBurstMax * 2 }, () => '{"a":"pp"}')),
  closing('a flood of what is refused', 'tooFast', () => Array.from({ length: serverLimits.messagesBurstMax * 2 }, () => '{}')),
  closing('maps in maps, 100,000 deep', 'messageInvalid', () => ['{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)]),
  closing('an op nested 5,000 deep', 'messageInvalid', ({ mine }) => [`{"a":"op","c":"dashboards","d":"${mine}","v":1,"seq":1,"op":${'['.repeat(5_000)}${']'.repeat(5_000)}}`]),
  closing('lists in lists, too deep for some', 'messageInvalid', () => ['['.repeat(500_000) + ']'.repeat(500_000)]),
  broken('a frame that is not masked', 1002, opening, () => [Buffer.from([0x81, 0x02, 0x7b, 0x7d])]),
  broken('a frame of a kind that there is not', 1002, opening, () => [frame(0x8b, Buffer.from('{}'))]),
  broken('a frame that claims to be compressed', 1002, opening, () => [frame(0xc1, deflateRawSync(Buffer.alloc(50_000_000)))]),
  broken('a frame that claims 2^62 bytes', 1009, opening, () => [frame(0x81, Buffer.from('{}'), 2 ** 62)]),
  bytes('a frame that ends in the middle, and the connection with it', 101, (world) => [opening(world), frame(0x81, Buffer.from('{"a":'), 1_000)]),
  broken('a text that is not UTF-8', 1007, opening, () => [frame(0x81, Buffer.from([0xc3, 0x28]))]),
  broken('a ping that is too long', 1002, opening, () => [frame(0x89, Buffer.alloc(200))]),
  broken('a message in 5,000 parts that is no message', closeCodes.messageInvalid, opening, () => [frame(0x01, Buffer.from('{')), ...Array.from({ length: 5_000 }, () => frame(0x00, Buffer.from(' '))), frame(0x80, Buffer.from('}}'))]),
  broken('a part of no message', 1002, opening, () => [frame(0x80, Buffer.from('{}'))]),
  broken('a goodbye with a number that there is not', 1002, opening, () => [frame(0x88, Buffer.from([0x03, 0xed]))]),
  broken('a goodbye', 1000, opening, () => [frame(0x88, Buffer.from([0x03, 0xe8]))]),
  broken('frames of a kind that there is not, behind an upgrade with compression', 1002, (world) => opening(world, ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8']), () => [frame(0xc1, deflateRawSync(Buffer.from('{}')))]),
  // opening one
  upgrade('nobody', 'SIGN_IN_REQUIRED', () => ({})),
  upgrade('a token in the address', 'SIGN_IN_REQUIRED', ({ ben }) => ({ path: `/sync?token=${ben.token}` })),
  upgrade('a token in the subprotocol', 'SIGN_IN_REQUIRED', ({ ben }) => ({ protocols: ['coboard.1', ben.token] })),
  upgrade('an empty token', 'SIGN_IN_REQUIRED', () => ({ headers: { authorization: 'Bearer ' } })),
  upgrade('a token that is none', 'SESSION_INVALID', () => ({ headers: { authorization: 'Bearer x.y.z' } })),
  upgrade('a token with its end cut off', 'SESSION_INVALID', ({ ben }) => ({ headers: { authorization: `Bearer ${ben.token.slice(0, -2)}` } })),
  upgrade('a token without a signature', 'SESSION_INVALID', ({ ben }) => ({ headers: { authorization: `Bearer ${Buffer.from('{"alg":"none"}').toString('base64url')}.${ben.token.split('.')[1] ?? ''}.` } })),
  upgrade('a token beyond all sizes', 'SESSION_INVALID', () => ({ headers: { authorization: `Bearer ${'x'.repeat(limits.tokenBytesMax + 1)}` } })),
  upgrade('a cookie that is none', 'SESSION_INVALID', () => ({ headers: { cookie: 'coboard_session=__proto__' } })),
  upgrade('a page of another site, with a cookie', 'ORIGIN_REFUSED', (world) => ({ headers: { ...cookie(world), origin: 'https://evil.example' } })),
  upgrade('a page of another site, with a token', 'ORIGIN_REFUSED', (world) => ({ headers: { ...bearer(world), origin: 'https://evil.example' } })),
  upgrade('a page of another port', 'ORIGIN_REFUSED', (world) => ({ headers: { ...cookie(world), origin: 'http://127.0.0.1:1' } })),
  upgrade('a page of no site', 'ORIGIN_REFUSED', (world) => ({ headers: { ...cookie(world), origin: 'null' } })),
  upgrade('a page whose address is none', 'ORIGIN_REFUSED', (world) => ({ headers: { ...cookie(world), origin: 'http://[' } })),
  upgrade('a name that was pointed here', 'ORIGIN_REFUSED', (world) => ({ headers: { ...cookie(world), host: 'evil.example', origin: 'http://evil.example' } })),
  upgrade('another address', 'NOT_FOUND', (world) => ({ path: '/sync/x', headers: bearer(world) })),
  upgrade('another address that leads here', 'ok', (world) => ({ path: '/api/../sync', headers: bearer(world) })),
  upgrade('an address in the address', 'NOT_FOUND', (world) => ({ path: '//evil.example/sync/..', headers: bearer(world) })),
  upgrade('the API', 'NOT_FOUND', (world) => ({ path: '/api/dashboards', headers: bearer(world) })),
  bytes('a subprotocol that there is not', 101, (world) => [opening(world, ['Sec-WebSocket-Protocol: evil'])]),
  bytes('an upgrade without a key', 401, (world) => [`GET /sync HTTP/1.1\r\nHost: ${hostOf(world)}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n`]),
  bytes('an upgrade with a bad key', 400, (world) => [opening(world).replace('AAAAAAAAAAAAAAAAAAAAAA==', 'short')]),
  bytes('an upgrade of an old version', 400, (world) => [opening(world).replace('Version: 13', 'Version: 7')]),
  bytes('an upgrade to something else', 400, (world) => [opening(world).replace('Upgrade: websocket', 'Upgrade: h2c')]),
  bytes('an upgrade with compression', 101, (world) => [opening(world, ['Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=8'])]),
  bytes('an address that is none', 404, () => ['GET http://[ HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n']),
  bytes('no HTTP at all', 400, () => ['\u0000\u0001\u0002\r\n\r\n']),
  bytes('a head of 100 kB', 431, (world) => [`GET /sync HTTP/1.1\r\nHost: ${hostOf(world)}\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`]),
  bytes('a handshake of a byte at a time', 101, (world) => opening(world).match(/[^]{1,20}/g) ?? [], 5),
];
