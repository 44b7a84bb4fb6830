import { MongoStore } from './mongo/mongo-store.ts';
import { SqliteStore } from './sqlite/sqlite-store.ts';
import type { HistoryIndex } from './history-index.ts';
import type { Keeping } from './keeping.ts';
import type { Store } from './store.ts';

/** A store that keeps histories too, and whose content can be looked after. */
export interface FullStore extends Store {
  readonly history: HistoryIndex;
  readonly keeping: Keeping;
}

/** The store that an address names: `sqlite:PATH` or `mongodb://...`. */
export function openStore(address: string): FullStore {
  return address.startsWith('sqlite:') ? new SqliteStore(address.slice('sqlite:'.length)) : new MongoStore(address);
}
