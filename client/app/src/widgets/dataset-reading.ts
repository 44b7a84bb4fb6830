import { inOrder, type Cell, type Column, type Dataset } from '@coboard/core';
import { parseCell } from '../datasets/cell-text';

/** What a chart found in a dataset, or why it cannot be drawn and what would help. */
export type Reading<T> =
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'empty'; readonly title: string; readonly words: string; readonly action: 'choose-data' | 'open-data' }
  | { readonly kind: 'broken'; readonly title: string; readonly words: string; readonly action: 'choose-data' };

type Datasets = Readonly<Record<string, Dataset>>;

/** One row in the order of the dataset. */
export interface ReadRow {
  readonly id: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

export const rowsOf = (dataset: Dataset): ReadRow[] => inOrder(dataset.rows).map(([id, { cells }]) => ({ id, cells }));

export const columnsOf = (dataset: Dataset): (Column & { readonly id: string })[] => inOrder(dataset.columns).map(([id, column]) => ({ id, ...column }));

const numberOf = (cell: Cell | undefined): number | null => {
  if (typeof cell === 'number') return cell;
  if (typeof cell !== 'string') return null;
  const parsed = parseCell(cell, 'number');
  return typeof parsed === 'number' ? parsed : null;
};

export const textOf = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

/** The dataset of a widget. A column that is named but gone is broken, one that was never chosen is empty. */
function withDataset<T>(datasets: Datasets, id: string | null, columns: readonly (string | null)[], read: (dataset: Dataset) => Reading<T>): Reading<T> {
  if (id === null) return { kind: 'empty', title: 'No data yet', words: 'Choose a dataset to draw.', action: 'choose-data' };
  const dataset = datasets[id];
  if (dataset === undefined) return { kind: 'broken', title: 'This chart cannot be drawn', words: 'Its dataset was deleted.', action: 'choose-data' };
  for (const column of columns) {
    if (column === null) return { kind: 'empty', title: 'Almost there', words: 'Choose which columns to draw.', action: 'choose-data' };
    if (dataset.columns[column] === undefined) return { kind: 'broken', title: 'This chart cannot be drawn', words: 'A column that it draws was deleted.', action: 'choose-data' };
  }
  if (Object.keys(dataset.rows).length === 0) return { kind: 'empty', title: 'No rows yet', words: 'Add rows, or paste them from a spreadsheet.', action: 'open-data' };
  return read(dataset);
}

export type AggregateName = 'sum' | 'average' | 'min' | 'max' | 'count' | 'last';

/** Several numbers as one. null of no numbers at all, but for a count, which is then 0. */
export function aggregate(values: readonly number[], how: AggregateName): number | null {
  if (how === 'count') return values.length;
  if (values.length === 0) return null;
  switch (how) {
    case 'sum': return values.reduce((sum, value) => sum + value, 0);
    case 'average': return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'min': return Math.min(...values);
    case 'max': return Math.max(...values);
    case 'last': return values.at(-1) ?? null;
  }
}

/** Rows sorted by a date or text column where there is one; else in their order. */
function overTime(dataset: Dataset, date: string | null): ReadRow[] {
  const rows = rowsOf(dataset);
  if (date === null || dataset.columns[date]?.type !== 'date') return rows;
  return rows.sort((a, b) => textOf(a.cells[date]).localeCompare(textOf(b.cells[date])));
}

export interface Figure {
  readonly value: number;
  /** What it is compared with; null: with nothing. */
  readonly before: number | null;
  /** The column over time, for the trend. */
  readonly trend: readonly number[];
}

export function readFigure(
  datasets: Datasets,
  settings: { dataset: string | null; value: string | null; date: string | null; aggregate: AggregateName; compare: 'previous' | 'first' | 'none' },
): Reading<Figure> {
  const { value: column } = settings;
  return withDataset(datasets, settings.dataset, [column], (dataset) => {
    const trend = overTime(dataset, settings.date).map(({ cells }) => numberOf(cells[column ?? ''])).filter((value) => value !== null);
    const value = aggregate(trend, settings.aggregate);
    if (value === null) return { kind: 'empty', title: 'No numbers yet', words: 'The column has no number in it.', action: 'open-data' };
    const earlier = settings.compare === 'first' ? trend.slice(0, 1) : trend.slice(0, -1);
    const before = settings.compare === 'none' || trend.length < 2 ? null : aggregate(earlier, settings.aggregate);
    return { kind: 'ready', value: { value, before, trend: trend.slice(-60) } };
  });
}

export interface Series {
  readonly id: string;
  readonly name: string;
  readonly values: readonly (number | null)[];
}

export interface SeriesOverTime {
  readonly labels: readonly string[];
  readonly series: readonly Series[];
}

export function readSeries(datasets: Datasets, settings: { dataset: string | null; date: string | null; values: Readonly<Record<string, true>> }): Reading<SeriesOverTime> {
  const chosen = Object.keys(settings.values);
  return withDataset<SeriesOverTime>(datasets, settings.dataset, [settings.date], (dataset) => {
    const columns = columnsOf(dataset).filter(({ id }) => chosen.includes(id));
    if (chosen.length > 0 && columns.length === 0) return { kind: 'broken', title: 'This chart cannot be drawn', words: 'The columns that it draws were deleted.', action: 'choose-data' };
    if (columns.length === 0) return { kind: 'empty', title: 'Almost there', words: 'Choose which columns to draw as lines.', action: 'choose-data' };
    const rows = overTime(dataset, settings.date);
    return {
      kind: 'ready',
      value: {
        labels: rows.map(({ cells }) => textOf(cells[settings.date ?? ''])),
        series: columns.map(({ id, name }) => ({ id, name, values: rows.map(({ cells }) => numberOf(cells[id])) })),
      },
    };
  });
}

export interface Category {
  readonly name: string;
  readonly value: number;
  readonly before: number | null;
}

export interface CategorySettings {
  readonly dataset: string | null;
  readonly category: string | null;
  readonly value: string | null;
  readonly compare?: string | null;
  readonly aggregate: AggregateName;
  readonly sort?: 'largest' | 'smallest' | 'name' | 'table';
  readonly limit: number;
}

/** Rows gathered by category. `rest` is the sum of what is beyond the limit. */
export function readCategories(datasets: Datasets, settings: CategorySettings): Reading<{ readonly categories: readonly Category[]; readonly rest: number }> {
  const { category, value, compare = null } = settings;
  return withDataset(datasets, settings.dataset, [category, value], (dataset) => {
    const groups = new Map<string, { now: number[]; before: number[] }>();
    for (const { cells } of rowsOf(dataset)) {
      const name = textOf(cells[category ?? '']).trim();
      if (name === '') continue;
      const group = groups.get(name) ?? { now: [], before: [] };
      groups.set(name, group);
      const now = numberOf(cells[value ?? '']);
      if (now !== null) group.now.push(now);
      const before = compare === null ? null : numberOf(cells[compare]);
      if (before !== null) group.before.push(before);
    }
    const all = [...groups].map(([name, group]): Category => ({
      name, value: aggregate(group.now, settings.aggregate) ?? 0, before: compare === null ? null : aggregate(group.before, settings.aggregate),
    }));
    if (all.length === 0) return { kind: 'empty', title: 'No rows yet', words: 'The category column is empty.', action: 'open-data' };
    const sorted = sortCategories(all, settings.sort ?? 'largest');
    const rest = sorted.slice(settings.limit).reduce((sum, one) => sum + one.value, 0);
    return { kind: 'ready', value: { categories: sorted.slice(0, settings.limit), rest } };
  });
}

function sortCategories(categories: readonly Category[], sort: 'largest' | 'smallest' | 'name' | 'table'): readonly Category[] {
  switch (sort) {
    case 'largest': return categories.toSorted((a, b) => b.value - a.value || a.name.localeCompare(b.name));
    case 'smallest': return categories.toSorted((a, b) => a.value - b.value || a.name.localeCompare(b.name));
    case 'name': return categories.toSorted((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
    case 'table': return categories;
  }
}

export interface TableReading {
  readonly columns: readonly (Column & { readonly id: string; /** Of numbers: the largest, for bars in cells. */ readonly largest: number })[];
  readonly rows: readonly ReadRow[];
  readonly total: number;
}

export function readTable(
  datasets: Datasets,
  settings: { dataset: string | null; hidden: Readonly<Record<string, true>>; sortBy: string | null; sortDirection: 'ascending' | 'descending'; limit: number },
): Reading<TableReading> {
  return withDataset(datasets, settings.dataset, [], (dataset) => {
    const rows = rowsOf(dataset);
    const by = settings.sortBy !== null && dataset.columns[settings.sortBy] !== undefined ? settings.sortBy : null;
    const sign = settings.sortDirection === 'ascending' ? 1 : -1;
    const sorted = by === null ? rows : rows.toSorted((a, b) => sign * compareCells(a.cells[by], b.cells[by]));
    const columns = columnsOf(dataset).filter(({ id }) => settings.hidden[id] === undefined).map((column) => ({
      ...column, largest: column.type === 'number' ? Math.max(0, ...rows.map(({ cells }) => Math.abs(numberOf(cells[column.id]) ?? 0))) : 0,
    }));
    return { kind: 'ready', value: { columns, rows: sorted.slice(0, settings.limit), total: rows.length } };
  });
}

function compareCells(a: Cell | undefined, b: Cell | undefined): number {
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  if (x !== null) return 1;
  if (y !== null) return -1;
  return textOf(a).localeCompare(textOf(b), undefined, { numeric: true });
}
