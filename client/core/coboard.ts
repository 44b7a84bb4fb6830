import { BehaviorSubject, Subject, distinctUntilChanged, filter, map, type Observable, type Subscription } from 'rxjs';
import { CoboardError, type ErrorCode } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { Role, User } from '../../model/protocol.ts';
import { CoboardApi, roleIn } from './api/coboard-api.ts';
import type { SignedIn } from './api/api-schemas.ts';
import { systemClock, within, type Clock } from '../../model/clock.ts';
import { connectionSettings, type ConnectionOptions } from './connection/connection-options.ts';
import { Connection } from './connection/connection.ts';
import { browserEnvironment, steadyEnvironment, type Environment } from './connection/environment.ts';
import { pollingSockets } from './connection/polling-sockets.ts';
import { browserSockets, type OpenSocket } from './connection/socket.ts';
import type { ValueStream } from './connection/value-stream.ts';
import { ConflictShelf } from './conflicts/conflict-shelf.ts';
import { LiveDashboard } from './document/live-dashboard.ts';
import type { LiveDashboardParts } from './document/live-dashboard-parts.ts';
import type { Refusal } from './document/live-state.ts';
import { StrayOutboxes } from './document/stray-outboxes.ts';
import { Journal } from './local/journal.ts';
import type { LastUser } from './local/last-user.ts';
import type { Keeping, LocalStore, LoggedOp } from './local/local-store.ts';
import { DashboardPresence } from './presence/dashboard-presence.ts';
import type { Wishes, WishesParts } from './wishes/wishes.ts';

export interface CoboardOptions {
  /** The server's address, like `https://boards.example.com`; left out: that of the page. */
  readonly url?: string;
  /** A bearer token, for use outside of a browser; there the cookie of the session does it. */
  readonly token?: string;
  /** How sockets are opened; left out: as a browser does. In Node: `bearerSockets(WebSocket, () => token)` with that of `ws`. */
  readonly openSocket?: OpenSocket;
  /** How the connection is kept: times, retries, the slower route. */
  readonly connection?: ConnectionOptions;
  readonly fetch?: typeof fetch;
  readonly clock?: Clock;
  /** Numbers in [0, 1). */
  readonly random?: () => number;
  readonly environment?: Environment;
  /** Where a person's dashboards and unsent edits are kept on this device; left out: nowhere. In a browser: {@link browserStore}. */
  readonly store?: (userId: string) => LocalStore | null;
  /** Remembers who was signed in, so that the client can start without the server; left out: it cannot. In a browser: {@link browserLastUser}. */
  readonly lastUser?: LastUser;
  /** For creating, deleting and bringing back dashboards without a network: `keptWishes` of `@coboard/core/wishes`; left out: not without one. */
  readonly wishes?: (parts: WishesParts) => Wishes;
}

interface Shared<T> {
  readonly it: T;
  users: number;
}

/** How the edits of all open dashboards stand. */
export interface SavingState {
  readonly pendingCount: number;
  /** How many of those are written down by now, where {@link isKept}. */
  readonly keptCount: number;
  /** Since when there are any; milliseconds since 1970, 0 for what a window had left that is gone. */
  readonly pendingSince: number | null;
  readonly savedAt: number | null;
  /** Whether edits that are not saved survive the window. */
  readonly isKept: boolean;
  /** Whether the server did not take a dashboard that is kept here. */
  readonly isRefused: boolean;
}

/** A client of one server, for one person: its connection, its dashboards, its REST routes. */
export class Coboard {
  readonly api: CoboardApi;
  readonly connection: Connection;
  /** Who is signed in; null for nobody, or not known yet. */
  readonly user: ValueStream<User | null>;
  readonly saving: ValueStream<SavingState>;
  /** What waits to be created, deleted or brought back; null without the option. */
  readonly wishes: Wishes | null;
  /** Edits that the server did not take and that nobody is there any more to hear of: of a tab that is gone, or of a dashboard that was closed. */
  readonly strayRefusals: Observable<Refusal & { readonly dashboard: string }>;

  private readonly unheardRefusals = new Subject<Refusal & { readonly dashboard: string }>();
  private readonly savingNow = new BehaviorSubject<SavingState>({ pendingCount: 0, keptCount: 0, pendingSince: null, savedAt: null, isKept: false, isRefused: false });
  private readonly options: CoboardOptions;
  private readonly clock: Clock;
  private readonly stores = new BehaviorSubject<LocalStore | null>(null);
  private readonly stray: StrayOutboxes;
  private readonly creation: LiveDashboardParts['creation'];
  private readonly shelf: ConflictShelf;
  private readonly users = new BehaviorSubject<User | null>(null);
  private readonly dashboards = new Map<string, Shared<LiveDashboard>>();
  private readonly presences = new Map<string, Shared<DashboardPresence>>();

  /** @throws CoboardError OPTION_INVALID */
  constructor(options: CoboardOptions = {}) {
    this.options = options;
    const settings = connectionSettings(options.connection);
    const url = (options.url ?? '').replace(/\/$/, '');
    const window = 'window' in globalThis ? globalThis.window : null;
    this.clock = options.clock ?? systemClock;
    this.user = this.users;
    this.saving = this.savingNow;
    this.api = new CoboardApi({ url, clock: this.clock, fetch: options.fetch ?? ((...request) => fetch(...request)), token: () => options.token ?? null });
    const connect = (): Connection => new Connection({
      url: () => syncUrl(url, this.users.value),
      openSocket: options.openSocket ?? browserSockets,
      openPolling: pollingSockets(() => options.token ?? null),
      settings,
      clock: this.clock,
      random: options.random ?? Math.random,
      environment: options.environment ?? (window ? browserEnvironment(window) : steadyEnvironment),
      sessionProblem: () => this.sessionProblem(),
    });
    this.connection = connect();
    this.shelf = new ConflictShelf({ clock: this.clock, read: (name) => this.kept(name), write: (name, value) => this.keep(name, value), exchange: (id, book) => this.api.exchangeConflicts(id, book) });
    // by hand: switchMap would bring along 1.4 kB of what observables can be made from
    let following: Subscription | undefined;
    this.stores.subscribe((store) => {
      following?.unsubscribe();
      following = store?.keeping.subscribe((keeping) => { this.keepingIs(keeping); });
      if (store === null) this.keepingIs('memory');
    });
    const wishes = options.wishes?.({
      clock: this.clock, connection: this.connection, apiFor: (user) => this.api.forUser(user), open: () => this.open,
    }) ?? null;
    this.wishes = wishes;
    this.creation = wishes ? (id) => wishes.creationOf(id) : undefined;
    this.stray = new StrayOutboxes({
      clock: this.clock, main: this.connection, connect, self: () => this.selfId, loadRole: (of) => this.loadRole(of), loadOps: (...which) => this.loadOps(...which),
      conflictsOf: (id) => this.conflictsOf(id), creation: this.creation,
    });
    this.exchangeConflicts();
    this.strayRefusals = this.unheardRefusals;
    this.stray.refusals.subscribe(this.unheardRefusals);
    this.stray.count.subscribe(() => {
      void this.wishes?.look();
      this.countSaving();
    });
    wishes?.count.subscribe(() => { this.countSaving(); });
    // their edits waited for it
    wishes?.done.subscribe(() => { void this.stray.send(); });
  }

  /**
   * Finds out who is signed in and, if somebody is, connects. Without an answer, soon, it is who was signed in last on this device: if
   * they are not any more, the connection finds that out. @throws NetworkError if the server cannot be reached and nobody is known, and
   * Error where somebody signed out here and the server cannot be told
   */
  async start(): Promise<User | null> {
    await within(this.endLeft(), limits.startPatienceMs, this.clock);
    const known = this.lastUser;
    const asked = this.api.session();
    const user = await (known === null ? asked : within(asked, limits.startPatienceMs, this.clock)).then(
      (session) => session?.user ?? null,
      (error: unknown) => {
        if (known === null || isFinal(error)) throw error;
        return known;
      },
    );
    if (user !== known) this.options.lastUser?.write(user);
    this.setUser(user);
    if (user !== null) this.connection.start();
    return user;
  }

  /** Ends a session at the server that ended here without it: until then, whoever asks is still signed in there. @throws NetworkError or CoboardError */
  async endLeft(): Promise<void> {
    const { lastUser } = this.options;
    if (lastUser?.read() !== 'left') return;
    await this.api.signOut();
    if (lastUser.read() === 'left') lastUser.write(null);
  }

  private get lastUser(): User | null {
    const last = this.options.lastUser?.read() ?? null;
    return last === 'left' ? null : last;
  }

  /** Something that was kept on this device for whoever is signed in, by its name; null if there is nothing. */
  async kept(name: string): Promise<unknown> {
    return (await this.stores.value?.readValue(name)) ?? null;
  }

  /** Keeps something on this device for whoever is signed in: JSON, or null to remove it. */
  async keep(name: string, value: unknown): Promise<void> {
    await this.stores.value?.write([{ type: 'value', name, value }]);
  }

  /** Leaves every room and closes the connection. Dashboards stay as they are; edits that are not sent yet stay unsent. */
  stop(): void {
    for (const { it } of this.presences.values()) it.close();
    this.presences.clear();
    this.stray.stop();
    this.wishes?.stop();
    this.connection.stop();
  }

  /** Signs in and connects. Where somebody else was signed in, their edits that are not sent yet are given up. */
  async signIn(credentials: { readonly name: string } | { readonly token: string }): Promise<SignedIn> {
    await this.endLeft();
    const signedIn = await this.api.signIn(credentials);
    const before = this.users.value;
    if (before !== null && before.id !== signedIn.user.id) this.endSession();
    this.options.lastUser?.write(signedIn.user);
    this.setUser(signedIn.user);
    if (this.connection.state.value.status === 'closed') this.connection.start();
    else this.connection.signedIn();
    return signedIn;
  }

  /**
   * Ends the session, and removes what this device keeps for the person. Edits that are not sent yet are given up. A server that cannot be
   * reached is told as soon as it can; nobody is signed in here until then. @throws CoboardError, and NetworkError where that cannot be remembered
   */
  async signOut(): Promise<void> {
    const { lastUser } = this.options;
    const told = this.api.signOut();
    const isTold = await (lastUser === undefined ? told : within(told, limits.startPatienceMs, this.clock)).then(() => true, (error: unknown) => {
      if (lastUser === undefined || isFinal(error)) throw error;
      return false;
    });
    const store = this.stores.value;
    lastUser?.write(isTold ? null : 'left');
    this.leave();
    await store?.wipe();
  }

  /** A dashboard, live; the same one to everybody who asks. Each asker gives it back with {@link closeDashboard}. */
  openDashboard(id: string): LiveDashboard {
    const open = this.dashboards.get(id);
    if (open?.it.reopen() === true) {
      open.users += 1;
      return open.it;
    }
    const live = new LiveDashboard({
      id,
      connection: this.connection,
      clock: this.clock,
      self: () => this.selfId,
      loadRole: (of) => this.loadRole(of),
      journal: this.journal(id),
      conflicts: this.conflictsOf(id),
      creation: this.creation,
      onEnd: () => {
        if (this.dashboards.get(id)?.it === live) this.dashboards.delete(id);
        void this.wishes?.look();
      },
      isReplaced: () => this.dashboards.has(id),
    });
    const shared = { it: live, users: 1 };
    this.dashboards.set(id, shared);
    live.refusals.subscribe((refusal) => {
      if (shared.users === 0) this.unheardRefusals.next({ ...refusal, dashboard: id });
    });
    this.exchangeConflictsOf(id);
    // by then it has taken over what waited for it
    live.state.pipe(map(({ status }) => status), distinctUntilChanged()).subscribe(() => { void this.wishes?.look(); });
    live.pendingCount.subscribe(() => {
      this.countSaving();
    });
    live.lastSavedAt.subscribe(() => {
      this.countSaving();
    });
    return live;
  }

  /** Ends a dashboard that nobody else uses, once all its edits are through. */
  closeDashboard(live: LiveDashboard): void {
    const open = this.dashboards.get(live.id);
    if (open?.it !== live) return;
    // it stays until its edits are through, and may be opened again until then
    open.users = Math.max(0, open.users - 1);
    if (open.users === 0) live.close();
  }

  /** Who is on a dashboard; joins its room. Each asker gives it back with {@link closePresence}. */
  openPresence(id: string): DashboardPresence {
    const open = this.presences.get(id);
    if (open) {
      open.users += 1;
      return open.it;
    }
    const presence = new DashboardPresence({ id, connection: this.connection, clock: this.clock, self: () => this.users.value });
    this.presences.set(id, { it: presence, users: 1 });
    void this.whenKnown(id).then((wasWaiting) => { if (wasWaiting) presence.join(); });
    return presence;
  }

  /** Comes back when the server knows a dashboard: at once, or when one that was made here is through. Says whether it had to be waited for. */
  async whenKnown(id: string): Promise<boolean> {
    const created = await this.creation?.(id);
    await created?.through;
    return created != null;
  }

  /** Leaves the room if nobody else uses it. */
  closePresence(presence: DashboardPresence): void {
    const open = this.presences.get(presence.id);
    if (open?.it !== presence) return;
    open.users -= 1;
    if (open.users > 0) return;
    presence.close();
    this.presences.delete(presence.id);
  }

  private get selfId(): string | null {
    return this.users.value?.id ?? null;
  }

  private journal(document: string): Journal | null {
    const { value: store } = this.stores;
    return store && new Journal({ document, store, clock: this.clock, loadOps: (from, to) => this.loadOps(document, from, to) });
  }

  private async loadOps(document: string, from: number, to: number): Promise<readonly LoggedOp[]> {
    // to the person who made the edits only: for whoever is signed in by now it may not be there, as for all before it is created
    const { selfId } = this;
    return selfId === null || (await this.creation?.(document)) ? [] : this.api.forUser(selfId).ops(document, from, to);
  }

  private conflictsOf(id: string): LiveDashboardParts['conflicts'] {
    const { shelf } = this;
    return {
      load: () => shelf.load(id),
      keep: (book) => { shelf.keep(id, book); },
      exchanged: shelf.exchanged.pipe(filter(({ dashboard }) => dashboard === id), map(({ book }) => book)),
    };
  }

  /** The person's other devices may have decided something: whenever there is a connection again, and when the server says so. */
  private exchangeConflicts(): void {
    this.connection.state.pipe(map(({ status }) => status), distinctUntilChanged()).subscribe((status) => {
      if (status === 'online') for (const id of this.dashboards.keys()) this.exchangeConflictsOf(id);
    });
    this.connection.notices.subscribe((notice) => {
      if (notice.type === 'conflicts') this.shelf.exchange(notice.d);
    });
  }

  private exchangeConflictsOf(id: string): void {
    void this.whenKnown(id).then(() => {
      if (this.connection.state.value.status === 'online') this.shelf.exchange(id);
    });
  }

  private keepingIs(keeping: Keeping): void {
    const isKept = keeping === 'kept';
    // signed out in another window, which has asked
    if (keeping === 'wiped') this.leave();
    else if (this.savingNow.value.isKept !== isKept) this.savingNow.next({ ...this.savingNow.value, isKept });
  }

  private leave(): void {
    this.endSession();
    this.setUser(null);
  }

  private endSession(): void {
    this.connection.signedOut();
    // they would be sent as those of whoever signs in next
    for (const live of this.open) live.giveUpUnsaved();
  }

  private get open(): LiveDashboard[] {
    return [...this.dashboards.values()].map(({ it }) => it);
  }

  private countSaving(): void {
    const before = this.savingNow.value;
    const open = this.open.filter(({ id }) => !this.wishes?.isVoid(id));
    const others = (this.wishes?.count.value ?? 0) + this.stray.count.value;
    const pendingCount = open.reduce((sum, { pendingCount: { value } }) => sum + value, others);
    const keptCount = open.reduce((sum, live) => sum + live.keptCount, others);
    const pendingSince = pendingCount === 0 ? null : (before.pendingSince ?? Math.min(this.clock.now(), this.wishes?.since ?? Infinity));
    const savedAt = open.reduce<number | null>((latest, { lastSavedAt: { value } }) => (value !== null && value > (latest ?? 0) ? value : latest), before.savedAt);
    this.savingNow.next({ ...before, pendingCount, keptCount, pendingSince, savedAt, isRefused: this.wishes?.isRefused ?? false });
  }

  private setUser(user: User | null): void {
    if (user?.id === this.users.value?.id) return;
    this.stores.value?.close();
    const store = user === null ? null : (this.options.store?.(user.id) ?? null);
    this.stores.next(store);
    this.wishes?.begin(user, store);
    this.stray.begin(store);
    this.users.next(user);
  }

  private async loadRole(id: string): Promise<Role> {
    if (await this.creation?.(id)) return 'owner';
    const access = await this.api.access(id);
    const role = this.users.value === null ? null : roleIn(access, this.users.value.id);
    if (role === null) throw new CoboardError('NOT_FOUND');
    return role;
  }

  private async sessionProblem(): Promise<ErrorCode | null> {
    const session = await this.api.session();
    // somebody else may have signed in in another window
    return session === null || session.user.id !== this.users.value?.id ? 'SIGN_IN_REQUIRED' : null;
  }
}

/** Whether a server has answered that had no trouble of its own. */
const isFinal = (error: unknown): boolean => error instanceof CoboardError && !error.retry && error.status < 500;

/** The address of the live connection, beside that of the server: for one person only. */
function syncUrl(url: string, user: User | null): string {
  const base = url === '' && 'location' in globalThis ? globalThis.location.origin : url;
  return `${base.replace(/^http/, 'ws')}/sync${user === null ? '' : `?user=${encodeURIComponent(user.id)}`}`;
}
