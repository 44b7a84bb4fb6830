import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { ApplicationRef, ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal, untracked, viewChild, type ElementRef } from '@angular/core';
import { Avatar, Icon, SharedText } from '@coboard/angular';
import { addColumn, addRows, newId, removeColumn, removeDataset, removeRows, replaceAt, setCell, type Cell, type Column, type Dataset, type User } from '@coboard/core';
import { Calendar, Download, Ellipsis, Hash, PencilLine, Plus, Table2, TextAlignStart, Trash2, X } from 'lucide';
import { BoardSession } from '../board/board-session';
import { Toasts } from '../toasts/toasts';
import { CellField } from './cell-field';
import { parseCell, parseClipboard, toClipboard } from './cell-text';
import { downloadCsv } from './download-csv';
import { isWithin, nextCell, normalized, stepped, type CellPlace, type CellRange } from './cell-range';
import { SheetSelection, idsAt, placeOf, type CellIds } from './sheet-selection';
import { cellPath, cellsIn, shownCell, sumsOf, tableOf } from './dataset-table';
import { clearCells, fillDown, pasteOps } from './dataset-edits';

/** Somebody else's place in the sheet. */
type CellPerson = Pick<User, 'name' | 'color'>;

const typeIcons = { text: TextAlignStart, number: Hash, date: Calendar };
const typeNames = { text: 'Text', number: 'Number', date: 'Date' };

/** A dataset as a spreadsheet over the board: edited cell by cell by everyone, while the charts behind it answer. */
@Component({
  selector: 'app-dataset-sheet',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar, CdkMenu, CdkMenuItem, CdkMenuTrigger, CellField, Icon, SharedText],
  templateUrl: './dataset-sheet.html',
  styleUrl: './dataset-sheet.css',
})
export class DatasetSheet {
  readonly id = input.required<string>();
  readonly closed = output();
  protected readonly board = inject(BoardSession);
  private readonly toasts = inject(Toasts);
  private readonly application = inject(ApplicationRef);
  private readonly gridElement = viewChild<ElementRef<HTMLElement>>('grid');
  private readonly nameField = viewChild<ElementRef<HTMLInputElement>>('name');
  protected readonly icons = { table: Table2, close: X, csv: Download, add: Plus, more: Ellipsis, rename: PencilLine, remove: Trash2 };
  protected readonly typeIcons = typeIcons;
  protected readonly typeNames = typeNames;
  protected readonly shown = shownCell;
  protected readonly types = ['text', 'number', 'date'] as const;

  protected readonly dataset = computed<Dataset | null>(() => this.board.dashboard()?.datasets[this.id()] ?? null);
  protected readonly table = computed(() => {
    const dataset = this.dataset();
    return dataset === null ? null : tableOf(this.id(), dataset);
  });
  private readonly size = computed(() => ({ rows: this.table()?.rows.length ?? 0, columns: this.table()?.columns.length ?? 0 }));
  protected readonly titlePath = computed(() => ['datasets', this.id(), 'title']);
  protected readonly uses = computed(() => Object.values(this.board.dashboard()?.widgets ?? {}).filter(({ settings }) => 'dataset' in settings && settings.dataset === this.id()).length);

  private readonly selection = new SheetSelection(this.table);
  protected readonly active = this.selection.active;
  protected readonly range = this.selection.range;
  private readonly editedCell = signal<CellIds | null>(null);
  /** Whether the field of the active cell is open. */
  protected readonly editing = computed(() => {
    const cell = this.editedCell();
    const { row, column } = placeOf(this.table(), cell);
    return cell !== null && row >= 0 && column >= 0;
  });
  /** What stood in the open cell before it was typed over; undefined where it was opened with what it holds. */
  protected readonly replaced = signal<Cell | undefined>(undefined);
  protected readonly renaming = signal<string | null>(null);

  /** By cell path: who else is there. */
  protected readonly people = computed(() => {
    const cells = new Map<string, CellPerson>();
    for (const { user, self, stale, windows } of this.board.presence.people()) {
      if (self || stale) continue;
      for (const { value: { editing } } of windows) if (editing?.widget === this.id()) cells.set(editing.field, user);
    }
    return cells;
  });
  protected readonly editors = computed(() => this.board.editorsOf(this.id()).filter(({ self }) => !self));
  /** What the selected numbers come to. */
  protected readonly sums = computed(() => {
    const table = this.table();
    return table === null ? null : sumsOf(table, this.range());
  });

  constructor() {
    effect(() => {
      this.tellPlace();
    });
    effect(() => {
      // somebody deleted the cell under the field: what is typed next must not go into another one
      if (this.editedCell() === null || this.editing()) return;
      this.editedCell.set(null);
      this.gridElement()?.nativeElement.focus({ preventScroll: true });
    });
    effect(() => {
      const field = this.nameField()?.nativeElement;
      field?.focus();
      field?.select();
    });
    effect((onCleanup) => {
      const grid = this.gridElement()?.nativeElement;
      grid?.focus({ preventScroll: true });
      onCleanup(() => {
        this.board.presence.update({ editing: null, typing: false });
      });
    });
  }

  protected personAt(row: string, column: string): CellPerson | undefined {
    return this.people().get(cellPath(this.id(), row, column).join('.'));
  }

  protected isActive(row: number, column: number): boolean {
    const at = this.active();
    return at.row === row && at.column === column;
  }

  protected isSelected(row: number, column: number): boolean {
    return isWithin({ row, column }, this.range());
  }

  protected goTo(place: CellPlace, extend = false): void {
    const ids = this.selection.goTo(place, extend);
    if (ids === null) return;
    this.gridElement()?.nativeElement.querySelector(`[data-row="${ids.row}"][data-column="${ids.column}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  protected press(event: Event, row: number, column: number): void {
    const { shiftKey, buttons, type } = event as MouseEvent;
    if (type === 'pointerenter' && buttons !== 1) return;
    if (this.editing() && this.isActive(row, column)) return;
    // the keys go to the grid, which knows the active cell, and not to the cell that was pressed
    event.preventDefault();
    this.gridElement()?.nativeElement.focus({ preventScroll: true });
    this.editedCell.set(null);
    this.goTo({ row, column }, type === 'pointerenter' || shiftKey);
  }

  protected edit(): void {
    if (this.board.canEdit() && this.size().rows > 0) {
      this.openField(undefined);
    }
  }

  /** The cell's field is done; `step` is where to go on. */
  protected finish(step: 'down' | 'right' | 'left' | 'stay'): void {
    this.editedCell.set(null);
    this.gridElement()?.nativeElement.focus({ preventScroll: true });
    this.tellPlace();
    const at = this.active();
    if (step === 'down') {
      if (at.row === this.size().rows - 1) this.addRow();
      this.goTo(stepped(at, 1, 0, this.size()));
    } else if (step !== 'stay') this.goTo(nextCell(at, step === 'right' ? 1 : -1, this.size()));
  }

  protected key(event: KeyboardEvent): void {
    if (this.editing() || event.target !== this.gridElement()?.nativeElement) return;
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    const arrows: Partial<Record<string, readonly [number, number]>> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-15, 0], PageDown: [15, 0], Home: [0, -1_000], End: [0, 1_000] };
    const arrow = arrows[key];
    const command = ctrlKey || metaKey;
    if (arrow !== undefined) {
      const far = command ? 10_000 : 1;
      this.goTo(stepped(this.active(), arrow[0] * far, arrow[1] * far, this.size()), shiftKey);
    } else if (key === 'Tab') {
      const at = this.active();
      const next = nextCell(at, shiftKey ? -1 : 1, this.size());
      // at either end the focus goes on through the page
      if (next.row === at.row && next.column === at.column) return;
      this.goTo(next);
    } else if (key === 'Escape') this.closed.emit();
    else if (command && key.toLowerCase() === 'z' && this.board.canEdit()) {
      if (shiftKey) this.board.redo();
      else this.board.undo();
    } else if (!this.board.canEdit()) return;
    else if (command && key.toLowerCase() === 'd') this.board.edit((dashboard) => this.withTable((table) => fillDown(dashboard, table, this.range())));
    else if (key === 'Delete' || key === 'Backspace') this.board.edit((dashboard) => this.withTable((table) => clearCells(dashboard, table, this.range())));
    else if (key === 'Enter' || key === 'F2') this.edit();
    else if (key.length === 1 && !command && !altKey) this.typeOver(key);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  protected copy(event: ClipboardEvent): void {
    const table = this.table();
    if (this.isInField(event) || table === null) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', toClipboard(cellsIn(table, this.range())));
    if (event.type === 'cut' && this.board.canEdit()) this.board.edit((dashboard) => clearCells(dashboard, table, this.range()));
  }

  protected paste(event: ClipboardEvent): void {
    const dashboard = this.board.dashboard();
    const table = this.table();
    if (this.isInField(event) || dashboard === null || table === null || !this.board.canEdit()) return;
    event.preventDefault();
    const text = event.clipboardData?.getData('text/plain') ?? '';
    // a picture, for example
    if (text === '') return;
    const block = parseClipboard(text);
    // one cell is typed by other means
    const why = block.flat().length > 1 ? 'import' : undefined;
    let range: CellRange = this.range();
    this.board.edit((now) => {
      const pasted = pasteOps(now, table, normalized(range).from, block);
      range = pasted.range;
      const [first = [], ...rest] = pasted.ops;
      if (pasted.columnsLeft > 0) this.toasts.show({ icon: Table2, words: `${pasted.columnsLeft === 1 ? '1 column' : `${String(pasted.columnsLeft)} columns`} did not fit. Add columns first, then paste again.` });
      if (rest.length > 0) {
        queueMicrotask(() => {
          for (const op of rest) this.board.edit(() => op, why);
        });
      }
      return first;
    }, why);
    queueMicrotask(() => {
      this.goTo(range.from);
      this.goTo(range.to, true);
    });
  }

  protected addRow(): void {
    this.board.edit((dashboard) => addRows(dashboard, this.id(), [{ cells: {} }]));
  }

  protected removeRow(id: string): void {
    this.board.edit((dashboard) => removeRows(dashboard, this.id(), [id]));
  }

  protected addColumn(): void {
    const id = newId();
    const count = this.size().columns;
    if (this.board.edit((dashboard) => addColumn(dashboard, this.id(), { name: `Column ${String(count + 1)}`, type: 'text' }, id))) this.renaming.set(id);
  }

  protected removeColumn(id: string): void {
    this.board.edit((dashboard) => removeColumn(dashboard, this.id(), id));
  }

  /** Changes a column's type; cells that fit the new type become it, the others stay as they were typed. */
  protected setType(id: string, type: Column['type']): void {
    this.board.edit((dashboard) => [
      ...replaceAt(dashboard, ['datasets', this.id(), 'columns', id, 'type'], type),
      ...(this.table()?.rows ?? []).flatMap(({ id: row, cells }) => {
        const cell = cells[id];
        return cell === null || cell === undefined ? [] : replaceAt(dashboard, cellPath(this.id(), row, id), parseCell(String(cell), type));
      }),
    ]);
  }

  protected removeAll(): void {
    const dataset = this.dataset();
    const id = this.id();
    if (dataset === null || !this.board.edit((dashboard) => removeDataset(dashboard, id))) return;
    this.closed.emit();
    this.toasts.show({
      icon: Trash2, words: `Deleted ${dataset.title || 'a dataset'}`, subject: dataset.title || 'a dataset',
      actions: [{ label: 'Undo', run: () => this.board.edit((dashboard) => (dashboard.datasets[id] === undefined ? replaceAt(dashboard, ['datasets', id], dataset) : [])) }],
    });
  }

  protected download(): void {
    const table = this.table();
    if (table !== null) downloadCsv(this.dataset()?.title ?? '', table);
  }

  /** The field is there and has the focus before the next key comes: a fast typist loses no letter. */
  private openField(replaced: Cell | undefined): void {
    const at = this.active();
    this.goTo(at);
    this.replaced.set(replaced);
    this.editedCell.set(idsAt(this.table(), at));
    this.application.tick();
  }

  /** Shows the others which cell one is in. */
  private tellPlace(): void {
    const ids = idsAt(this.table(), this.active());
    if (ids !== null && untracked(this.selection.isBegun)) this.board.presence.update({ editing: { widget: this.id(), field: cellPath(this.id(), ids.row, ids.column).join('.') } });
  }

  private typeOver(text: string): void {
    const at = this.active();
    const row = this.table()?.rows[at.row];
    const column = this.table()?.columns[at.column];
    if (row === undefined || column === undefined) return;
    const before = row.cells[column.id] ?? null;
    const changed = this.board.edit((dashboard) => setCell(dashboard, this.id(), row.id, column.id, column.type === 'text' ? text : parseCell(text, column.type)));
    this.openField(changed ? before : undefined);
  }

  /** Texts in the fields of the sheet are copied and pasted as anywhere. */
  private isInField({ target }: Event): boolean {
    return this.editing() || target instanceof HTMLInputElement;
  }

  private withTable<T>(make: (table: ReturnType<typeof tableOf>) => readonly T[]): readonly T[] {
    const table = this.table();
    return table === null ? [] : make(table);
  }
}
