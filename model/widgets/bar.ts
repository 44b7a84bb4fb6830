import * as v from 'valibot';
import {
  Aggregate, NumberFormat, Reference, RowLimit, SeriesColor, ShortText, aggregateChoices, numberFormatChoices,
} from './common-settings.ts';
import { widgetKind } from './widget-kind.ts';

/** Categories compared by length. */
export const bar = widgetKind({
  kind: 'bar',
  name: 'Bars',
  summary: 'Compare categories',
  group: 'Figures and charts',
  settings: v.strictObject({
    dataset: Reference,
    category: Reference,
    value: Reference,
    compare: Reference,
    aggregate: Aggregate,
    shape: v.picklist(['bars', 'columns']),
    sort: v.picklist(['largest', 'smallest', 'name', 'table']),
    color: SeriesColor,
    limit: RowLimit,
    format: NumberFormat,
    unit: ShortText,
  }),
  defaults: {
    dataset: null, category: null, value: null, compare: null, aggregate: 'sum', shape: 'bars', sort: 'largest', color: 's1', limit: 12,
    format: 'short', unit: '',
  },
  fields: [
    { key: 'dataset', label: 'Dataset', section: 'Data', control: 'dataset' },
    { key: 'category', label: 'Category', section: 'Data', control: 'column', types: ['text', 'date'], optional: false },
    { key: 'value', label: 'Value', section: 'Data', control: 'column', types: ['number'], optional: false },
    { key: 'aggregate', label: 'Show', section: 'Data', control: 'choice', choices: aggregateChoices },
    { key: 'compare', label: 'Compare with', section: 'Data', control: 'column', types: ['number'], optional: true },
    {
      key: 'shape', label: 'Shape', section: 'Look', control: 'segments',
      choices: [{ value: 'bars', label: 'Bars' }, { value: 'columns', label: 'Columns' }],
    },
    { key: 'color', label: 'Color', section: 'Look', control: 'color' },
    {
      key: 'sort', label: 'Sort', section: 'Look', control: 'choice',
      choices: [
        { value: 'largest', label: 'Largest first' }, { value: 'smallest', label: 'Smallest first' },
        { value: 'name', label: 'By name' }, { value: 'table', label: 'As in the dataset' },
      ],
    },
    { key: 'limit', label: 'At most', section: 'Look', control: 'number', min: 1, max: 100, optional: false },
    { key: 'format', label: 'Numbers', section: 'Look', control: 'choice', choices: numberFormatChoices },
    { key: 'unit', label: 'Unit', section: 'Look', control: 'text', placeholder: 'like €' },
  ],
  size: { initial: { w: 4, h: 7 }, min: { w: 3, h: 4 }, max: { w: 12, h: 30 } },
  needsDataset: true,
});
