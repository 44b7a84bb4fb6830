import { ChangeDetectionStrategy, Component, computed, inject, input, output } from '@angular/core';
import { RouterLink } from '@angular/router';
import { ConnectionStatus, Icon, PresenceBar, SharedText } from '@coboard/angular';
import type { PresentPerson } from '@coboard/core';
import { ArrowLeft, Eye, History, Redo2, Undo2 } from 'lucide';
import { NewerVersion } from '../frame/newer-version';
import { BoardSession } from './board-session';

/** Above the board: its title, whether all is saved, who is here, view or edit, sharing. */
@Component({
  selector: 'app-board-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConnectionStatus, Icon, NewerVersion, PresenceBar, RouterLink, SharedText],
  templateUrl: './board-bar.html',
  styleUrl: './board-bar.css',
})
export class BoardBar {
  /** The narrow form for phones. */
  readonly narrow = input(false);
  readonly share = output();
  readonly signIn = output();
  readonly copyEdits = output();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { undo: Undo2, redo: Redo2, back: ArrowLeft, eye: Eye, history: History };
  protected readonly titlePath = ['title'];
  protected readonly title = computed(() => this.board.dashboard()?.title ?? '');
  protected readonly askWords = computed(() => (this.board.askCount() === 1 ? 'somebody asks for access' : `${String(this.board.askCount())} people ask for access`));
  protected readonly shareTitle = computed(() => (this.board.askCount() === 0 ? 'Share (S)' : `Share (S): ${this.askWords()}`));
  protected readonly offer = this.board.live.undoable;

  /** Goes to the tab that a person looks at. */
  protected goTo({ tab }: PresentPerson): void {
    if (tab !== null && this.board.dashboard()?.tabs[tab] !== undefined) this.board.showTab(tab);
  }
}
