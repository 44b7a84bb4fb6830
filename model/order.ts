/**
 * Fractional order: a string that sorts between its neighbours, so that putting a thing between two others is one change of
 * one key. The scheme is that of https://observablehq.com/@dgreensp/implementing-fractional-indexing without its integer
 * part, with a random tail, so that two people who insert at the same place at once get different keys.
 * Digits sort as ASCII does, so plain `<` compares.
 */
const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Compares two orders, ties by id, so that every replica sorts alike. */
export function compareOrder(a: readonly [order: string, id: string], b: readonly [order: string, id: string]): number {
  if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : 0;
}

/**
 * An order between two others. `null` is the respective end; `after` must sort behind `before`.
 * `random` gives numbers in [0, 1).
 */
export function orderBetween(before: string | null, after: string | null, random: () => number = Math.random): string {
  return midpoint(before ?? '', after) + digits.charAt(1 + Math.floor(random() * 61));
}

/** `count` orders in a row behind `before`. */
export function ordersAfter(before: string | null, count: number, random: () => number = Math.random): string[] {
  const orders: string[] = [];
  for (let i = 0; i < count; i++) orders.push(before = orderBetween(before, null, random));
  return orders;
}

/** The shortest string strictly between two, never ending in the lowest digit (nothing would fit before it). */
function midpoint(a: string, b: string | null): string {
  if (b !== null && a >= b) throw new RangeError(`no order between ${a} and ${b}`);
  if (b !== null) {
    let shared = 0;
    while ((a[shared] ?? '0') === b[shared]) shared++;
    if (shared > 0) return b.slice(0, shared) + midpoint(a.slice(shared), b.slice(shared));
  }
  const low = a === '' ? 0 : digits.indexOf(a.charAt(0));
  const high = b === null ? digits.length : digits.indexOf(b.charAt(0));
  if (high - low > 1) {
    // behind the last one: step by one instead of halving, so that appending keeps orders short
    return digits.charAt(b === null && a !== '' ? low + 1 : Math.round((low + high) / 2));
  }
  return digits.charAt(low) + midpoint(a.slice(1), null);
}

/** The entries of a map of ordered things, in order. */
export function inOrder<T extends { readonly order: string }>(map: Readonly<Record<string, T>>): (readonly [id: string, item: T])[] {
  return Object.entries(map).sort((a, b) => compareOrder([a[1].order, a[0]], [b[1].order, b[0]]));
}
