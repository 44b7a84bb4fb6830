import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Icon } from '@coboard/angular';
import { Ban, Copy, RotateCw } from 'lucide';
import { BoardSession } from '../board/board-session';
import { exactTime, timeWords } from '../home/time-words';
import { CopyText } from '../frame/copy-text';
import { AskForAccess } from '../share/ask-for-access';
import { editContent } from './edit-content';
import { RefusedEdits, isAboutAccess, type RefusedEdit } from './refused-edits';

/** Of more, it is only said how many there are. */
const wordsMax = 4;

/** Edits that were not taken: what, why, when, and what one can do about each. */
@Component({
  selector: 'app-refused-list',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [AskForAccess, Icon],
  template: `
    @if (edits().length > 0) {
      <h3>Not taken</h3>
      <ul aria-label="Edits that were not taken">
        @for (one of edits(); track one.id) {
          <li>
            <p class="what"><cb-icon [icon]="icons.refused" [size]="15" /><b>{{ words(one) }}</b><time [title]="exactTime(one.at)">{{ when(one) }}</time></p>
            <p class="why">{{ one.why }}</p>
            <div class="ways">
              @if (board.canEdit() && state() === 'ready') { <button type="button" class="btn small" (click)="board.makeAgain(one)"><cb-icon [icon]="icons.again" [size]="13" />Try again</button> }
              @if (isAboutAccess(one) && !(board.canEdit() && state() === 'ready') && !board.away()) { <app-ask-for-access small [dashboard]="dashboard()" /> }
              <button type="button" class="btn small" (click)="copy(one)"><cb-icon [icon]="icons.copy" [size]="13" />Copy</button>
              <button type="button" class="btn ghost small dismiss" (click)="board.dismissRefused(one)">Dismiss</button>
            </div>
          </li>
        }
      </ul>
    }
  `,
  styleUrl: './refused-list.css',
})
export class RefusedList {
  readonly dashboard = input.required<string>();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { refused: Ban, again: RotateCw, copy: Copy };
  protected readonly exactTime = exactTime;
  protected readonly isAboutAccess = isAboutAccess;
  private readonly refused = inject(RefusedEdits);
  private readonly clipboard = inject(CopyText);
  protected readonly state = computed(() => this.board.state().status);
  protected readonly edits = computed(() => this.refused.of(this.dashboard()));

  protected words({ words }: RefusedEdit): string {
    const more = words.length - wordsMax;
    const told = more > 1 ? [...words.slice(0, wordsMax), `and made ${String(more)} more changes`] : words;
    return told.length === 0 ? 'You made an edit' : `You ${told.join(', ')}`;
  }

  protected when({ at }: RefusedEdit): string {
    return timeWords(at, Date.now());
  }

  protected copy(one: RefusedEdit): void {
    void this.clipboard.copy(editContent(one.ops));
  }
}
