import type { Subject } from 'rxjs';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { CoboardApi } from '../api/coboard-api.ts';
import type { Connection } from '../connection/connection.ts';
import type { ValueStream } from '../connection/value-stream.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import type { LocalStore } from '../local/local-store.ts';
import { asDone, asRefused, asSent, stepOf, wishOf, type Refused, type Wish, type WishList, type WishStep } from './wish.ts';

/** A step that the server has done, and the wish as it was. */
export interface WishDone {
  readonly step: WishStep;
  readonly wish: Wish;
}

/** What the server did not do. A dashboard that it did not create stays on this device until it is tried again or deleted. */
export interface WishRefusal extends WishDone {
  readonly refused: Refused;
}

export type WishRoutes = Pick<CoboardApi, 'createDashboard' | 'deleteDashboard' | 'restoreDashboard'>;

export interface WishSenderParts {
  readonly clock: Clock;
  readonly connection: Pick<Connection, 'state'>;
  /** For the person whose wishes these are. */
  readonly api: WishRoutes;
  readonly store: LocalStore | null;
  /** The tab that has this lock sends. */
  readonly lockName: string;
  readonly list: ValueStream<WishList>;
  /** The dashboards that are open in this tab. */
  readonly open: () => readonly LiveDashboard[];
  /** Changes the list and keeps it; false if somebody else is signed in meanwhile. */
  readonly change: (make: (list: WishList) => WishList) => Promise<boolean>;
  /** Reads what other tabs have changed. */
  readonly reload: () => Promise<void>;
  readonly done: Subject<WishDone>;
  readonly refusals: Subject<WishRefusal>;
}

const retryMinMs = 2_000;
const retryMaxMs = 30_000;
/** How often it is looked whether another tab is through, or the edits that have to go first are. */
const lookMs = 1_000;

/** Sends a person's wishes in their order, one at a time and from one tab, until the server has answered each. */
export class WishSender {
  private readonly parts: WishSenderParts;
  private readonly retry: Alarm;
  private retryMs = retryMinMs;
  private isSending = false;
  private hasEnded = false;

  constructor(parts: WishSenderParts) {
    this.parts = parts;
    this.retry = new Alarm(parts.clock);
  }

  /** Waits for nothing; goes on at the next connection. */
  stop(): void {
    this.retry.clear();
  }

  /** Sends nothing any more: somebody else may be signed in next. */
  end(): void {
    this.hasEnded = true;
    this.stop();
  }

  /** There may be a connection again. */
  reconnected(): Promise<void> {
    this.retryMs = retryMinMs;
    return this.send();
  }

  /** Sends what can be sent now, if there is a connection. */
  async send(): Promise<void> {
    const { store, lockName, reload } = this.parts;
    if (this.isSending || !this.isDue()) return;
    this.isSending = true;
    this.retry.clear();
    let againMs = lookMs;
    const release = store === null ? () => undefined : await store.claim(lockName).catch(() => null);
    if (release !== null) {
      // another tab may have sent some of it
      await reload();
      againMs = await this.sendAll().catch(() => retryMaxMs);
      release();
    }
    this.isSending = false;
    if (this.isDue()) this.retry.set(againMs, () => { void this.send(); });
  }

  private isDue(): boolean {
    const { connection, list } = this.parts;
    return !this.hasEnded && connection.state.value.status === 'online' && list.value.some((wish) => stepOf(wish) !== null);
  }

  /** Until nothing more can be done now. Gives how long to wait before it is tried again, in ms. */
  private async sendAll(): Promise<number> {
    for (let isMoving = true; isMoving;) {
      isMoving = false;
      for (const { dashboard } of this.parts.list.value) {
        const outcome = await this.sendStep(dashboard);
        if (outcome === 'failed') {
          const { retryMs } = this;
          this.retryMs = Math.min(retryMaxMs, 2 * retryMs);
          return retryMs;
        }
        if (outcome === 'done') isMoving = true;
      }
    }
    return lookMs;
  }

  /** The next step of one dashboard; `held`: there is none, or not now. */
  private async sendStep(dashboard: string): Promise<'done' | 'held' | 'failed'> {
    const { api, change, list, done, refusals } = this.parts;
    const before = wishOf(list.value, dashboard);
    const step = before && stepOf(before);
    // its edits first: they come back with it
    if (step === null || (step === 'delete' && (await this.hasEdits(dashboard)))) return 'held';
    if (!(await change((wishes) => asSent(wishes, dashboard)))) return 'failed';
    const wish = wishOf(list.value, dashboard);
    // what another tab wished for meanwhile counts
    if (wish === null || stepOf(wish) !== step) return 'done';
    try {
      await ask(api, step, wish);
    } catch (error) {
      if (!isFinal(error)) return 'failed';
      const refused = { code: error.code, message: error.message };
      if (!(await change((wishes) => asRefused(wishes, dashboard, step, refused)))) return 'failed';
      refusals.next({ step, wish, refused });
      return 'done';
    }
    this.retryMs = retryMinMs;
    if (!(await change((wishes) => asDone(wishes, dashboard, step)))) return 'failed';
    done.next({ step, wish });
    return 'done';
  }

  private async hasEdits(dashboard: string): Promise<boolean> {
    const { open, store } = this.parts;
    if (open().some(({ id, pendingCount }) => id === dashboard && pendingCount.value > 0)) return true;
    return ((await store?.outboxes()) ?? []).some(({ document }) => document === dashboard);
  }
}

async function ask(api: WishRoutes, step: WishStep, { dashboard: id, content }: Wish): Promise<void> {
  if (step === 'delete') await api.deleteDashboard(id);
  else if (step === 'restore') await api.restoreDashboard(id);
  else if (content !== null) await api.createDashboard({ id, dashboard: content });
}

/** Whether the server has answered for good: signed out one waits to be signed in again. */
const isFinal = (error: unknown): error is CoboardError => error instanceof CoboardError && !error.retry && error.status !== 401;
