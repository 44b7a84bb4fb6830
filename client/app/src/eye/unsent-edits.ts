import { ChangeDetectionStrategy, Component, computed, inject, output } from '@angular/core';
import { Icon } from '@coboard/angular';
import { opWords } from '@coboard/core';
import { CloudOff, Download, RotateCw, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { editsAsText } from '../board/refusal-words';
import { saveText } from '../frame/save-text';

/** The edits that are kept on this device until there is a connection, the newest first. */
@Component({
  selector: 'app-unsent-edits',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  template: `
    <header>
      <h2>Not sent yet</h2>
      <button type="button" class="btn ghost icon small close" aria-label="Close the panel" (click)="closed.emit()"><cb-icon [icon]="icons.close" /></button>
    </header>
    <div class="body">
      <p class="summary">{{ summary() }}</p>
      <ol>
        @for (one of edits(); track $index) { <li><cb-icon [icon]="icons.away" [size]="14" /><span>You {{ one }}</span></li> }
      </ol>
    </div>
    @if (edits().length > 0) {
      <footer>
        <button type="button" class="btn small" (click)="board.connection.tryNow()"><cb-icon [icon]="icons.again" [size]="14" />Try now</button>
        <button type="button" class="btn small" (click)="save()"><cb-icon [icon]="icons.save" [size]="14" />Save a copy</button>
      </footer>
    }
  `,
  styleUrls: ['./needs-your-eye.css', './unsent-edits.css'],
})
export class UnsentEdits {
  readonly closed = output();
  protected readonly board = inject(BoardSession);
  protected readonly icons = { close: X, away: CloudOff, again: RotateCw, save: Download };
  /** In words, each thing once: twenty letters in one title are one edit to whoever typed them. */
  protected readonly edits = computed(() => {
    const dashboard = this.board.dashboard();
    return dashboard === null ? [] : [...new Set(this.board.unsent().toReversed().flatMap((op) => opWords(op, dashboard, dashboard)))];
  });
  protected readonly summary = computed(() => {
    if (this.edits().length === 0) return 'Everything is sent.';
    return this.board.connection.saving().isKept
      ? 'These are kept on this device and sent as soon as there is a connection. You may close the page.'
      : 'These are kept in this window and sent as soon as there is a connection. Do not close it until then.';
  });

  protected save(): void {
    const dashboard = this.board.dashboard();
    if (dashboard === null) return;
    saveText(`${dashboard.title || 'dashboard'}, not sent.txt`, editsAsText(this.board.unsent(), dashboard));
  }
}
