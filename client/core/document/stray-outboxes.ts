import { BehaviorSubject, Subject, Subscription, distinctUntilChanged, filter, firstValueFrom, map } from 'rxjs';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Role } from '../../../model/protocol.ts';
import type { Connection } from '../connection/connection.ts';
import { Journal } from '../local/journal.ts';
import type { LocalStore, LoggedOp } from '../local/local-store.ts';
import { LiveDashboard } from './live-dashboard.ts';
import type { LiveDashboardParts } from './live-dashboard-parts.ts';
import type { Refusal } from './live-state.ts';

export interface StrayOutboxesParts {
  readonly clock: Clock;
  /** The tab's own connection: nothing is sent while it has none. */
  readonly main: Connection;
  readonly connect: () => Connection;
  readonly self: () => string | null;
  readonly loadRole: (id: string) => Promise<Role>;
  readonly conflictsOf: (id: string) => LiveDashboardParts['conflicts'];
  readonly loadOps: (id: string, from: number, to: number) => Promise<readonly LoggedOp[]>;
  /** Whether a dashboard is still to be created; left out: none is. */
  readonly creation: LiveDashboardParts['creation'];
}

/** How often it is looked whether a tab has ended with edits that are not sent. */
const lookMs = 10_000;
/** What cannot be sent now is tried less and less often, down to this. */
const retryMaxMs = 600_000;

/** Sends the edits of tabs that are gone, each on a connection of its own: what this tab has open is not theirs. */
export class StrayOutboxes {
  readonly refusals = new Subject<Refusal & { readonly dashboard: string }>();
  private readonly parts: StrayOutboxesParts;
  private readonly look: Alarm;
  private following: Subscription | null = null;
  private store: LocalStore | null = null;
  /** How many of them are being sent. */
  readonly count = new BehaviorSubject(0);
  private readonly ending = new Set<() => void>();
  /** When outboxes that were begun are to be tried again if they are still there. */
  private readonly again = new Map<string, { readonly at: number; readonly waitMs: number }>();
  private isLooking = false;

  constructor(parts: StrayOutboxesParts) {
    this.parts = parts;
    this.look = new Alarm(parts.clock);
  }

  /** Looks after what is kept in a store, from now on; null: nothing. */
  begin(store: LocalStore | null): void {
    this.stop();
    this.store = store;
    if (store === null) return;
    this.following = this.parts.main.state.pipe(map(({ status }) => status), distinctUntilChanged()).subscribe((status) => {
      if (status !== 'online') return;
      this.again.clear();
      void this.send();
    });
  }

  stop(): void {
    this.following?.unsubscribe();
    this.following = null;
    this.store = null;
    this.look.clear();
    for (const end of this.ending) end();
    this.ending.clear();
    this.count.next(0);
  }

  /** Looks now whether there is something to send. */
  async send(): Promise<void> {
    const { store, parts: { main, clock } } = this;
    this.look.clear();
    if (store === null || this.isLooking || main.state.value.status !== 'online') return;
    this.isLooking = true;
    for (const { id, document } of await store.outboxes().catch(() => [])) {
      if ((this.again.get(id)?.at ?? 0) > clock.elapsed() || (await this.parts.creation?.(document))) continue;
      const release = await store.claim(id).catch(() => null);
      if (release === null) continue;
      if (this.store === store) this.sendOne(store, document, { outbox: id, release });
      else release();
    }
    this.isLooking = false;
    if (this.store === store) this.look.set(lookMs, () => { void this.send(); });
  }

  private sendOne(store: LocalStore, document: string, claimed: { readonly outbox: string; readonly release: () => void }): void {
    const { clock, connect, self, loadRole, loadOps, conflictsOf } = this.parts;
    const { waitMs = lookMs } = this.again.get(claimed.outbox) ?? {};
    this.again.set(claimed.outbox, { at: clock.elapsed() + waitMs, waitMs: Math.min(retryMaxMs, 2 * waitMs) });
    const connection = connect();
    const following = new Subscription();
    const stop = (): void => {
      following.unsubscribe();
      connection.stop();
    };
    // given up: another tab, or this one later, goes on
    const end = (): void => {
      stop();
      claimed.release();
    };
    this.ending.add(end);
    this.count.next(this.ending.size);
    const live = new LiveDashboard({
      id: document, connection, clock, self, loadRole, conflicts: conflictsOf(document), isReplaced: () => false,
      onEnd: () => {
        this.ending.delete(end);
        this.count.next(this.ending.size);
        stop();
      },
      journal: new Journal({ document, store, clock, claimed, loadOps: (from, to) => loadOps(document, from, to) }),
    });
    following.add(live.refusals.subscribe((refusal) => { this.refusals.next({ ...refusal, dashboard: document }); }));
    connection.start();
    // where nothing is kept that the edits could be put on, that comes first: they go the next time
    void firstValueFrom(live.state.pipe(filter(({ status }) => status !== 'loading'))).then(() => { live.close(); });
  }
}
