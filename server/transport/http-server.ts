import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { ServerLimits } from '../../model/limits.ts';
import { pollingPath, protocolHeader } from '../../model/protocol.ts';
import { asCoboardError, refuseOtherMethods, replyErrors, sendError } from '../api/reply-errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Turns } from '../sync/turns.ts';
import type { AddressRates } from './address-rates.ts';
import { clientFiles } from './client-files.ts';
import type { OriginPolicy } from './origin-policy.ts';

export interface HttpOptions {
  readonly log: Logger;
  readonly origins: OriginPolicy;
  readonly rates: AddressRates;
  readonly limits: Pick<ServerLimits, 'bodyBytesMax' | 'headTimeoutMs' | 'requestTimeoutMs'>;
  readonly metrics: Metrics;
  readonly arrivals: Turns;
  readonly trustProxy: boolean;
  readonly clientDir: string;
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/';
const isApi = ({ url }: FastifyRequest): boolean => pathOf(url).startsWith('/api/');

/** The HTTP server with what holds for every request; the routes are added by `addRoutes`. */
export async function createHttpServer({ log, origins, rates, arrivals, limits, metrics, trustProxy, clientDir }: HttpOptions, addRoutes: (http: FastifyInstance) => void): Promise<FastifyInstance> {
  const http = fastify({
    loggerInstance: log, logController: new LogController({ disableRequestLogging: true }), bodyLimit: limits.bodyBytesMax, trustProxy, forceCloseConnections: 'idle',
    // one that says nothing at all has begun no request
    connectionTimeout: limits.requestTimeoutMs,
    routerOptions: { maxParamLength: 100 },
    // slow requests are looked for four times in the time that they have
    http: { headersTimeout: limits.headTimeoutMs, requestTimeout: limits.requestTimeoutMs, connectionsCheckingInterval: Math.ceil(limits.headTimeoutMs / 4) },
    // an address that cannot be read reaches no route, and so no error handler
    frameworkErrors: (error, _request, reply) => {
      sendError(reply, asCoboardError(error));
    },
  }) as unknown as FastifyInstance;
  http.removeContentTypeParser('text/plain');
  replyErrors(http, (code) => { metrics.refused(code); });
  await http.register(cookie);
  // the page's own policy, with its nonce, is set where the page is sent
  await http.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });

  http.addHook('onRequest', (_request, _reply, done) => {
    if (arrivals.isOver) arrivals.next(done);
    else done();
  });
  http.addHook('onRequest', (request, _reply, done) => {
    origins.checkHost(request.headers);
    if (isApi(request)) rates.take(request.ip);
    if (request.method !== 'GET' && request.method !== 'HEAD') origins.checkOrigin(request.headers);
    done();
  });
  allowOtherSites(http, origins);
  // one line a request: neither its query nor any header, so never a token
  http.addHook('onResponse', (request, reply, done) => {
    // what is a message of a connection there, and may hang for long, is no request
    if (reply.statusCode === 200 && pathOf(request.url) === pollingPath) {
      done();
      return;
    }
    metrics.requested(request.method, reply.statusCode, reply.elapsedTime);
    log.info({ method: request.method, path: pathOf(request.url), status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'request');
    done();
  });

  const routes = new Map<string, Set<string>>();
  http.addHook('onRoute', ({ url, method }) => {
    const methods = routes.get(url) ?? new Set();
    for (const each of [method].flat()) methods.add(each);
    routes.set(url, methods);
  });
  addRoutes(http);
  refuseOtherMethods(http, new Map([...routes].map(([url, methods]) => [url, new Set(methods)])));
  await clientFiles(http, clientDir);
  return http;
}

/** Lets pages of the allowed sites use the API with a bearer token; cookies are never sent along (SameSite=Strict). */
function allowOtherSites(http: FastifyInstance, origins: OriginPolicy): void {
  http.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    if (origin === undefined || !origins.isAllowed(origin)) {
      done();
      return;
    }
    void reply.headers({ 'access-control-allow-origin': origin, vary: 'Origin', 'cross-origin-resource-policy': 'cross-origin' });
    if (request.method === 'OPTIONS') {
      void reply
        .headers({ 'access-control-allow-methods': 'GET, POST, PUT, DELETE', 'access-control-allow-headers': `Authorization, Content-Type, ${protocolHeader}`, 'access-control-max-age': '600' })
        .code(204)
        .send();
      return;
    }
    done();
  });
}
