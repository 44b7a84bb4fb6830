import { Injectable, effect, inject, untracked } from '@angular/core';
import { Wifi } from 'lucide';
import { BoardSession } from '../board/board-session';
import { Toasts } from '../toasts/toasts';
import { editCount } from './refused-edits';

const plural = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${String(count)} ${many}`);

/** Says what came of the edits that were made without a connection, once they are through. */
@Injectable()
export class BackOnline {
  private readonly board = inject(BoardSession);
  private readonly toasts = inject(Toasts);
  /** How many edits waited at most while there was no connection. */
  private waited = 0;
  /** How many had not been taken before. */
  private refusedBefore = 0;

  watch(): void {
    effect(() => {
      const pending = this.board.live.pendingCount();
      if (this.board.away()) {
        if (this.waited === 0) this.refusedBefore = editCount(untracked(this.board.refused));
        this.waited = Math.max(this.waited, pending);
      }
      else if (pending === 0 && this.waited > 0) {
        const { waited } = this;
        this.waited = 0;
        untracked(() => {
          const refused = Math.min(waited, Math.max(0, editCount(this.board.refused()) - this.refusedBefore));
          this.tell(waited - refused, refused, this.board.live.conflicts().length);
        });
      }
    });
  }

  private tell(sent: number, refused: number, conflicts: number): void {
    const done = [...(sent === 0 ? [] : [`${plural(sent, 'edit', 'edits')} sent`]), ...(refused === 0 ? [] : [`${plural(refused, 'edit was', 'edits were')} not taken`])].join(', ');
    const eye = conflicts === 0 ? '.' : `, ${plural(conflicts, 'needs', 'need')} your eye.`;
    const look = { label: 'Look', run: () => { this.board.openEye(); } };
    this.toasts.show({ icon: Wifi, isNews: true, words: `Back online. ${done}${eye}`, actions: conflicts + refused === 0 ? [] : [look] });
  }
}
