import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const file = 'client/app/src/styles/tokens.css';
const css = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');

type Tokens = Readonly<Record<string, string>>;

/** The declarations of the first rule with a selector, from a place in the file on. */
function rule(selector: string, from = 0): Tokens {
  const start = css.indexOf(`${selector} {`, from);
  assert.ok(start >= 0, `no rule ${selector}`);
  const body = css.slice(css.indexOf('{', start) + 1, css.indexOf('}', start));
  return Object.fromEntries(body.split(';').flatMap((line): [string, string][] => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]];
  }));
}

const light = rule(':root');
const chosenDark = rule(':root[data-theme="dark"]');
const systemDark = rule(':root:not([data-theme])', css.indexOf('@media (prefers-color-scheme: dark)'));
const themes: Readonly<Record<string, Tokens>> = { light, dark: { ...light, ...chosenDark } };

/** Relative luminance, WCAG 2.2. */
function luminance(color: string): number {
  assert.match(color, /^#[0-9a-f]{6}$/i, `not an opaque color: ${color}`);
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255).map((part) => (part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** What has less contrast than it should, in every theme. */
function tooLow(pairs: readonly (readonly [front: string, back: string])[], least: number): string[] {
  return Object.entries(themes).flatMap(([theme, tokens]) => pairs.flatMap(([front, back]) => {
    const ratio = contrast(tokens[`--${front}`] ?? '', tokens[`--${back}`] ?? '');
    return ratio >= least ? [] : [`${theme}: --${front} on --${back} ${ratio.toFixed(2)}`];
  }));
}

const product = (fronts: readonly string[], backs: readonly string[]): [string, string][] => fronts.flatMap((front) => backs.map((back): [string, string] => [front, back]));
const surfaces = ['chrome', 'canvas', 'surface', 'raised', 'sunken', 'field'];
const people = Array.from({ length: 12 }, (_, i) => `p${String(i + 1)}`);

test('TOKENS-1 text has at least 4.5:1 on every surface it lies on, in both themes', () => {
  assert.ok(contrast('#000000', '#ffffff') === 21);
  assert.deepEqual(tooLow(product(['text', 'text-2', 'text-3'], surfaces), 4.5), []);
  assert.deepEqual(tooLow(product(['accent', 'good', 'warn', 'bad'], ['canvas', 'surface', 'raised']), 4.5), []);
  assert.deepEqual(tooLow([['accent-text', 'accent-fill'], ['ink-text', 'ink'], ['ink-text', 'ink-hover'], ['inverse-text', 'inverse'], ['good', 'good-soft'], ['warn', 'warn-soft'], ['bad', 'bad-soft']], 4.5), []);
});

test('TOKENS-2 the line that alone says where a field is has at least 3:1', () => {
  assert.deepEqual(tooLow(product(['line-field'], ['surface', 'raised', 'field', 'canvas']), 3), []);
});

test('TOKENS-3 a person’s color carries white text, and shows as a ring on every surface of both themes', () => {
  assert.deepEqual(tooLow(people.map((person): [string, string] => ['p-text', person]), 4.5), []);
  assert.deepEqual(tooLow(product(people, surfaces), 3), []);
  assert.deepEqual(people.filter((person) => Object.hasOwn(chosenDark, `--${person}`)), [], 'one color in both themes');
});

test('TOKENS-4 data series show on the surface of both themes', () => {
  assert.deepEqual(tooLow(Array.from({ length: 8 }, (_, i): [string, string] => [`s${String(i + 1)}`, 'surface']), 3), []);
});

test('TOKENS-5 dark is the same whether it was chosen or the system’s', () => {
  assert.ok(Object.keys(systemDark).length > 30);
  assert.deepEqual(systemDark, chosenDark);
  assert.deepEqual(Object.keys(chosenDark).filter((name) => !Object.hasOwn(light, name)), [], 'in dark only');
});

test('TOKENS-6 the library ships the very tokens of the app', () => {
  assert.equal(readFileSync('client/angular/styles/tokens.css', 'utf8'), readFileSync(file, 'utf8'));
});
