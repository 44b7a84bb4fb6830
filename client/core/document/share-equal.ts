const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** `next`, but with every part that is equal to that of `before` replaced by it, so that `===` finds what really changed. */
export function shareEqual<T>(before: T, next: T): T {
  if (before === next || !isObject(before) || !isObject(next) || Array.isArray(before) !== Array.isArray(next)) return next;
  const keys = Object.keys(next);
  let equal = keys.length === Object.keys(before).length;
  const shared: Record<string, unknown> = Array.isArray(next) ? ([] as unknown as Record<string, unknown>) : {};
  for (const key of keys) {
    shared[key] = shareEqual(before[key], next[key]);
    if (!Object.hasOwn(before, key) || shared[key] !== before[key]) equal = false;
  }
  return equal ? before : (shared as T);
}
