import { createHash } from 'node:crypto';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { Id } from '../../model/id.ts';
import { limits } from '../../model/limits.ts';
import type { User } from '../../model/protocol.ts';

/** The colors of people in the order in which neighbours differ most. */
export const personColors = ['p1', 'p9', 'p11', 'p12', 'p3', 'p8', 'p5', 'p10', 'p7', 'p6', 'p2', 'p4'] as const;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The color of a person where nobody else is: always the same for the same person. */
export function colorOf(userId: string): string {
  return personColors[(digest(userId)[0] ?? 0) % personColors.length] ?? 'p1';
}

/** Letters and what goes with them; neither control characters, nor invisible ones that make two names look alike. */
const visible = /^[^\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u200B-\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]+$/u;

/**
 * A name as it is shown: composed, trimmed, single spaces.
 * @throws CoboardError NAME_INVALID
 */
export function displayName(name: string): string {
  const tidy = name.normalize('NFC').replace(/\s+/gu, ' ').trim();
  if (tidy === '' || tidy.length > limits.nameCharsMax || !tidy.isWellFormed() || !visible.test(tidy)) throw new CoboardError('NAME_INVALID');
  return tidy;
}

/** The id behind a name: names that differ only in case, width or spaces are one person. */
export function userIdOfName(name: string): string {
  const key = displayName(name).normalize('NFKC').toLowerCase();
  return `u-${digest(`name:${key}`).toString('base64url').replace(/[_-]/g, '').slice(0, 16)}`;
}

/** The person that a name stands for where a name is enough. @throws CoboardError NAME_INVALID */
export function userOfName(name: string): User {
  const id = userIdOfName(name);
  return { id, name: displayName(name), color: colorOf(id) };
}

/** A user id for what an identity provider calls the person (`sub`): the same where it can be a key of a document. */
export function userIdOfSubject(subject: string): string {
  if (v.is(Id, subject) && !subject.startsWith('u-')) return subject;
  return `u-${digest(`sub:${subject}`).toString('base64url').replace(/[_-]/g, '').slice(0, 16)}`;
}
