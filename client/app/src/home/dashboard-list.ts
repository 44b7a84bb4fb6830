import { Injectable, computed, inject, signal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { NetworkError, newId, type ListedDashboard, type TemplateName } from '@coboard/core';
import { errorWords, needsSignIn } from '../session/error-words';
import { UserSession } from '../session/user-session';

interface Loaded {
  readonly userId: string;
  readonly dashboards: readonly ListedDashboard[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

const keptName = 'dashboards';

/** Why the list could not be read. */
export interface ListProblem {
  readonly words: string;
  readonly unreachable: boolean;
}

/** The dashboards that one may see, as the server told last, and what was done to them here since. */
@Injectable({ providedIn: 'root' })
export class DashboardList {
  private readonly coboard = injectCoboard();
  private readonly session = inject(UserSession);
  private readonly loaded = signal<Loaded | null>(null);
  /** What is not through yet: when a dashboard was deleted here, null where it was brought back. */
  private readonly underway = signal<ReadonlyMap<string, number | null>>(new Map());
  private readonly failed = signal<ListProblem | null>(null);
  private asked = 0;
  private answered = 0;
  private changes: Promise<unknown> = Promise.resolve();

  /** The time that "12 min ago" counts from; milliseconds since 1970. */
  readonly now = signal(Date.now());
  readonly problem = this.failed.asReadonly();
  private readonly mine = computed(() => {
    const loaded = this.loaded();
    return loaded?.userId === this.session.user()?.id ? loaded : null;
  });
  readonly loadedAt = computed(() => this.mine()?.at ?? null);
  private readonly all = computed(() => this.mine()?.dashboards.map((dashboard) => withDeletion(dashboard, this.underway())) ?? null);

  /** Those that are there, newest first; `people` are the others that are on them now. Null before the first answer. */
  readonly present = computed(() => {
    const self = this.session.user()?.id;
    return this.all()?.filter(({ deletedAt }) => deletedAt === undefined).map((one) => ({ ...one, people: one.people.filter(({ id }) => id !== self) })) ?? null;
  });

  /** Those in the bin, the last one that was deleted first. */
  readonly deleted = computed(() => (this.all() ?? []).filter(({ deletedAt }) => deletedAt !== undefined).sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0)));

  /** Asks the server again. It never throws: what went wrong stands in `problem`. */
  async refresh(): Promise<void> {
    const turn = ++this.asked;
    this.now.set(Date.now());
    void this.showKept();
    try {
      const dashboards = await this.coboard.api.dashboards();
      const userId = this.session.user()?.id;
      // an answer that was overtaken would show what is over
      if (turn <= this.answered || userId === undefined) return;
      this.answered = turn;
      this.loaded.set({ userId, dashboards, at: Date.now() });
      this.failed.set(null);
      void this.coboard.keep(keptName, { dashboards, at: Date.now() });
    } catch (error) {
      if (turn <= this.answered) return;
      if (needsSignIn(error)) await this.session.ended();
      else this.failed.set({ words: errorWords(error), unreachable: error instanceof NetworkError });
    }
  }

  /** What the server told when it was last asked from this device, until it tells again. */
  private async showKept(): Promise<void> {
    if (this.mine() !== null) return;
    const userId = this.session.user()?.id;
    const kept = await this.coboard.kept(keptName) as Omit<Loaded, 'userId'> | null;
    if (kept !== null && userId !== undefined && this.mine() === null && userId === this.session.user()?.id) this.loaded.set({ userId, ...kept });
  }

  /** Makes a dashboard; its id. @throws CoboardError or NetworkError */
  async create(template: TemplateName): Promise<string> {
    return this.coboard.api.createDashboard({ template, id: newId() });
  }

  /** Puts a dashboard into the bin; here it is there at once. @throws CoboardError or NetworkError, and then it is back */
  delete(id: string): Promise<void> {
    return this.change(id, Date.now(), () => this.coboard.api.deleteDashboard(id));
  }

  /** Takes a dashboard out of the bin. @throws CoboardError or NetworkError */
  bringBack(id: string): Promise<void> {
    return this.change(id, null, () => this.coboard.api.restoreDashboard(id));
  }

  private change(id: string, deletedAt: number | null, tell: () => Promise<void>): Promise<void> {
    this.setUnderway(id, deletedAt);
    // one after the other, so that an undo never overtakes what it undoes
    const done = this.changes.then(tell).then(
      () => {
        this.settle(id, deletedAt);
        return this.refresh();
      },
      (error: unknown) => {
        this.setUnderway(id, undefined);
        throw error;
      },
    );
    this.changes = done.catch(() => undefined);
    return done;
  }

  /** Makes a change part of what the server told, and answers to earlier questions void. */
  private settle(id: string, deletedAt: number | null): void {
    this.answered = this.asked;
    this.loaded.update((loaded) => loaded && { ...loaded, dashboards: loaded.dashboards.map((one) => (one.id === id ? withDeletion(one, new Map([[id, deletedAt]])) : one)) });
    if (this.underway().get(id) === deletedAt) this.setUnderway(id, undefined);
  }

  private setUnderway(id: string, deletedAt: number | null | undefined): void {
    this.underway.update((before) => {
      const after = new Map(before);
      if (deletedAt === undefined) after.delete(id);
      else after.set(id, deletedAt);
      return after;
    });
  }
}

function withDeletion(dashboard: ListedDashboard, underway: ReadonlyMap<string, number | null>): ListedDashboard {
  const at = underway.get(dashboard.id);
  if (at === undefined) return dashboard;
  const changed: ListedDashboard = { ...dashboard };
  if (at === null) delete changed.deletedAt;
  else changed.deletedAt = at;
  return changed;
}
