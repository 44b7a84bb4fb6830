import canonicalize from 'canonicalize';
import { innerLimits } from '../../model/limits.ts';

/** Stands for what JSON.stringify would not write as RFC 8785 wants it. */
const otherwise = Symbol();
const wholeNumber = /^(?:0|[1-9]\d*)$/;

/**
 * JSON as RFC 8785 writes it; '' for undefined. Nearly all that is sealed needs no more than its keys put in order for JSON.stringify to
 * write just that, which takes a fifth of the time; the rest goes the long way. @throws Error if it cannot be written
 */
export function canonicalJson(value: unknown): string {
  const ordered = inOrder(value, 0);
  if (ordered !== otherwise && ordered !== undefined) {
    const text = JSON.stringify(ordered);
    // half of a surrogate pair is written as an escape, and must not be written at all
    if (!text.includes('\\ud')) return text;
  }
  return canonicalize(value) ?? '';
}

/** The same value with the keys of its objects in the order in which they are sealed, as far as that is simply done; what is in order already is sealed faster. */
export function keysInOrder<T>(value: T): T {
  const ordered = inOrder(value, 0);
  return ordered === otherwise ? value : (ordered as T);
}

/** A value with the keys of its objects in order; the very same where they are. */
function inOrder(value: unknown, depth: number): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : otherwise;
    case 'object':
      if (value === null) return null;
      if (depth >= innerLimits.canonicalDepthMax || 'toJSON' in value) return otherwise;
      return Array.isArray(value) ? listInOrder(value, depth) : objectInOrder(value, depth);
    default:
      return otherwise;
  }
}

function listInOrder(list: readonly unknown[], depth: number): unknown {
  let copy: unknown[] | null = null;
  for (let i = 0; i < list.length; i++) {
    const ordered = inOrder(list[i], depth + 1);
    if (ordered === otherwise) return otherwise;
    if (ordered !== list[i]) (copy ??= [...list])[i] = ordered;
  }
  return copy ?? list;
}

function objectInOrder(object: object, depth: number): unknown {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) return otherwise;
  const values = object as Readonly<Record<string, unknown>>;
  const keys = Object.keys(values);
  const isOrdered = keys.every((key, i) => i === 0 || (keys[i - 1] ?? '') < key);
  if (!isOrdered) {
    // objects have such keys in an order of their own
    if (keys.some((key) => wholeNumber.test(key) || key === '__proto__')) return otherwise;
    keys.sort();
  }
  let copy: Record<string, unknown> | null = isOrdered ? null : {};
  for (const key of keys) {
    const ordered = inOrder(values[key], depth + 1);
    if (ordered === otherwise) return otherwise;
    if (!isOrdered) (copy ??= {})[key] = ordered;
    else if (ordered !== values[key]) {
      if (key === '__proto__') return otherwise;
      (copy ??= { ...values })[key] = ordered;
    }
  }
  return copy ?? object;
}
