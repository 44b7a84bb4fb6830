import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import { MongoStore } from '../../server/store/mongo/mongo-store.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { scratchFolder } from '../test-server.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const folder = scratchFolder();
let count = 0;
after(async () => {
  await mongod?.stop();
  folder.remove();
});

const kinds = [
  { name: 'SQLite', skip: false as string | false, make: () => new SqliteStore(join(folder.path, `${String((count += 1))}.db`)) },
  { name: 'MongoDB', skip: 'skip' in place ? place.skip : false, make: () => new MongoStore(mongod?.database(`each-${String((count += 1))}`) ?? '') },
] as const;

/** Runs a test on an empty store of each kind. */
export async function onEachStore(t: TestContext, run: (store: SqliteStore | MongoStore) => Promise<void>): Promise<void> {
  for (const { name, skip, make } of kinds) {
    await t.test(name, { skip }, async () => {
      const store = make();
      await store.start();
      try {
        await run(store);
      } finally {
        await store.stop();
      }
    });
  }
}
