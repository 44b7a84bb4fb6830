import * as v from 'valibot';
import { ColumnChoice, NumberFormat, OptionalNumber, Reference, SeriesColor, ShortText, numberFormatChoices } from './common-settings.ts';
import { widgetKind } from './widget-kind.ts';

/** Lines or areas over time. */
export const timeseries = widgetKind({
  kind: 'timeseries',
  name: 'Time series',
  summary: 'Lines or areas over time',
  group: 'Figures and charts',
  settings: v.strictObject({
    dataset: Reference,
    date: Reference,
    values: ColumnChoice,
    shape: v.picklist(['line', 'area']),
    color: SeriesColor,
    goal: OptionalNumber,
    format: NumberFormat,
    unit: ShortText,
  }),
  defaults: { dataset: null, date: null, values: {}, shape: 'area', color: 's1', goal: null, format: 'short', unit: '' },
  fields: [
    { key: 'dataset', label: 'Dataset', section: 'Data', control: 'dataset' },
    { key: 'date', label: 'Over', section: 'Data', control: 'column', types: ['date', 'text'], optional: false },
    { key: 'values', label: 'Lines', section: 'Data', control: 'columns', types: ['number'] },
    { key: 'goal', label: 'Goal', section: 'Data', control: 'number', optional: true, placeholder: 'none' },
    {
      key: 'shape', label: 'Shape', section: 'Look', control: 'segments',
      choices: [{ value: 'area', label: 'Area' }, { value: 'line', label: 'Line' }],
    },
    { key: 'color', label: 'Color', section: 'Look', control: 'color' },
    { key: 'format', label: 'Numbers', section: 'Look', control: 'choice', choices: numberFormatChoices },
    { key: 'unit', label: 'Unit', section: 'Look', control: 'text', placeholder: 'like €' },
  ],
  size: { initial: { w: 6, h: 7 }, min: { w: 3, h: 4 }, max: { w: 12, h: 30 } },
  needsDataset: true,
});
