import * as v from 'valibot';
import { Id } from '../id.ts';
import { limits } from '../limits.ts';
import { mapById } from '../maps.ts';
import { finite, typedText } from '../text-fields.ts';

/** The id of a dataset or of one of its columns; null: not chosen yet. What it names may have been deleted since. */
export const Reference = v.nullable(Id);

export const Aggregate = v.picklist(['sum', 'average', 'min', 'max', 'count', 'last']);
export const aggregateChoices = [
  { value: 'sum', label: 'Sum' },
  { value: 'average', label: 'Average' },
  { value: 'min', label: 'Smallest' },
  { value: 'max', label: 'Largest' },
  { value: 'count', label: 'Count' },
  { value: 'last', label: 'Last' },
] as const;

export const NumberFormat = v.picklist(['full', 'short', 'percent']);
export const numberFormatChoices = [
  { value: 'full', label: '38,412' },
  { value: 'short', label: '38.4k' },
  { value: 'percent', label: '38.4%' },
] as const;

/** One of the eight series colors of the tokens. */
export const SeriesColor = v.picklist(['s1', 's2', 's3', 's4', 's5', 's6', 's7', 's8']);

export const ShortText = typedText(limits.shortTextCharsMax);
export const OptionalNumber = v.nullable(finite);
/** How many entries are drawn; the rest is gathered or left out. */
export const RowLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100));
/** Columns as a map, so that two people choosing different ones never conflict. */
export const ColumnChoice = mapById(v.literal(true));
