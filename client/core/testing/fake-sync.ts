import { CoboardError } from '../../../model/errors.ts';
import { dashboardsCollection, presenceChannel, type OpOrigin, type StampedPresence, type User } from '../../../model/protocol.ts';
import type { FakeDashboard, FakeOp } from './fake-dashboards.ts';
import type { FakeServer } from './fake-server.ts';
import type { FakeSocket, ServerEnd } from './fake-socket.ts';

interface Incoming {
  readonly a: string;
  readonly id?: string | null;
  readonly c?: string;
  readonly d?: string;
  readonly v?: number | null;
  readonly src?: string | null;
  readonly seq?: number;
  readonly op?: unknown;
  readonly x?: OpOrigin;
  readonly ch?: string;
  readonly p?: StampedPresence | null;
  readonly pv?: number;
  readonly b?: readonly string[] | Readonly<Record<string, number | null>>;
}

/** One connected client, as the fake server sees it: as much of ShareDB's protocol as our client speaks. */
export class FakeSync implements ServerEnd {
  readonly user: User;
  readonly socket: FakeSocket;
  readonly subscribed = new Set<string>();
  readonly rooms = new Set<string>();
  src = '';
  private readonly server: FakeServer;

  constructor(server: FakeServer, socket: FakeSocket, user: User) {
    this.server = server;
    this.socket = socket;
    this.user = user;
  }

  send(message: object): void {
    this.socket.deliver(message);
  }

  receive(raw: unknown): void {
    const message = raw as Incoming;
    try {
      this.handle(message);
    } catch (error) {
      if (!(error instanceof CoboardError)) throw error;
      const { a, c, d, seq, ch, id } = message;
      const src = message.src ?? this.src;
      this.send({ a, c, d, ch, id, src, seq, error: { code: error.code, message: error.message } });
    }
  }

  closed(): void {
    this.server.left(this);
  }

  sendOp(id: string, { v, src, seq, op, author, origin }: FakeOp): void {
    this.send({ a: 'op', c: dashboardsCollection, d: id, v, src, seq, op, m: { u: author, ...origin } });
  }

  private handle(message: Incoming): void {
    switch (message.a) {
      case 'hs':
        this.src = message.id ?? this.server.newClientId();
        this.send({ a: 'hs', protocol: 1, protocolMinor: 2, id: this.src, type: 'http://sharejs.org/types/JSONv0' });
        return;
      case 'pp':
        this.send({ a: 'pp' });
        return;
      case 's':
      case 'f':
        this.read(message.a, message.d ?? '', message.v ?? null);
        return;
      case 'bs':
      case 'bf':
        this.readMany(message.a === 'bs' ? 's' : 'f', message.b ?? []);
        return;
      case 'u':
        this.subscribed.delete(message.d ?? '');
        this.send({ a: 'u', c: message.c, d: message.d });
        return;
      case 'op':
        this.submit(message);
        return;
      case 'nf': {
        const { version: v, data } = this.server.dashboardFor(message.d ?? '', this.user.id);
        this.send({ a: 'nf', id: message.id, v, type: 'http://sharejs.org/types/JSONv0', data });
        return;
      }
      default:
        this.presence(message);
    }
  }

  /** The answer to each as if it had been asked by itself. */
  private readMany(action: 's' | 'f', wanted: NonNullable<Incoming['b']>): void {
    const versions = Array.isArray(wanted) ? Object.fromEntries((wanted as readonly string[]).map((id) => [id, null])) : (wanted as Readonly<Record<string, number | null>>);
    for (const [d, v] of Object.entries(versions)) this.receive({ a: action, c: dashboardsCollection, d, v });
  }

  private read(action: 's' | 'f', id: string, version: number | null): void {
    const dashboard = this.server.dashboardFor(id, this.user.id);
    if (action === 's') this.subscribed.add(id);
    const reply = { a: action, c: dashboardsCollection, d: id };
    if (version === null) {
      this.send({ ...reply, data: { v: dashboard.version, data: dashboard.data } });
      return;
    }
    for (const op of dashboard.since(version)) this.sendOp(id, op);
    this.send(reply);
  }

  private submit({ d = '', v, src, seq = 0, op, x }: Incoming): void {
    const dashboard: FakeDashboard = this.server.dashboardFor(d, this.user.id);
    const role = dashboard.roleOf(this.user.id);
    if (role !== 'owner' && role !== 'editor') throw new CoboardError('FORBIDDEN');
    this.server.maybeRefuse();
    const sent = { v: v ?? dashboard.version, src: src ?? this.src, seq, op, x };
    const { op: committed, isNew } = dashboard.commit(sent, { id: this.user.id, name: this.user.name }, this.server.now());
    if (isNew) this.server.publish(dashboard, committed, this);
    // what the sender missed comes before its own answer
    for (const missed of dashboard.since(sent.v)) if (missed.v < committed.v) this.sendOp(d, missed);
    if (!this.server.losesAnswer()) this.send({ a: 'op', c: dashboardsCollection, d, src: sent.src, seq, v: committed.v });
    else this.socket.end(1006);
  }

  private presence({ a, ch = '', seq, id, p, pv }: Incoming): void {
    const room = this.server.room(ch);
    this.server.dashboardFor(ch.slice(presenceChannel('').length), this.user.id);
    if (a === 'ps') {
      this.rooms.add(ch);
      this.send({ a, ch, seq });
      for (const [otherId, held] of room) if (held.by !== this) this.send({ a: 'p', ch, id: otherId, p: held.value, pv: held.pv, src: held.by.src });
    } else if (a === 'pu') {
      this.rooms.delete(ch);
      this.send({ a, ch, seq });
    } else if (a === 'p' && typeof id === 'string') {
      const value = p ? { ...p, user: { ...this.user, color: this.server.colorIn(ch, this.user) } } : null;
      this.send({ a, ch, id, p: value, pv, src: this.src });
      this.server.setPresence(ch, id, value, this);
    }
  }
}
