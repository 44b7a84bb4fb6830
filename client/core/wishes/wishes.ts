import { BehaviorSubject, Subject, Subscription, distinctUntilChanged, filter, firstValueFrom, map, type Observable } from 'rxjs';
import type { Dashboard } from '../../../model/dashboard.ts';
import { CoboardError } from '../../../model/errors.ts';
import { newId } from '../../../model/id.ts';
import { limits } from '../../../model/limits.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Connection } from '../connection/connection.ts';
import type { ValueStream } from '../connection/value-stream.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import type { Creation } from '../document/live-state.ts';
import type { LocalStore } from '../local/local-store.ts';
import { dropOutboxes, editsElsewhere, UnsavedDashboards } from './unsaved.ts';
import { WishSender, type WishDone, type WishRefusal, type WishRoutes } from './wish-sender.ts';
import { asNew, isUnsaved, isVoid, wishOf, withCreation, withDeletion, withReturn, without, type WishList } from './wish.ts';

export interface WishesParts {
  readonly clock: Clock;
  readonly connection: Pick<Connection, 'state'>;
  /** The REST routes, for one person only. */
  readonly apiFor: (userId: string) => WishRoutes;
  /** The dashboards that are open in this tab. */
  readonly open: () => readonly LiveDashboard[];
}

interface Session {
  readonly store: LocalStore | null;
  readonly sender: WishSender;
  /** What is kept is here. */
  readonly ready: Promise<void>;
}

const keptName = 'wishes';

/** How often it is looked whether a tab has ended with edits that are not sent: nothing tells, and without a network nobody takes them over. */
const lookMs = 10_000;

/**
 * Dashboards that a person creates, deletes and brings back, with or without a network. A wish is kept on this device before it is shown as
 * done, and sent when there is a connection, by one tab, until the server has answered. Asking twice is harmless, because the ids are
 * made here; what a later wish undoes before the server has heard of it is never sent.
 */
export class Wishes {
  /** Everything that the server does not know yet, or did not take. */
  readonly list: ValueStream<WishList>;
  /** How many dashboards there is something unsaved of that no tab counts: wishes, and edits of tabs that are gone. */
  readonly count: ValueStream<number>;
  readonly done: Observable<WishDone>;
  readonly refusals: Observable<WishRefusal>;

  private readonly parts: WishesParts;
  private readonly listNow = new BehaviorSubject<WishList>([]);
  private readonly countNow = new BehaviorSubject(0);
  private readonly doneSubject = new Subject<WishDone>();
  private readonly refusalsSubject = new Subject<WishRefusal>();
  private following = new Subscription();
  private session: Session | null = null;
  /** Dashboards with edits of tabs that are gone. */
  private strays: ReadonlySet<string> = new Set();
  private readonly looking: Alarm;
  private here: UnsavedDashboards;

  constructor(parts: WishesParts) {
    this.parts = parts;
    this.looking = new Alarm(parts.clock);
    this.here = new UnsavedDashboards(parts.clock);
    this.list = this.listNow;
    this.count = this.countNow;
    this.done = this.doneSubject;
    this.refusals = this.refusalsSubject;
  }

  /** Goes on with what a person has wished for on this device; null for nobody. */
  begin(user: { readonly id: string } | null, store: LocalStore | null): void {
    this.following.unsubscribe();
    this.looking.clear();
    this.session?.sender.end();
    this.session = null;
    this.strays = new Set();
    this.here = new UnsavedDashboards(this.parts.clock);
    this.take([]);
    if (user === null) return;
    const { connection, clock, apiFor, open } = this.parts;
    const sender = new WishSender({
      clock, connection, store, open, api: apiFor(user.id), list: this.listNow, done: this.doneSubject, refusals: this.refusalsSubject,
      lockName: keptName, change: (make) => this.change(session, make), reload: () => this.reload(session),
    });
    const session: Session = { store, sender, ready: Promise.resolve().then(() => this.load(session)).catch(() => undefined) };
    this.session = session;
    this.following = connection.state.pipe(map(({ status }) => status), distinctUntilChanged()).subscribe(() => {
      void session.ready.then(() => sender.reconnected());
      void this.look();
    });
    this.following.add(store?.updates.pipe(filter((name) => name === keptName)).subscribe(() => { void this.reload(session); }));
  }

  /** Waits for nothing any more; what is kept stays. */
  stop(): void {
    this.session?.sender.stop();
    this.looking.clear();
  }

  /**
   * Creates a dashboard; its id, once that is kept. It can be opened and edited at once.
   * @throws CoboardError TOO_MANY_REQUESTS if too much waits already
   */
  async create(content: Dashboard): Promise<string> {
    const id = newId();
    await this.wish((list, now) => withCreation(list, id, content, now));
    return id;
  }

  /** Puts a dashboard into the bin; `name` is what it is called. Comes back when that is kept. @throws as {@link create} */
  delete(dashboard: string, name: string): Promise<void> {
    return this.wish((list, now) => withDeletion(list, dashboard, name, now));
  }

  /** Brings a dashboard back from the bin. Comes back when that is kept. @throws as {@link create} */
  restore(dashboard: string, name: string): Promise<void> {
    return this.wish((list, now) => withReturn(list, dashboard, name, now));
  }

  /** Tries to create a dashboard again that the server did not take. */
  tryAgain(dashboard: string): Promise<void> {
    return this.wish((list) => asNew(list, dashboard));
  }

  /** A dashboard that the server does not have yet; null for any other. */
  async creationOf(dashboard: string): Promise<Creation | null> {
    await this.session?.ready;
    const content = wishOf(this.listNow.value, dashboard)?.content;
    if (!content) return null;
    return { content, through: firstValueFrom(this.listNow.pipe(filter((list) => !wishOf(list, dashboard)?.content))) };
  }

  /** Whether a dashboard was created and deleted here alone, so that nobody waits for its edits. */
  isVoid(dashboard: string): boolean {
    const wish = wishOf(this.listNow.value, dashboard);
    return wish !== null && isVoid(wish);
  }

  /** Whether there is a dashboard that the server did not take. */
  get isRefused(): boolean {
    return this.listNow.value.some(({ refused }) => refused !== null);
  }

  /** Since when something is unsaved of what is counted here, milliseconds since 1970; 0: since before this window. */
  get since(): number {
    const unsaved = this.listNow.value.filter(isUnsaved);
    return this.countNow.value > unsaved.length ? 0 : Math.min(...unsaved.map(({ at }) => at));
  }

  /** The dashboards that something is unsaved of, as they are here. */
  unsaved(): Promise<ReadonlyMap<string, Dashboard>> {
    return this.here.find(this.listNow.value, this.session?.store ?? null, this.parts.open());
  }

  /** How many edits other tabs have that are open: nobody else counts them here, and signing out would lose them. */
  async elsewhere(): Promise<number> {
    return editsElsewhere(this.session?.store ?? null);
  }

  /** Looks what is unsaved on this device that no tab has, now and from time to time. */
  async look(): Promise<void> {
    const { session } = this;
    if (session === null) return;
    if (this.parts.connection.state.value.status !== 'closed') this.looking.set(lookMs, () => { void this.look(); });
    await session.ready;
    const outboxes = (await session.store?.outboxes()) ?? [];
    if (session !== this.session) return;
    this.strays = new Set(outboxes.filter(({ isClaimed, isOwn }) => !isClaimed && !isOwn).map(({ document }) => document));
    this.recount();
  }

  private recount(): void {
    const list = this.listNow.value;
    // what is created here is counted as that, open or not
    const strays = [...this.strays].filter((id) => !wishOf(list, id)?.content);
    const count = list.filter(isUnsaved).length + strays.length;
    if (count !== this.countNow.value) this.countNow.next(count);
  }

  private async wish(make: (list: WishList, now: number) => WishList): Promise<void> {
    const now = this.parts.clock.now();
    const { session } = this;
    await session?.ready;
    if (make(this.listNow.value, now).length > limits.wishesMax) throw new CoboardError('TOO_MANY_REQUESTS', 'Too much waits for a connection already.');
    if (session) await this.change(session, (list) => make(list, now));
    void session?.sender.send();
  }

  private async load(session: Session): Promise<void> {
    await this.reload(session);
    // what was created and deleted here alone is kept as long as in any bin
    const oldest = this.parts.clock.now() - limits.binDurationMs;
    const over = this.listNow.value.filter((wish) => isVoid(wish) && (wish.deletedAt ?? 0) < oldest);
    for (const { dashboard } of over) {
      await dropOutboxes(session.store, dashboard);
      await this.change(session, (list) => without(list, dashboard));
    }
  }

  private async reload(session: Session): Promise<void> {
    const { store } = session;
    if (store === null) return;
    const kept = parsed(await store.readValue(keptName));
    if (session === this.session && store.keeping.value === 'kept') this.take(kept);
  }

  /** Changes the list as one step, whatever other tabs do, and keeps it. Says whether the same person is still signed in. */
  private async change(session: Session, make: (list: WishList) => WishList): Promise<boolean> {
    // what was wiped stays wiped
    if (session !== this.session) return false;
    const kept = await session.store?.update(keptName, (value) => make(parsed(value)));
    if (session !== this.session) return false;
    this.take(kept ?? make(this.listNow.value));
    return true;
  }

  private take(list: WishList): void {
    this.listNow.next(list);
    this.recount();
  }
}

const parsed = (value: unknown): WishList => (Array.isArray(value) ? value as WishList : []);
