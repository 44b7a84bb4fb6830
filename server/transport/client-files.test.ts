import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { call } from '../../tests/person.ts';
import { scratchFolder, startServer } from '../../tests/test-server.ts';
import type { CoboardServer } from '../build-server.ts';
import { contentPolicy } from './content-policy.ts';

const folder = scratchFolder();
let server: CoboardServer;

before(async () => {
  mkdirSync(join(folder.path, 'media'));
  writeFileSync(join(folder.path, 'index.html'), '<!doctype html><app-root ngCspNonce="CSP_NONCE"></app-root><style nonce="CSP_NONCE"></style>');
  writeFileSync(join(folder.path, 'main-ABCD1234.js'), '1');
  writeFileSync(join(folder.path, 'main-ABCD1234.js.br'), brotliCompressSync('1'));
  writeFileSync(join(folder.path, 'media/inter-ZYXW9876.woff2'), '1');
  writeFileSync(join(folder.path, 'favicon.svg'), '<svg/>');
  server = await startServer({ clientDir: folder.path });
});
after(async () => {
  await server.stop();
  folder.remove();
});

test('FILES-1 the page comes with a policy and a nonce of its own each time, and is never kept', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/index.html', '/boards/abc', '/sign-in?next=/x']) {
    const { status, headers, body } = await call(server.url, 'GET', path);
    const policy = headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    assert.deepEqual([status, headers.get('cache-control'), headers.get('content-type')], [200, 'no-cache', 'text/html; charset=utf-8']);
    assert.equal(body['text'], `<!doctype html><app-root ngCspNonce="${nonce}"></app-root><style nonce="${nonce}"></style>`);
    assert.match(policy, /default-src 'self'; script-src 'self';/);
    assert.ok(!/script-src[^;]*unsafe|style-src [^;]*unsafe/.test(policy));
    nonces.add(nonce);
  }
  assert.equal(nonces.size, 4);
});

test('FILES-2 hashed files are kept for a year, others are asked for each time', async () => {
  const cache = async (path: string): Promise<string | null> => (await call(server.url, 'GET', path)).headers.get('cache-control');
  assert.equal(await cache('/main-ABCD1234.js'), 'public, max-age=31536000, immutable');
  assert.equal(await cache('/media/inter-ZYXW9876.woff2'), 'public, max-age=31536000, immutable');
  assert.equal(await cache('/favicon.svg'), 'no-cache');
});

test('FILES-3 what looks like a file or belongs to the API is not found instead of being the page', async () => {
  for (const path of ['/none.js', '/media/none.woff2', '/api/none', '/api', '/sync', '/.env', '/../package.json', '/%2e%2e/package.json', '/..%2fpackage.json']) {
    const { status, body } = await call(server.url, 'GET', path);
    assert.ok([400, 403, 404].includes(status), `${path}: ${String(status)}`);
    assert.ok(body.error, path);
  }
  assert.equal((await call(server.url, 'POST', '/boards/abc')).status, 404);
});

test('FILES-4 the policy names the sockets of the very host, and never what is no host', () => {
  assert.ok(contentPolicy('board.example:8443', 'n').includes("connect-src 'self' ws://board.example:8443 wss://board.example:8443;"));
  for (const host of [undefined, 'a b', "x;script-src 'unsafe-inline'", 'a"b', '']) assert.ok(contentPolicy(host, 'n').includes("connect-src 'self';"), host);
});

test('FILES-5 every answer forbids being framed and being guessed at', async () => {
  for (const path of ['/', '/api/config', '/main-ABCD1234.js', '/none.js']) {
    const { headers } = await call(server.url, 'GET', path);
    assert.deepEqual([headers.get('x-frame-options'), headers.get('x-content-type-options'), headers.get('referrer-policy')], ['DENY', 'nosniff', 'same-origin'], path);
    assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  }
});

test('FILES-6 a compressed copy goes to browsers that take it, and is kept as long as the file', async () => {
  const compressed = await call(server.url, 'GET', '/main-ABCD1234.js', { headers: { 'accept-encoding': 'br' } });
  assert.deepEqual(['content-encoding', 'cache-control', 'vary'].map((name) => compressed.headers.get(name)), ['br', 'public, max-age=31536000, immutable', 'accept-encoding']);
  assert.match(compressed.headers.get('content-type') ?? '', /javascript/);
  assert.equal(compressed.body['text'], '1');
  const plain = await call(server.url, 'GET', '/main-ABCD1234.js', { headers: { 'accept-encoding': 'identity' } });
  assert.equal(plain.headers.get('content-encoding'), null);
});
