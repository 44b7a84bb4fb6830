/** How a widget shows numbers, see `NumberFormat` in the model. */
export type NumberStyle = 'full' | 'short' | 'percent';

/** A number as people read it: the figure and what stands small behind it. */
export interface NumberWords {
  readonly prefix: string;
  readonly figure: string;
  readonly suffix: string;
}

const currencies = new Set(['€', '$', '£', '¥', 'CHF']);
const magnitudes = [[1e12, 'T'], [1e9, 'B'], [1e6, 'M'], [1e3, 'k']] as const;

/** Making one of Intl's formats takes as long as drawing a chart; they are few, so each is made once. */
function once<T>(make: () => T, formats: Map<string, T>, ...key: readonly unknown[]): T {
  const name = key.join();
  const known = formats.get(name);
  if (known !== undefined) return known;
  const made = make();
  formats.set(name, made);
  return made;
}

const numberFormats = new Map<string, Intl.NumberFormat>();
const dateFormats = new Map<string, Intl.DateTimeFormat>();

function digits(value: number, max: number, locale?: string): string {
  return once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: max }), numberFormats, locale, max).format(value);
}

function precision(value: number): number {
  const size = Math.abs(value);
  return size >= 100 || Number.isInteger(value) ? 0 : size >= 10 ? 1 : 2;
}

/** Splits a number into its parts; units that are currencies stand in front. `locale` as in Intl, default the person's own. */
export function numberWords(value: number, style: NumberStyle, unit: string, locale?: string): NumberWords {
  const inFront = currencies.has(unit.trim());
  const prefix = inFront ? unit.trim() : '';
  const behind = inFront ? '' : unit.trim();
  if (style === 'percent') return { prefix, figure: digits(value * 100, 2, locale), suffix: '%' };
  if (style === 'short') {
    // what rounds to 1,000 of one magnitude is 1 of the next
    const found = magnitudes.find(([size]) => Math.abs(value) >= Math.max(10_000, size * 0.9995));
    if (found !== undefined) {
      const scaled = value / found[0];
      const places = Math.abs(scaled) >= 100 ? 0 : Math.abs(scaled) >= 10 ? 1 : 2;
      return { prefix, figure: digits(scaled, places, locale), suffix: found[1] + (behind && ` ${behind}`) };
    }
  }
  return { prefix, figure: digits(value, precision(value), locale), suffix: behind };
}

/** The same in one string: `€3.51M`, `112 ms`, `3.18%`. */
export function numberText(value: number, style: NumberStyle, unit: string, locale?: string): string {
  const { prefix, figure, suffix } = numberWords(value, style, unit, locale);
  const space = suffix === '' || suffix === '%' || /^[kMBT]/.test(suffix) ? '' : ' ';
  return prefix + figure + space + suffix;
}

/** A change against something, with its sign: `+12.4%`, `−0.3 pt`. */
export function changeText(now: number, before: number, style: NumberStyle, locale?: string): string {
  if (style === 'percent') return `${digits(Math.abs((now - before) * 100), 2, locale)} pt`;
  if (before === 0) return digits(Math.abs(now - before), precision(now - before), locale);
  return `${digits(Math.abs(((now - before) / before) * 100), 1, locale)}%`;
}

/** A date of a dataset in few words: `Nov 20`, with the year where it is not the one of `now`, and the time where it has one; anything else as it is. */
export function dateWords(value: string, locale?: string, now = Date.now()): string {
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return value;
  const date = new Date(value.length <= 10 ? `${value}T00:00:00` : value);
  if (Number.isNaN(date.getTime())) return value;
  const [isThisYear, hasTime] = [date.getFullYear() === new Date(now).getFullYear(), value.length > 10];
  const options: Intl.DateTimeFormatOptions = { month: 'short', day: 'numeric', ...(isThisYear ? {} : { year: 'numeric' }), ...(hasTime ? { hour: '2-digit', minute: '2-digit' } : {}) };
  return once(() => new Intl.DateTimeFormat(locale, options), dateFormats, locale, isThisYear, hasTime).format(date);
}
