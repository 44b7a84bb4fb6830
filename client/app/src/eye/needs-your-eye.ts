import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { Icon } from '@coboard/angular';
import type { Choice, Conflict } from '@coboard/core';
import { CheckCheck, GitMerge, Undo2, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { Toasts } from '../toasts/toasts';
import { ConflictCard } from './conflict-card';
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
    const refused = this.board.refused().length;
    if (count === 0 && refused > 0) return refused === 1 ? 'One edit of yours was not taken. It is kept here until you dismiss it.' : `${String(refused)} edits of yours were not taken. They are kept here until you dismiss them.`;
    if (count === 0) return 'Nothing waits for you. When others choose differently from you and neither of you could know, it comes here.';
    return `Others chose differently in ${count === 1 ? 'one place' : `${String(count)} places`}, and neither of you could know. The rest was merged.`;
  });
  private readonly toasts = inject(Toasts);

  protected decide(conflict: Conflict, choice: Choice): void {
    this.board.pointedThings.set([]);
    const name = conflict.of === null ? conflict.field : `${conflict.field} of ${conflict.of}`;
    if (!this.board.live.decide(conflict, choice)) return;
    const who = choice === 'mine' ? 'Yours' : choice === 'theirs' ? `${conflict.by?.name ?? 'Their'}’s` : 'Both';
    const words = choice === 'back' ? `Brought back ${name}` : `${who} ${choice === 'both' ? 'are' : 'is'} used for ${name}`;
    this.toasts.show({ icon: Undo2, words, subject: name, actions: [{ label: 'Undo', run: () => { this.board.undo(); } }] });
  }

  /** What stands, stands. */
  protected settleAll(): void {
    this.board.pointedThings.set([]);
    for (const conflict of this.conflicts()) this.board.live.decide(conflict, 'leave');
  }

  protected pointAt(conflict: Conflict | null): void {
    this.board.pointedThings.set(conflict?.path[0] === 'widgets' ? [`widget:${conflict.path[1] ?? ''}`] : []);
  }
}
