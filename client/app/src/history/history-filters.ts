import { ChangeDetectionStrategy, Component, type ElementRef, computed, inject, input, output, signal, viewChild } from '@angular/core';
import { Icon, injectCoboard } from '@coboard/angular';
import { specOf } from '@coboard/core';
import { changeKinds, type HistoryFilter } from '@coboard/core/history';
import { Search } from 'lucide';
import { FindMenu, type Found } from '../admin/find-menu';
import { BoardSession } from '../board/board-session';
import { ChoiceMenu, type Choice } from '../share/choice-menu';
import type { HistoryDesk } from './history-desk';
import { daySpan, filled, lastSpan } from './filter-values';

const kindChoices: readonly Choice<string>[] = [
  { value: '', label: 'Any kind' }, { value: 'added', label: 'Added' }, { value: 'removed', label: 'Deleted' }, { value: 'moved', label: 'Moved' }, { value: 'renamed', label: 'Renamed' },
  { value: 'text', label: 'Text' }, { value: 'setting', label: 'Settings' }, { value: 'data', label: 'Data' },
];
const accessChoice: Choice<string> = { value: 'access', label: 'Access' };
const hourMs = 3_600_000;
const timeChoices: readonly Choice<number>[] = [
  { value: 0, label: 'Any time' }, { value: hourMs, label: 'Last hour' }, { value: 24 * hourMs, label: 'Last 24 hours' }, { value: 7 * 24 * hourMs, label: 'Last 7 days' }, { value: 30 * 24 * hourMs, label: 'Last 30 days' }, { value: -1, label: 'From … to …' },
];
const waitMs = 250;

/** Which lines of the history are listed: by words, person, widget, kind and time. */
@Component({
  selector: 'app-history-filters',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ChoiceMenu, FindMenu, Icon],
  templateUrl: './history-filters.html',
  styleUrl: './history-filters.css',
  host: { role: 'search', 'aria-label': 'Filters' },
})
export class HistoryFilters {
  readonly desk = input.required<HistoryDesk>();
  /** The list is another one now. */
  readonly changed = output();
  private readonly board = inject(BoardSession);
  private readonly coboard = injectCoboard();
  private readonly words = viewChild.required<ElementRef<HTMLInputElement>>('words');
  protected readonly find = Search;
  protected readonly times = timeChoices;
  protected readonly span = signal(0);
  protected readonly person = signal<Found | null>(null);
  private typing: ReturnType<typeof setTimeout> | undefined;
  protected readonly kinds = computed(() => (this.board.role() === 'owner' ? [...kindChoices, accessChoice] : kindChoices));
  protected readonly isFiltered = computed(() => Object.values(this.desk().list.filter()).some((value) => value !== undefined));
  /** Those that are there, then those that are gone. */
  protected readonly widgets = computed<readonly Choice<string>[]>(() => {
    const here = this.board.live.dashboard()?.widgets ?? {};
    const byLabel = (a: Choice<string>, b: Choice<string>): number => a.label.localeCompare(b.label);
    const list = Object.entries(here).map(([id, widget]) => ({ value: `widget:${id}`, label: widget.title.trim() || specOf(widget.kind).name }));
    const gone = this.desk().deleted().filter(({ id }) => here[id] === undefined).map(({ id, name }) => ({ value: `widget:${id}`, label: `${name} (deleted)` }));
    return [{ value: '', label: 'All widgets' }, ...list.sort(byLabel), ...gone.sort(byLabel)];
  });

  /** Who stands in the lines first, and by a name everybody whom the server knows. */
  protected readonly findPeople = async (query: string): Promise<readonly Found[]> => {
    const wanted = query.trim().toLowerCase();
    const known = [...this.desk().people()].map(([id, label]) => ({ id, label })).filter(({ label }) => label.toLowerCase().includes(wanted)).sort((a, b) => a.label.localeCompare(b.label));
    if (wanted === '') return known;
    const others = (await this.coboard.api.users(query)).flatMap(({ id, name }) => (known.some((one) => one.id === id) ? [] : [{ id, label: name }]));
    return [...known, ...others];
  };

  protected filterBy(change: { readonly [K in keyof HistoryFilter]?: HistoryFilter[K] | undefined }): void {
    const filter = { ...this.desk().list.filter(), ...change };
    this.set(filled(filter));
  }

  protected filterByPerson(person: Found | null): void {
    this.person.set(person);
    this.filterBy({ person: person?.id });
  }

  protected filterByKind(wanted: string): void {
    this.filterBy({ kind: changeKinds.find((kind) => kind === wanted) });
  }

  protected filterByTime(span: number): void {
    this.span.set(span);
    if (span >= 0) this.filterBy(lastSpan(span));
  }

  protected filterByDays(from: string, to: string): void {
    this.filterBy(daySpan(from, to));
  }

  protected typed(text: string): void {
    clearTimeout(this.typing);
    this.typing = setTimeout(() => { this.filterBy({ text: text.trim() }); }, waitMs);
  }

  /** Escape empties the field, and closes the panel only from an empty one. */
  protected escaped(event: Event): void {
    const field = this.words().nativeElement;
    if (field.value === '') return;
    event.stopPropagation();
    event.preventDefault();
    field.value = '';
    this.typed('');
  }

  protected showAll(): void {
    clearTimeout(this.typing);
    this.words().nativeElement.value = '';
    this.person.set(null);
    this.span.set(0);
    this.set({});
  }

  private set(filter: HistoryFilter): void {
    this.desk().list.setFilter(filter);
    this.changed.emit();
  }
}
