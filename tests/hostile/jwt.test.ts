import assert from 'node:assert/strict';
import { test } from 'node:test';
import { call } from '../person.ts';
import { startServer } from '../test-server.ts';
import { addressOn, guardedRoutes, nameOf } from './routes.ts';
import { signed, unsigned, withoutEnd } from './tokens.ts';

const [jwtIssuer, jwtAudience, jwtSecret] = ['https://id.example', 'coboard', 'a secret of the identity provider, shared'];
const good = { iss: jwtIssuer, aud: jwtAudience, sub: 'ana', exp: 4_000_000_000 };

test('GATE-18 with an identity provider no route takes a token of another issuer, audience or key, one that has expired, or one without an end or a signature', async (t) => {
  const server = await startServer({ auth: 'jwt', jwtIssuer, jwtAudience, jwtSecret, limits: { requestsBurstMax: 10_000 } });
  t.after(() => server.stop());
  const right = await signed(jwtSecret, good);
  assert.equal((await call(server.url, 'GET', '/api/dashboards', { token: right })).status, 200);
  const wrong: readonly (readonly [what: string, token: string, code: string])[] = [
    ['another issuer', await signed(jwtSecret, { ...good, iss: 'https://evil.example' }), 'SESSION_INVALID'],
    ['another audience', await signed(jwtSecret, { ...good, aud: 'something-else' }), 'SESSION_INVALID'],
    ['another key', await signed('another secret that is as long as the one', good), 'SESSION_INVALID'],
    ['expired', await signed(jwtSecret, { ...good, exp: 1_700_000_000 }), 'SESSION_EXPIRED'],
    ['without an end', await signed(jwtSecret, withoutEnd(good)), 'SESSION_INVALID'],
    ['without a signature', unsigned(right), 'SESSION_INVALID'],
  ];
  for (const route of await guardedRoutes()) {
    for (const [what, token, code] of wrong) assert.equal((await call(server.url, route.method, addressOn(route, 'x'), { token })).body.error?.code, code, `${nameOf(route)}: ${what}`);
  }
});

test('GATE-19 who watches the server is limited by address too, apart from those who use it: they may have one address', async (t) => {
  const server = await startServer({ limits: { requestsPerSecondMax: 1, requestsBurstMax: 5 } });
  t.after(() => server.stop());
  const codes = async (path: string): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (let i = 0; i < 6; i++) found.push((await call(server.url, 'GET', path)).body.error?.code);
    return found;
  };
  assert.equal((await codes('/api/config')).at(-1), 'TOO_MANY_REQUESTS');
  const asked = await codes('/readyz');
  assert.deepEqual([asked[0], asked.at(-1)], [undefined, 'TOO_MANY_REQUESTS']);
  assert.equal((await call(server.url, 'GET', '/metrics')).body.error?.code, 'TOO_MANY_REQUESTS');
  assert.deepEqual(new Set(await codes('/healthz')), new Set([undefined]));
});
