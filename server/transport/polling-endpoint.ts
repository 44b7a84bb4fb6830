import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Server, type Socket as EngineSocket } from 'engine.io';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { closeCodes, CoboardError } from '../../model/errors.ts';
import { limits, type Limiting } from '../../model/limits.ts';
import { pollingPath, protocolHeader, subprotocol } from '../../model/protocol.ts';
import { parseRequest, refuseOtherMethods } from '../api/reply-errors.ts';
import { sessionOf } from '../auth/bearer.ts';
import type { Authenticator, Session } from '../auth/session.ts';
import type { Client } from '../gate/client.ts';
import type { OriginPolicy } from './origin-policy.ts';
import { boundPackets } from './packet-bound.ts';
import { PollingSocket } from './polling-socket.ts';
import type { Wrote } from './wire.ts';

export interface PollingParts {
  readonly authenticator: Authenticator;
  readonly origins: OriginPolicy;
  readonly limiting: Limiting;
  readonly wrote: Wrote;
  /** Limits how often an address may ask without a session of ours. @throws CoboardError TOO_MANY_REQUESTS */
  readonly limitRequests: (address: string) => void;
  /** Whether somebody may come in: the very checks of a WebSocket. @throws CoboardError */
  readonly admit: (headers: IncomingHttpHeaders, user: string | null) => Promise<Session>;
  readonly connect: (socket: PollingSocket, session: Session, agent: string | undefined) => Client;
}

const Query = v.object({ EIO: v.literal('4'), transport: v.literal('polling'), sid: v.optional(v.pipe(v.string(), v.maxLength(40))), user: v.optional(v.string()) });

interface Polling {
  readonly socket: PollingSocket;
  readonly client: Client;
}

/** The query as engine.io is to see it, whose own reading of an address may differ from ours. */
type EngineRequest = IncomingMessage & { _query: Record<string, string> };

/**
 * `/sync/poll`: the live connection over HTTP long polling (engine.io), for networks that let no WebSocket through. Each request is
 * checked as the first: who, and from where.
 */
export class PollingEndpoint {
  private readonly parts: PollingParts;
  private readonly engine: Server;
  private readonly pollings = new Map<string, Polling>();
  /** Who made the requests that open a session right now. */
  private readonly arriving = new WeakMap<IncomingMessage, Session>();
  private readonly bodyBytesMax: number;

  constructor(parts: PollingParts) {
    this.parts = parts;
    // as much as of a WebSocket: the stream is to say that a message is too large
    this.bodyBytesMax = 2 * parts.limiting.limits.messageBytesMax;
    this.engine = new Server({
      transports: ['polling'], allowUpgrades: false, httpCompression: false, cookie: false,
      maxHttpBufferSize: this.bodyBytesMax, pingInterval: limits.heartbeatIntervalMs, pingTimeout: limits.heartbeatIntervalMs,
    });
    this.engine.on('connection', (socket: EngineSocket) => { this.connected(socket); });
  }

  /** Adds the route. engine.io reads bodies itself, so Fastify's parsers are kept from them. */
  addRoutes(http: FastifyInstance): void {
    void http.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('text/plain', (_request, _payload, parsed) => { parsed(null); });
      scope.route({ method: ['GET', 'POST'], url: pollingPath, exposeHeadRoute: false, handler: (request, reply) => this.take(request, reply) });
      refuseOtherMethods(scope, new Map([[pollingPath, new Set(['GET', 'POST'])]]));
      done();
    });
  }

  private async take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { headers } = request;
    // Fastify's hooks have looked at the host
    this.parts.origins.checkOrigin(headers);
    if (headers[protocolHeader] !== subprotocol) throw new CoboardError('REQUEST_INVALID', `The header ${protocolHeader} says ${subprotocol}.`);
    const { sid, user } = parseRequest(Query, request.query);
    if (sid === undefined) await this.open(request, user ?? null);
    else await this.goOn(request, reply, sid);
    // who went away meanwhile opens nothing
    if (request.raw.socket.destroyed) return reply.hijack();
    (request.raw as EngineRequest)._query = { EIO: '4', transport: 'polling', ...(sid === undefined ? {} : { sid }) };
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
    this.engine.handleRequest(request.raw, reply.raw);
    return reply;
  }

  private async open(request: FastifyRequest, user: string | null): Promise<void> {
    if (request.method !== 'GET') throw new CoboardError('REQUEST_INVALID', 'A session begins with a GET.');
    this.parts.limitRequests(request.ip);
    this.arriving.set(request.raw, await this.parts.admit(request.headers, user));
  }

  /** Checks a request of a session that is open. A session of somebody else is told from none by nobody. */
  private async goOn(request: FastifyRequest, reply: FastifyReply, sid: string): Promise<void> {
    const { authenticator, limiting, limitRequests } = this.parts;
    if (!this.pollings.has(sid)) limitRequests(request.ip);
    const session = await sessionOf(request.headers, authenticator);
    const polling = this.pollings.get(sid);
    if (polling?.client.user.id !== session.user.id) throw new CoboardError('NOT_FOUND');
    const { socket, client } = polling;
    if (!client.messages.tryTake()) {
      limiting.hit('messagesPerSecondMax');
      client.close(closeCodes.tooFast, 'too many requests');
      // what is left of it is the poll that takes the goodbye
      if (request.method === 'POST') throw new CoboardError('MESSAGE_TOO_FAST');
    }
    if (request.method === 'POST') await this.checkBody(request, polling);
    else if (!socket.takePoll(reply.raw)) this.overlap(socket);
    // it may have ended meanwhile
    if (this.pollings.get(sid) !== polling) throw new CoboardError('NOT_FOUND');
  }

  private async checkBody({ headers }: FastifyRequest, { socket, client }: Polling): Promise<void> {
    if (Number(headers['content-length'] ?? 0) > this.bodyBytesMax) {
      this.parts.limiting.hit('messageBytesMax');
      client.close(closeCodes.messageTooLarge, 'message too large');
      throw new CoboardError('MESSAGE_TOO_LARGE');
    }
    if (!(await socket.whenHeard())) this.overlap(socket);
  }

  private overlap(socket: PollingSocket): never {
    socket.terminate();
    throw new CoboardError('REQUEST_INVALID', 'One request after the other.');
  }

  private connected(engine: EngineSocket): void {
    const { limiting, wrote, connect } = this.parts;
    const session = this.arriving.get(engine.request);
    if (session === undefined) {
      // nobody was admitted: no request of ours
      engine.close(true);
      return;
    }
    const { id } = engine as unknown as { readonly id: string };
    const socket = new PollingSocket(engine, limiting.limits.goodbyeMs, wrote);
    const client = connect(socket, session, engine.request.headers['user-agent']);
    this.pollings.set(id, { socket, client });
    // each is a message, so more than a burst would be too fast anyway
    boundPackets(engine, limiting.limits.messagesBurstMax, () => {
      limiting.hit('messagesPerSecondMax');
      client.close(closeCodes.tooFast, 'too many messages');
    });
    socket.once('close', () => { this.pollings.delete(id); });
  }
}
