import { hash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { OpAuthor } from '../../model/protocol.ts';

/** Where identities are kept; a part of the store. */
export interface IdentityStore {
  readSetting(key: string): Promise<string | null>;
  createSetting(key: string, value: string): Promise<string>;
  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
}

const IdentitySchema = v.object({ id: v.string(), name: v.string(), salt: v.string() });
const identityKey = (reference: string): string => `identity:${reference}`;
const saltKey = (userId: string): string => `salt:${userId}`;
const keyOf = ({ id, name }: OpAuthor): string => `${id}\0${name}`;

/** The reference of a person under a name: SHA-256 over salt, id and name, one to a line; the first 24 characters of it in base64url. */
export function referenceOf(salt: string, { id, name }: OpAuthor): string {
  return hash('sha256', `${salt}\n${id}\n${name}`, 'base64url').slice(0, 24);
}

/** The reference of a person in an access list: the same without a name, and `~` before it. */
export function accessReference(salt: string, userId: string): string {
  return `~${hash('sha256', `${salt}\n${userId}`, 'base64url').slice(0, 24)}`;
}

/** Somebody whose reference leads nowhere any more: the same one is still the same. */
export const erased = (reference: string): OpAuthor => ({ id: `~${reference}`, name: 'Somebody erased' });

/**
 * Who is behind the references on ops. The log says by a reference who made an op; who that is stands here, apart from what is sealed, so
 * that a person can be taken out without touching the log. The salt keeps anybody from finding them again by trying names.
 */
export class Identities {
  private readonly store: IdentityStore;
  private readonly references = new Map<string, string>();
  private readonly authors = new Map<string, OpAuthor>();
  private readonly salts = new Map<string, string>();

  constructor(store: IdentityStore) {
    this.store = store;
  }

  async load(): Promise<void> {
    for await (const [key, value] of this.store.listSettings(saltKey(''))) this.salts.set(key.slice(saltKey('').length), value);
    for await (const [key, value] of this.store.listSettings(identityKey(''))) this.take(key.slice(identityKey('').length), value);
  }

  /** The reference of somebody who is known here; undefined for others: see {@link know}. */
  reference(author: OpAuthor): string | undefined {
    return this.references.get(keyOf(author));
  }

  /** The reference of somebody; afterwards it is kept, and known here. */
  async know({ id, name }: OpAuthor): Promise<string> {
    const known = this.reference({ id, name });
    if (known !== undefined) return known;
    const salt = await this.saltOf(id);
    const reference = referenceOf(salt, { id, name });
    await this.store.createSetting(identityKey(reference), JSON.stringify({ id, name, salt }));
    this.put(reference, { id, name });
    return reference;
  }

  /** Every reference of a person, one for each name that they had; somebody {@link erased} has the one. */
  referencesOf(userId: string): string[] {
    if (userId.startsWith('~')) return [userId.slice(1)];
    return [...this.authors].filter(([, { id }]) => id === userId).map(([reference]) => reference);
  }

  /** Who is behind a reference; undefined where nobody is, or nobody any more. */
  author(reference: string): OpAuthor | undefined {
    return this.authors.get(reference);
  }

  /** Looks references up that another server may have given. */
  async lookUp(references: Iterable<string>): Promise<void> {
    for (const reference of new Set(references)) {
      if (this.authors.has(reference)) continue;
      const value = await this.store.readSetting(identityKey(reference));
      if (value !== null) this.take(reference, value);
    }
  }

  /** Whether somebody was met, here or on another server, and not erased since. */
  async isKnown(userId: string): Promise<boolean> {
    return this.hasSalt(userId) || (await this.store.readSetting(saltKey(userId))) !== null;
  }

  hasSalt(userId: string): boolean {
    return this.salts.has(userId);
  }

  /** The salt of a person as it is known here; see {@link saltOf}. */
  knownSalt(userId: string): string | undefined {
    return this.salts.get(userId);
  }

  /** The salt of a person, made the first time. */
  async saltOf(userId: string): Promise<string> {
    const known = this.salts.get(userId);
    if (known !== undefined) return known;
    const salt = await this.store.createSetting(saltKey(userId), randomBytes(24).toString('base64url'));
    this.salts.set(userId, salt);
    return salt;
  }

  /** The reference of somebody in an access list, whose salt is known; see {@link saltOf}. */
  accessReference(userId: string): string {
    const salt = this.salts.get(userId);
    if (salt === undefined) throw new Error('a person in an access list is not known');
    return accessReference(salt, userId);
  }

  /** The same of anybody; null for who never had a salt. */
  async personReference(userId: string): Promise<string | null> {
    const salt = this.salts.get(userId) ?? await this.store.readSetting(saltKey(userId));
    return salt === null ? null : accessReference(salt, userId);
  }

  private take(reference: string, value: string): void {
    const identity = v.safeParse(IdentitySchema, JSON.parse(value));
    if (!identity.success) return;
    this.put(reference, { id: identity.output.id, name: identity.output.name });
    this.salts.set(identity.output.id, identity.output.salt);
  }

  private put(reference: string, author: OpAuthor): void {
    this.references.set(keyOf(author), reference);
    this.authors.set(reference, author);
  }
}
