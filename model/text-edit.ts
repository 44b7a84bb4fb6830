import type { TextComponent } from './json0.ts';

/** Whether a UTF-16 offset lies inside a surrogate pair. */
const insidePair = (text: string, at: number): boolean =>
  at > 0 && at < text.length && isHigh(text.charCodeAt(at - 1)) && isLow(text.charCodeAt(at));
const isHigh = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/**
 * The text0 components that turn one text into another by one replacement. `caret` is where the caret stands after the edit
 * (UTF-16 units): among equal candidates ("aa" to "aaa") the one that ends there is what the person typed.
 * Never cuts a surrogate pair.
 */
export function textEdit(before: string, after: string, caret?: number): TextComponent[] {
  if (before === after) return [];
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  let suffix = 0;
  const matchSuffix = (max: number) => {
    while (suffix < max && before[before.length - 1 - suffix] === after[after.length - 1 - suffix]) suffix++;
  };
  // what stands behind the caret was there before; only then look from the front
  if (caret !== undefined) matchSuffix(Math.min(shorter, after.length - caret));
  while (prefix < shorter - suffix && before[prefix] === after[prefix]) prefix++;
  matchSuffix(shorter - prefix);
  while (insidePair(before, prefix) || insidePair(after, prefix)) prefix--;
  while (insidePair(before, before.length - suffix) || insidePair(after, after.length - suffix)) suffix--;
  const deleted = before.slice(prefix, before.length - suffix);
  const inserted = after.slice(prefix, after.length - suffix);
  const components: TextComponent[] = [];
  if (deleted !== '') components.push({ p: prefix, d: deleted });
  if (inserted !== '') components.push({ p: prefix, i: inserted });
  return components;
}

/**
 * Where a place in a text moves to under somebody else's components. At an insertion right at the place it stays before the
 * inserted text unless `stick` is 'after'.
 */
export function movePosition(position: number, components: readonly TextComponent[], stick: 'before' | 'after' = 'before'): number {
  let at = position;
  for (const component of components) {
    if ('i' in component) {
      if (component.p < at || (component.p === at && stick === 'after')) at += component.i.length;
    } else if (component.p < at) {
      at -= Math.min(component.d.length, at - component.p);
    }
  }
  return at;
}
