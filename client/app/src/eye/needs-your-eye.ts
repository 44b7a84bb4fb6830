import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { Icon } from '@coboard/angular';
import type { Choice, Conflict } from '@coboard/core';
import { CheckCheck, CircleAlert, GitMerge, Undo2, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { Toasts } from '../toasts/toasts';
import { ConflictCard } from './conflict-card';
import { conflictName, decisionWords } from './decision-words';
import { editCount } from './refused-edits';
import { RefusedList } from './refused-list';

/** What the person and others chose differently without knowing of each other: a card for each, and a choice on it. */
@Component({
  selector: 'app-needs-your-eye',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConflictCard, Icon, RefusedList],
  templateUrl: './needs-your-eye.html',
  styleUrl: './needs-your-eye.css',
})
export class NeedsYourEye {
  /** One card at a time, for phones. */
  readonly oneByOne = input(false);
  readonly closed = output();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { close: X, all: CheckCheck, merged: GitMerge };
  protected readonly conflicts = this.board.live.conflicts;
  protected readonly merged = this.board.live.merged;
  protected readonly shown = computed(() => (this.oneByOne() ? this.conflicts().slice(0, 1) : this.conflicts()));
  protected readonly summary = computed(() => {
    const count = this.conflicts().length;
    const refused = editCount(this.board.refused());
    if (count === 0 && refused > 0) return refused === 1 ? 'One edit of yours was not taken. It is kept here until you dismiss it.' : `${String(refused)} edits of yours were not taken. They are kept here until you dismiss them.`;
    if (count === 0) return 'Nothing waits for you. When others choose differently from you and neither of you could know, it comes here.';
    return `Others chose differently in ${count === 1 ? 'one place' : `${String(count)} places`}, and neither of you could know. The rest was merged.`;
  });
  private readonly toasts = inject(Toasts);

  protected decide(conflict: Conflict, choice: Choice): void {
    const dashboard = this.board.dashboard();
    const decision = this.board.live.decide(conflict, choice);
    const subject = conflictName(conflict);
    const words = decisionWords(conflict, choice, decision, dashboard);
    if (decision.status === 'refused') {
      this.toasts.show({ icon: CircleAlert, urgent: true, words, subject });
      return;
    }
    this.board.pointedThings.set([]);
    this.tell(words, [conflict], decision.status === 'changed', subject);
  }

  /** What stands, stands. */
  protected settleAll(): void {
    this.board.pointedThings.set([]);
    const settled = this.conflicts();
    for (const conflict of settled) this.board.live.decide(conflict, 'leave');
    this.tell(`${String(settled.length)} places stay as they are`, settled);
  }

  /** What was decided waits again when it is undone. */
  private tell(words: string, decided: readonly Conflict[], changed = false, subject?: string): void {
    const undo = (): void => {
      if (changed) this.board.undo();
      this.board.live.askAgain(decided);
    };
    this.toasts.show({ icon: Undo2, words, ...(subject === undefined ? {} : { subject }), actions: [{ label: 'Undo', run: undo }] });
  }

  protected pointAt(conflict: Conflict | null): void {
    this.board.pointedThings.set(conflict?.path[0] === 'widgets' ? [`widget:${conflict.path[1] ?? ''}`] : []);
  }
}
