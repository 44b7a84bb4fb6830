import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { systemClock, type Clock } from '../../model/clock.ts';
import { signingKey } from '../../server/evidence/signing-key.ts';
import { closeUpkeep, openUpkeep, type Upkeep } from '../../server/retention/upkeep.ts';
import { openStore, type FullStore } from '../../server/store/open-store.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { scratchFolder } from '../test-server.ts';
import { filesIn, mongoDump } from './dump.ts';
import { rawMongo, rawSqlite, type RawStore } from './raw-store.ts';

/** A store that is empty and stopped, with a folder for what else is kept. */
export interface Place {
  readonly address: string;
  readonly store: FullStore;
  readonly folder: string;
  readonly keyFile: string;
  readonly archiveDir: string;
  readonly raw: () => Promise<RawStore>;
  /** Everything that is kept, in the store and in files. */
  readonly dump: () => Promise<ReadonlyMap<string, Buffer>>;
}

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
let count = 0;
after(async () => { await mongod?.stop(); });

/** Runs on a SQLite file and on a real MongoDB. */
export async function onEachPlace(t: TestContext, run: (place: Place, t: TestContext) => Promise<void>): Promise<void> {
  for (const [name, skip] of [['SQLite', false], ['MongoDB', 'skip' in place ? place.skip : false]] as const) {
    await t.test(name, { skip }, async (each) => {
      const folder = scratchFolder();
      const database = join(folder.path, 'a.db');
      const address = name === 'SQLite' ? `sqlite:${database}` : mongod?.database(`place-${String((count += 1))}`) ?? '';
      const store = openStore(address);
      try {
        await run({
          address, store, folder: folder.path, keyFile: join(folder.path, 'key.pem'), archiveDir: join(folder.path, 'archive'),
          raw: () => (name === 'SQLite' ? Promise.resolve(rawSqlite(database)) : rawMongo(address)),
          dump: async () => (name === 'SQLite' ? filesIn(folder.path) : new Map([...filesIn(folder.path), ...await mongoDump(address)])),
        }, each);
      } finally {
        await store.stop();
        folder.remove();
      }
    });
  }
}

/** Looks after a store that is started. */
export async function upkept<T>({ store, keyFile, archiveDir }: Place, run: (upkeep: Upkeep) => Promise<T>, { clock = systemClock, warn = (words) => { throw new Error(words); } }: { readonly clock?: Clock; readonly warn?: (words: string) => void } = {}): Promise<T> {
  const upkeep = await openUpkeep({
    store, key: signingKey(keyFile), archiveDir, clock, anchor: () => Promise.resolve(), warn,
  });
  try {
    return await run(upkeep);
  } finally {
    await closeUpkeep(upkeep);
  }
}

/** Time as it will be. */
export const later = (ms: number): Clock => ({ ...systemClock, now: () => systemClock.now() + ms });
