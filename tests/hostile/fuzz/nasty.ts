import type { Chance } from '../../../model/testing/arbitrary-edits.ts';

export const pick = <T>(items: readonly T[], chance: Chance): T => items[Math.floor(chance() * items.length)] as T;

/** Values that go wrong where nobody thought of them. */
const nastyValues: readonly unknown[] = [
  null, true, false, 0, -1, 1, 0.5, -0, 1e308, -1e308, 2 ** 31, 2 ** 53, 2 ** 63, '', ' ', '0', '-1', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'dashboards', 'access',
  '\u0000', '\ud83d', '\udc00', 'é', '👩🏽‍🚀', '$where', 'a.b', '../x', 'x'.repeat(300), 'x'.repeat(20_000), [], {}, [[]], [{}], [null], { a: 1 }, { p: [] }, { length: 3 }, { constructor: { prototype: {} } },
  [1, 2, 3], ['title'], { $gt: '' }, { t: 'text0', o: [] }, Array.from({ length: 60 }, (_, i) => i), JSON.parse('{"__proto__":{"x":1}}'),
];

export const nasty = (chance: Chance): unknown => pick(nastyValues, chance);

const keys = ['a', 'c', 'd', 'v', 'b', 'p', 'o', 'op', 'oi', 'od', 'li', 'ld', 'lm', 'na', 'si', 'sd', 't', 'i', 'seq', 'src', 'id', 'ch', 'pv', 'x', 'm', 'create', 'del', '__proto__', 'error', 'data'];

/** The same with something wrong somewhere in it: a value, a key or its order. */
export function mutated(value: unknown, chance: Chance): unknown {
  if (typeof value !== 'object' || value === null || chance() < 0.1) return chance() < 0.7 ? nasty(chance) : wrapped(value, chance);
  if (Array.isArray(value)) return mutatedList(value, chance);
  const entries = Object.entries(value);
  const entry = entries[Math.floor(chance() * (entries.length + 1))];
  if (entry === undefined) return Object.fromEntries([...entries, [pick(keys, chance), nasty(chance)]]);
  const [key, inner] = entry as [string, unknown];
  const others = entries.filter((each) => each !== entry);
  const change = chance();
  if (change < 0.1) return Object.fromEntries(others);
  if (change < 0.2) return Object.fromEntries([...others, [pick(keys, chance), inner]]);
  return Object.fromEntries(entries.map(([each, old]) => [each, each === key ? mutated(old, chance) : (old as unknown)]));
}

function mutatedList(list: readonly unknown[], chance: Chance): unknown {
  const at = Math.floor(chance() * (list.length + 1));
  const change = chance();
  if (at === list.length || change < 0.15) return [...list.slice(0, at), nasty(chance), ...list.slice(at)];
  if (change < 0.25) return list.filter((_, i) => i !== at);
  if (change < 0.35) return [...list, ...list];
  if (change < 0.4) return [...list].reverse();
  return list.map((item, i) => (i === at ? mutated(item, chance) : item));
}

function wrapped(value: unknown, chance: Chance): unknown {
  return chance() < 0.5 ? [value] : { [pick(keys, chance)]: value };
}

/** A JSON text with a few letters changed, gone or doubled. */
export function garbled(text: string, chance: Chance): string {
  let result = text;
  for (let i = 0; i < 1 + chance() * 4; i++) {
    const at = Math.floor(chance() * result.length);
    const letters = chance() < 0.3 ? '' : chance() < 0.5 ? String.fromCharCode(Math.floor(chance() * 128)) : result.slice(at, at + Math.floor(chance() * 20)).repeat(2);
    result = result.slice(0, at) + letters + result.slice(at + 1);
  }
  return result;
}
