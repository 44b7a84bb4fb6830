import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { MongoStore } from '../../server/store/mongo/mongo-store.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { scratchFolder } from '../test-server.ts';
import { rawMongo, rawSqlite, type RawStore } from './raw-store.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const folder = scratchFolder();
let count = 0;
after(async () => {
  await mongod?.stop();
  folder.remove();
});

interface Kind {
  readonly name: string;
  readonly skip: string | false;
  /** Where an empty one is. */
  readonly place: () => string;
  readonly make: (at: string) => SqliteStore | MongoStore;
  readonly raw: (at: string) => RawStore | Promise<RawStore>;
}

const kinds: readonly Kind[] = [
  { name: 'SQLite', skip: false, place: () => join(folder.path, `${String((count += 1))}.db`), make: (at) => new SqliteStore(at), raw: rawSqlite },
  { name: 'MongoDB', skip: 'skip' in place ? place.skip : false, place: () => mongod?.database(`each-${String((count += 1))}`) ?? '', make: (at) => new MongoStore(at), raw: rawMongo },
];

/** What a test may need beside a store. */
export interface Beside {
  readonly t: TestContext;
  /** What lies in it, past all that it would say itself. */
  readonly raw: RawStore;
}

/** Runs a test on an empty store of each kind. */
export async function onEachStore(t: TestContext, run: (store: SqliteStore | MongoStore, beside: Beside) => Promise<void>): Promise<void> {
  for (const kind of kinds) {
    await t.test(kind.name, { skip: kind.skip }, async (each) => {
      const at = kind.place();
      const store = kind.make(at);
      await store.start();
      const raw = await kind.raw(at);
      try {
        await run(store, { t: each, raw });
      } finally {
        await raw.close();
        await store.stop();
      }
    });
  }
}
