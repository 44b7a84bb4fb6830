import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { optionsMarkdown } from '../../server/config/options-table.ts';

const readme = readFileSync('README.md', 'utf8');

test('DOCS-4 the options table of the README is the one that the server has', () => {
  const table = /<!-- options -->\n([\s\S]*?)\n<!-- \/options -->/.exec(readme)?.[1];
  assert.equal(table, optionsMarkdown());
});

test('DOCS-5 what the documents link to is there', () => {
  for (const page of ['README.md', 'CONTRIBUTING.md', 'docs/ARCHITECTURE.md', 'docs/ERRORS.md']) {
    const folder = page.includes('/') ? 'docs/' : '';
    for (const [, target = ''] of readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)) assert.ok(existsSync(folder + target), `${page}: ${target}`);
  }
});
