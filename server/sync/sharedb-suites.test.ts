import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { systemClock } from '../../model/clock.ts';
import { findMongod, startMongod } from '../../tests/real-mongod.ts';
import { MongoStore } from '../store/mongo/mongo-store.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { EngineDb } from './engine-db.ts';
import { Engine } from './engine.ts';
import { runDbSuite, runMilestoneSuite, type SuiteResult } from './sharedb-suite.ts';
import { StoreMilestones } from './store-milestones.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
let count = 0;
after(() => mongod?.stop());

const stores: readonly { readonly name: string; readonly skip: string | false; readonly make: () => Store }[] = [
  { name: 'SQLite', skip: false, make: () => new SqliteStore(':memory:') },
  { name: 'MongoDB', skip: 'skip' in place ? place.skip : false, make: () => new MongoStore(mongod?.database(`suite-${String((count += 1))}`) ?? '') },
];

function all(t: TestContext, { ran, passed, leftOut, failures }: SuiteResult, least: number): void {
  t.diagnostic(`${String(passed)} of ${String(ran)} passed; ${String(leftOut)} tests of queries left out`);
  assert.deepEqual(failures, []);
  assert.equal(passed, ran);
  assert.ok(ran >= least, `only ${String(ran)} tests were found`);
}

/** Some of the tests end while they read. Gives what waits for that: a read that is cut off would be told to a test that is over. */
function watchReads(store: Store): () => Promise<void> {
  const reads = new Set<Promise<unknown>>();
  for (const name of ['readSnapshot', 'readTail', 'readOps', 'readMilestone', 'findOp'] as const) {
    const read = store[name].bind(store) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(store, {
      [name]: (...args: unknown[]) => {
        const result = read(...args);
        const done = (): void => { reads.delete(result); };
        reads.add(result);
        result.then(done, done);
        return result;
      },
    });
  }
  return async () => {
    while (reads.size > 0) {
      await Promise.allSettled([...reads]);
      await new Promise(setImmediate);
    }
  };
}

/** A database or milestones on a fresh store; the suites close them, and that closes the store. */
function opened(make: () => Store, over: (store: Store) => { db: { close: unknown }; drain: () => Promise<void> }, callback: (error: Error | null, db?: unknown) => void): void {
  const store = make();
  const readsDone = watchReads(store);
  store.start().then(() => {
    const { db, drain } = over(store);
    db.close = (closed?: () => void) => {
      void drain().then(readsDone).then(() => store.stop()).then(() => { closed?.(); });
    };
    callback(null, db);
  }, callback);
}

test('ENGINE-1 ShareDB’s own suite for databases passes on the engine over each store', async (t) => {
  for (const { name, skip, make } of stores) {
    await t.test(name, { skip }, async (each) => {
      const result = await runDbSuite((callback) => {
        opened(make, (store) => {
          const engine = new Engine({ store, sealer: new Sealer(new Identities(store)), clock: systemClock, log: { warn: () => undefined }, committed: () => undefined });
          return { db: new EngineDb(engine), drain: () => engine.drain() };
        }, callback);
      });
      all(each, result, 150);
    });
  }
});

test('ENGINE-2 ShareDB’s own suite for milestones passes over each store', async (t) => {
  for (const { name, skip, make } of stores) {
    await t.test(name, { skip }, async (each) => {
      const result = await runMilestoneSuite((interval, callback) => {
        opened(make, (store) => ({ db: new StoreMilestones(store, interval), drain: () => Promise.resolve() }), callback);
      });
      all(each, result, 30);
    });
  }
});
