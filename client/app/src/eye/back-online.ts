import { Injectable, effect, inject, untracked } from '@angular/core';
import { Wifi } from 'lucide';
import { BoardSession } from '../board/board-session';
import { Toasts } from '../toasts/toasts';

const plural = (count: number, one: string, many: string): string => (count === 1 ? `1 ${one}` : `${String(count)} ${many}`);

/** Says what came of the edits that were made without a connection, once they are through. */
@Injectable()
export class BackOnline {
  private readonly board = inject(BoardSession);
  private readonly toasts = inject(Toasts);
  /** How many edits waited at most while there was no connection. */
  private waited = 0;

  watch(): void {
    effect(() => {
      const pending = this.board.live.pendingCount();
      if (this.board.away()) this.waited = Math.max(this.waited, pending);
      else if (pending === 0 && this.waited > 0) {
        const sent = this.waited;
        this.waited = 0;
        untracked(() => { this.tell(sent, this.board.live.conflicts().length); });
      }
    });
  }

  private tell(sent: number, conflicts: number): void {
    const eye = conflicts === 0 ? '.' : `, ${plural(conflicts, 'needs', 'need')} your eye.`;
    const look = { label: 'Look', run: () => { this.board.openEye(); } };
    this.toasts.show({ icon: Wifi, words: `Back online. ${plural(sent, 'edit', 'edits')} sent${eye}`, actions: conflicts === 0 ? [] : [look] });
  }
}
