import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import { erased, type Identities } from '../evidence/identities.ts';
import type { Store } from '../store/store.ts';

const NamedSchema = v.object({ name: v.string(), note: v.string(), by: v.string(), at: v.number() });

/** A version of a dashboard that somebody gave a name. */
export interface NamedVersion {
  readonly v: number;
  readonly name: string;
  readonly note: string;
  readonly by: OpAuthor;
  /** When it was named; milliseconds since 1970. */
  readonly at: number;
}

const prefixOf = (id: string): string => `named:${id}:`;
const keyOf = (id: string, version: number): string => `${prefixOf(id)}${String(version).padStart(12, '0')}`;

/** The versions of dashboards that have names. */
export class NamedVersions {
  private readonly parts: { readonly store: Store; readonly identities: Identities; readonly now: () => number };

  constructor(parts: NamedVersions['parts']) {
    this.parts = parts;
  }

  /** In the order of versions. */
  async list(id: string): Promise<NamedVersion[]> {
    const { store, identities } = this.parts;
    const found: { readonly version: number; readonly named: v.InferOutput<typeof NamedSchema> }[] = [];
    for await (const [key, value] of store.listSettings(prefixOf(id))) {
      found.push({ version: Number(key.slice(prefixOf(id).length)), named: v.parse(NamedSchema, JSON.parse(value)) });
    }
    const authors = await identities.lookUp(found.map(({ named: { by } }) => by));
    return found.map(({ version, named: { by, ...named } }) => ({ v: version, ...named, by: authors.get(by) ?? erased(by) }));
  }

  /** Names a version, or gives it another name. @throws CoboardError REQUEST_INVALID if there are too many */
  async name(id: string, version: number, { name, note }: { readonly name: string; readonly note: string }, by: OpAuthor): Promise<void> {
    const { store, identities, now } = this.parts;
    const named = await this.list(id);
    if (named.length >= limits.namedVersionsMax && !named.some((one) => one.v === version)) {
      throw new CoboardError('REQUEST_INVALID', `A dashboard has at most ${String(limits.namedVersionsMax)} named versions.`);
    }
    await store.writeSetting(keyOf(id, version), JSON.stringify({ name, note, by: await identities.know(by), at: now() }));
  }

  async forget(id: string, version: number): Promise<void> {
    await this.parts.store.removeSetting(keyOf(id, version));
  }
}
