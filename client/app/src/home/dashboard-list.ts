import { Injectable, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { injectCoboard } from '@coboard/angular';
import { NetworkError, type Dashboard, type ListedDashboard, type TemplateName } from '@coboard/core';
import { templates } from '@coboard/core/templates';
import type { WishDone } from '@coboard/core/wishes';
import { errorWords, needsSignIn } from '../session/error-words';
import { injectWishes } from '../session/inject-wishes';
import { UserSession } from '../session/user-session';
import { asHere, asListed, withDeletion } from './home-dashboard';

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
  private readonly wishes = injectWishes();
  private readonly session = inject(UserSession);
  private readonly loaded = signal<Loaded | null>(null);
  private readonly wished = toSignal(this.wishes.list, { requireSync: true });
  /** The dashboards that something is unsaved of, as they are on this device. */
  private readonly unsaved = signal<ReadonlyMap<string, Dashboard>>(new Map());
  private readonly failed = signal<ListProblem | null>(null);
  private asked = 0;
  private answered = 0;
  private looked = 0;

  /** The time that "12 min ago" counts from; milliseconds since 1970. */
  readonly now = signal(Date.now());
  readonly problem = this.failed.asReadonly();
  private readonly mine = computed(() => {
    const loaded = this.loaded();
    return loaded?.userId === this.session.user()?.id ? loaded : null;
  });
  readonly loadedAt = computed(() => this.mine()?.at ?? null);
  private readonly all = computed(() => {
    const user = this.session.user();
    const wishes = this.wished();
    // without a list there is at least what was made here
    const listed = this.mine()?.dashboards ?? (wishes.length > 0 && this.failed() !== null ? [] : null);
    return listed === null || user === null ? null : asHere(listed, { wishes, unsaved: this.unsaved(), user });
  });

  /** Those that are there, newest first; `people` are the others that are on them now. Null before the first answer. */
  readonly present = computed(() => {
    const self = this.session.user()?.id;
    // who was there when the server was asked last may have left since
    const isOld = this.failed()?.unreachable === true;
    return this.all()?.filter(({ deletedAt }) => deletedAt === undefined).map((one) => ({ ...one, people: isOld ? [] : one.people.filter(({ id }) => id !== self) })) ?? null;
  });

  /** Those in the bin, the last one that was deleted first. */
  readonly deleted = computed(() => (this.all() ?? []).filter(({ deletedAt }) => deletedAt !== undefined).sort((a, b) => (b.deletedAt ?? 0) - (a.deletedAt ?? 0)));

  constructor() {
    this.wishes.list.pipe(takeUntilDestroyed()).subscribe(() => { void this.look(); });
    this.wishes.done.pipe(takeUntilDestroyed()).subscribe((done) => { this.settle(done); });
    this.wishes.refusals.pipe(takeUntilDestroyed()).subscribe(() => { void this.refresh(); });
  }

  /** Asks the server again. It never throws: what went wrong stands in `problem`. */
  async refresh(): Promise<void> {
    const turn = ++this.asked;
    this.now.set(Date.now());
    void this.showKept();
    void this.look();
    try {
      const dashboards = await this.coboard.api.dashboards();
      const userId = this.session.user()?.id;
      // an answer that was overtaken would show what is over
      if (turn <= this.answered || userId === undefined) return;
      this.answered = turn;
      this.take({ userId, dashboards, at: Date.now() });
      this.failed.set(null);
    } catch (error) {
      if (turn <= this.answered) return;
      if (needsSignIn(error)) await this.session.ended();
      else this.failed.set({ words: errorWords(error), unreachable: error instanceof NetworkError });
    }
  }

  /** Looks what is unsaved on this device. */
  async look(): Promise<void> {
    const turn = ++this.looked;
    const unsaved = await this.wishes.unsaved();
    if (turn === this.looked) this.unsaved.set(unsaved);
  }

  /** What the server told when it was last asked from this device, until it tells again. */
  private async showKept(): Promise<void> {
    if (this.mine() !== null) return;
    const userId = this.session.user()?.id;
    const kept = await this.coboard.kept(keptName) as Omit<Loaded, 'userId'> | null;
    if (kept !== null && userId !== undefined && this.mine() === null && userId === this.session.user()?.id) this.loaded.set({ userId, ...kept });
  }

  /** Makes a dashboard; its id. It can be opened at once. @throws CoboardError */
  create(template: TemplateName): Promise<string> {
    return this.wishes.create(templates[template].build({ today: new Date().toISOString().slice(0, 10), random: Math.random }));
  }

  /** Puts a dashboard into the bin; here it is there at once. @throws CoboardError */
  delete({ id, title }: Pick<ListedDashboard, 'id' | 'title'>): Promise<void> {
    return this.wishes.delete(id, title);
  }

  /** Takes a dashboard out of the bin. @throws CoboardError */
  bringBack({ id, title }: Pick<ListedDashboard, 'id' | 'title'>): Promise<void> {
    return this.wishes.restore(id, title);
  }

  /** A dashboard is called something else from now on: its edit is on its way. */
  renamed(id: string, title: string): void {
    this.changeLoaded((dashboards) => dashboards.map((one) => (one.id === id ? { ...one, title } : one)));
    void this.look();
  }

  /** What the server has done is part of what it told, and answers to earlier questions are void. */
  private settle({ step, wish: { dashboard: id, content, at, deletedAt } }: WishDone): void {
    const user = this.session.user();
    this.changeLoaded((dashboards) => {
      if (step !== 'create') return dashboards.map((one) => (one.id === id ? withDeletion(one, step === 'delete' ? (deletedAt ?? Date.now()) : null) : one));
      if (content === null || user === null || dashboards.some((one) => one.id === id)) return dashboards;
      return [asListed(id, this.unsaved().get(id) ?? content, at, user), ...dashboards];
    });
    void this.refresh();
  }

  private changeLoaded(change: (dashboards: readonly ListedDashboard[]) => readonly ListedDashboard[]): void {
    this.answered = this.asked;
    const loaded = this.mine();
    if (loaded !== null) this.take({ ...loaded, dashboards: change(loaded.dashboards) });
  }

  private take(loaded: Loaded): void {
    this.loaded.set(loaded);
    const { dashboards, at } = loaded;
    void this.coboard.keep(keptName, { dashboards, at });
  }
}
