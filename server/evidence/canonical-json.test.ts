import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import { canonicalJson } from './canonical-json.ts';

/** Numbers in [0, 1) from a seed. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const strings = ['', 'a', 'b', 'ab', 'Z', '10', '9', '01', '-1', '__proto__', 'toString', 'é', '\u20ac', '\u{1F600}', '\uE000', '\ud83d', '\\ud83d', '"', '\n', '\u2028', 'constructor'];
const numbers = [0, -0, 1, -1, 1.5, 1e21, 1e-7, 333333333.3333333, Number.MAX_SAFE_INTEGER, NaN, Infinity];

function randomValue(chance: () => number, depth: number): unknown {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const what = chance();
  if (depth > 5 || what < 0.25) return pick(strings);
  if (what < 0.4) return pick(numbers.slice(0, chance() < 0.95 ? 9 : 11));
  if (what < 0.45) return pick([true, false, null, undefined]);
  const size = Math.floor(chance() * 5);
  if (what < 0.65) return Array.from({ length: size }, () => randomValue(chance, depth + 1));
  return Object.fromEntries(Array.from({ length: size }, () => [pick(strings), randomValue(chance, depth + 1)]));
}

const written = (write: () => string | undefined): string => {
  try {
    return write() ?? '';
  } catch {
    return 'not to be written';
  }
};

test('EVIDENCE-21 the canonical form is the one that RFC 8785 asks for, whatever is written', () => {
  const seed = Number(process.env['COBOARD_SEED'] ?? Date.now() % 1_000_000_000);
  const chance = chanceOf(seed);
  let unwritable = 0;
  for (let i = 0; i < 20_000; i++) {
    const value = randomValue(chance, 0);
    const expected = written(() => canonicalize(value));
    if (expected === 'not to be written') unwritable += 1;
    assert.equal(written(() => canonicalJson(value)), expected, `COBOARD_SEED=${String(seed)}`);
  }
  assert.ok(unwritable > 50 && unwritable < 18_000, String(unwritable));
  const deep: unknown[] = [];
  const circle: Record<string, unknown> = { deep };
  deep.push(circle);
  let nested: unknown = 1;
  for (let i = 0; i < 500; i++) nested = { z: nested, a: [nested === 1] };
  const others: readonly unknown[] = [circle, nested, new Date(5), { b: new Date(5), a: new Map() }, { at: { toJSON: () => ({ b: 1, a: 2 }) } }, new Number(3), 5n, () => 1, undefined, Object.assign(Object.create(null) as object, { b: 1, a: 2 })];
  for (const value of others) assert.equal(written(() => canonicalJson(value)), written(() => canonicalize(value)));
});
