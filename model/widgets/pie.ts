import * as v from 'valibot';
import { Aggregate, NumberFormat, Reference, RowLimit, ShortText, aggregateChoices, numberFormatChoices } from './common-settings.ts';
import { widgetKind } from './widget-kind.ts';

/** Parts of a whole, as a pie or a donut. */
export const pie = widgetKind({
  kind: 'pie',
  name: 'Pie',
  summary: 'Parts of a whole',
  group: 'Figures and charts',
  settings: v.strictObject({
    dataset: Reference,
    category: Reference,
    value: Reference,
    aggregate: Aggregate,
    shape: v.picklist(['donut', 'pie']),
    limit: RowLimit,
    format: NumberFormat,
    unit: ShortText,
  }),
  defaults: { dataset: null, category: null, value: null, aggregate: 'sum', shape: 'donut', limit: 6, format: 'short', unit: '' },
  fields: [
    { key: 'dataset', label: 'Dataset', section: 'Data', control: 'dataset' },
    { key: 'category', label: 'Category', section: 'Data', control: 'column', types: ['text', 'date'], optional: false },
    { key: 'value', label: 'Value', section: 'Data', control: 'column', types: ['number'], optional: false },
    { key: 'aggregate', label: 'Show', section: 'Data', control: 'choice', choices: aggregateChoices },
    {
      key: 'shape', label: 'Shape', section: 'Look', control: 'segments',
      choices: [{ value: 'donut', label: 'Donut' }, { value: 'pie', label: 'Pie' }],
    },
    { key: 'limit', label: 'Parts', section: 'Look', control: 'number', min: 1, max: 100, optional: false },
    { key: 'format', label: 'Numbers', section: 'Look', control: 'choice', choices: numberFormatChoices },
    { key: 'unit', label: 'Unit', section: 'Look', control: 'text', placeholder: 'like €' },
  ],
  size: { initial: { w: 4, h: 7 }, min: { w: 2, h: 4 }, max: { w: 12, h: 30 } },
  needsDataset: true,
});
