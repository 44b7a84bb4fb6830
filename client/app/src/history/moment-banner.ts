import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Icon } from '@coboard/angular';
import { History } from 'lucide';
import { BoardSession } from '../board/board-session';
import { differenceWords } from './difference-words';
import type { HistoryDesk } from './history-desk';
import { momentWords } from './moment-words';

/** Over the board while it shows a moment of its past: which, and the way back to now. */
@Component({
  selector: 'app-moment-banner',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <cb-icon [icon]="icon" [size]="16" />
    <p [title]="differences()">You are looking at <b>{{ words() }}</b>. <span class="more">{{ differences() }} <span class="still">Nothing here can be changed.</span></span></p>
    <button type="button" class="btn small" (click)="desk().now()">Back to now<span class="kbd">Esc</span></button>
  `,
  styles: `
    :host { display: flex; align-items: center; gap: 10px; flex: none; min-height: 40px; padding: 6px 10px 6px 16px; background: var(--warn-soft); border-bottom: 1px solid var(--warn-line); }
    cb-icon { color: var(--warn); flex: none; }
    /* as high whatever differs: nothing under it moves while one drags over a life */
    p { flex: 1; min-width: 0; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 1; overflow: hidden; overflow-wrap: anywhere; }
    b { font-weight: var(--fw-semi); }
    .more { color: var(--text-2); }
    @media (max-width: 1023px) { :host { min-height: 52px; } p { -webkit-line-clamp: 2; } .still { display: none; } }
    @media (max-width: 639px) { :host { min-height: 40px; } .more, .kbd { display: none; } .btn { height: 36px; } }
  `,
  host: { role: 'status' },
})
export class MomentBanner {
  readonly desk = input.required<HistoryDesk>();
  protected readonly icon = History;
  private readonly board = inject(BoardSession);
  protected readonly words = computed(() => {
    const at = this.board.travel.shown()?.at ?? null;
    return at === null ? 'a moment of the past' : momentWords(at, Date.now());
  });
  protected readonly differences = computed(() => {
    const differences = this.board.travel.shown()?.differences;
    if (!differences) return '';
    const words = differenceWords(differences, 'removed', 1);
    return words === null ? 'Everything is as it is now.' : `Since then: ${words}`;
  });
}
