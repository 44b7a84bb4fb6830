import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { CoboardError } from '../../model/errors.ts';
import type { Limiting } from '../../model/limits.ts';
import { pollingPath, protocolHeader } from '../../model/protocol.ts';
import { asCoboardError, refuseOtherMethods, replyErrors, sendError } from '../api/reply-errors.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Turns } from '../sync/turns.ts';
import type { AddressRates } from './address-rates.ts';
import { clientFiles } from './client-files.ts';
import { countConnections } from './count-connections.ts';
import { nestsDeeper } from './nesting.ts';
import type { OriginPolicy } from './origin-policy.ts';


export interface HttpOptions {
  readonly log: Logger;
  readonly origins: OriginPolicy;
  readonly rates: AddressRates;
  readonly monitoringRates: AddressRates;
  readonly limiting: Limiting;
  readonly metrics: Metrics;
  readonly arrivals: Turns;
  readonly trustProxy: boolean;
  readonly clientDir: string;
}

const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/';
const isApi = ({ url }: FastifyRequest): boolean => pathOf(url).startsWith('/api/');
/** What asks the store or gathers much; `/healthz` does neither, and must answer whoever asks. */
const monitoringPaths = new Set(['/readyz', '/metrics']);

/** An address, as a pattern, and what it takes. */
export interface Route {
  readonly method: string;
  readonly url: string;
}

/** The HTTP server with what holds for every request; the routes are added by `addRoutes`, and are told. */
export async function createHttpServer({ log, origins, rates, monitoringRates, arrivals, limiting: { limits, hit }, metrics, trustProxy, clientDir }: HttpOptions, addRoutes: (http: FastifyInstance) => void): Promise<{ readonly http: FastifyInstance; readonly routes: readonly Route[] }> {
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
  http.removeContentTypeParser(['text/plain', 'application/json']);
  countConnections(http.server, { limits, hit });
  replyErrors(http, limits.refusedBodyMs, (code) => {
    metrics.refused(code);
    if (code === 'REQUEST_TOO_LARGE') hit('bodyBytesMax');
  });
  await http.register(cookie);
  // the page's own policy, with its nonce, is set where the page is sent
  await http.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    strictTransportSecurity: false,
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });

  // a crowd that comes at once goes on over many turns: each at its arrival, before its body is parsed, before it is looked up what was asked for, and before that is written
  // as JSON; whoever came at the same time may have waited for the same in between
  const inTurn = (go: () => void): void => {
    if (arrivals.isOver) arrivals.next(go);
    else go();
  };
  const parse = http.getDefaultJsonParser('error', 'error');
  http.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    inTurn(() => {
      // parsing what is deeper costs more than its size
      if (nestsDeeper(body, limits.messageDepthMax)) {
        hit('messageDepthMax');
        done(new CoboardError('REQUEST_INVALID', 'nested too deep'));
      // it answers through `done`
      } else void parse(request, body.toString('utf8'), done);
    });
  });
  http.addHook('onRequest', (_request, _reply, done) => { inTurn(done); });
  http.addHook('preHandler', (_request, _reply, done) => { inTurn(done); });
  http.addHook('preSerialization', (_request, _reply, payload, done) => { inTurn(() => { done(null, payload); }); });
  http.addHook('onRequest', (request, _reply, done) => {
    origins.checkHost(request.headers);
    if (isApi(request)) rates.take(request.ip);
    else if (monitoringPaths.has(pathOf(request.url))) monitoringRates.take(request.ip);
    if (request.method !== 'GET' && request.method !== 'HEAD') origins.checkOrigin(request.headers);
    done();
  });
  allowOtherSites(http, origins);
  // before the body is read
  http.addHook('onRequest', (request, _reply, done) => {
    if (request.is404 && request.method !== 'GET') throw new CoboardError('NOT_FOUND');
    done();
  });
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
  const added = new Map([...routes].map(([url, methods]) => [url, new Set(methods)]));
  refuseOtherMethods(http, added);
  await clientFiles(http, clientDir);
  return { http, routes: [...added].flatMap(([url, methods]) => [...methods].map((method) => ({ method, url }))) };
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
