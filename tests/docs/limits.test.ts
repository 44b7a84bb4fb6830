import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { innerLimits, limits, serverLimits } from '../../model/limits.ts';

/** What looks like a limit and is none. */
const noLimits: ReadonlySet<string> = new Set([
  // how many there are
  'dayMs',
  // what Node's timers can count
  'timerMsMax',
]);

/** A number that bounds something, wherever it stands: a constant, a default of a parameter, a property of a class. */
const bound = /\b(\w*(?:Max|Min|Ms|AtOnce))\b(?:: number)? = (\d[\d_* ]*)(?=[;,)])/g;

const found = (text: string): string[] => [...text.matchAll(bound)].filter(([, name = '', value]) => value !== '0' && !noLimits.has(name)).map(([all]) => all);

test('DOCS-6 every limit stands in model/limits.ts, and none in the files of the server', () => {
  // what it would find
  assert.deepEqual(found('const retryMaxMs = 1_000;\nasync stop(graceMs = 500): void {\n  let leftMs = 0;\nprivate readonly atOnceMax: number = 8;'), ['retryMaxMs = 1_000', 'graceMs = 500', 'atOnceMax: number = 8']);
  const stray = globSync('server/**/*.ts', { exclude: ['**/*.test.ts'] }).flatMap((file) => found(readFileSync(file, 'utf8')).map((one) => `${file}: ${one}`));
  assert.deepEqual(stray, []);
});

test('DOCS-7 a limit has one name and one place', () => {
  const text = readFileSync('model/limits.ts', 'utf8');
  const names = [...text.matchAll(/^ {2}(\w+): [\d(]/gm)].map(([, name]) => name);
  assert.deepEqual(names, [limits, serverLimits, innerLimits].flatMap((table) => Object.keys(table)));
  assert.equal(new Set(names).size, names.length);
});
