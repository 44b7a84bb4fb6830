import { hash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { limits, serverLimits } from '../../model/limits.ts';
import type { OpAuthor } from '../../model/protocol.ts';

/** Where identities are kept; a part of the store. */
export interface IdentityStore {
  readSetting(key: string): Promise<string | null>;
  createSetting(key: string, value: string): Promise<string>;
  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
}

export interface IdentityOptions {
  /** How many are kept in memory. */
  readonly max?: number;
  /** Whether a person's salt has to stay in memory, such as of one who is connected. */
  readonly isNeeded?: (userId: string) => boolean;
  /** One leaves because of the limit. */
  readonly hit?: () => void;
}

/** All people whom one op names are in memory together while it is sealed. */
const leastMax = 2 * limits.accessPeopleMax;

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
 * that a person can be taken out without touching the log. The salt keeps anybody from finding them again by trying names. All of it is in the
 * store; in memory are those that were asked for lately.
 */
export class Identities {
  private readonly store: IdentityStore;
  private readonly max: number;
  private readonly isNeeded: (userId: string) => boolean;
  private readonly hit: () => void;
  private readonly references = new Map<string, string>();
  /** Those that were asked for longest ago first, and so the salts. */
  private readonly authors = new Map<string, OpAuthor>();
  private readonly salts = new Map<string, string>();

  constructor(store: IdentityStore, { max = serverLimits.identitiesMax, isNeeded = () => false, hit = () => undefined }: IdentityOptions = {}) {
    this.store = store;
    this.max = Math.max(max, leastMax);
    this.isNeeded = isNeeded;
    this.hit = hit;
  }

  /** As many as are kept in memory, so that they need not be looked up one by one. */
  async load(): Promise<void> {
    for await (const [key, value] of this.store.listSettings(saltKey(''))) {
      if (this.salts.size >= this.max) break;
      this.putSalt(key.slice(saltKey('').length), value);
    }
    for await (const [key, value] of this.store.listSettings(identityKey(''))) {
      if (this.authors.size >= this.max) break;
      this.take(key.slice(identityKey('').length), value);
    }
  }

  /** The reference of somebody who is known here; undefined for others: see {@link know}. */
  reference(author: OpAuthor): string | undefined {
    const reference = this.references.get(keyOf(author));
    if (reference !== undefined) touch(this.authors, reference);
    return reference;
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
  async referencesOf(userId: string): Promise<string[]> {
    if (userId.startsWith('~')) return [userId.slice(1)];
    const references: string[] = [];
    for await (const [key, value] of this.store.listSettings(identityKey(''))) {
      const identity = v.safeParse(IdentitySchema, JSON.parse(value));
      if (identity.success && identity.output.id === userId) references.push(key.slice(identityKey('').length));
    }
    return references;
  }

  /** Who is behind references; those that nobody is behind, or nobody any more, are left out. */
  async lookUp(references: Iterable<string>): Promise<ReadonlyMap<string, OpAuthor>> {
    const found = new Map<string, OpAuthor>();
    for (const reference of new Set(references)) {
      let author = touch(this.authors, reference);
      if (author === undefined) {
        const value = await this.store.readSetting(identityKey(reference));
        author = value === null ? undefined : this.take(reference, value);
      }
      if (author !== undefined) found.set(reference, author);
    }
    return found;
  }

  /** Whether somebody was met, here or on another server, and not erased since. */
  async isKnown(userId: string): Promise<boolean> {
    return this.hasSalt(userId) || (await this.store.readSetting(saltKey(userId))) !== null;
  }

  hasSalt(userId: string): boolean {
    return touch(this.salts, userId) !== undefined;
  }

  /** The salt of a person as it is known here; see {@link saltOf}. */
  knownSalt(userId: string): string | undefined {
    return this.salts.get(userId);
  }

  /** The salt of a person, made the first time. */
  async saltOf(userId: string): Promise<string> {
    const known = touch(this.salts, userId);
    if (known !== undefined) return known;
    const salt = await this.store.createSetting(saltKey(userId), randomBytes(24).toString('base64url'));
    this.putSalt(userId, salt);
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

  private take(reference: string, value: string): OpAuthor | undefined {
    const identity = v.safeParse(IdentitySchema, JSON.parse(value));
    if (!identity.success) return undefined;
    const { id, name, salt } = identity.output;
    this.put(reference, { id, name });
    this.putSalt(id, salt);
    return { id, name };
  }

  private put(reference: string, author: OpAuthor): void {
    this.references.set(keyOf(author), reference);
    this.authors.delete(reference);
    this.authors.set(reference, author);
    const [oldest] = this.authors;
    if (this.authors.size <= this.max || oldest === undefined) return;
    this.hit();
    this.authors.delete(oldest[0]);
    this.references.delete(keyOf(oldest[1]));
  }

  private putSalt(userId: string, salt: string): void {
    this.salts.delete(userId);
    this.salts.set(userId, salt);
    if (this.salts.size <= this.max) return;
    this.hit();
    for (let left = this.salts.size; left > 0; left--) {
      const [oldest = ''] = this.salts.keys();
      if (!this.isNeeded(oldest)) {
        this.salts.delete(oldest);
        return;
      }
      touch(this.salts, oldest);
    }
  }
}

/** The value of a key, which is the one that was asked for last now. */
function touch<T>(map: Map<string, T>, key: string): T | undefined {
  const value = map.get(key);
  if (value === undefined) return undefined;
  map.delete(key);
  map.set(key, value);
  return value;
}
