import { ChangeDetectionStrategy, Component, computed, effect, input, output, signal, untracked } from '@angular/core';
import { NgTemplateOutlet } from '@angular/common';
import { Icon } from '@coboard/angular';
import type { HistoryEntry, SingleChange, TakeBackPlan } from '@coboard/core/history';
import { Undo2 } from 'lucide';
import { errorWords } from '../session/error-words';
import type { HistoryDesk } from './history-desk';
import { exactClockWords } from './moment-words';
import { TakeBackPlanView } from './take-back-plan';

/** What a line of the history is made of, change by change: each leads to its moment and can be taken back alone. */
@Component({
  selector: 'app-line-changes',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon, NgTemplateOutlet, TakeBackPlanView],
  templateUrl: './line-changes.html',
  styleUrl: './line-changes.css',
})
export class LineChanges {
  readonly desk = input.required<HistoryDesk>();
  readonly entry = input.required<HistoryEntry>();
  readonly isBusy = input(false);
  /** The version of the change that is about to be taken back, and what that would do. */
  readonly planned = input<{ readonly version: number; readonly words: TakeBackPlan } | null>(null);
  /** Somebody wants to know what taking back the change of a version would do; then to do it, or not. */
  readonly wanted = output<number>();
  readonly taken = output();
  readonly cancelled = output();
  protected readonly back = Undo2;
  protected readonly changes = signal<readonly SingleChange[]>([]);
  /** Where the next page begins; null at the end. */
  protected readonly next = signal<number | null>(null);
  protected readonly isLoading = signal(true);
  protected readonly failure = signal<string | null>(null);
  /** A line of one change says what it was itself. */
  protected readonly isOne = computed(() => this.entry().count === 1);
  private readonly span = computed(() => `${String(this.entry().from)}-${String(this.entry().to)}`);
  /** An answer to what was asked before is not shown. */
  private asked = 0;

  constructor() {
    effect(() => {
      this.span();
      untracked(() => { void this.load(this.entry().from); });
    });
  }

  protected readonly exactClockWords = exactClockWords;

  /** What was created as a whole, or changed nothing, is not taken back. */
  protected canTakeBack({ words }: SingleChange): boolean {
    const { kinds } = this.entry();
    return words.length > 0 && !kinds.some((kind) => kind === 'created' || kind === 'deleted' || kind === 'restored');
  }

  protected go({ v }: SingleChange): void {
    this.desk().pause();
    this.desk().go(v + 1);
  }

  protected async load(from: number): Promise<void> {
    const asked = (this.asked += 1);
    this.isLoading.set(true);
    try {
      const page = await this.desk().changes(this.entry(), from);
      if (asked !== this.asked) return;
      this.changes.update((changes) => [...changes.filter(({ v }) => v < from), ...page.changes]);
      this.next.set(page.next);
      this.failure.set(null);
    } catch (error) {
      if (asked === this.asked) this.failure.set(errorWords(error));
    } finally {
      if (asked === this.asked) this.isLoading.set(false);
    }
  }
}
