import type { TimelineEntry } from './timeline.ts';

const columns = ['time', 'until', 'dashboard', 'from version', 'to version', 'changes', 'person id', 'person', 'kinds', 'about', 'what'];

/** A value as CSV takes it (RFC 4180). One that a spreadsheet would run as a formula is a text. */
function quoted(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (values: readonly (string | number)[]): string => `${values.map(quoted).join(',')}\r\n`;

/** Lines of a history as CSV, the latest first. */
export async function* csvLines(entries: AsyncIterable<TimelineEntry>): AsyncIterable<string> {
  yield line(columns);
  for await (const { at, until, dashboard, from, to, count, by, kinds, things, words } of entries) {
    yield line([new Date(at).toISOString(), new Date(until).toISOString(), dashboard, from, to, count, by?.id ?? '', by?.name ?? '', kinds.join(' '), things.join(' '), words.join('; ')]);
  }
}

/** The same, each as JSON on a line. */
export async function* jsonLines(entries: AsyncIterable<TimelineEntry>): AsyncIterable<string> {
  for await (const entry of entries) yield `${JSON.stringify(entry)}\n`;
}
