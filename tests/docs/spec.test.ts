import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const files = globSync(['{model,server,tools,bench,tests}/**/*.test.ts', 'server/store/store-contract.ts', 'client/**/*.{test,spec}.ts'], { exclude: ['**/node_modules/**'] });
const title = /\b(?:test|it|describe|withStore)\(\s*[`'"]([A-Z][A-Z0-9]*-\d+)\b/g;

/** The behaviours that tests prove, by ID. */
const proven = new Set(files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(title)].map(([, id]) => id ?? '')));
const listed = [...readFileSync('docs/SPEC.md', 'utf8').matchAll(/^- \*\*([A-Z][A-Z0-9]*-\d+)\*\*/gm)].map(([, id]) => id ?? '');

test('DOCS-3 docs/SPEC.md names every behaviour that a test proves, once, and no other', () => {
  assert.ok(proven.size > 100, `only ${String(proven.size)} found`);
  assert.deepEqual(listed.filter((id, i) => listed.indexOf(id) !== i), [], 'named twice');
  assert.deepEqual([...proven].filter((id) => !listed.includes(id)).sort(), [], 'proven and not named');
  assert.deepEqual(listed.filter((id) => !proven.has(id)), [], 'named and not proven');
});
