import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { closeCodes, errorTable, sharedbCodes } from '../../model/errors.ts';

const page = readFileSync('docs/ERRORS.md', 'utf8');

/** The cells of the table under a heading. */
function table(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading)) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|')).slice(2);
  return rows.map((row) => row.split('|').slice(1, -1).map((cell) => cell.trim()));
}

test('DOCS-1 docs/ERRORS.md lists every error code with its status, whether to retry, and its words', () => {
  const expected = Object.entries(errorTable).map(([code, { status, retry, words }]) => [`\`${code}\``, String(status), retry ? 'yes' : 'no', words]);
  assert.deepEqual(table('Codes'), expected);
});

test('DOCS-2 docs/ERRORS.md lists every close code by its number and name', () => {
  assert.deepEqual(table('Close codes').map(([code, name]) => [code, name]), Object.entries(closeCodes).map(([name, code]) => [String(code), `\`${name}\``]));
});

test('DOCS-8 docs/ERRORS.md lists every code of ShareDB that goes through', () => {
  assert.deepEqual(table("ShareDB's own codes").flatMap(([codes = '']) => [...codes.matchAll(/ERR_[A-Z_]+/g)].map(([code]) => code)), [...sharedbCodes]);
});
