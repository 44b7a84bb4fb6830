import { addRows, newId, replaceAt, setCell, type Cell, type Dashboard, type Op } from '@coboard/core';
import { parseCell } from './cell-text';
import type { DatasetTable } from './dataset-table';
import { normalized, type CellPlace, type CellRange } from './cell-range';

/** A block of cells that came from a clipboard; see {@link pasteOps}. */
export interface Pasted {
  /** In parts that one operation can carry each. */
  readonly ops: readonly Op[];
  readonly range: CellRange;
  /** Columns of the block that found no column here. */
  readonly columnsLeft: number;
}

const componentsPerOp = 500;

/** The operations that put a block of texts into a dataset, from a cell on; rows that are missing are added. */
export function pasteOps(dashboard: Dashboard, table: DatasetTable, at: CellPlace, block: readonly (readonly string[])[]): Pasted {
  const width = Math.max(...block.map((row) => row.length));
  const columns = table.columns.slice(at.column, at.column + width);
  const valueAt = (texts: readonly string[], column: number): Cell => parseCell(texts[column] ?? '', columns[column]?.type ?? 'text');
  const inside = block.slice(0, table.rows.length - at.row);
  const beyond = block.slice(inside.length);
  const components = inside.flatMap((texts, i) =>
    columns.flatMap(({ id }, column) => setCell(dashboard, table.id, table.rows[at.row + i]?.id ?? '', id, valueAt(texts, column))),
  );
  const rows = beyond.map((texts) => ({
    id: newId(),
    cells: Object.fromEntries(columns.flatMap(({ id }, column) => {
      const value = valueAt(texts, column);
      return value === null ? [] : [[id, value]];
    })),
  }));
  const all = [...components, ...(rows.length === 0 ? [] : addRows(dashboard, table.id, rows))];
  const ops = Array.from({ length: Math.ceil(all.length / componentsPerOp) }, (_, i) => all.slice(i * componentsPerOp, (i + 1) * componentsPerOp));
  return {
    ops, columnsLeft: width - columns.length,
    range: { from: at, to: { row: at.row + block.length - 1, column: at.column + Math.max(1, columns.length) - 1 } },
  };
}

/** Empties the cells of a range. */
export function clearCells(dashboard: Dashboard, table: DatasetTable, range: CellRange): Op {
  const { from, to } = normalized(range);
  return table.rows.slice(from.row, to.row + 1).flatMap(({ id }) =>
    table.columns.slice(from.column, to.column + 1).flatMap((column) => replaceAt(dashboard, ['datasets', table.id, 'rows', id, 'cells', column.id], undefined)),
  );
}

/** Gives every row of a range the values of its first row. */
export function fillDown(dashboard: Dashboard, table: DatasetTable, range: CellRange): Op {
  const { from, to } = normalized(range);
  const first = table.rows[from.row];
  return table.rows.slice(from.row + 1, to.row + 1).flatMap(({ id }) =>
    table.columns.slice(from.column, to.column + 1).flatMap((column) => setCell(dashboard, table.id, id, column.id, first?.cells[column.id] ?? null)),
  );
}
