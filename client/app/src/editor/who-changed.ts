import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { fieldWords } from '@coboard/core';
import type { SetBy } from '@coboard/core/history';
import { BoardSession } from '../board/board-session';
import { exactTime } from '../home/time-words';
import { colorOf, plainSentence } from './blame-line';
import { FieldBlame } from './field-blame';

interface Row {
  readonly key: string;
  readonly words: string;
  /** A sentence of a note, and not the name of a setting. */
  readonly isText: boolean;
  readonly mark: SetBy;
}

/** Every setting of the open widget and every sentence of a note, with who set it last; each opens the history there. */
@Component({
  selector: 'app-who-changed',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (rows().length > 0) {
      <details>
        <summary>Who changed what</summary>
        <ul>
          @for (row of rows(); track row.key) {
            <li>
              <button type="button" [title]="exactTime(row.mark.at)" [disabled]="row.mark.v > versionMax" (click)="board.openMoment(row.mark.v + 1)">
                <i [style.background]="colorOf(row.mark)"></i><span class="words" [class.text]="row.isText">{{ row.words }}</span><span class="who"><b>{{ blame.nameOf(row.mark) }}</b>, {{ blame.timeOf(row.mark) }}</span>
              </button>
            </li>
          }
        </ul>
      </details>
    }
  `,
  styles: `
    :host { display: block; padding: 14px 0 4px; }
    :host:empty { display: none; }
    summary { font-size: var(--fs-s); line-height: 20px; font-weight: var(--fw-semi); cursor: pointer; border-radius: var(--r-s); }
    ul { padding-top: 6px; margin: 0 -8px; }
    button { display: grid; grid-template-columns: 8px minmax(0, 1fr) auto; gap: 8px; align-items: baseline; width: 100%; padding: 4px 8px; border-radius: var(--r-m); font-size: var(--fs-s); line-height: 18px; }
    button:hover:not(:disabled) { background: var(--hover); }
    i { width: 7px; height: 7px; border-radius: 50%; }
    .words { color: var(--text-2); overflow-wrap: anywhere; }
    .words.text { color: var(--text); }
    .who { color: var(--text-2); white-space: nowrap; max-width: 150px; overflow: hidden; text-overflow: ellipsis; }
    b { font-weight: var(--fw-medium); color: var(--text); }
    @media (pointer: coarse) { button, summary { min-height: var(--target-touch); align-content: center; } summary { line-height: var(--target-touch); } }
  `,
})
export class WhoChanged {
  protected readonly board = inject(BoardSession);
  protected readonly blame = inject(FieldBlame);
  protected readonly versionMax = Number.MAX_SAFE_INTEGER - 1;
  protected readonly exactTime = exactTime;
  protected readonly rows = computed<readonly Row[]>(() => {
    const dashboard = this.board.dashboard();
    if (dashboard === null) return [];
    const text = this.blame.text() ?? '';
    const sentences = this.blame.sentences().map(({ start, end, mark }): Row => ({ key: `at-${String(start)}`, words: plainSentence(text.slice(start, end)), isText: true, mark }));
    const fields = this.blame.all().filter(({ path }) => sentences.length === 0 || path[3] !== 'text').map(({ path, mark }): Row => {
      const { field, of } = fieldWords(dashboard, path);
      return { key: path.join('.'), words: path[3] === 'items' ? (of ?? field) : field, isText: false, mark };
    });
    return [...sentences, ...fields];
  });

  protected colorOf(mark: SetBy): string {
    return colorOf(mark, this.board);
  }
}
