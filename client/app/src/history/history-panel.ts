import { ChangeDetectionStrategy, Component, DestroyRef, ElementRef, Injector, afterNextRender, computed, effect, inject, input, output, signal, viewChild } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { NgTemplateOutlet } from '@angular/common';
import { Avatar, Icon } from '@coboard/angular';
import { limits, specOf, type Dashboard } from '@coboard/core';
import type { HistoryEntry, NamedVersion, TakeBackPlan, WantedBack } from '@coboard/core/history';
import { Bookmark, CircleAlert, Columns2, RotateCcw, Undo2, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { errorWords } from '../session/error-words';
import { Toasts } from '../toasts/toasts';
import { changeWords } from './change-words';
import { openCompare } from './compare-moments';
import type { HistoryDesk } from './history-desk';
import { HistoryFilters } from './history-filters';
import { keyOf } from './history-list';
import { LineChanges } from './line-changes';
import { clockWords, dayWords, momentWords } from './moment-words';
import { TakeBackPlanView } from './take-back-plan';

/** A row of the list: a day, a version that has a name, or what somebody did. */
type Row =
  | { readonly type: 'day'; readonly key: string; readonly words: string }
  | { readonly type: 'named'; readonly key: string; readonly named: NamedVersion }
  | { readonly type: 'entry'; readonly key: string; readonly entry: HistoryEntry };

/** Who changed what and when; goes to any moment, takes back, restores. */
@Component({
  selector: 'app-history-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, HistoryFilters, Icon, LineChanges, NgTemplateOutlet, TakeBackPlanView],
  templateUrl: './history-panel.html',
  styleUrl: './history-panel.css',
})
export class HistoryPanel {
  readonly desk = input.required<HistoryDesk>();
  readonly closed = output();
  protected readonly board = inject(BoardSession);
  private readonly toasts = inject(Toasts);
  private readonly dialogs = inject(Dialog);
  private readonly injector = inject(Injector);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly noteField = viewChild<ElementRef<HTMLInputElement>>('noteField');
  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('nameField');
  protected readonly icons = { close: X, back: Undo2, restore: RotateCcw, named: Bookmark, alert: CircleAlert, compare: Columns2 };
  protected readonly noteCharsMax = limits.noteOfVersionCharsMax;
  /** The line that is open, by its key. */
  protected readonly opened = signal<string | null>(null);
  /** What is being given a name. */
  protected readonly naming = signal<number | null>(null);
  /** What is about to be taken back. */
  protected readonly plan = signal<{ readonly key: string; readonly wanted: WantedBack; readonly words: TakeBackPlan } | null>(null);
  protected readonly isBusy = signal(false);
  protected readonly moment = computed(() => this.board.travel.shown());
  protected readonly rows = computed(() => this.rowsOf(this.desk().list.entries(), this.isFiltered() ? [] : this.desk().named()));
  /** Whether all that is listed is all of one person's within a time: what can be taken back together. */
  protected readonly isOfOne = computed(() => {
    const { person, thing, kind, text } = this.desk().list.filter();
    return person !== undefined && thing === undefined && kind === undefined && text === undefined;
  });
  protected readonly isFiltered = computed(() => Object.values(this.desk().list.filter()).some((value) => value !== undefined));
  /** Widgets that are not as they were, with what is different. */
  protected readonly differing = computed(() => {
    const moment = this.moment();
    if (!moment?.differences) return [];
    const { changed, removed, data } = moment.differences;
    const name = (id: string): string => nameOf(moment.dashboard, id);
    const some = (words: readonly string[]): string => (words.length === 1 ? (words[0] ?? '') : `${String(words.length)} changes since`);
    return [
      ...[...removed].map((id) => ({ id, name: name(id), words: 'was deleted since', canRestore: true })), ...[...changed].map(([id, words]) => ({ id, name: name(id), words: some(words), canRestore: true })),
      // what it draws belongs to others too
      ...[...data].filter(([id]) => !changed.has(id)).map(([id]) => ({ id, name: name(id), words: 'draws other data since', canRestore: false })),
    ];
  });
  /** What else is not as it was, in words. */
  protected readonly others = computed(() => this.moment()?.differences?.other ?? []);
  protected readonly differingWords = computed(() => {
    const [widgets, others] = [this.differing().length, this.others().length];
    const more = others === 1 ? 'one other thing' : `${String(others)} other things`;
    if (widgets === 0) return others === 1 ? 'One thing differs' : `${String(others)} things differ`;
    if (others > 0) return `${widgets === 1 ? 'One widget' : `${String(widgets)} widgets`} and ${more} differ`;
    return widgets === 1 ? 'One widget differs' : `${String(widgets)} widgets differ`;
  });
  protected readonly momentClock = computed(() => {
    const at = this.moment()?.at;
    return at == null ? 'this version' : clockWords(at);
  });

  constructor() {
    effect(() => this.nameField()?.nativeElement.focus());
    inject(DestroyRef).onDestroy(() => { this.pointAt([]); });
  }

  protected readonly clockWords = clockWords;
  protected readonly keyOf = keyOf;

  protected avatarOf({ by }: HistoryEntry): { name: string; color: string } {
    return { name: by?.name ?? 'Somebody', color: by === null ? 'p12' : this.desk().colorOf(by.id) };
  }

  protected readonly changeWords = changeWords;

  protected isShown(entry: HistoryEntry): boolean {
    const version = this.moment()?.version ?? null;
    return version !== null && entry === this.desk().list.entries().find(({ collection, from, to }) => collection === 'dashboards' && version > from && version <= to);
  }

  /** Opens a line and goes there; closes the one that is open and shown. */
  protected show(entry: HistoryEntry): void {
    const key = keyOf(entry);
    this.plan.set(null);
    this.desk().pause();
    const isThere = this.isShown(entry) || (this.moment() === null && entry.to === this.desk().end());
    this.opened.set(this.opened() === key && isThere ? null : key);
    afterNextRender(() => { this.element.querySelector(`[data-key="${key}"]`)?.scrollIntoView({ block: 'nearest' }); }, { injector: this.injector });
    this.desk().go(entry.to);
  }

  /** Rings everything that a line is about. */
  protected pointAt(things: readonly string[]): void {
    this.board.pointedThings.set(things);
  }

  protected scrolled(event: Event): void {
    const { scrollTop, scrollHeight, clientHeight } = event.target as HTMLElement;
    if (scrollTop + clientHeight > scrollHeight - 300) void this.desk().list.more();
  }

  /** Asks what taking back would do, and shows it before anything is done. */
  protected async planFor(key: string, wanted: WantedBack): Promise<void> {
    await this.busy(async () => {
      this.plan.set({ key, wanted, words: await this.desk().planTakeBack(wanted) });
    });
  }

  protected planEntry(entry: HistoryEntry): Promise<void> {
    return this.planFor(keyOf(entry), { from: entry.from, to: entry.to, things: entry.things, why: entry.why, person: entry.by?.id ?? null });
  }

  /** One change of a line, whoever made it. */
  protected planChange(entry: HistoryEntry, version: number): Promise<void> {
    return this.planFor(`${keyOf(entry)}/${String(version)}`, { from: version, to: version + 1 });
  }

  /** What is planned for one change of a line. */
  protected plannedOf(entry: HistoryEntry): { readonly version: number; readonly words: TakeBackPlan } | null {
    const plan = this.plan();
    const [key, version] = plan?.key.split('/') ?? [];
    return plan === null || version === undefined || key !== keyOf(entry) ? null : { version: Number(version), words: plan.words };
  }

  protected takePlanned(): void {
    const plan = this.plan();
    if (plan !== null) void this.takeBack(plan);
  }

  /** Everything of the person that the filter is about, as far back as it goes. */
  protected async planAll(): Promise<void> {
    const { person } = this.desk().list.filter();
    await this.busy(async () => {
      while (this.desk().list.hasMore() && await this.desk().list.more());
      const entries = this.desk().list.entries().filter(({ collection }) => collection === 'dashboards');
      if (entries.length === 0 || person === undefined) return;
      const wanted = { from: Math.min(...entries.map(({ from }) => from)), to: Math.max(...entries.map(({ to }) => to)), person };
      this.plan.set({ key: 'all', wanted, words: await this.desk().planTakeBack(wanted) });
    });
  }

  protected async takeBack({ key, wanted, words }: { readonly key: string; readonly wanted: WantedBack; readonly words: TakeBackPlan }): Promise<void> {
    this.plan.set(null);
    await this.busy(async () => {
      const now = await this.desk().planTakeBack(wanted);
      if (JSON.stringify(now) !== JSON.stringify(words)) {
        // somebody edited since it was shown
        this.plan.set({ key, wanted, words: now });
        return;
      }
      if (await this.desk().takeBack(wanted)) this.told(`Took back ${words.count === 1 ? 'one edit' : `${String(words.count)} edits`}`);
    });
  }

  protected async restore(widget: string | null = null): Promise<void> {
    const moment = this.moment();
    if (moment === null) return;
    const words = moment.at === null ? 'a past version' : momentWords(moment.at, Date.now());
    await this.busy(async () => {
      if (await this.desk().restore(words, widget)) this.told(widget === null ? `Restored ${words}` : `Restored ${nameOf(moment.dashboard, widget)} from ${words}`);
    });
  }

  protected startNaming(): void {
    this.naming.set(this.moment()?.version ?? this.desk().end());
  }

  protected async name(event: Event, version: number): Promise<void> {
    event.preventDefault();
    const name = this.nameField()?.nativeElement.value.trim() ?? '';
    const note = this.noteField()?.nativeElement.value.trim() ?? '';
    if (name === '') return;
    this.naming.set(null);
    await this.busy(() => this.desk().name(version, name, note));
  }

  protected unname({ v }: NamedVersion): Promise<void> {
    return this.busy(() => this.desk().unname(v));
  }

  /** The moment that is shown beside now; without one, what was before the last line. */
  protected compare(): void {
    const [, before] = this.desk().list.entries().filter(({ collection }) => collection === 'dashboards');
    openCompare(this.dialogs, this.injector, { desk: this.desk(), from: this.moment()?.version ?? before?.to ?? 1 });
  }

  private told(words: string): void {
    this.toasts.show({ icon: Undo2, words, actions: [{ label: 'Undo', run: () => { this.board.undo(); } }] });
  }

  private async busy(run: () => Promise<void>): Promise<void> {
    if (this.board.away()) {
      this.toasts.show({ icon: CircleAlert, words: 'The history needs a connection.' });
      return;
    }
    this.isBusy.set(true);
    try {
      await run();
    } catch (error) {
      this.toasts.show({ icon: CircleAlert, words: `That did not work. ${errorWords(error)}`, urgent: true });
    } finally {
      this.isBusy.set(false);
    }
  }

  private rowsOf(entries: readonly HistoryEntry[], named: readonly NamedVersion[]): Row[] {
    const rows: Row[] = [];
    const now = Date.now();
    const left = named.toReversed();
    let day = '';
    for (const entry of entries) {
      // a name stands over what led to it
      while (entry.collection === 'dashboards' && left[0] !== undefined && left[0].v >= entry.to) {
        const version = left.shift();
        if (version) rows.push({ type: 'named', key: `named-${String(version.v)}`, named: version });
      }
      const words = dayWords(entry.until, now);
      if (words !== day) rows.push({ type: 'day', key: `day-${String(entry.from)}`, words });
      day = words;
      rows.push({ type: 'entry', key: keyOf(entry), entry });
    }
    return rows;
  }
}

const nameOf = (dashboard: Dashboard, id: string): string => {
  const widget = dashboard.widgets[id];
  return widget === undefined ? 'a widget' : (widget.title.trim() || specOf(widget.kind).name);
};
