import { emptyDataset, templates } from '@coboard/core/templates';
import { addColumn, addRows, inOrder, type Cell, type Dashboard, type Op } from '@coboard/core';
import json0 from 'ot-json0';
import { clearCells, fillDown, pasteOps } from './dataset-edits';
import { cellsIn, shownCell, tableOf, type DatasetTable } from './dataset-table';

const context = { today: '2026-11-20', random: () => 0.5 };
const apply = (dashboard: Dashboard, ...ops: readonly Op[]): Dashboard => ops.reduce((now, op) => json0.type.apply<Dashboard>(now, op), structuredClone(dashboard));

/** A dashboard with a dataset of a name, a value and a date, and rows. */
function withRows(...rows: readonly (readonly Cell[])[]): Dashboard {
  const empty = { ...templates.blank.build(context), datasets: { data: { ...emptyDataset(context, 'Data'), rows: {} } } };
  const columns = inOrder(empty.datasets.data.columns).map(([id]) => id);
  const cells = rows.map((row) => ({ cells: Object.fromEntries(row.flatMap((cell, i) => (cell === null ? [] : [[columns[i] ?? '', cell]]))) }));
  return apply(empty, addRows(empty, 'data', cells));
}

const tableIn = (dashboard: Dashboard): DatasetTable => {
  const dataset = dashboard.datasets['data'];
  if (dataset === undefined) throw new Error('no dataset');
  return tableOf('data', dataset);
};
const all = { from: { row: 0, column: 0 }, to: { row: 9_999, column: 99 } };
const cells = (dashboard: Dashboard): Cell[][] => cellsIn(tableIn(dashboard), all);

describe('DATA edits of many cells', () => {
  it('DATA-10 a pasted block is typed by the columns it falls on and grows rows', () => {
    const dashboard = withRows(['Ana', 1, '2026-01-01'], ['Ben', 2, null]);
    const pasted = pasteOps(dashboard, tableIn(dashboard), { row: 1, column: 0 }, [['Cem', '1,500', '5 Nov 2026'], ['Dev', 'many', ''], ['Eli']]);
    expect(cells(apply(dashboard, ...pasted.ops))).toEqual([['Ana', 1, '2026-01-01'], ['Cem', 1_500, '2026-11-05'], ['Dev', 'many', null], ['Eli', null, null]]);
    expect(pasted.columnsLeft).toBe(0);
    expect(pasted.range).toEqual({ from: { row: 1, column: 0 }, to: { row: 3, column: 2 } });
  });

  it('DATA-11 what is wider than the dataset is counted and left out', () => {
    const dashboard = withRows(['Ana', 1, null]);
    const pasted = pasteOps(dashboard, tableIn(dashboard), { row: 0, column: 1 }, [['5', '2026-02-03', 'x', 'y']]);
    expect(pasted.columnsLeft).toBe(2);
    expect(cells(apply(dashboard, ...pasted.ops))).toEqual([['Ana', 5, '2026-02-03']]);
    expect(pasted.range.to).toEqual({ row: 0, column: 2 });
  });

  it('DATA-12 a large block goes in parts that lead to the same in the end', () => {
    const dashboard = withRows(...Array.from({ length: 300 }, (_, i) => [`r${String(i)}`, i, null]));
    const block = Array.from({ length: 400 }, (_, i) => [`n${String(i)}`, String(i * 2)]);
    const { ops } = pasteOps(dashboard, tableIn(dashboard), { row: 0, column: 0 }, block);
    expect(ops.length).toBeGreaterThan(1);
    expect(Math.max(...ops.map((op) => op.length))).toBeLessThanOrEqual(500);
    expect(cells(apply(dashboard, ...ops))).toEqual(block.map(([name = '', value]) => [name, Number(value), null]));
  });

  it('DATA-13 clearing empties what is filled, and filling down repeats the first row', () => {
    const dashboard = withRows(['Ana', 1, null], ['Ben', 2, '2026-01-01'], ['Cem', null, null]);
    const table = tableIn(dashboard);
    const range = { from: { row: 2, column: 1 }, to: { row: 0, column: 0 } };
    expect(cells(apply(dashboard, clearCells(dashboard, table, range)))).toEqual([[null, null, null], [null, null, '2026-01-01'], [null, null, null]]);
    expect(cells(apply(dashboard, fillDown(dashboard, table, range)))).toEqual([['Ana', 1, null], ['Ana', 1, '2026-01-01'], ['Ana', 1, null]]);
    const nothing = { from: { row: 2, column: 1 }, to: { row: 2, column: 2 } };
    expect(clearCells(dashboard, table, nothing)).toEqual([]);
  });

  it('DATA-14 a table has its columns and rows in their order, and empty cells where nothing is', () => {
    const dashboard = withRows(['Ana', 1, null]);
    const wider = apply(dashboard, addColumn(dashboard, 'data', { name: 'More', type: 'text' }));
    expect(tableIn(wider).columns.map(({ name, type }) => [name, type])).toEqual([['Name', 'text'], ['Value', 'number'], ['Date', 'date'], ['More', 'text']]);
    expect(cells(wider)).toEqual([['Ana', 1, null, null]]);
    expect([shownCell(undefined, 'number'), shownCell(null, 'text'), shownCell('a', 'number'), shownCell('soon', 'date')]).toEqual(['', '', 'a', 'soon']);
    expect(shownCell(1_234.5, 'number')).toBe((1_234.5).toLocaleString());
  });
});
