import * as v from 'valibot';
import { Aggregate, NumberFormat, Reference, ShortText, aggregateChoices, numberFormatChoices } from './common-settings.ts';
import { widgetKind } from './widget-kind.ts';

/** One number, its change and its trend. */
export const kpi = widgetKind({
  kind: 'kpi',
  name: 'KPI',
  summary: 'A number, its change, its trend',
  group: 'Figures and charts',
  settings: v.strictObject({
    dataset: Reference,
    value: Reference,
    date: Reference,
    aggregate: Aggregate,
    compare: v.picklist(['previous', 'first', 'none']),
    goodWhen: v.picklist(['up', 'down']),
    format: NumberFormat,
    unit: ShortText,
    sparkline: v.boolean(),
  }),
  defaults: {
    dataset: null, value: null, date: null, aggregate: 'last', compare: 'previous', goodWhen: 'up', format: 'short', unit: '',
    sparkline: true,
  },
  fields: [
    { key: 'dataset', label: 'Dataset', section: 'Data', control: 'dataset' },
    { key: 'value', label: 'Value', section: 'Data', control: 'column', types: ['number'], optional: false },
    { key: 'date', label: 'Over time', section: 'Data', control: 'column', types: ['date', 'text'], optional: true },
    { key: 'aggregate', label: 'Show', section: 'Data', control: 'choice', choices: aggregateChoices },
    {
      key: 'compare', label: 'Compare with', section: 'Data', control: 'choice',
      choices: [{ value: 'previous', label: 'The one before' }, { value: 'first', label: 'The first' }, { value: 'none', label: 'Nothing' }],
    },
    {
      key: 'goodWhen', label: 'Good is', section: 'Look', control: 'segments',
      choices: [{ value: 'up', label: 'More' }, { value: 'down', label: 'Less' }],
    },
    { key: 'format', label: 'Numbers', section: 'Look', control: 'choice', choices: numberFormatChoices },
    { key: 'unit', label: 'Unit', section: 'Look', control: 'text', placeholder: 'like €' },
    { key: 'sparkline', label: 'Trend', section: 'Look', control: 'switch' },
  ],
  size: { initial: { w: 3, h: 3 }, min: { w: 2, h: 2 }, max: { w: 12, h: 8 } },
  needsDataset: true,
});
