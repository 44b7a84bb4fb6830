import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, Injector, computed, effect, inject, input, output, signal, viewChild } from '@angular/core';
import { Dialog } from '@angular/cdk/dialog';
import { NgTemplateOutlet } from '@angular/common';
import { Avatar, Icon } from '@coboard/angular';
import { limits, specOf, type Dashboard } from '@coboard/core';
import { changeKinds, type HistoryEntry, type HistoryFilter, type NamedVersion, type TakeBackPlan, type WantedBack } from '@coboard/core/history';
import { Bookmark, CircleAlert, Columns2, RotateCcw, Undo2, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { errorWords } from '../session/error-words';
import { ChoiceMenu, type Choice } from '../share/choice-menu';
import { Toasts } from '../toasts/toasts';
import { changeWords } from './change-words';
import { openCompare } from './compare-moments';
import type { HistoryDesk } from './history-desk';
import { clockWords, dayWords, momentWords } from './moment-words';

/** A row of the list: a day, a version that has a name, or what somebody did. */
type Row =
  | { readonly type: 'day'; readonly key: string; readonly words: string }
  | { readonly type: 'named'; readonly key: string; readonly named: NamedVersion }
  | { readonly type: 'entry'; readonly key: string; readonly entry: HistoryEntry };

const kindChoices: readonly Choice<string>[] = [
  { value: '', label: 'Any kind' }, { value: 'added', label: 'Added' }, { value: 'removed', label: 'Deleted' }, { value: 'moved', label: 'Moved' }, { value: 'renamed', label: 'Renamed' },
  { value: 'text', label: 'Text' }, { value: 'setting', label: 'Settings' }, { value: 'data', label: 'Data' },
];
const accessChoice: Choice<string> = { value: 'access', label: 'Access' };
const hourMs = 3_600_000;
const timeChoices: readonly Choice<number>[] = [{ value: 0, label: 'Any time' }, { value: hourMs, label: 'Last hour' }, { value: 24 * hourMs, label: 'Last 24 hours' }, { value: 7 * 24 * hourMs, label: 'Last 7 days' }];

/** Who changed what and when; goes to any moment, takes back, restores. */
@Component({
  selector: 'app-history-panel',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, ChoiceMenu, Icon, NgTemplateOutlet],
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
  private readonly noteField = viewChild<ElementRef<HTMLInputElement>>('noteField');
  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('nameField');
  protected readonly icons = { close: X, back: Undo2, restore: RotateCcw, named: Bookmark, alert: CircleAlert, compare: Columns2 };
  protected readonly times = timeChoices;
  protected readonly noteCharsMax = limits.noteOfVersionCharsMax;
  protected readonly span = signal(0);
  /** What is being given a name. */
  protected readonly naming = signal<number | null>(null);
  /** What is about to be taken back. */
  protected readonly plan = signal<{ readonly key: string; readonly wanted: WantedBack; readonly words: TakeBackPlan } | null>(null);
  protected readonly isBusy = signal(false);
  protected readonly moment = computed(() => this.board.travel.shown());
  protected readonly kinds = computed(() => (this.board.role() === 'owner' ? [...kindChoices, accessChoice] : kindChoices));
  protected readonly people = computed<readonly Choice<string>[]>(() => [{ value: '', label: 'Everyone' }, ...[...this.desk().people()].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label))]);
  protected readonly widgets = computed<readonly Choice<string>[]>(() => {
    const widgets = this.board.live.dashboard()?.widgets ?? {};
    const list = Object.entries(widgets).map(([id, widget]) => ({ value: `widget:${id}`, label: widget.title.trim() || specOf(widget.kind).name }));
    return [{ value: '', label: 'All widgets' }, ...list.sort((a, b) => a.label.localeCompare(b.label))];
  });
  protected readonly rows = computed(() => this.rowsOf(this.desk().entries(), this.isFiltered() ? [] : this.desk().named()));
  /** Whether all that is listed is all of one person's within a time: what can be taken back together. */
  protected readonly isOfOne = computed(() => {
    const { person, thing, kind, text } = this.desk().filter();
    return person !== undefined && thing === undefined && kind === undefined && text === undefined;
  });
  protected readonly isFiltered = computed(() => Object.values(this.desk().filter()).some((value) => value !== undefined));
  /** Widgets that are not as they were, with what is different. */
  protected readonly differing = computed(() => {
    const moment = this.moment();
    if (!moment?.differences) return [];
    const { changed, removed } = moment.differences;
    const name = (id: string): string => nameOf(moment.dashboard, id);
    return [...[...removed].map((id) => ({ id, name: name(id), words: 'was deleted since' })), ...[...changed].map(([id, words]) => ({ id, name: name(id), words: words.length === 1 ? words[0] : `${String(words.length)} changes since` }))];
  });
  protected readonly momentClock = computed(() => {
    const at = this.moment()?.at;
    return at == null ? 'this version' : clockWords(at);
  });

  constructor() {
    effect(() => this.nameField()?.nativeElement.focus());
  }

  protected readonly clockWords = clockWords;

  protected avatarOf({ by }: HistoryEntry): { name: string; color: string } {
    return { name: by?.name ?? 'Somebody', color: by === null ? 'p12' : this.desk().colorOf(by.id) };
  }

  protected readonly changeWords = changeWords;

  protected isShown(entry: HistoryEntry): boolean {
    const version = this.moment()?.version ?? null;
    return version !== null && entry === this.desk().entries().find(({ collection, from, to }) => collection === 'dashboards' && version > from && version <= to);
  }

  protected show({ to }: HistoryEntry): void {
    this.plan.set(null);
    this.desk().pause();
    this.desk().go(to);
  }

  protected pointAt(entry: HistoryEntry | null): void {
    const widget = entry?.things.find((thing) => thing.startsWith('widget:'));
    this.board.pointedAt.set(widget === undefined ? null : widget.slice('widget:'.length));
  }

  protected filterBy(change: { readonly [K in keyof HistoryFilter]?: HistoryFilter[K] | undefined }): void {
    this.plan.set(null);
    const filter = { ...this.desk().filter(), ...change };
    this.desk().setFilter(Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== '' && value !== undefined)));
  }

  protected filterByKind(wanted: string): void {
    this.filterBy({ kind: changeKinds.find((kind) => kind === wanted) });
  }

  protected filterByTime(span: number): void {
    this.span.set(span);
    this.filterBy({ since: span === 0 ? undefined : Date.now() - span });
  }

  protected scrolled(event: Event): void {
    const { scrollTop, scrollHeight, clientHeight } = event.target as HTMLElement;
    if (scrollTop + clientHeight > scrollHeight - 300) void this.desk().more();
  }

  /** Asks what taking back would do, and shows it before anything is done. */
  protected async planFor(key: string, wanted: WantedBack): Promise<void> {
    await this.busy(async () => {
      this.plan.set({ key, wanted, words: await this.desk().planTakeBack(wanted) });
    });
  }

  protected planEntry(entry: HistoryEntry): Promise<void> {
    return this.planFor(String(entry.from), { from: entry.from, to: entry.to, things: entry.things, why: entry.why, person: entry.by?.id ?? null });
  }

  /** Everything of the person that the filter is about, as far back as it goes. */
  protected async planAll(): Promise<void> {
    const { person } = this.desk().filter();
    await this.busy(async () => {
      while (this.desk().hasMore() && await this.desk().more());
      const entries = this.desk().entries().filter(({ collection }) => collection === 'dashboards');
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
    const [, before] = this.desk().entries().filter(({ collection }) => collection === 'dashboards');
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
      rows.push({ type: 'entry', key: `${entry.collection}-${String(entry.from)}`, entry });
    }
    return rows;
  }
}

const nameOf = (dashboard: Dashboard, id: string): string => {
  const widget = dashboard.widgets[id];
  return widget === undefined ? 'a widget' : (widget.title.trim() || specOf(widget.kind).name);
};
