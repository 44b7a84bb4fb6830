import * as v from 'valibot';
import { ColumnChoice, NumberFormat, Reference, RowLimit, numberFormatChoices } from './common-settings.ts';
import { widgetKind } from './widget-kind.ts';

/** Rows of a dataset, sorted and formatted. */
export const table = widgetKind({
  kind: 'table',
  name: 'Table',
  summary: 'Rows, sorted and formatted',
  group: 'Figures and charts',
  settings: v.strictObject({
    dataset: Reference,
    hidden: ColumnChoice,
    sortBy: Reference,
    sortDirection: v.picklist(['ascending', 'descending']),
    limit: RowLimit,
    format: NumberFormat,
    bars: v.boolean(),
  }),
  defaults: { dataset: null, hidden: {}, sortBy: null, sortDirection: 'descending', limit: 50, format: 'full', bars: false },
  fields: [
    { key: 'dataset', label: 'Dataset', section: 'Data', control: 'dataset' },
    { key: 'hidden', label: 'Hide', section: 'Data', control: 'columns', types: ['text', 'number', 'date'] },
    { key: 'sortBy', label: 'Sort by', section: 'Data', control: 'column', types: ['text', 'number', 'date'], optional: true },
    {
      key: 'sortDirection', label: 'Direction', section: 'Data', control: 'segments',
      choices: [{ value: 'descending', label: 'Down' }, { value: 'ascending', label: 'Up' }],
    },
    { key: 'limit', label: 'At most', section: 'Data', control: 'number', min: 1, max: 100, optional: false },
    { key: 'format', label: 'Numbers', section: 'Look', control: 'choice', choices: numberFormatChoices },
    { key: 'bars', label: 'Bars in cells', section: 'Look', control: 'switch' },
  ],
  size: { initial: { w: 5, h: 7 }, min: { w: 3, h: 3 }, max: { w: 12, h: 40 } },
  needsDataset: true,
});
