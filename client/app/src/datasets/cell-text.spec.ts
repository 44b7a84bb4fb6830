import type { Cell } from '@coboard/core';
import fc from 'fast-check';
import { parseCell, parseClipboard, toClipboard, toCsv } from './cell-text';

const typedText = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', '\t', '\n', ',', 'a', ' ', '=') }));

describe('DATA what a cell holds', () => {
  it('DATA-4 takes numbers as people write them', () => {
    const numbers: readonly [string, number][] = [
      ['12', 12], [' -1.5 ', -1.5], ['−3', -3], ['1,234', 1_234], ['1,234,567.5', 1_234_567.5], ['1.234.567,5', 1_234_567.5], ['12,5', 12.5], ['1 234', 1_234], ['1’234', 1_234],
      ['1\u00a0234', 1_234], ['€ 12.50', 12.5], ['12,50 €', 12.5], ['$5', 5], ['50%', 0.5], ['2.5e3', 2_500], ['.5', 0.5], ['5.', 5],
    ];
    for (const [text, value] of numbers) expect(parseCell(text, 'number')).withContext(text).toBe(value);
  });

  it('DATA-5 takes dates as people write them, with the time where there is one', () => {
    const dates: readonly [string, string][] = [
      ['2026-11-20', '2026-11-20'], ['2026-1-5', '2026-01-05'], ['20.11.2026', '2026-11-20'], ['5 Nov 2026', '2026-11-05'], ['5. November 2026', '2026-11-05'], ['Nov 5, 2026', '2026-11-05'],
      ['2026-11-20 09:30', '2026-11-20T09:30'], ['2026-11-20T09:30:15Z', '2026-11-20T09:30:15Z'], ['2026-11-20T09:30:15.250+01:00', '2026-11-20T09:30:15.250+01:00'], ['2024-02-29', '2024-02-29'],
    ];
    for (const [text, value] of dates) expect(parseCell(text, 'date')).withContext(text).toBe(value);
  });

  it('DATA-6 keeps what fits no type as it was typed, and loses nothing of it', () => {
    for (const text of ['twelve', '1,2,3', '--5', '5 of 6', '0x10', '1e999', 'NaN', '(5)']) expect(parseCell(text, 'number')).withContext(text).toBe(text);
    for (const text of ['2026-02-30', '2026-13-01', '0050-01-02', '2026-11-205', '2026-11-20 or later', '2026-11-20 25:00', '11/20/2026', '5 Foo 2026', '31.4.2026']) {
      expect(parseCell(text, 'date')).withContext(text).toBe(text);
    }
    expect(parseCell(' 12 ', 'text')).toBe(' 12 ');
    for (const type of ['text', 'number', 'date'] as const) expect(parseCell('  ', type)).toBeNull();
  });

  it('DATA-7 reads what spreadsheets copy: tabs, lines, and quotes around both', () => {
    expect(parseClipboard('a\tb\r\nc\td\r\n')).toEqual([['a', 'b'], ['c', 'd']]);
    expect(parseClipboard('"two\nlines"\t"say ""hi"""\n\t\n')).toEqual([['two\nlines', 'say "hi"'], ['', '']]);
    expect(parseClipboard('5" pipe\tx')).toEqual([['5" pipe', 'x']]);
    expect(parseClipboard('one')).toEqual([['one']]);
  });

  it('DATA-8 what is copied is pasted again as it was', () => {
    const cell = typedText.filter((text) => !text.includes('\r'));
    const block = fc.integer({ min: 1, max: 4 }).chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 4 }));
    fc.assert(fc.property(block, (rows) => {
      const pasted = JSON.stringify(parseClipboard(toClipboard(rows)));
      if (pasted !== JSON.stringify(rows)) throw new Error(`pasted ${pasted}`);
    }), { numRuns: 500, examples: [[[['']]], [[['a'], ['']]], [[['"']]], [[['a', ''], ['', '']]]] });
  });

  it('DATA-9 writes CSV that reads back, with no cell that a spreadsheet would run', () => {
    const rows: Cell[][] = [['Name', 'Value'], ['a, "b"', 1.5], ['two\nlines', null], ['-5', -5]];
    expect(toCsv(rows)).toBe('Name,Value\r\n"a, ""b""",1.5\r\n"two\nlines",\r\n\'-5,-5\r\n');
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n']) {
      const line = toCsv([[`${start}cmd|' /C calc'!A0`]]);
      expect(/^"?'/.test(line)).withContext(JSON.stringify(line)).toBeTrue();
    }
  });
});
