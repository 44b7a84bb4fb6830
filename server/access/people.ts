import * as v from 'valibot';
import type { User } from '../../model/protocol.ts';
import { limitingByDefault, type Limiting } from '../../model/limits.ts';
import type { Store } from '../store/store.ts';

const UserSchema = v.object({ id: v.string(), name: v.string(), color: v.string() });
const keyOf = (id: string): string => `user:${id}`;
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Everybody who ever signed in, so that a dashboard can be shared with them and an id be shown as a name. */
export class People {
  private readonly store: Store;
  private readonly limiting: Limiting;
  private readonly byId = new Map<string, User>();

  constructor(store: Store, limiting: Limiting = limitingByDefault) {
    this.store = store;
    this.limiting = limiting;
  }

  async load(): Promise<void> {
    for await (const [, value] of this.store.listSettings(keyOf(''))) {
      const user = v.safeParse(UserSchema, JSON.parse(value));
      if (user.success) this.byId.set(user.output.id, user.output);
    }
  }

  /** Keeps a person, or their new name. */
  async remember(user: User): Promise<void> {
    const known = this.byId.get(user.id);
    if (known?.name === user.name) return;
    if (!known && this.byId.size >= this.limiting.limits.peopleMax) {
      this.limiting.hit('peopleMax');
      return;
    }
    this.byId.set(user.id, user);
    await this.store.writeSetting(keyOf(user.id), JSON.stringify(user));
  }

  /** Somebody whom another server has kept. */
  met(user: User): void {
    if (this.byId.has(user.id) || this.byId.size < this.limiting.limits.peopleMax) this.byId.set(user.id, user);
  }

  get(id: string): User | undefined {
    return this.byId.get(id);
  }

  /** People with a word of their name that begins like the query; all of them for an empty one. By name. */
  find(query: string, countMax: number): User[] {
    const wanted = folded(query.trim());
    const found: User[] = [];
    for (const user of this.byId.values()) {
      const name = folded(user.name);
      if (name.startsWith(wanted) || name.includes(` ${wanted}`)) found.push(user);
    }
    return found.sort((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1)).slice(0, countMax);
  }
}
