import { BehaviorSubject, Subject, type Observable, type Subscription } from 'rxjs';
import ShareDbConnection from 'sharedb/lib/client/connection.js';
import { closeCodes, type ErrorCode } from '../../../model/errors.ts';
import { subprotocol, type OpAuthor, type ServerNotice } from '../../../model/protocol.ts';
import { reconnectDelayMs } from './backoff.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { connectionSettings, type ConnectionSettings } from './connection-options.ts';
import { nextState, type ConnectionEvent, type ConnectionState } from './connection-states.ts';
import type { Environment } from './environment.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inbox } from './inbox.ts';
import { Line } from './line.ts';
import { LiveProbe } from './live-probe.ts';
import { RouteChoice, type Route } from './route-choice.ts';
import { isSignInCode, type IncomingMessage, type OpMessage, type PresenceMessage } from './server-messages.ts';
import { ShareDbSocket } from './sharedb-socket.ts';
import type { OpenSocket } from './socket.ts';
import type { ValueStream } from './value-stream.ts';

export interface ConnectionParts {
  /** The address of `/sync`, from `ws:` or `wss:` on; asked for each attempt. */
  readonly url: () => string;
  readonly openSocket: OpenSocket;
  /** Opens the slower route to the same address; left out: there is none. */
  readonly openPolling?: OpenSocket;
  /** Left out: the defaults. */
  readonly settings?: ConnectionSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly environment: Environment;
  /**
   * Asked after an attempt that never opened, because a browser does not say why a socket was refused: the code of what is
   * wrong with the session, or null if it is good. Rejects where the server cannot be reached over HTTP.
   */
  readonly sessionProblem: () => Promise<ErrorCode | null>;
}

/** The connection to a server: one socket at a time, opened again for as long as it is wanted. */
export class Connection {
  /** ShareDB's connection above ours. @internal */
  readonly sharedb: ShareDbConnection;
  /** Ops of the log, before ShareDB takes them. @internal */
  readonly ops: Observable<OpMessage>;
  /** All messages are handled, after some had to wait. @internal */
  readonly caughtUp: Observable<void>;
  /** What presence is spoken with. @internal */
  readonly presenceMessages: Observable<PresenceMessage>;
  readonly state: ValueStream<ConnectionState>;
  /** Our own messages from the server. */
  readonly notices: Observable<ServerNotice>;

  private readonly parts: ConnectionParts;
  private readonly adapter = new ShareDbSocket();
  private readonly states = new BehaviorSubject<ConnectionState>({ status: 'closed' });
  private readonly noticesSubject = new Subject<ServerNotice>();
  private readonly presenceSubject = new Subject<PresenceMessage>();
  private readonly opsSubject = new Subject<OpMessage>();
  private readonly caughtUpSubject = new Subject<void>();
  private readonly inbox: Inbox;
  private readonly alarm: Alarm;
  private readonly heartbeat: Heartbeat;
  private readonly settings: ConnectionSettings;
  private readonly choice = new RouteChoice();
  private readonly probe: LiveProbe;
  private readonly line: Line;
  private listening: Subscription | null = null;
  private currentAuthor: OpAuthor | null = null;
  /** By {@link Clock.elapsed}: the state tells it as a date. */
  private onlineSince = 0;
  /** Counts sessions: what was asked about one says nothing about the next. */
  private session = 0;

  constructor(parts: ConnectionParts) {
    this.parts = parts;
    this.settings = parts.settings ?? connectionSettings();
    this.state = this.states;
    this.notices = this.noticesSubject;
    this.presenceMessages = this.presenceSubject;
    this.ops = this.opsSubject;
    this.caughtUp = this.caughtUpSubject;
    this.inbox = new Inbox({
      clock: parts.clock,
      receive: (message) => { this.receive(message); },
      malformed: () => { this.lose(closeCodes.messageInvalid); },
      emptied: () => { this.caughtUpSubject.next(); },
    });
    this.line = new Line({
      adapter: this.adapter,
      openSocket: (route) => ((route === 'polling' ? parts.openPolling : undefined) ?? parts.openSocket)(parts.url(), [subprotocol]),
      received: (data) => {
        this.heartbeat.sign();
        this.inbox.add(data);
      },
      ended: (code, route, wasHeard) => {
        this.lose(code);
        if (!wasHeard) this.askWhy(route);
      },
    });
    this.alarm = new Alarm(parts.clock);
    this.heartbeat = new Heartbeat({
      clock: parts.clock,
      intervalMs: this.settings.heartbeatIntervalMs,
      ping: () => {
        if (!this.sharedb.canSend) return false;
        this.sharedb.ping();
        return true;
      },
      onMissed: () => {
        this.dispatch({ type: 'heartbeatMissed' });
      },
      onMeasured: (latencyMs) => {
        // a server that far away would be lost: the machine slept before it heard the answer
        if (latencyMs <= this.settings.heartbeatIntervalMs) this.dispatch({ type: 'measured', latencyMs });
      },
    });
    this.probe = new LiveProbe({
      clock: parts.clock, random: parts.random, timeoutMs: this.settings.connectTimeoutMs,
      retryMs: () => this.choice.liveRetryMs,
      open: () => parts.openSocket(parts.url(), [subprotocol]),
      through: (socket, firstFrame) => {
        this.choice.cameBack();
        this.line.keep(socket, firstFrame);
        this.dispatch({ type: 'rerouted' });
        // somebody who heard of it may have gone on elsewhere
        this.line.dropKept();
      },
    });
    this.sharedb = new ShareDbConnection(this.adapter);
    this.sharedb.on('connected', () => {
      this.dispatch({ type: 'opened', route: this.line.current?.route ?? 'live' });
    });
    this.sharedb.on('pong', () => {
      this.heartbeat.pong();
    });
    this.sharedb.on('error', (error) => {
      // an id of another session, after somebody else signed in: get a new one
      if (error.code === 'CLIENT_ID_REFUSED') this.sharedb.id = null;
      if (this.states.value.status === 'connecting') this.lose(isSignInCode(error.code) ? closeCodes.signInRequired : closeCodes.messageInvalid);
    });
  }

  /** Opens the connection and keeps it open. */
  start(): void {
    this.listening ??= this.parts.environment.signals.subscribe((type) => {
      // a network that is another one may let WebSockets through
      if (type === 'browserOnline' && this.states.value.status !== 'online') this.choice.reset();
      this.dispatch({ type });
      if (type !== 'browserOffline') this.probe.soon();
      if (type === 'awake' && this.states.value.status === 'online') this.heartbeat.wake();
    });
    this.dispatch({ type: 'open' });
    if (!this.parts.environment.online) this.dispatch({ type: 'browserOffline' });
  }

  /** Closes the connection for good; `start` opens it again. */
  stop(): void {
    this.listening?.unsubscribe();
    this.listening = null;
    this.dispatch({ type: 'close' });
  }

  /** Sends and receives nothing until {@link resume}. */
  pause(): void {
    this.dispatch({ type: 'pause' });
  }

  resume(): void {
    this.dispatch({ type: 'resume' });
  }

  /** Ends any waiting. */
  tryNow(): void {
    this.dispatch({ type: 'tryNow' });
  }

  /** A session began: connect with it. */
  signedIn(): void {
    this.session += 1;
    this.dispatch({ type: 'signedIn' });
  }

  /** The session ended: nothing more is tried until {@link signedIn}. */
  signedOut(): void {
    this.session += 1;
    this.dispatch({ type: 'signedOut', code: 'SIGN_IN_REQUIRED' });
    this.sharedb.id = null;
  }

  /** Whether messages have come that are not handled yet. @internal */
  get isBehind(): boolean {
    return this.inbox.isBehind;
  }

  /** Who made the op that is being handled right now; null for nobody known. @internal */
  get author(): OpAuthor | null {
    return this.currentAuthor;
  }

  /** Sends a presence message if there is a connection; says whether it did. @internal */
  sendPresence(message: PresenceMessage): boolean {
    if (!this.sharedb.canSend) return false;
    this.sharedb.send(message);
    return true;
  }

  private dispatch(event: ConnectionEvent): void {
    const before = this.states.value;
    const { clock, random } = this.parts;
    const after = nextState(before, event, {
      now: clock.now(), delayMs: (attempt, spreadMs) => reconnectDelayMs(attempt, random, spreadMs, this.settings), retriesMax: this.settings.retriesMax,
    });
    if (after === before) return;
    if (after.status !== before.status) this.leave(before, after, event);
    this.states.next(after);
    // a listener may have gone on from there
    if (this.states.value === after && after.status !== before.status) this.enter(after);
  }

  private leave(before: ConnectionState, after: ConnectionState, event: ConnectionEvent): void {
    this.alarm.clear();
    this.heartbeat.stop();
    this.probe.stop();
    if (after.status === 'online' || (before.status !== 'online' && before.status !== 'connecting')) return;
    this.judge(before, event);
    this.dropSocket();
  }

  private enter(state: ConnectionState): void {
    if (state.status === 'connecting') {
      this.alarm.set(this.settings.connectTimeoutMs, () => {
        this.dispatch({ type: 'timedOut' });
      });
      this.openSocket();
    } else if (state.status === 'waiting') {
      this.alarm.set(state.until - this.parts.clock.now(), () => {
        this.dispatch({ type: 'waited' });
      });
    } else if (state.status === 'online') {
      this.onlineSince = this.parts.clock.elapsed();
      this.heartbeat.beat();
      if (state.route === 'polling') this.probe.start();
      else this.choice.worked();
    }
  }

  /** What the end of an attempt, or of a connection, says about its route. */
  private judge(before: ConnectionState, event: ConnectionEvent): void {
    const { line: { current: link }, canFallBack } = this;
    if (link === null || !canFallBack) return;
    if (before.status === 'connecting' && !link.isHeard && (event.type === 'lost' || event.type === 'timedOut')) {
      if (link.route === 'polling') this.choice.pollingFailed();
      // one that was closed is asked about anyway
      else if (event.type === 'timedOut') this.askWhy(link.route);
    } else if (before.status === 'online' && before.route === 'live' && !before.draining && (event.type === 'heartbeatMissed' || (event.type === 'lost' && isAccident(event.code)))) {
      if (this.choice.cut(this.parts.clock.elapsed() - this.onlineSince)) this.parts.sessionProblem().then(() => { this.choice.cutOff(); }, () => undefined);
    }
  }

  private get canFallBack(): boolean {
    return this.settings.fallback && this.parts.openPolling !== undefined;
  }

  private openSocket(): void {
    const route = (): Route => (this.canFallBack ? this.choice.route : 'live');
    try {
      this.line.open(route);
    } catch {
      // an address or a policy that a browser refuses by throwing
      this.lose(closeCodes.messageInvalid);
      if (this.canFallBack) this.askWhy(route());
    }
  }

  private dropSocket(): void {
    this.inbox.clear();
    this.line.drop();
  }

  private lose(code: number): void {
    this.dispatch({ type: 'lost', code });
  }

  /** Whether the session is why nothing came through a socket; if not, and the server answers, it is the network. */
  private askWhy(route: Route): void {
    const { session } = this;
    const tell = (code: ErrorCode | null): void => {
      if (session !== this.session || this.states.value.status === 'online') return;
      if (code !== null) this.dispatch(isSignInCode(code) ? { type: 'signedOut', code } : { type: 'refused', code });
      else if (route === 'live') this.choice.blocked();
    };
    // who cannot be asked says nothing: trying goes on
    this.parts.sessionProblem().then(tell, () => {
      this.choice.unreachable();
    });
  }

  private receive(message: IncomingMessage): void {
    switch (message.a) {
      case 'coboard':
        if (message.type === 'draining') this.dispatch({ type: 'draining', spreadMs: message.spreadMs ?? 0 });
        this.noticesSubject.next(message);
        return;
      case 'p':
      case 'ps':
      case 'pu':
      case 'pr':
        this.presenceSubject.next(message);
        return;
      default:
        if (message.a === 'op' && message.error === undefined && typeof message.v === 'number') this.opsSubject.next(message as OpMessage);
        // ShareDB applies an op within this call
        this.currentAuthor = message.m?.u ?? null;
        try {
          this.adapter.receive(message);
        } finally {
          this.currentAuthor = null;
        }
    }
  }
}

/** Whether a close code is none that the server gives. */
const isAccident = (code: number): boolean => code < 4_000 && code !== closeCodes.goingAway;
