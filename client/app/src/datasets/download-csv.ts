import { toCsv } from './cell-text';
import type { DatasetTable } from './dataset-table';

/** Gives the browser a table to save, as CSV with its columns' names in the first line. */
export function downloadCsv(name: string, table: DatasetTable): void {
  const csv = toCsv([table.columns.map((column) => column.name), ...table.rows.map(({ cells }) => table.columns.map(({ id }) => cells[id] ?? null))]);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv;charset=utf-8' }));
  link.download = `${name === '' ? 'data' : name}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
}
