import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import type { StoredOp } from '../store/store.ts';
import { sealedPart } from './canonical-op.ts';
import { editText } from './edit-text.ts';

/** Numbers in [0, 1) from a seed. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const texts = ['', 'a', 'widgets', '10', '-1', '__proto__', 'é', '\u{1F600}', '\ud83d', '"', '\\', '\n', '\u007f', 'ts', 'p'];
const scalars = [...texts, 0, -0, 1, -1.5, 1e21, 1e-7, NaN, Infinity, null, true, undefined];
const values = [...scalars, [], {}, { b: 1, a: [2, null] }, [{ i: 'x', p: 3 }, { p: 0, d: '"' }], { z: undefined, y: '\ud83d' }];

const written = (write: () => string | null | undefined): string | null => {
  try {
    return write() ?? null;
  } catch {
    return 'not to be written';
  }
};

test('EVIDENCE-22 the short way writes an edit as the general one does, or leaves it', () => {
  const seed = Number(process.env['COBOARD_SEED'] ?? Date.now() % 1_000_000_000);
  const chance = chanceOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  const some = (keys: readonly string[], from: readonly unknown[], often: number): object => Object.fromEntries(keys.flatMap((key) => (chance() < often ? [[key, pick(from)]] : [])).sort(() => chance() - 0.5) as [string, unknown][]);
  const path = (): unknown[] => Array.from({ length: Math.floor(chance() * 5) }, () => pick(chance() < 0.95 ? ['widgets', 'abc', 3, 'settings'] : scalars));
  const counts = { short: 0, left: 0 };
  for (let i = 0; i < 30_000; i++) {
    const component = (): object => ({ ...some(['oi', 'od', 'na', 'o', 't'], values, 0.4), ...(chance() < 0.95 ? { p: path() } : {}), ...(chance() < 0.03 ? some(['si', 'li', 'x'], values, 0.5) : {}) });
    const op = {
      v: i, ...(chance() < 0.8 ? { src: pick(chance() < 0.9 ? ['abc', 'XYZ09'] : texts) } : {}), ...(chance() < 0.8 ? { seq: pick([1, 7, 900]) } : {}),
      op: Array.from({ length: Math.floor(chance() * 3) }, component),
      m: { ...some(['u', 'n', 'h', 'fixup'], ['x', 'y'], 0.4), ...some(['b', 'l', 's', 'ts', 'w'], ['abc', 17, 'undo', 1.5], 0.6), ...(chance() < 0.9 ? { r: 'reference' } : {}), ...(chance() < 0.05 ? some(['other', 'w', 's'], values, 0.6) : {}) },
      ...(chance() < 0.03 ? { del: true } : {}), ...(chance() < 0.03 ? { create: { type: 'json0', data: {} } } : {}),
    } as unknown as StoredOp;
    const text = written(() => editText('dashboards', 'a-board', op));
    counts[text === null ? 'left' : 'short'] += 1;
    if (text !== null) assert.equal(text, written(() => canonicalize(sealedPart('dashboards', 'a-board', op, () => ''))), `COBOARD_SEED=${String(seed)}`);
  }
  assert.ok(counts.short > 3_000 && counts.left > 3_000, JSON.stringify(counts));
});
