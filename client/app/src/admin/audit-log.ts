import { ChangeDetectionStrategy, Component, computed, signal } from '@angular/core';
import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import type { ConnectedPosition } from '@angular/cdk/overlay';
import { RouterLink } from '@angular/router';
import { Avatar, Icon, injectCoboard, type IconNode } from '@coboard/angular';
import { changeKinds } from '@coboard/core/history';
import type { AuditEntry, AuditFilter } from '@coboard/core/admin';
import { ChevronDown, ChevronRight, CircleAlert, Download, FilePlus2, History, KeyRound, Move, PencilLine, Plus, RotateCcw, Search, SlidersHorizontal, Table2, Trash2, Type } from 'lucide';
import { keepFresh } from '../home/keep-fresh';
import { changeWords } from '../history/change-words';
import { clockWords, dayWords, exactClockWords } from '../history/moment-words';
import { personColors } from '../history/person-colors';
import { ChoiceMenu, type Choice } from '../share/choice-menu';
import { AuditList, keyOf } from './audit-list';
import { deviceWords, isHandheld } from './device-words';
import { FindMenu, type Found } from './find-menu';
import { daySpan, filled, lastSpan } from '../history/filter-values';

const kindIcons: Readonly<Record<(typeof changeKinds)[number], IconNode>> = {
  created: FilePlus2, deleted: Trash2, restored: RotateCcw, added: Plus, removed: Trash2, moved: Move, renamed: PencilLine, text: Type, setting: SlidersHorizontal, data: Table2, access: KeyRound,
};
const kindChoices: readonly Choice<string>[] = [
  { value: '', label: 'Any kind' }, { value: 'created', label: 'Created' }, { value: 'deleted', label: 'Put into the bin' }, { value: 'restored', label: 'Brought back' }, { value: 'access', label: 'Access' }, { value: 'added', label: 'Added' },
  { value: 'removed', label: 'Deleted' }, { value: 'moved', label: 'Moved' }, { value: 'renamed', label: 'Renamed' }, { value: 'text', label: 'Text' }, { value: 'setting', label: 'Settings' }, { value: 'data', label: 'Data' },
];
const hourMs = 3_600_000;
const timeChoices: readonly Choice<number>[] = [
  { value: 0, label: 'Any time' }, { value: hourMs, label: 'Last hour' }, { value: 24 * hourMs, label: 'Last 24 hours' }, { value: 7 * 24 * hourMs, label: 'Last 7 days' }, { value: 30 * 24 * hourMs, label: 'Last 30 days' }, { value: -1, label: 'From … to …' },
];
const below: ConnectedPosition[] = [{ originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 6 }];
const waitMs = 250;

interface Day {
  readonly words: string;
  readonly entries: readonly AuditEntry[];
}

/** Everything that was changed on any dashboard, and who was given access by whom: found, opened, downloaded. */
@Component({
  selector: 'app-audit-log',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, CdkMenu, CdkMenuItem, CdkMenuTrigger, ChoiceMenu, FindMenu, Icon, RouterLink],
  templateUrl: './audit-log.html',
  styleUrls: ['./admin-part.css', './audit-log.css'],
  host: { '(scroll)': 'scrolled($event)' },
})
export class AuditLog {
  protected readonly list = new AuditList();
  private readonly coboard = injectCoboard();
  protected readonly icons = { download: Download, open: ChevronDown, closed: ChevronRight, alert: CircleAlert, find: Search, moment: History };
  protected readonly below = below;
  protected readonly kinds = kindChoices;
  protected readonly times = timeChoices;
  protected readonly person = signal<Found | null>(null);
  protected readonly dashboard = signal<Found | null>(null);
  protected readonly span = signal(0);
  protected readonly days = computed<readonly Day[]>(() => {
    const now = Date.now();
    return [...Map.groupBy(this.list.entries(), ({ until }) => dayWords(until, now))].map(([words, entries]) => ({ words, entries }));
  });
  protected readonly isFiltered = computed(() => Object.values(this.list.filter()).some((value) => value !== undefined));
  private readonly colors = new Map<string, string>();
  private typing: ReturnType<typeof setTimeout> | undefined;

  protected readonly keyOf = keyOf;
  protected readonly changeWords = changeWords;
  protected readonly clockWords = clockWords;
  protected readonly exactClockWords = exactClockWords;
  protected readonly deviceWords = deviceWords;
  protected readonly isHandheld = isHandheld;

  constructor() {
    void this.list.reload();
    keepFresh(() => this.list.look().catch(() => undefined));
  }

  protected readonly findPeople = async (query: string): Promise<readonly Found[]> => (await this.coboard.api.users(query)).map(({ id, name }) => ({ id, label: name }));
  protected readonly findDashboards = async (query: string): Promise<readonly Found[]> =>
    (await this.list.api.dashboards(query)).map(({ id, title, deletedAt }) => ({ id, label: titleWords(title) + (deletedAt === null ? '' : ' (in the bin)') }));

  protected readonly titleWords = titleWords;

  protected iconOf({ kinds: [kind] }: AuditEntry): IconNode {
    return kindIcons[kind ?? 'setting'];
  }

  protected isDeletion({ kinds }: AuditEntry): boolean {
    return kinds.includes('deleted') || kinds.includes('removed');
  }

  protected avatarOf({ by }: AuditEntry): { name: string; color: string } {
    if (by === null) return { name: 'Somebody', color: 'p12' };
    const color = this.colors.get(by.id) ?? personColors[this.colors.size % personColors.length] ?? 'p12';
    this.colors.set(by.id, color);
    return { name: by.name, color };
  }

  protected downloadAddress(format: 'csv' | 'json'): string {
    return this.list.api.downloadPath(this.list.filter(), format);
  }

  protected filterBy(change: { readonly [K in keyof AuditFilter]?: AuditFilter[K] | undefined }): void {
    const filter = { ...this.list.filter(), ...change };
    this.list.setFilter(filled(filter));
  }

  protected filterByPerson(person: Found | null): void {
    this.person.set(person);
    this.filterBy({ person: person?.id });
  }

  protected filterByDashboard(dashboard: Found | null): void {
    this.dashboard.set(dashboard);
    this.filterBy({ dashboard: dashboard?.id });
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

  protected showAll(field: HTMLInputElement): void {
    field.value = '';
    this.person.set(null);
    this.dashboard.set(null);
    this.span.set(0);
    this.list.setFilter({});
  }

  protected scrolled(event: Event): void {
    const { scrollTop, scrollHeight, clientHeight } = event.target as HTMLElement;
    if (scrollTop + clientHeight > scrollHeight - 400) void this.list.more();
  }
}

function titleWords(title: string | null): string {
  if (title === null) return 'A dashboard that is gone';
  return title.trim() === '' ? 'Untitled dashboard' : title;
}
