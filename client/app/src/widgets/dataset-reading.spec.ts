import type { Cell, Dataset } from '@coboard/core';
import { aggregate, readCategories, readFigure, readSeries, readTable, type CategorySettings, type Reading } from './dataset-reading';

/** A dataset of a day, a region, a value and the value before. */
function dataset(...rows: readonly (readonly Cell[])[]): Dataset {
  const ids = ['day', 'region', 'value', 'before'];
  const column = (name: string, type: 'text' | 'number' | 'date', order: string) => ({ name, type, order });
  return {
    title: 'Data', columns: { day: column('Day', 'date', 'A'), region: column('Region', 'text', 'B'), value: column('Value', 'number', 'C'), before: column('Before', 'number', 'D') },
    rows: Object.fromEntries(rows.map((cells, i) => [`r${String(i)}`, { order: `A${String.fromCharCode(65 + i)}`, cells: Object.fromEntries(cells.map((cell, k) => [ids[k] ?? '', cell])) }])),
  };
}

const full = { data: dataset(['2026-01-02', 'North', 20, 10], ['2026-01-01', 'South', 5, 10], ['2026-01-03', 'North', 30, null]) };
const figure = { dataset: 'data', value: 'value', date: 'day', aggregate: 'last', compare: 'previous' } as const;
const series = { dataset: 'data', date: 'day', values: { value: true } } as const;
const categories: CategorySettings = { dataset: 'data', category: 'region', value: 'value', aggregate: 'sum', limit: 10 };
const table = { dataset: 'data', hidden: {}, sortBy: null, sortDirection: 'ascending', limit: 10 } as const;
const valueOf = <T>(reading: Reading<T>): T => {
  if (reading.kind !== 'ready') throw new Error(reading.words);
  return reading.value;
};
/** How a reading failed. */
const said = (reading: Reading<unknown>): readonly string[] => (reading.kind === 'ready' ? ['ready'] : [reading.kind, reading.words, reading.action]);

describe('WIDGETVIEW reading of datasets', () => {
  it('WIDGETVIEW-5 every kind says what it misses: a dataset, a column, rows', () => {
    const readers = [
      (more: object, data: Readonly<Record<string, Dataset>> = full) => readFigure(data, { ...figure, ...more }),
      (more: object, data: Readonly<Record<string, Dataset>> = full) => readSeries(data, { ...series, ...more }),
      (more: object, data: Readonly<Record<string, Dataset>> = full) => readCategories(data, { ...categories, ...more }),
      (more: object, data: Readonly<Record<string, Dataset>> = full) => readTable(data, { ...table, ...more }),
    ];
    for (const read of readers) {
      expect(said(read({ dataset: null }))).toEqual(['empty', 'Choose a dataset to draw.', 'choose-data']);
      expect(said(read({ dataset: 'gone' }))).toEqual(['broken', 'Its dataset was deleted.', 'choose-data']);
      expect(said(read({}, { data: dataset() }))).toEqual(['empty', 'Add rows, or paste them from a spreadsheet.', 'open-data']);
      expect(said(read({}))).toEqual(['ready']);
    }
    const column = ['empty', 'Choose which columns to draw.', 'choose-data'];
    const gone = ['broken', 'A column that it draws was deleted.', 'choose-data'];
    expect([said(readFigure(full, { ...figure, value: null })), said(readFigure(full, { ...figure, value: 'gone' }))]).toEqual([column, gone]);
    expect([said(readSeries(full, { ...series, date: null })), said(readSeries(full, { ...series, date: 'gone' }))]).toEqual([column, gone]);
    expect([said(readCategories(full, { ...categories, category: null })), said(readCategories(full, { ...categories, value: 'gone' }))]).toEqual([column, gone]);
  });

  it('WIDGETVIEW-6 lines that were never chosen are missing, lines whose columns are gone are broken', () => {
    expect(said(readSeries(full, { ...series, values: {} }))).toEqual(['empty', 'Choose which columns to draw as lines.', 'choose-data']);
    expect(said(readSeries(full, { ...series, values: { gone: true } }))).toEqual(['broken', 'The columns that it draws were deleted.', 'choose-data']);
    expect(valueOf(readSeries(full, { ...series, values: { gone: true, value: true } })).series.map(({ id }) => id)).toEqual(['value']);
  });

  it('WIDGETVIEW-7 columns without a number, and categories without a name, are empty', () => {
    const words = { data: dataset(['2026-01-01', '', 'many', null]) };
    expect(said(readFigure(words, figure))).toEqual(['empty', 'The column has no number in it.', 'open-data']);
    expect(said(readCategories(words, categories))).toEqual(['empty', 'The category column is empty.', 'open-data']);
    expect(valueOf(readSeries(words, series)).series[0]?.values).toEqual([null]);
  });

  it('WIDGETVIEW-8 a figure goes by time, and is compared with the one before, the first, or nothing', () => {
    expect(valueOf(readFigure(full, figure))).toEqual({ value: 30, before: 20, trend: [5, 20, 30] });
    expect(valueOf(readFigure(full, { ...figure, compare: 'first', aggregate: 'sum' }))).toEqual({ value: 55, before: 5, trend: [5, 20, 30] });
    expect(valueOf(readFigure(full, { ...figure, compare: 'none' })).before).toBeNull();
    expect(valueOf(readFigure({ data: dataset(['2026-01-01', 'x', 4, null]) }, figure)).before).toBeNull();
  });

  it('WIDGETVIEW-9 categories gather rows, sort, and sum up what is beyond the limit', () => {
    const { categories: gathered, rest } = valueOf(readCategories(full, { ...categories, compare: 'before' }));
    expect(gathered).toEqual([{ name: 'North', value: 50, before: 10 }, { name: 'South', value: 5, before: 10 }]);
    expect(rest).toBe(0);
    expect(valueOf(readCategories(full, { ...categories, limit: 1 })).rest).toBe(5);
    const order = (sort: 'largest' | 'smallest' | 'name' | 'table') => valueOf(readCategories({ data: dataset([null, 'B10', 1], [null, 'B9', 3], [null, 'A', 2]) }, { ...categories, sort })).categories.map(({ name }) => name);
    expect([order('largest'), order('smallest'), order('name'), order('table')]).toEqual([['B9', 'A', 'B10'], ['B10', 'A', 'B9'], ['A', 'B9', 'B10'], ['B10', 'B9', 'A']]);
  });

  it('WIDGETVIEW-10 a table hides columns, sorts, stops at its limit, and forgets a sort column that is gone', () => {
    const read = valueOf(readTable(full, { ...table, hidden: { before: true }, sortBy: 'value', sortDirection: 'descending', limit: 2 }));
    expect(read.columns.map(({ id, largest }) => [id, largest])).toEqual([['day', 0], ['region', 0], ['value', 30]]);
    expect(read.rows.map(({ id }) => id)).toEqual(['r2', 'r0']);
    expect(read.total).toBe(3);
    expect(valueOf(readTable(full, { ...table, sortBy: 'gone' })).rows.map(({ id }) => id)).toEqual(['r0', 'r1', 'r2']);
  });

  it('WIDGETVIEW-11 numbers that are kept as text count as what they say', () => {
    const texts = { data: dataset(['2026-01-01', 'a', '12,5'], ['2026-01-02', 'b', '1,500'], ['2026-01-03', 'c', 'three']) };
    expect(valueOf(readFigure(texts, { ...figure, aggregate: 'sum' })).value).toBe(1_512.5);
    expect(valueOf(readSeries(texts, series)).series[0]?.values).toEqual([12.5, 1_500, null]);
  });

  it('WIDGETVIEW-12 aggregates are of numbers, and only a count is of none', () => {
    const of = (values: readonly number[]) => (['sum', 'average', 'min', 'max', 'count', 'last'] as const).map((how) => aggregate(values, how));
    expect(of([3, 1, 2])).toEqual([6, 2, 1, 3, 3, 2]);
    expect(of([])).toEqual([null, null, null, null, 0, null]);
  });
});
