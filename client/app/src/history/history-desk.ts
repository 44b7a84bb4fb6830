import { computed, signal, type Signal, type WritableSignal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { CoboardError, type Dashboard, type LiveDashboard } from '@coboard/core';
import { DashboardHistory, Playback, type Changes, type DeletedWidget, type Differences, type HistoryEntry, type LifePart, type NamedVersion, type TakeBackPlan, type WantedBack } from '@coboard/core/history';
import { Subscription, auditTime } from 'rxjs';
import type { ShownMoment } from '../board/time-travel';
import { errorWords } from '../session/error-words';
import { HistoryList } from './history-list';
import { personColors } from './person-colors';

/** While others edit, this part of the time at most goes into reading the life anew. */
const lifeShare = 0.05;
const lifeLaterMs = 30_000;
const freshMs = 2_500;
/** Differences are worked out when a hand has come to rest. */
const restMs = 140;
/** Versions a second at speed 1. */
const playPerSecond = 2.5;
export const speeds = [1, 4, 16] as const;

/** An open history: the lines that are listed, the whole life, and which moment is shown. */
export class HistoryDesk {
  readonly live: LiveDashboard;
  readonly history: DashboardHistory;
  readonly list: HistoryList;
  /** Widgets that are gone. */
  readonly deleted = signal<readonly DeletedWidget[]>([]);
  /** All, as far as they are drawn; the oldest first. */
  readonly life = signal<readonly LifePart[]>([]);
  readonly named = signal<readonly NamedVersion[]>([]);
  /** The version now. */
  readonly end: Signal<number>;
  readonly playing = signal(false);
  readonly speed = signal<(typeof speeds)[number]>(4);
  readonly moment: Signal<ShownMoment | null>;
  private readonly colorHere: (userId: string) => string | null;
  private readonly shown: WritableSignal<ShownMoment | null>;
  private readonly playback: Playback;
  private readonly endNow = signal(0);
  private readonly listening = new Subscription();
  private widgetsBefore: ReadonlySet<string>;
  private wanted: number | null = null;
  private isStopped = false;
  private isBackwards = false;
  private lifeDueAt = 0;
  private lifeTimer: ReturnType<typeof setTimeout> | undefined;
  private isChasing = false;
  private resting: ReturnType<typeof setTimeout> | undefined;
  private stepping: ReturnType<typeof setTimeout> | undefined;
  /** A color for each: that of who is here, else the next that nobody here has, so that people of the past differ too. */
  private readonly colors = computed(() => {
    const colors = new Map<string, string>();
    const here = [...this.people().keys()].flatMap((id) => { const color = this.colorHere(id); return color === null ? [] : [[id, color] as const]; });
    for (const [id, color] of here) colors.set(id, color);
    const taken = new Set(colors.values());
    const free = personColors.filter((color) => !taken.has(color));
    let next = 0;
    for (const id of this.people().keys()) if (!colors.has(id)) colors.set(id, free[next++ % Math.max(1, free.length)] ?? 'p12');
    return colors;
  });
  /** People by id, of the lines that are known. */
  readonly people = computed(() => new Map([...this.life(), ...this.list.entries()].flatMap(({ by }) => (by === null ? [] : [[by.id, by.name]]))));

  /** @param colorHere the color of somebody who is on the board now; null for anybody else */
  constructor(live: LiveDashboard, shown: WritableSignal<ShownMoment | null>, colorHere: (userId: string) => string | null) {
    this.live = live;
    this.colorHere = colorHere;
    this.shown = shown;
    this.moment = shown;
    this.end = this.endNow;
    this.history = new DashboardHistory(injectCoboard().api, live);
    this.list = new HistoryList(this.history);
    this.widgetsBefore = this.widgetsNow();
    this.playback = new Playback(this.history, () => this.endNow());
    this.listening.add(live.state.subscribe((state) => { if (state.status === 'ready') this.endNow.set(state.version); }));
    this.listening.add(live.changes.pipe(auditTime(freshMs)).subscribe(() => { this.refresh(); }));
    void this.list.reload();
    void this.loadDeleted();
    void this.loadLife();
    void this.loadNamed();
  }

  /** A role of the tokens, such as `p3`. */
  colorOf(userId: string): string {
    return this.colors().get(userId) ?? 'p12';
  }

  stop(): void {
    this.isStopped = true;
    this.wanted = null;
    this.list.stop();
    this.listening.unsubscribe();
    clearTimeout(this.resting);
    clearTimeout(this.stepping);
    clearTimeout(this.lifeTimer);
  }

  /** Somebody edited: the newest lines are other ones now, and so is the life. */
  private refresh(): void {
    this.list.refresh();
    void this.loadLife();
    const widgets = this.widgetsNow();
    if ([...this.widgetsBefore].some((id) => !widgets.has(id))) void this.loadDeleted();
    this.widgetsBefore = widgets;
  }

  private widgetsNow(): ReadonlySet<string> {
    const state = this.live.state.value;
    return new Set(state.status === 'ready' ? Object.keys(state.dashboard.widgets) : []);
  }

  /** Widgets that are gone: what was done to them is found too. */
  private async loadDeleted(): Promise<void> {
    try {
      this.deleted.set(await this.history.deletedWidgets());
    } catch {
      // the list says what is wrong
    }
  }

  private async loadLife(): Promise<void> {
    const begun = performance.now();
    clearTimeout(this.lifeTimer);
    if (this.isStopped) return;
    if (begun < this.lifeDueAt) {
      this.lifeTimer = setTimeout(() => { void this.loadLife(); }, Math.min(this.lifeDueAt - begun, lifeLaterMs));
      return;
    }
    this.lifeDueAt = Infinity;
    try {
      this.life.set(await this.history.life());
    } catch {
      // the list says what is wrong
    }
    const ended = performance.now();
    this.lifeDueAt = ended + (ended - begun) / lifeShare;
  }

  async loadNamed(): Promise<void> {
    try {
      this.named.set(await this.history.named());
    } catch {
      // the list says what is wrong
    }
  }

  /** Shows a version; the last one is now. */
  go(version: number): void {
    if (this.isStopped) return;
    this.isBackwards = version < (this.wanted ?? this.endNow());
    const to = Math.max(1, Math.min(version, this.endNow()));
    if (to === this.endNow()) {
      this.now();
      return;
    }
    this.wanted = to;
    const frame = this.playback.frame(to);
    if (frame !== undefined) this.show(to, frame);
    else if (this.playing()) this.load(to).catch((error: unknown) => { this.list.failure.set(errorWords(error)); });
    else if (!this.isChasing) this.chase().catch((error: unknown) => { this.list.failure.set(errorWords(error)); });
  }

  /** Shows a version as soon as it is here with those around it. */
  private async load(version: number): Promise<void> {
    const dashboard = await this.playback.load(version);
    if (this.wanted === version) this.show(version, dashboard);
  }

  /** Shows where the hand is, one moment after the other as fast as they come: it may be further already. */
  private async chase(): Promise<void> {
    this.isChasing = true;
    try {
      for (let to = this.wanted, shown: number | null = null; to !== null && to !== shown && !this.isStopped; to = this.wanted) {
        const dashboard = this.playback.frame(to) ?? await this.playback.moment(to);
        shown = to;
        // null: back to now meanwhile
        if (this.wanted !== null) this.show(to, dashboard);
      }
    } finally {
      this.isChasing = false;
    }
  }

  /** The dashboard at a version, beside what is shown; null while it lay in the bin. */
  async dashboardAt(version: number): Promise<Dashboard | null> {
    return this.playback.frame(version) ?? await this.playback.moment(version);
  }

  /** When a version was made; milliseconds since 1970, null where that is not known here. */
  madeAt(version: number): number | null {
    return this.playback.madeAt(version);
  }

  /** What is different in a later moment from an earlier one. */
  differences(earlier: Dashboard, later: Dashboard): Differences {
    return this.history.differences(earlier, later);
  }

  /** Back to now. */
  now(): void {
    this.pause();
    this.wanted = null;
    clearTimeout(this.resting);
    this.shown.set(null);
  }

  /** One change earlier or later. */
  step(by: number): void {
    this.go((this.wanted ?? this.endNow()) + by);
  }

  play(): void {
    if (this.playing()) {
      this.pause();
      return;
    }
    this.playing.set(true);
    if (this.wanted === null) this.go(1);
    this.playOn();
  }

  private playOn(): void {
    this.stepping = setTimeout(() => {
      const at = this.wanted;
      if (!this.playing() || at === null) return;
      this.go(at + 1);
      if (this.wanted !== null) this.playOn();
    }, 1_000 / (playPerSecond * this.speed()));
  }

  pause(): void {
    this.playing.set(false);
    clearTimeout(this.stepping);
  }

  private show(version: number, dashboard: ShownMoment['dashboard'] | null): void {
    if (this.isStopped) return;
    // it lay in the bin then: on, the way one goes
    if (dashboard === null) {
      if (version > 1) this.go(version + (this.isBackwards ? -1 : 1));
      return;
    }
    clearTimeout(this.resting);
    this.shown.set({ version, at: this.playback.madeAt(version), dashboard, differences: null });
    this.resting = setTimeout(() => {
      const now = this.shown();
      if (now?.version !== version) return;
      this.shown.set({ ...now, differences: this.history.differences(dashboard) });
      // what a step or playing shows next
      this.playback.load(version).catch(() => undefined);
    }, restMs);
  }

  /** What a line is made of, op by op, from one of its versions on. */
  changes(entry: HistoryEntry, at: number): Promise<Changes> {
    return this.history.changes(entry, at);
  }

  planTakeBack(wanted: WantedBack): Promise<TakeBackPlan> {
    return this.history.planTakeBack(wanted);
  }

  /** Takes back and goes to now; says whether anything changed. */
  async takeBack(wanted: WantedBack): Promise<boolean> {
    const done = await this.history.takeBack(wanted);
    this.now();
    this.refresh();
    return done;
  }

  /** Makes the dashboard, or one widget, as it is in the moment shown. The present keeps a name. */
  async restore(words: string, widget: string | null = null): Promise<boolean> {
    const moment = this.shown();
    if (moment === null || (widget === null && !this.history.canRestore(moment.dashboard))) return false;
    if (widget === null && !this.named().some(({ v }) => v === this.endNow())) {
      await this.history.name(this.endNow(), `Before restore of ${words}`).catch((error: unknown) => {
        // it is not lost without a name
        if (!(error instanceof CoboardError)) throw error;
      });
    }
    const done = widget === null ? this.history.restore(moment.dashboard) : this.history.restoreWidget(moment.dashboard, widget);
    this.now();
    this.refresh();
    void this.loadNamed();
    return done;
  }

  async name(version: number, name: string, note: string): Promise<void> {
    await this.history.name(version, name, note);
    await this.loadNamed();
  }

  async unname(version: number): Promise<void> {
    await this.history.unname(version);
    await this.loadNamed();
  }
}
