import type { ElementRef} from '@angular/core';
import { ChangeDetectionStrategy, Component, afterNextRender, computed, inject, input, output, signal, untracked, viewChild } from '@angular/core';
import { SharedText } from '@coboard/angular';
import { setCell, type Cell, type Column } from '@coboard/core';
import { BoardSession } from '../board/board-session';
import { cellText, parseCell } from './cell-text';
import { cellPath } from './dataset-table';

/**
 * The field of one cell while it is edited. Texts go out letter by letter and merge; numbers and dates go out as soon as what is
 * typed is one, so that charts answer at once.
 */
@Component({
  selector: 'app-cell-field',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [SharedText],
  template: `
    @if (isText()) {
      <input #field class="cell-input" autocomplete="off" [attr.aria-label]="label()" [cbSharedText]="path()" [cbSharedTextOf]="board.live" [cbSharedTextPresence]="board.presence" [cbSharedTextWidget]="dataset()" (keydown)="key($event)" (blur)="leave()" />
    } @else {
      <input #field class="cell-input num" autocomplete="off" inputmode="decimal" [attr.aria-label]="label()" [value]="text()" (input)="typed($any($event.target).value)" (keydown)="key($event)" (blur)="leave()" />
    }
  `,
  styles: `
    :host { position: absolute; inset: 0; z-index: 2; }
    .cell-input { position: absolute; inset: 0; width: 100%; height: 100%; padding: 0 10px; background: var(--field); outline: none; box-shadow: inset 0 0 0 2px var(--accent), 0 0 0 3px var(--accent-soft); }
    .num { text-align: right; }
  `,
})
export class CellField {
  readonly dataset = input.required<string>();
  readonly row = input.required<string>();
  readonly column = input.required<Pick<Column, 'name' | 'type'> & { readonly id: string }>();
  readonly cell = input.required<Cell | undefined>();
  /** What stood here before it was typed over; undefined where nothing was. */
  readonly replaced = input<Cell | undefined>(undefined);
  /** One is done here; where to go on. */
  readonly done = output<'down' | 'right' | 'left' | 'stay'>();
  protected readonly board = inject(BoardSession);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');
  private finished = false;
  private before: Cell = null;

  /** What kind of field it is does not change while one types in it. */
  private readonly asText = signal<boolean | null>(null);
  protected readonly isText = computed(() => this.asText() ?? (typeof this.cell() === 'string' ? this.column().type === 'text' : this.column().type === 'text' && typeof this.cell() !== 'number'));
  protected readonly path = computed(() => cellPath(this.dataset(), this.row(), this.column().id));
  protected readonly label = computed(() => `${this.column().name || 'Cell'}, being edited`);
  protected readonly text = signal('');

  constructor() {
    afterNextRender(() => {
      this.before = untracked(this.cell) ?? null;
      this.text.set(cellText(this.before));
      this.asText.set(untracked(this.isText));
      const { nativeElement } = this.field();
      if (!untracked(this.isText)) nativeElement.value = cellText(this.before);
      nativeElement.focus();
      nativeElement.setSelectionRange(nativeElement.value.length, nativeElement.value.length);
    });
  }

  protected typed(text: string): void {
    this.text.set(text);
    const value = parseCell(text, this.column().type);
    const fits = value === null || typeof value === (this.column().type === 'date' ? 'string' : 'number');
    // an unfinished number is no value yet
    if (fits && (this.column().type !== 'date' || value === null || value !== text || /^\d{4}-\d{2}-\d{2}/.test(text))) this.set(value);
    this.board.presence.typed({ widget: this.dataset(), field: this.path().join('.') });
  }

  protected key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const steps: Partial<Record<string, 'down' | 'right' | 'left' | 'stay'>> = { Enter: 'down', Tab: event.shiftKey ? 'left' : 'right', Escape: 'stay' };
    const step = steps[event.key];
    event.stopPropagation();
    if (step === undefined) return;
    event.preventDefault();
    if (event.key === 'Escape') this.takeBack();
    else this.commit();
    this.finish(step);
  }

  protected leave(): void {
    if (this.finished) return;
    this.commit();
    this.finish('stay');
  }

  private finish(step: 'down' | 'right' | 'left' | 'stay'): void {
    this.finished = true;
    this.done.emit(step);
  }

  /** What was typed holds, also where it does not fit the column's type: nothing typed is lost. */
  private commit(): void {
    if (!this.isText()) this.set(parseCell(this.text(), this.column().type));
  }

  /** Typing over is taken back as a whole; of a text that one went into, the letters are with everyone already, and stay. */
  private takeBack(): void {
    const replaced = this.replaced();
    if (replaced !== undefined) this.set(replaced);
    else if (!this.isText()) this.set(this.before);
  }

  private set(value: Cell): void {
    this.board.edit((dashboard) => setCell(dashboard, this.dataset(), this.row(), this.column().id, value));
  }
}
