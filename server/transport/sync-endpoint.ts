import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { closeCodes, CoboardError } from '../../model/errors.ts';
import type { Clock } from '../../model/clock.ts';
import { limits, type Limiting } from '../../model/limits.ts';
import { subprotocol } from '../../model/protocol.ts';
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
import { SocketStream } from './socket-stream.ts';
import { TurnEnd } from './turn-end.ts';

export interface SyncParts {
  readonly backend: Backend;
  readonly authenticator: Authenticator;
  readonly origins: OriginPolicy;
  readonly clients: Clients;
  readonly roster: PresenceRoster;
  readonly log: { readonly info: (fields: object, words: string) => void };
  readonly clock: Clock;
  /** What a crowd that comes at once may take of a turn of the event loop. */
  readonly arrivals: Turns;
  readonly limiting: Limiting;
  /** An upgrade was refused with a code, or a socket closed with one for what it did. */
  readonly refused: (code: string) => void;
  /** What was written to sockets. */
  readonly wrote: (frames: number, bytes: number) => void;
  /** How long the writing at the end of a turn took. */
  readonly flushed: (tookMs: number) => void;
}

/** How long a socket whose frames make no sense has to go by itself. */
const errorGraceMs = 500;

/** Timers count in 32 bits. */
const timerMsMax = 2 ** 31 - 1;

/** `/sync`: ShareDB's protocol over WebSocket. Who connects and from where is checked before the upgrade. */
export class SyncEndpoint {
  private readonly parts: SyncParts;
  private readonly sockets: WebSocketServer;
  private readonly turnEnd: TurnEnd;
  private readonly entrance: Entrance;
  /** What sockets say in one turn. */
  private readonly hearing: Turns;
  private draining = false;

  constructor(parts: SyncParts) {
    this.parts = parts;
    this.turnEnd = new TurnEnd(parts.flushed);
    this.entrance = new Entrance(parts.arrivals);
    this.hearing = new Turns(parts.clock, parts.limiting.limits.hearingSliceMs);
    this.sockets = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      // two frames' worth, so that the stream can say that one is too large before `ws` closes the socket in its own way
      maxPayload: 2 * parts.limiting.limits.messageBytesMax,
      handleProtocols: (protocols) => (protocols.has(subprotocol) ? subprotocol : false),
    });
  }

  /** Takes the upgrade requests of an HTTP server. */
  listen(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      // until the upgrade nobody else listens, and an error without a listener ends the process
      socket.on('error', () => socket.destroy());
      this.entrance.come(() => this.upgrade(request, socket, head).catch((error: unknown) => {
        const known = error instanceof CoboardError ? error : new CoboardError('INTERNAL', undefined, { cause: error });
        this.parts.refused(known.code);
        refuseUpgrade(socket, known);
      }));
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
  async stop(graceMs = 1_000): Promise<void> {
    this.draining = true;
    for (const client of this.parts.clients.all()) client.close(closeCodes.goingAway, 'server stops');
    const cut = setTimeout(() => {
      for (const ws of this.sockets.clients) ws.terminate();
    }, graceMs);
    await Promise.all([...this.sockets.clients].map((ws) => new Promise((resolve) => ws.once('close', resolve))));
    clearTimeout(cut);
    this.sockets.close();
  }

  private async upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { authenticator, origins, clients } = this.parts;
    const address = URL.parse(request.url ?? '/', 'http://host');
    if (address?.pathname !== '/sync') throw new CoboardError('NOT_FOUND');
    if (this.draining) throw new CoboardError('SERVER_DRAINING');
    origins.checkHost(request.headers);
    origins.checkOrigin(request.headers);
    this.checkRoom('socketsMax', clients.size);
    const session = await sessionOf(request.headers, authenticator);
    // what waits in a window must not be sent as somebody else's, who has signed in in another window since
    const wanted = address.searchParams.get('user');
    if (wanted !== null && wanted !== session.user.id) throw new CoboardError('SIGN_IN_REQUIRED');
    this.checkRoom('socketsPerUserMax', clients.countOf(session.user.id));
    if (socket.destroyed) return;
    this.sockets.handleUpgrade(request, socket, head, (ws) => {
      this.connect(ws, session);
    });
  }

  /** @throws CoboardError TOO_MANY_SOCKETS */
  private checkRoom(limit: 'socketsMax' | 'socketsPerUserMax', count: number): void {
    const { limits: all, hit } = this.parts.limiting;
    if (count < all[limit]) return;
    hit(limit);
    throw new CoboardError('TOO_MANY_SOCKETS');
  }

  private connect(ws: WebSocket, session: Session): void {
    const { backend, clients, roster, clock, log, limiting, wrote } = this.parts;
    const now = (): number => clock.now();
    const { messagesPerSecondMax, messagesBurstMax, opsPerSecondMax, opsBurstMax } = limiting.limits;
    const messages = new TokenBucket(messagesPerSecondMax, messagesBurstMax, now);
    const takesMany = ws.protocol === subprotocol;
    const stream = new SocketStream(ws, {
      messages, takesMany, turnEnd: this.turnEnd, hearing: this.hearing, limiting, wrote,
      closing: (code) => { this.parts.refused(String(code)); },
    });
    const client: Client = {
      user: session.user,
      sessionId: session.id,
      takesNotices: takesMany,
      takesOwn: takesMany,
      sink: stream,
      messages,
      get receivedAt() {
        return stream.receivedAt;
      },
      ops: new TokenBucket(opsPerSecondMax, opsBurstMax, now),
      get src() {
        return open._src();
      },
      send: (message) => {
        open.send(message);
      },
      close: (code, reason) => {
        stream.refuse(code, reason);
      },
    };
    const agent = backend.listen(stream, { client });
    const open = opened(agent);
    clients.add(client, agent);
    const endHeartbeat = heartbeat(ws, limits.heartbeatIntervalMs, () => {
      roster.sign(client);
    });
    const endSession = this.expire(session, client);
    ws.on('error', () => {
      // what it still sends is read and dropped, so that it gets the close code: cut at once, a connection loses what was on its way
      setTimeout(() => { ws.terminate(); }, errorGraceMs).unref();
    });
    ws.on('close', (code) => {
      endHeartbeat();
      endSession();
      roster.drop(client);
      clients.remove(client);
      log.info({ user: session.user.id, code }, 'socket closed');
    });
    log.info({ user: session.user.id }, 'socket opened');
  }

  /** Closes a socket when its session ends; gives a function that calls that off. */
  private expire(session: Session, client: Client): () => void {
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      const leftMs = session.expiresAt - this.parts.clock.now();
      if (leftMs <= 0) client.close(closeCodes.sessionExpired, 'session expired');
      else timer = setTimeout(wait, Math.min(leftMs, timerMsMax));
    };
    wait();
    return () => {
      clearTimeout(timer);
    };
  }
}

/** Answers an upgrade that is refused as any other request: status and code. */
function refuseUpgrade(socket: Duplex, { status, code, message }: CoboardError): void {
  const body = JSON.stringify({ error: { code, message } });
  const head = [
    `HTTP/1.1 ${String(status)} ${code}`, 'Connection: close', 'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${String(Buffer.byteLength(body))}`, '', body,
  ];
  socket.end(head.join('\r\n'));
}
