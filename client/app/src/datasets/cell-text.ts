import type { Cell, Column } from '@coboard/core';

/** A cell as it stands in its field while it is edited. */
export const cellText = (cell: Cell | undefined): string => (cell === null || cell === undefined ? '' : String(cell));

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as people write it, as ISO 8601; null if it is none. Day before month only where the month is a word or the year is first. */
function isoDate(text: string): string | null {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})([T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.exec(text);
  const named = /^(?:(\d{1,2})\.? ([A-Za-z]{3})[a-z]*|([A-Za-z]{3})[a-z]* (\d{1,2})),? (\d{4})$/.exec(text);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text);
  let parts: [year: number, month: number, day: number, time: string] | null = null;
  if (iso) parts = [Number(iso[1]), Number(iso[2]), Number(iso[3]), (iso[4] ?? '').replace(' ', 'T')];
  else if (named) parts = [Number(named[5]), months.indexOf((named[2] ?? named[3] ?? '').toLowerCase()) + 1, Number(named[1] ?? named[4]), ''];
  else if (dotted) parts = [Number(dotted[3]), Number(dotted[2]), Number(dotted[1]), ''];
  if (parts === null) return null;
  const [year, month, day, time] = parts;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCFullYear() !== year || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10) + time;
}

/** A number as people write it: spaces, thousands signs, a currency or a percent sign around it; null if it is none. */
function parseNumber(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f_'’]|^[€$£¥]|[€$£¥]$/g, '').replace('−', '-');
  const percent = bare.endsWith('%');
  let digits = percent ? bare.slice(0, -1) : bare;
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(digits)) digits = digits.replaceAll(',', '');
  else if (/^-?\d{1,3}(\.\d{3})+,\d+$/.test(digits)) digits = digits.replaceAll('.', '').replace(',', '.');
  else if (/^-?\d+,\d{1,2}$/.test(digits)) digits = digits.replace(',', '.');
  if (!/^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(digits)) return null;
  const value = Number(digits);
  return Number.isFinite(value) ? (percent ? value / 100 : value) : null;
}

/** What a person typed, as the value of a cell of a column. What does not fit the type is kept as text: nothing typed is lost. */
export function parseCell(text: string, type: Column['type']): Cell {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (type === 'number') return parseNumber(trimmed) ?? text;
  if (type === 'date') return isoDate(trimmed) ?? text;
  return text;
}

/** Rows and cells of what a spreadsheet put on the clipboard: tabs and lines, quotes where a cell has those in it. */
export function parseClipboard(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    rows.at(-1)?.push(cell);
    cell = '';
  };
  for (let i = 0; i < text.length; i++) {
    const sign = text.charAt(i);
    if (quoted) {
      if (sign === '"' && text[i + 1] === '"') {
        cell += '"';
        i += 1;
      } else if (sign === '"') quoted = false;
      else cell += sign;
    } else if (sign === '"' && cell === '') quoted = true;
    else if (sign === '\t') endCell();
    else if (sign === '\n') {
      endCell();
      rows.push([]);
    } else if (sign !== '\r') cell += sign;
  }
  endCell();
  if (rows.length > 1 && rows.at(-1)?.length === 1 && rows.at(-1)?.[0] === '') rows.pop();
  return rows;
}

/** Rows as CSV (RFC 4180). A cell that a spreadsheet would run as a formula gets a quote sign in front. */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  const quote = (cell: Cell): string => {
    if (typeof cell === 'number') return String(cell);
    const text = cell === null ? '' : /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(quote).join(',')}\r\n`).join('');
}

/** Rows as a spreadsheet puts them on the clipboard; {@link parseClipboard} reads them again. */
export function toClipboard(rows: readonly (readonly Cell[])[]): string {
  const quote = (text: string): string => (/["\t\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = rows.map((row) => row.map((cell) => quote(cellText(cell))).join('\t')).join('\n');
  // a last line with nothing in it would be taken for the end of the one before
  return rows.at(-1)?.length === 1 && cellText(rows.at(-1)?.[0]) === '' ? `${text}\n` : text;
}
