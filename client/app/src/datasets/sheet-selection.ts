import { computed, linkedSignal, signal, untracked, type Signal } from '@angular/core';
import type { CellPlace, CellRange } from './cell-range';
import type { DatasetTable } from './dataset-table';

/** A cell by the ids of its row and its column. */
export interface CellIds {
  readonly row: string;
  readonly column: string;
}

/** Where a cell is; -1 for a row or column that is not there. */
export function placeOf(table: DatasetTable | null, ids: CellIds | null): CellPlace {
  return { row: table?.rows.findIndex(({ id }) => id === ids?.row) ?? -1, column: table?.columns.findIndex(({ id }) => id === ids?.column) ?? -1 };
}

export function idsAt(table: DatasetTable | null, { row, column }: CellPlace): CellIds | null {
  const ids = { row: table?.rows[row]?.id, column: table?.columns[column]?.id };
  return ids.row === undefined || ids.column === undefined ? null : { row: ids.row, column: ids.column };
}

/**
 * Where one is in a sheet: the cell that the keys go to, and the range that reaches to it. Both are kept by ids, so that they hold
 * the same cells when others delete rows above them.
 */
export class SheetSelection {
  /** The cell that the keys go to. Where it is deleted, the one that takes its place. */
  readonly active: Signal<CellPlace>;
  readonly range: Signal<CellRange>;
  /** False until one has gone anywhere. */
  readonly isBegun: Signal<boolean>;
  private readonly table: Signal<DatasetTable | null>;
  private readonly activeIds = signal<CellIds | null>(null);
  private readonly anchorIds = signal<CellIds | null>(null);

  constructor(table: Signal<DatasetTable | null>) {
    this.table = table;
    this.isBegun = computed(() => this.activeIds() !== null);
    this.active = linkedSignal<{ table: DatasetTable | null; ids: CellIds | null }, CellPlace>({
      source: () => ({ table: table(), ids: this.activeIds() }),
      computation: ({ table: now, ids }, previous) => {
        const { row, column } = placeOf(now, ids);
        const old = previous?.value ?? { row: 0, column: 0 };
        const last = { row: Math.max(0, (now?.rows.length ?? 0) - 1), column: Math.max(0, (now?.columns.length ?? 0) - 1) };
        return { row: row < 0 ? Math.min(old.row, last.row) : row, column: column < 0 ? Math.min(old.column, last.column) : column };
      },
      equal: (a, b) => a.row === b.row && a.column === b.column,
    });
    this.range = computed(() => {
      const from = placeOf(table(), this.anchorIds());
      return { from: from.row < 0 || from.column < 0 ? this.active() : from, to: this.active() };
    });
  }

  /** Goes to a cell, or draws the range to it; its ids, or null where there is none. */
  goTo(place: CellPlace, extend = false): CellIds | null {
    const table = untracked(this.table);
    const ids = idsAt(table, place);
    if (ids === null) return null;
    this.anchorIds.set(extend ? (untracked(this.anchorIds) ?? idsAt(table, untracked(this.active))) : null);
    this.activeIds.set(ids);
    return ids;
  }
}
