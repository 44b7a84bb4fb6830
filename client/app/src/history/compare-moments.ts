import { ChangeDetectionStrategy, Component, computed, effect, inject, signal, untracked, type Injector } from '@angular/core';
import { DIALOG_DATA, DialogRef, type Dialog } from '@angular/cdk/dialog';
import { Icon, type IconNode } from '@coboard/angular';
import { specOf, type Dashboard, type Widget } from '@coboard/core';
import { ArrowRight, CircleAlert, Equal, X } from 'lucide';
import { dialogConfig } from '../frame/dialog-config';
import { errorWords } from '../session/error-words';
import { ChoiceMenu, type Choice } from '../share/choice-menu';
import { kindIcon } from '../widgets/kind-icons';
import { WidgetBody } from '../widgets/widget-body';
import { changeWords } from './change-words';
import { differenceWords } from './difference-words';
import type { HistoryDesk } from './history-desk';
import { shortMomentWords } from './moment-words';

export interface CompareData {
  readonly desk: HistoryDesk;
  /** The version on the left. */
  readonly from: number;
}

/** A widget that is not the same in both moments. */
interface Differing {
  readonly id: string;
  readonly name: string;
  readonly icon: IconNode;
  readonly words: readonly string[];
  /** As it was, left and right; null where there was none. */
  readonly sides: readonly [Widget | null, Widget | null];
}

interface Both {
  readonly left: Dashboard | null;
  readonly right: Dashboard | null;
}

const wordsMax = 70;

export function openCompare(dialog: Dialog, injector: Injector, data: CompareData): void {
  dialog.open(CompareMoments, dialogConfig<CompareData>({ data, injector, width: 'min(1120px, calc(100vw - 24px))', ariaLabelledBy: 'compare-title', autoFocus: 'dialog' }));
}

/** Two moments of a dashboard beside each other: what differs, in words and as it looked. */
@Component({
  selector: 'app-compare-moments',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ChoiceMenu, Icon, WidgetBody],
  templateUrl: './compare-moments.html',
  styleUrl: './compare-moments.css',
  host: { class: 'dialog' },
})
export class CompareMoments {
  private readonly desk = inject<CompareData>(DIALOG_DATA).desk;
  protected readonly dialog = inject<DialogRef>(DialogRef);
  protected readonly icons = { close: X, to: ArrowRight, alert: CircleAlert, same: Equal };
  protected readonly left = signal(inject<CompareData>(DIALOG_DATA).from);
  protected readonly right = signal(this.desk.end());
  protected readonly both = signal<Both | null>(null);
  protected readonly failure = signal<string | null>(null);
  /** An answer to what was asked before is not shown. */
  private asked = 0;

  /** Every moment that is listed in the history, and those that have a name; the latest first. */
  protected readonly moments = computed<readonly Choice<number>[]>(() => {
    const now = Date.now();
    const end = this.desk.end();
    const labels = new Map<number, string>();
    for (const { collection, to, until, by, ...entry } of this.desk.list.entries()) {
      if (collection === 'dashboards') labels.set(to, cut(`${shortMomentWords(until, now)}, after ${by?.name ?? 'somebody'} ${changeWords(entry)}`));
    }
    for (const { v, name } of this.desk.named()) labels.set(v, cut(`“${name}”`));
    for (const version of [this.left(), this.right()]) if (!labels.has(version)) labels.set(version, this.label(version, now));
    labels.set(end, 'Now');
    return [...labels].sort(([a], [b]) => b - a).map(([value, label]) => ({ value, label }));
  });
  protected readonly differences = computed(() => {
    const { left = null, right = null } = this.both() ?? {};
    return left === null || right === null ? null : this.desk.differences(left, right);
  });
  protected readonly rows = computed<readonly Differing[]>(() => {
    const { left = null, right = null } = this.both() ?? {};
    const differences = this.differences();
    if (left === null || right === null || differences === null) return [];
    const { added, removed, changed, data } = differences;
    const row = (id: string, words: readonly string[]): Differing[] => {
      const sides = [left.widgets[id] ?? null, right.widgets[id] ?? null] as const;
      const one = sides[1] ?? sides[0];
      return one === null ? [] : [{ id, name: one.title.trim() || specOf(one.kind).name, icon: kindIcon(one.kind), words, sides }];
    };
    const rows = [...[...changed].map(([id, words]) => row(id, [...words, ...(data.get(id) ?? [])])), ...[...data].filter(([id]) => !changed.has(id)).map(([id, words]) => row(id, words)), ...[...added].map((id) => row(id, ['was added'])), ...[...removed].map((id) => row(id, ['was deleted']))].flat();
    const place = ({ sides: [was, is] }: Differing): number => { const box = (is ?? was)?.box; return box === undefined ? 0 : box.y * 100 + box.x; };
    return rows.sort((a, b) => place(a) - place(b));
  });
  protected readonly summary = computed(() => {
    const differences = this.differences();
    if (differences === null) return '';
    return differenceWords(differences, 'deleted', 0) ?? 'Nothing differs.';
  });
  protected readonly labels = computed(() => [this.left(), this.right()].map((version) => this.moments().find(({ value }) => value === version)?.label ?? ''));

  constructor() {
    effect(() => {
      const wanted = [this.left(), this.right()] as const;
      untracked(() => { void this.load(...wanted); });
    });
  }

  protected datasetsOf(side: 0 | 1): Dashboard['datasets'] {
    const { left, right } = this.both() ?? { left: null, right: null };
    return (side === 0 ? left : right)?.datasets ?? {};
  }

  protected retry(): void {
    void this.load(this.left(), this.right());
  }

  private label(version: number, now: number): string {
    const at = this.desk.madeAt(version);
    return at === null ? (version === 1 ? 'The beginning' : `Version ${String(version)}`) : shortMomentWords(at, now);
  }

  private async load(left: number, right: number): Promise<void> {
    const asked = (this.asked += 1);
    this.failure.set(null);
    try {
      const [was, is] = await Promise.all([this.desk.dashboardAt(left), this.desk.dashboardAt(right)]);
      if (asked === this.asked) this.both.set({ left: was, right: is });
    } catch (error) {
      if (asked === this.asked) this.failure.set(errorWords(error));
    }
  }
}

const cut = (words: string): string => (words.length > wordsMax ? `${words.slice(0, wordsMax).trimEnd()}…` : words);
