import { MongoStore } from './mongo/mongo-store.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';
import type { Store } from './store.ts';

/** The store that an address names: `sqlite:PATH` or `mongodb://...`. */
export function openStore(address: string): Store {
  return address.startsWith('sqlite:') ? new SqliteStore(address.slice('sqlite:'.length)) : new MongoStore(address);
}
