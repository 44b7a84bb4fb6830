import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CoboardError } from '../../model/errors.ts';
import { contentPolicy } from './content-policy.ts';

/** What stands in the built page for the nonce; any of the usual spellings of it. */
const noncePlaceholder = /CSP_NONCE|\{\{ ?(?:csp_?)?nonce ?\}\}|\{% ?(?:csp_?)?nonce ?%\}/gi;

/** Files that the build names by a hash of their content never change. */
const hashedName = /[.-][A-Za-z0-9_]{8,}\.(?:js|css|woff2|svg|png|ico|map)(?:\.(?:br|gz))?$/;

const notBuilt = '<!doctype html><title>Coboard</title><p>The app is not built. <code>npm start</code> builds it; <code>/api</code> and <code>/sync</code> work.';

/**
 * Serves the built app: hashed files for good, `index.html` always anew with a nonce of its own, and `index.html` for every
 * address of the app. Addresses under /api, and those that look like files, are not found if they are not there.
 */
export async function clientFiles(http: FastifyInstance, clientDir: string): Promise<void> {
  const root = resolve(clientDir);
  const index = join(root, 'index.html');
  const page = existsSync(index) ? readFileSync(index, 'utf8') : null;

  const sendPage = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const nonce = randomBytes(16).toString('base64');
    return reply
      .header('content-security-policy', contentPolicy(request.headers.host, nonce))
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .code(page === null ? 503 : 200)
      .send((page ?? notBuilt).replace(noncePlaceholder, nonce));
  };

  if (page !== null) {
    await http.register(fastifyStatic, {
      root,
      index: false,
      wildcard: true,
      cacheControl: false,
      // the build puts a compressed copy beside each file
      preCompressed: true,
      setHeaders: (reply, path) => {
        void reply.header('cache-control', hashedName.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
        // a worker has the policy that it came with: it fetches what it keeps
        if (/\/service-worker\.js(?:\.(?:br|gz))?$/.test(path)) void reply.header('content-security-policy', "default-src 'none'; connect-src 'self'; script-src 'self'");
      },
    });
    http.get('/', sendPage);
    http.get('/index.html', sendPage);
  }
  http.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? '/';
    if (request.method === 'GET' && !/^\/(api|sync)(\/|$)/.test(path) && !/\.[^/]*$/.test(path)) return sendPage(request, reply);
    throw new CoboardError('NOT_FOUND');
  });
}
