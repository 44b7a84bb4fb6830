import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import { closeCodes, CoboardError } from '../../model/errors.ts';
import { Alarm, type Clock } from '../../model/clock.ts';
import { innerLimits, limits, type Limiting } from '../../model/limits.ts';
import { speaksOnlyOld, subprotocol, syncPath, type User } from '../../model/protocol.ts';
import { sessionOf } from '../auth/bearer.ts';
import type { Authenticator, Session } from '../auth/session.ts';
import { notify, opened, type Client, type Clients } from '../gate/client.ts';
import { TokenBucket } from '../gate/token-bucket.ts';
import type { PresenceRoster } from '../presence/roster.ts';
import type { Backend } from '../sync/backend.ts';
import { Turns } from '../sync/turns.ts';
import { Entrance } from './entrance.ts';
import { heartbeat } from './heartbeat.ts';
import type { OriginPolicy } from './origin-policy.ts';
import { PollingEndpoint } from './polling-endpoint.ts';
import type { ServerSocket } from './server-socket.ts';
import { SocketStream } from './socket-stream.ts';
import { TurnEnd } from './turn-end.ts';
import { FrameWire, type Wire } from './wire.ts';

export interface SyncParts {
  readonly backend: Backend;
  readonly authenticator: Authenticator;
  readonly origins: OriginPolicy;
  readonly clients: Clients;
  readonly roster: PresenceRoster;
  readonly log: { readonly info: (fields: object, words: string) => void; readonly warn: (fields: object, words: string) => void };
  readonly clock: Clock;
  /** What a crowd that comes at once may take of a turn of the event loop. */
  readonly arrivals: Turns;
  readonly limiting: Limiting;
  /** Has ready what is needed of a person who connects. */
  readonly welcome: (user: User) => Promise<unknown>;
  /** Somebody was let in, with a device that calls itself that. */
  readonly seen: (session: Session, agent: string | undefined) => void;
  /** Limits how often an address may ask. @throws CoboardError TOO_MANY_REQUESTS */
  readonly limitRequests: (address: string) => void;
  /** The same for sockets. @throws CoboardError TOO_MANY_REQUESTS */
  readonly limitUpgrades: (request: IncomingMessage) => void;
  /** An upgrade was refused with a code, or a socket closed with one for what it did. */
  readonly refused: (code: string) => void;
  /** What was written to sockets. */
  readonly wrote: (frames: number, bytes: number) => void;
  /** How long the writing at the end of a turn took. */
  readonly flushed: (tookMs: number) => void;
}


/** A socket that is let in. */
interface Arrival {
  readonly socket: ServerSocket;
  readonly wire: Wire;
  readonly session: Session;
  /** What the device calls itself. */
  readonly agent: string | undefined;
  readonly route: Client['route'];
  /** It speaks {@link subprotocol}. */
  readonly isOurs: boolean;
  /** Drops it when it falls silent, and calls back at each sign; gives a function that ends it. */
  readonly heartbeat: (alive: () => void) => () => void;
}

/**
 * `/sync`: ShareDB's protocol over WebSocket, and `/sync/poll`: the same over HTTP requests. Who connects and from where is checked before the
 * upgrade; from there on a socket is a socket.
 */
export class SyncEndpoint {
  private readonly parts: SyncParts;
  private readonly webSockets: WebSocketServer;
  private readonly polling: PollingEndpoint;
  private readonly open = new Set<ServerSocket>();
  private readonly turnEnd: TurnEnd;
  private readonly entrance: Entrance;
  /** What sockets say in one turn. */
  private readonly hearing: Turns;
  private draining = false;

  constructor(parts: SyncParts) {
    this.parts = parts;
    this.turnEnd = new TurnEnd(parts.flushed, (error) => { parts.log.warn({ err: error }, 'what a turn brought could not be written to a socket'); });
    this.entrance = new Entrance(parts.arrivals, parts.limiting.limits.arrivalsAtOnceMax);
    this.hearing = new Turns(parts.clock, parts.limiting.limits.hearingSliceMs);
    this.webSockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      // two frames' worth, so that the stream can say that one is too large before `ws` closes the socket in its own way
      maxPayload: 2 * parts.limiting.limits.messageBytesMax,
      // one that is too old is taken, so that a browser hears why it is closed
      handleProtocols: (protocols) => (protocols.has(subprotocol) ? subprotocol : speaksOnlyOld(protocols) ? [...protocols][0] ?? false : false),
    });
    const { authenticator, origins, limiting, wrote, limitRequests } = parts;
    this.polling = new PollingEndpoint({
      authenticator, origins, limiting, wrote, limitRequests,
      admit: (headers, user) => new Promise((resolve, reject) => {
        this.entrance.come(() => this.admit(headers, user).then(resolve, reject));
      }),
      connect: (socket, session, agent) => this.connect({
        socket, wire: socket, session, agent, route: 'polling', isOurs: true,
        // engine.io has its own
        heartbeat: (alive) => {
          socket.on('pong', alive);
          return () => { socket.off('pong', alive); };
        },
      }),
    });
  }

  /** Adds the route for clients whose network lets no WebSocket through. */
  addRoutes(http: FastifyInstance): void {
    this.polling.addRoutes(http);
  }

  /** Takes the upgrade requests of an HTTP server. */
  listen(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      // until the upgrade nobody else listens, and an error without a listener ends the process
      socket.on('error', () => socket.destroy());
      const refuse = (error: unknown): void => {
        const known = error instanceof CoboardError ? error : new CoboardError('INTERNAL', undefined, { cause: error });
        this.parts.refused(known.code);
        refuseUpgrade(socket, known);
      };
      try {
        // one that comes too often waits in no line
        this.parts.limitUpgrades(request);
      } catch (error) {
        refuse(error);
        return;
      }
      this.entrance.come(() => this.upgrade(request, socket, head).catch(refuse));
    });
  }

  /** Takes no more sockets and tells the open ones. */
  drain(): void {
    this.draining = true;
    const { clients } = this.parts;
    const spreadMs = Math.min(limits.reconnectSpreadMaxMs, Math.ceil((clients.size / limits.reconnectsPerSecond) * 1_000));
    for (const client of clients.all()) notify(client, { a: 'coboard', type: 'draining', inMs: 0, spreadMs });
  }

  /** Closes all sockets and waits until they are gone; a socket whose other side does not answer is cut. */
  async stop(): Promise<void> {
    this.draining = true;
    for (const client of this.parts.clients.all()) client.close(closeCodes.goingAway, 'server stops');
    const cut = setTimeout(() => {
      for (const socket of this.open) socket.terminate();
    }, this.parts.limiting.limits.stopGraceMs);
    await Promise.all([...this.open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    clearTimeout(cut);
    this.webSockets.close();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = URL.parse(request.url ?? '/', 'http://host');
    if (address?.pathname !== syncPath) throw new CoboardError('NOT_FOUND');
    const session = await this.admit(request.headers, address.searchParams.get('user'));
    if (socket.destroyed) return;
    this.webSockets.handleUpgrade(request, socket, head, (ws) => {
      if (speaksOnlyOld([ws.protocol])) {
        this.parts.refused(String(closeCodes.clientTooOld));
        ws.on('error', () => { ws.terminate(); });
        ws.close(closeCodes.clientTooOld, 'client too old');
        setTimeout(() => { ws.terminate(); }, this.parts.limiting.limits.errorGraceMs).unref();
        return;
      }
      const isOurs = ws.protocol === subprotocol;
      this.connect({
        socket: ws, wire: new FrameWire(ws, { takesMany: isOurs, wrote: this.parts.wrote }), session, isOurs,
        agent: request.headers['user-agent'], route: 'live',
        heartbeat: (alive) => heartbeat(ws, limits.heartbeatIntervalMs, alive),
      });
    });
  }

  /** Who wants to connect, if they may; `wanted` is the person as whom they want to. */
  private async admit(headers: IncomingHttpHeaders, wanted: string | null): Promise<Session> {
    const { authenticator, origins, clients } = this.parts;
    if (this.isDraining()) throw new CoboardError('SERVER_DRAINING');
    origins.checkHost(headers);
    origins.checkOrigin(headers);
    this.checkRoom('socketsMax', clients.size);
    const session = await sessionOf(headers, authenticator);
    // what waits in a window must not be sent as somebody else's, who has signed in in another window since
    if (wanted !== null && wanted !== session.user.id) throw new CoboardError('SIGN_IN_REQUIRED');
    await this.parts.welcome(session.user);
    // asked again: the server may have begun to stop while it was found out who it is, and would wait for this one
    if (this.isDraining()) throw new CoboardError('SERVER_DRAINING');
    this.checkRoom('socketsPerUserMax', clients.countOf(session.user.id));
    this.parts.seen(session, headers['user-agent']);
    return session;
  }

  private isDraining(): boolean {
    return this.draining;
  }

  /** @throws CoboardError TOO_MANY_SOCKETS */
  private checkRoom(limit: 'socketsMax' | 'socketsPerUserMax', count: number): void {
    const { limits: all, hit } = this.parts.limiting;
    if (count < all[limit]) return;
    hit(limit);
    throw new CoboardError('TOO_MANY_SOCKETS');
  }

  private connect({ socket, wire, session, agent: device, route, isOurs, heartbeat: beat }: Arrival): Client {
    const { backend, clients, roster, clock, log, limiting } = this.parts;
    const elapsed = (): number => clock.elapsed();
    const { messagesPerSecondMax, messagesBurstMax, opsPerSecondMax, opsBurstMax, deviceCharsMax, errorGraceMs } = limiting.limits;
    const messages = new TokenBucket(messagesPerSecondMax, messagesBurstMax, elapsed);
    const stream = new SocketStream(socket, {
      messages, wire, turnEnd: this.turnEnd, hearing: this.hearing, limiting,
      closing: (code) => { this.parts.refused(String(code)); },
    });
    const client: Client = {
      user: session.user,
      sessionId: session.id,
      since: clock.now(),
      device: (device ?? '').slice(0, deviceCharsMax),
      route,
      takesNotices: isOurs,
      takesOwn: isOurs,
      sink: stream,
      following: new Map(),
      messages,
      get receivedAt() {
        return stream.receivedAt;
      },
      ops: new TokenBucket(opsPerSecondMax, opsBurstMax, elapsed),
      get src() {
        return inside._src();
      },
      send: (message) => {
        inside.send(message);
      },
      close: (code, reason) => {
        stream.refuse(code, reason);
      },
    };
    const agent = backend.listen(stream, { client });
    const inside = opened(agent);
    clients.add(client, agent);
    this.open.add(socket);
    const endHeartbeat = beat(() => {
      roster.sign(client);
    });
    const endSession = this.expire(session, client);
    socket.on('error', () => {
      // what it still sends is read and dropped, so that it gets the close code: cut at once, a connection loses what was on its way
      setTimeout(() => { socket.terminate(); }, errorGraceMs).unref();
    });
    socket.on('close', (code: number) => {
      this.open.delete(socket);
      endHeartbeat();
      endSession();
      roster.drop(client);
      clients.remove(client);
      log.info({ user: session.user.id, code }, 'socket closed');
    });
    log.info({ user: session.user.id }, 'socket opened');
    return client;
  }

  /** Closes a socket when its session ends; gives a function that calls that off. */
  private expire(session: Session, client: Client): () => void {
    const { clock } = this.parts;
    const alarm = new Alarm(clock);
    const wait = (): void => {
      const leftMs = session.expiresAt - clock.now();
      if (leftMs <= 0) client.close(closeCodes.sessionExpired, 'session expired');
      else alarm.set(Math.min(leftMs, innerLimits.sessionLookMs), wait);
    };
    wait();
    return () => {
      alarm.clear();
    };
  }
}

/** Answers an upgrade that is refused as any other request: status and code. */
function refuseUpgrade(socket: Duplex, { status, code, message, retry }: CoboardError): void {
  const body = JSON.stringify({ error: { code, message } });
  const head = [
    `HTTP/1.1 ${String(status)} ${code}`, 'Connection: close', 'Content-Type: application/json; charset=utf-8', ...(retry ? ['Retry-After: 1'] : []),
    `Content-Length: ${String(Buffer.byteLength(body))}`, '', body,
  ];
  socket.end(head.join('\r\n'));
}
