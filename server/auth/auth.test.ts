import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { tokenOf } from './bearer.ts';
import { ClientIds } from './client-ids.ts';
import { DemoAuthenticator } from './demo-authenticator.ts';
import { JwtAuthenticator } from './jwt-authenticator.ts';
import { displayName, userIdOfName, userIdOfSubject, userOfName } from './person.ts';

const secret = 's'.repeat(32);

test('AUTH-1 the same name is the same person, however it is written', () => {
  const id = userIdOfName('Ana María');
  for (const same of ['ana maría', '  Ana   María ', 'ANA MARÍA', 'Ana Mari\u0301a', 'Ａna María']) assert.equal(userIdOfName(same), id, same);
  for (const other of ['Ana Maria', 'AnaMaría', 'Ana María 2']) assert.notEqual(userIdOfName(other), id, other);
  assert.equal(userOfName('  Ana   María ').name, 'Ana María');
  assert.match(userOfName('Ana').color, /^p([1-9]|1[0-2])$/);
});

test('AUTH-2 names that cannot be seen or told apart are refused', () => {
  for (const name of ['', '   ', 'a'.repeat(61), 'Ana\u202Eben', 'A\u200Bna', '\u0000', 'a\ud800', '\uFEFF', 'x\u2066y']) {
    assert.throws(() => displayName(name), { code: 'NAME_INVALID' }, JSON.stringify(name));
  }
  for (const name of ['Ana', '陳大文', 'Åsa Öberg', '👩🏽', "O'Neill-Smith", 'x'.repeat(60)]) assert.equal(displayName(name), name);
});

test('AUTH-3 a demo session is read back until it ends; a changed one never', async () => {
  let now = 1_000_000_000_000;
  const demo = new DemoAuthenticator(secret, () => now);
  const { token, session } = await demo.signIn('Ana', 60_000);
  assert.deepEqual(await demo.verify(token), session);
  assert.deepEqual(await new DemoAuthenticator(secret, () => now).verify(token), session);
  await assert.rejects(new DemoAuthenticator('t'.repeat(32), () => now).verify(token), { code: 'SESSION_INVALID' });
  const [head = '', , tail = ''] = token.split('.');
  const forged = Buffer.from(JSON.stringify({ sub: 'ben', name: 'Ben', jti: 'x', exp: 9e9, iss: 'coboard-demo' })).toString('base64url');
  await assert.rejects(demo.verify(`${head}.${forged}.${tail}`), { code: 'SESSION_INVALID' });
  const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
  await assert.rejects(demo.verify(`${unsigned}.${forged}.`), { code: 'SESSION_INVALID' });
  now += 61_000;
  await assert.rejects(demo.verify(token), { code: 'SESSION_EXPIRED' });
});

test('AUTH-4 a token of an identity provider needs the right issuer, audience, key, algorithm and time', async () => {
  const now = (): number => 1_000_000_000_000;
  const auth = new JwtAuthenticator({ issuer: 'https://id.example', audience: 'coboard', jwksUrl: null, secret }, now);
  const sign = (claims: Record<string, unknown>, { iss = 'https://id.example', aud = 'coboard', exp = 1_000_000_100, key = secret, alg = 'HS256' } = {}): Promise<string> =>
    new SignJWT(claims).setProtectedHeader({ alg }).setIssuer(iss).setAudience(aud).setExpirationTime(exp).sign(new TextEncoder().encode(key));
  const session = await auth.verify(await sign({ sub: 'ana', name: 'Ana', jti: 'j' }));
  assert.deepEqual([session.id, session.user.id, session.user.name, session.expiresAt], ['j', 'ana', 'Ana', 1_000_000_100_000]);
  const invalid = async (token: Promise<string>, code = 'SESSION_INVALID'): Promise<void> => { await assert.rejects(auth.verify(await token), { code }); };
  await invalid(sign({ sub: 'ana' }, { iss: 'https://evil.example' }));
  await invalid(sign({ sub: 'ana' }, { aud: 'other' }));
  await invalid(sign({ sub: 'ana' }, { key: 't'.repeat(32) }));
  await invalid(sign({ sub: 'ana' }, { alg: 'HS384', key: 's'.repeat(48) }));
  await invalid(sign({ sub: 'ana' }, { exp: 999_999_999 }), 'SESSION_EXPIRED');
  await invalid(sign({}));
  await invalid(Promise.resolve('not.a.token'));
  const noExpiry = await new SignJWT({ sub: 'ana' }).setProtectedHeader({ alg: 'HS256' }).setIssuer('https://id.example').setAudience('coboard').sign(new TextEncoder().encode(secret));
  await invalid(Promise.resolve(noExpiry));
});

test('AUTH-5 keys are fetched from the issuer’s address', async (t) => {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256' };
  const server = createServer((_request, response) => { response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [jwk] })); });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => { resolve(); }); });
  t.after(() => server.close());
  const jwksUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/keys`;
  const auth = new JwtAuthenticator({ issuer: 'i', audience: 'a', jwksUrl, secret: null }, Date.now);
  const token = await new SignJWT({ sub: 'auth0|7', email: 'ana@example.org' }).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).setIssuer('i').setAudience('a').setExpirationTime('1h').sign(privateKey);
  const { user } = await auth.verify(token);
  assert.equal(user.name, 'ana@example.org');
  assert.match(user.id, /^u-[A-Za-z0-9]{16}$/);
});

test('AUTH-6 a subject that can be a key is the user’s id, any other becomes one, never somebody else’s', () => {
  assert.equal(userIdOfSubject('ana_1'), 'ana_1');
  for (const subject of ['auth0|x', 'a.b', '$x', '__proto__', 'constructor', 'a'.repeat(41), userIdOfName('Ana')]) {
    assert.match(userIdOfSubject(subject), /^u-[A-Za-z0-9]{16}$/);
    assert.notEqual(userIdOfSubject(subject), subject);
  }
});

test('AUTH-7 the token comes from the header or the cookie', () => {
  assert.equal(tokenOf({}), null);
  assert.equal(tokenOf({ authorization: 'Bearer abc' }), 'abc');
  assert.equal(tokenOf({ authorization: 'Basic abc' }), null);
  assert.equal(tokenOf({ cookie: 'other=1; coboard_session=abc; x=y' }), 'abc');
  assert.equal(tokenOf({ cookie: 'coboard_session=' }), null);
  assert.equal(tokenOf({ cookie: 'xcoboard_session=abc' }), null);
  assert.equal(tokenOf({ authorization: 'Bearer head', cookie: 'coboard_session=cookie' }), 'head');
});

test('AUTH-8 a client id is its person’s, for every server with the secret, and nobody else’s', () => {
  const salts = new Map([['ana', 'a'], ['ben', 'b']]);
  const saltOf = (id: string): string | undefined => salts.get(id);
  const ids = new ClientIds(secret, saltOf);
  const id = ids.create('ana');
  assert.ok(ids.belongs(id, 'ana'));
  assert.ok(new ClientIds(secret, saltOf).belongs(id, 'ana'));
  assert.ok(!ids.belongs(id, 'ben'));
  assert.ok(!new ClientIds('t'.repeat(32), saltOf).belongs(id, 'ana'));
  for (const wrong of ['', '.', 'x', 'x.y', `${id}x`, `${id}.x`, id.slice(1), id.split('.')[0] ?? '']) assert.ok(!ids.belongs(wrong, 'ana'), wrong);
  assert.notEqual(ids.create('ana'), ids.create('ana'));
  // whoever was erased is not found again by trying names, secret or not
  salts.set('ana', 'another');
  assert.ok(!ids.belongs(id, 'ana'));
});
