import { CoboardError, closeCodes, type ErrorCode } from '../../../model/errors.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { dashboardsCollection, presenceChannel, type Role, type ServerNotice, type StampedPresence, type User } from '../../../model/protocol.ts';
import { templates, type TemplateName } from '../../../model/templates/templates.ts';
import { Coboard, type CoboardOptions } from '../coboard.ts';
import { steadyEnvironment, type Environment } from '../connection/environment.ts';
import { keptWishes } from '../wishes/index.ts';
import { systemClock, type Clock } from '../../../model/clock.ts';
import { FakeDashboard, type FakeOp } from './fake-dashboards.ts';
import { fakeFetch, type FakeSession } from './fake-rest.ts';
import { FakeSocket } from './fake-socket.ts';
import { FakeSync } from './fake-sync.ts';

export interface FakeServerOptions {
  readonly clock?: Clock;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
}

interface HeldPresence {
  readonly value: StampedPresence;
  readonly by: FakeSync;
  readonly pv: number;
}

/** The colors of people, in the order of giving. */
const personColors = ['p1', 'p9', 'p11', 'p12', 'p3', 'p8', 'p5', 'p10', 'p7', 'p6', 'p2', 'p4'];

/**
 * A Coboard server in memory, for tests of clients: its REST routes and its live connection, without a network, with other people
 * to play and things to go wrong at one's command. It runs in browsers too.
 */
export class FakeServer {
  /** How long a message takes, each way. */
  delayMs = 0;
  readonly dashboards = new Map<string, FakeDashboard>();
  readonly users = new Map<string, User>();
  private readonly clock: Clock;
  private readonly random: () => number;
  private readonly clients = new Set<FakeSync>();
  private readonly rooms = new Map<string, Map<string, HeldPresence>>();
  private readonly refusals: ErrorCode[] = [];
  private readonly unreachable = new Set<string>();
  private answersToLose = 0;
  private ids = 0;

  constructor({ clock = systemClock, random = Math.random }: FakeServerOptions = {}) {
    this.clock = clock;
    this.random = random;
  }

  // What tests do

  /** A person by name; the same name is the same person. */
  user(name: string): User {
    const id = `u-${name.trim().toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
    const known = this.users.get(id);
    if (known) return known;
    const user: User = { id, name, color: personColors[this.users.size % personColors.length] ?? 'p1' };
    this.users.set(id, user);
    return user;
  }

  /** Makes a dashboard that its owner shares with everyone; its id. */
  addDashboard(wanted: { readonly owner: string; readonly template?: TemplateName; readonly dashboard?: Dashboard; readonly everyone?: 'viewer' | 'editor' | null; readonly id?: string }): string {
    const id = wanted.id ?? `board-${String(++this.ids)}`;
    const { everyone = 'editor' } = wanted;
    const data = wanted.dashboard ?? templates[wanted.template ?? 'blank'].build({ today: '2026-11-20', random: this.random });
    const made = new FakeDashboard(id, data, { [this.user(wanted.owner).id]: 'owner' }, everyone);
    made.updatedAt = this.now();
    this.dashboards.set(id, made);
    return id;
  }

  /** Nothing reaches the server. */
  isDown = false;
  /** REST requests do not arrive, and nobody is told. */
  isSilent = false;

  /** Every REST request that arrived, as `POST /api/dashboards`. */
  readonly requests: string[] = [];
  private readonly requestRefusals: ErrorCode[] = [];
  private requestAnswersToLose = 0;

  /** Refuses the next REST request that changes a dashboard, with a code. */
  refuseNextRequest(code: ErrorCode): void {
    this.requestRefusals.push(code);
  }

  /** Does what the next REST request that changes a dashboard asks for, and loses the answer. */
  loseNextRequestAnswer(): void {
    this.requestAnswersToLose += 1;
  }

  /** A browser in which a person is signed in; all its windows share that. */
  session(name: string | null): FakeSession {
    return { user: name === null ? null : this.user(name) };
  }

  /** A client of this server for a person. It is not connected before `start()`. */
  client(name: string | null, environment: Environment = steadyEnvironment): Coboard {
    return this.clientIn(this.session(name), { environment });
  }

  /** A client in a window of a browser. */
  clientIn(session: FakeSession, options: Pick<CoboardOptions, 'environment' | 'store' | 'lastUser'> = {}): Coboard {
    return new Coboard({
      url: 'http://coboard.test', clock: this.clock, random: this.random, environment: steadyEnvironment,
      fetch: fakeFetch(this, session),
      openSocket: (url) => this.openSocket(url, session),
      // this network lets sockets through, or nothing
      connection: { fallback: false }, wishes: keptWishes,
      ...options,
    });
  }

  /** Cuts a person's connections as a network does; with `stay`, no new ones are let in until {@link restore}. */
  cut(name: string, { stay = false }: { readonly stay?: boolean } = {}): void {
    const { id } = this.user(name);
    if (stay) this.unreachable.add(id);
    this.close(name, 1006);
  }

  restore(name: string): void {
    this.unreachable.delete(this.user(name).id);
  }

  /** Refuses the next op with a code. */
  refuseNext(code: ErrorCode = 'FORBIDDEN'): void {
    this.refusals.push(code);
  }

  /** Commits the next op and loses its answer with the connection. */
  loseNextAnswer(): void {
    this.answersToLose += 1;
  }

  /** Tells everybody that the server restarts, and closes. */
  restart(): void {
    for (const client of [...this.clients]) {
      client.send({ a: 'coboard', type: 'draining', inMs: 0 } satisfies ServerNotice);
      this.clock.setTimer(() => {
        client.socket.end(closeCodes.goingAway);
      }, this.delayMs);
    }
  }

  /** Ends a person's session. */
  endSession(name: string): void {
    this.close(name, closeCodes.sessionExpired);
  }

  /** Closes a person's connections with one of the `closeCodes`. */
  close(name: string, code: number): void {
    const { id } = this.user(name);
    for (const client of [...this.clients]) if (client.user.id === id) client.socket.end(code);
  }

  /** Sends a message to a person's open windows, whatever it is. */
  tell(name: string, message: object): void {
    const { id } = this.user(name);
    for (const client of this.clients) if (client.user.id === id) client.send(message);
  }

  setRole(id: string, name: string, role: Role | null, by = 'Ana'): void {
    const dashboard = this.dashboards.get(id);
    const user = this.user(name);
    if (!dashboard) return;
    if (role === null) {
      Reflect.deleteProperty(dashboard.people, user.id);
      dashboard.everyone = null;
    } else dashboard.people[user.id] = role;
    this.tellRole(id, user, by);
  }

  /** Makes a changed role hold for a person's open windows. */
  tellRole(id: string, user: User, by: string): void {
    const role = this.dashboard(id).roleOf(user.id);
    for (const client of this.clients) {
      if (client.user.id !== user.id) continue;
      if (role === null) client.subscribed.delete(id);
      client.send({ a: 'coboard', type: 'role', d: id, role, by } satisfies ServerNotice);
    }
  }

  /** Who asks for access to a dashboard has changed. */
  tellOwners(dashboard: FakeDashboard): void {
    for (const client of this.clients) if (dashboard.roleOf(client.user.id) === 'owner') client.send({ a: 'coboard', type: 'accessRequests', d: dashboard.id } satisfies ServerNotice);
  }

  deleteDashboard(id: string): void {
    const dashboard = this.dashboards.get(id);
    if (!dashboard) return;
    dashboard.deletedAt = this.now();
    for (const client of this.clients) {
      if (client.subscribed.has(id)) client.send({ a: 'op', c: dashboardsCollection, d: id, v: dashboard.version, src: 'server', seq: 1, del: true });
    }
  }

  /** Whether no message is on its way, to or from anybody. */
  get isQuiet(): boolean {
    return [...this.clients].every(({ socket }) => socket.isQuiet);
  }

  /** The dashboard as the server has it. @throws Error if there is none */
  dashboard(id: string): FakeDashboard {
    const found = this.dashboards.get(id);
    if (!found) throw new Error(`no dashboard ${id}`);
    return found;
  }

  // What its parts use

  now(): number {
    return this.clock.now();
  }

  newClientId(): string {
    return `client-${String(++this.ids)}`;
  }

  /** @throws CoboardError NOT_FOUND */
  dashboardFor(id: string, userId: string): FakeDashboard {
    const dashboard = this.dashboards.get(id);
    const role = dashboard?.roleOf(userId) ?? null;
    if (!dashboard || role === null) throw new CoboardError('NOT_FOUND');
    return dashboard;
  }

  maybeRefuse(): void {
    const code = this.refusals.shift();
    if (code !== undefined) throw new CoboardError(code);
  }

  /** A REST request arrived; says whether its answer gets lost. @throws CoboardError to refuse it */
  requested(request: string): boolean {
    this.requests.push(request);
    if (!/^(POST|DELETE|PUT) \/api\/dashboards/.test(request) || request.endsWith('/conflicts')) return false;
    const code = this.requestRefusals.shift();
    if (code !== undefined) throw new CoboardError(code);
    if (this.requestAnswersToLose === 0) return false;
    this.requestAnswersToLose -= 1;
    return true;
  }

  /** Brings a deleted dashboard back for everybody. */
  restoreDashboard(id: string): void {
    this.dashboard(id).deletedAt = null;
  }

  losesAnswer(): boolean {
    if (this.answersToLose === 0) return false;
    this.answersToLose -= 1;
    return true;
  }

  publish({ id }: FakeDashboard, op: FakeOp, except: FakeSync): void {
    for (const client of this.clients) if (client !== except && client.subscribed.has(id)) client.sendOp(id, op);
  }

  room(channel: string): Map<string, HeldPresence> {
    let room = this.rooms.get(channel);
    if (!room) this.rooms.set(channel, (room = new Map<string, HeldPresence>()));
    return room;
  }

  colorIn(channel: string, user: User): string {
    const held = [...this.room(channel).values()].map(({ value }) => value.user);
    const own = held.find(({ id }) => id === user.id);
    if (own) return own.color;
    const used = new Set(held.map(({ color }) => color));
    return used.has(user.color) ? (personColors.find((color) => !used.has(color)) ?? user.color) : user.color;
  }

  setPresence(channel: string, id: string, value: StampedPresence | null, by: FakeSync): void {
    const room = this.room(channel);
    const pv = (room.get(id)?.pv ?? 0) + 1;
    if (value === null) room.delete(id);
    else room.set(id, { value, by, pv });
    for (const client of this.clients) if (client !== by && client.rooms.has(channel)) client.send({ a: 'p', ch: channel, id, p: value, pv, src: by.src });
  }

  peopleIn(id: string): User[] {
    return [...new Map([...this.room(presenceChannel(id)).values()].map(({ value }) => [value.user.id, value.user])).values()];
  }

  left(client: FakeSync): void {
    this.clients.delete(client);
    for (const [channel, room] of this.rooms) for (const [id, held] of [...room]) if (held.by === client) this.setPresence(channel, id, null, client);
  }

  private openSocket(url: string, session: FakeSession): FakeSocket {
    const socket = new FakeSocket(this.clock, () => this.delayMs);
    const { user } = session;
    const wanted = new URL(url).searchParams.get('user');
    if (this.isDown || user === null || this.unreachable.has(user.id) || (wanted !== null && wanted !== user.id)) {
      socket.end(1006);
      return socket;
    }
    const client = new FakeSync(this, socket, user);
    this.clients.add(client);
    socket.accept(client);
    return socket;
  }
}
