import { inOrder, type Cell, type Column, type Dataset } from '@coboard/core';
import { dateWords } from '../widgets/number-words';
import { normalized, type CellRange } from './cell-range';

const exactNumber = new Intl.NumberFormat(undefined, { maximumFractionDigits: 10 });
const averageNumber = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

/** A dataset as a table: columns and rows in order. */
export interface DatasetTable {
  readonly id: string;
  readonly columns: readonly (Pick<Column, 'name' | 'type'> & { readonly id: string })[];
  readonly rows: readonly { readonly id: string; readonly cells: Readonly<Record<string, Cell>> }[];
}

export function tableOf(id: string, dataset: Dataset): DatasetTable {
  return {
    id,
    columns: inOrder(dataset.columns).map(([column, { name, type }]) => ({ id: column, name, type })),
    rows: inOrder(dataset.rows).map(([row, { cells }]) => ({ id: row, cells })),
  };
}

/** The cells of a range, row by row. */
export function cellsIn(table: DatasetTable, range: CellRange): Cell[][] {
  const { from, to } = normalized(range);
  return table.rows.slice(from.row, to.row + 1).map(({ cells }) => table.columns.slice(from.column, to.column + 1).map(({ id }) => cells[id] ?? null));
}

/** The path of a cell in the dashboard. */
export const cellPath = (dataset: string, row: string, column: string): readonly string[] => ['datasets', dataset, 'rows', row, 'cells', column];

/** A cell as it is shown: numbers as people read them, dates in few words. */
export function shownCell(cell: Cell | undefined, type: Column['type']): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return exactNumber.format(cell);
  return type === 'date' ? dateWords(cell) : cell;
}

/** What the numbers of a range come to, as people read it; null where there are less than two. */
export function sumsOf(table: DatasetTable, range: CellRange): { readonly sum: string; readonly average: string; readonly count: number } | null {
  const numbers = cellsIn(table, range).flat().filter((cell) => typeof cell === 'number');
  if (numbers.length < 2) return null;
  const sum = numbers.reduce((total, value) => total + value, 0);
  return { sum: sum.toLocaleString(), average: averageNumber.format(sum / numbers.length), count: numbers.length };
}
