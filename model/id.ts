import * as v from 'valibot';
import { limits } from './limits.ts';

/** Keys that would reach an object's prototype; no map of ours may hold them. */
export const reservedKeys: ReadonlySet<string> = new Set([
  '__proto__', 'prototype', 'constructor', 'toString', 'valueOf', 'hasOwnProperty', '__defineGetter__', '__defineSetter__',
  '__lookupGetter__', '__lookupSetter__', 'isPrototypeOf', 'propertyIsEnumerable', 'toLocaleString',
]);

/** An id of ours: 1 to 40 of `A-Z a-z 0-9 _ -`, never a reserved key. */
export const Id = v.pipe(
  v.string(),
  v.maxLength(limits.idCharsMax),
  v.regex(/^[A-Za-z0-9_-]+$/),
  v.check((id) => !reservedKeys.has(id)),
);

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Fills an array with random bytes; `crypto.getRandomValues` outside of tests. */
export type RandomBytes = (bytes: Uint8Array) => Uint8Array;

/** A new random id of 12 characters (71 bits). */
export function newId(random: RandomBytes = (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)): string {
  let id = '';
  while (id.length < 12) {
    for (const byte of random(new Uint8Array(16))) {
      // 248 = 4 * 62: without the rest, each letter is equally likely
      if (byte < 248 && id.length < 12) id += alphabet.charAt(byte % 62);
    }
  }
  return id;
}
