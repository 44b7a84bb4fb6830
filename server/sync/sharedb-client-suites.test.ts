import assert from 'node:assert/strict';
import { createRequire, registerHooks } from 'node:module';
import { test } from 'node:test';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { systemClock } from '../../model/clock.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Backend } from './backend.ts';
import { EngineDb } from './engine-db.ts';
import { Engine } from './engine.ts';
import { Rooms } from './rooms.ts';
import { runSuiteFiles } from './sharedb-suite.ts';
import { StoreMilestones } from './store-milestones.ts';

const require = createRequire(import.meta.url);
const log = { warn: () => undefined, debug: () => undefined };
const hooks = { authorOf: () => null, mayReceive: () => true, passed: () => undefined, log, clock: systemClock };

interface Parts { readonly store: SqliteStore; readonly engine: Engine; readonly rooms: Rooms; readonly started: Promise<void> }

function parts(): Parts {
  const store = new SqliteStore(':memory:');
  const started = store.start();
  const rooms = new Rooms({ mayReceive: () => true, log });
  const engine = new Engine({ store, sealer: new Sealer(new Identities(store)), clock: systemClock, log, committed: (ops) => { rooms.deliver(ops); } });
  rooms.attach(engine);
  return { store, engine, rooms, started };
}

/** The parts below a database that a suite made. */
const below = new WeakMap<object, Parts>();

/** What the suites' `new Backend(options)` makes: ours. Milestones, errors and queries are its own matter, whatever the options say. */
class SuiteBackend extends Backend {
  constructor({ db }: { readonly db?: object } = {}) {
    const { engine, rooms, store } = (db && below.get(db)) ?? parts();
    super(engine, rooms, new StoreMilestones(store), hooks);
  }
}

const noQueries = 'queries are refused';
const noProbe = 'it looks at calls of the database, milestones or pubsub inside of ShareDB that the engine does not make';
const noReadMiddleware = 'who may read is asked of `mayReceive` when something leaves, not of middleware';
const allIsLogged = 'every op that is acknowledged is in the log, also one that changes nothing';
const noOption = 'an option of ShareDB that the product does not use';

/** What is left out, by how its title ends, and why. */
const leftOut: Readonly<Record<string, string>> = {
  'can create a new doc and pass options to getSnapshot': noProbe,
  'submit fails if the server is missing ops required for transforming': noProbe,
  'submit fails if ops returned are not the expected version': noProbe,
  'returns errors if the database cannot get committed op version': noProbe,
  'return error if getSnapshot fails': noProbe,
  'returns error if getSnapshot fails': noProbe,
  'fetches a snapshot using the milestone': noProbe,
  'fetches the current snapshot when ops are missing and the timestamp is after the latest op': noProbe,
  'fetches a snapshot between two milestones using the milestones': noProbe,
  'fetches a snapshot that matches a milestone snapshot': noProbe,
  'skips fetching ops when milestone times are out of version order': noProbe,
  'fetches a snapshot before any milestones': noProbe,
  'fetches a snapshot after any milestones': noProbe,
  'subscribeBulk only subscribes once to a duplicated id': noProbe,
  'destroys streams that subscribed before the failure': noProbe,
  'destroys streams that subscribe after the failure': noProbe,
  'does not expose op metadata in the middleware when sending missing ops': noReadMiddleware,
  'single with readSnapshots rejectSnapshotRead normal error': noReadMiddleware,
  'single with readSnapshots rejectSnapshotRead silent error': noReadMiddleware,
  'bulk with readSnapshots full error': noReadMiddleware,
  'bulk with readSnapshots rejectSnapshotRead normal error': noReadMiddleware,
  'bulk with readSnapshots rejectSnapshotRead special ignorable error': noReadMiddleware,
  'subscribe returns error passed to readSnapshots middleware': noReadMiddleware,
  'subscribe emits error passed to readSnapshots middleware': noReadMiddleware,
  'only commits one of two identical ops submitted from different clients': allIsLogged,
  'fixes up even if an op is fixed up to become a no-op': allIsLogged,
  'backend.suppressPublish stops op updates': noOption,
  'errorHandler logs by default': noOption,
  'errorHandler overrides with another function': noOption,
  'does not support subscribing to the document with options': noOption,
  'queries the extra DB named by the db option': noQueries,
  'does not deliver ops to a query on a collection whose channel matches the doc channel': noQueries,
  'does not deliver ops to a query from another collection sharing its custom channel': noQueries,
  'connection.hasPending() returns true after createFetchQuery': noQueries,
  'connection.hasPending() returns true after createSubscribeQuery': noQueries,
  'connection.hasWritePending() returns false after createFetchQuery': noQueries,
  'connection.hasWritePending() returns false after createSubscribeQuery': noQueries,
  'connection.whenNothingPending() calls back after query fetch': noQueries,
};

test('ENGINE-16 ShareDB’s own suites for clients pass on the whole backend, but for tests that are named with a reason', async (t) => {
  // an old version of json0 that no registry has; what is tested with it is a second type beside the first
  registerHooks({ resolve: (specifier, context, resolve) => resolve(specifier === 'ot-json0-v2' ? 'ot-json0' : specifier, context) });
  const shareDb = require.cache[require.resolve('sharedb/lib/backend.js')];
  assert.ok(shareDb);
  shareDb.exports = SuiteBackend;
  const createDb = (callback: (error: Error | null, db?: object) => void): void => {
    const made = parts();
    const db = Object.assign(new EngineDb(made.engine), { close: (closed?: () => void) => { closed?.(); } });
    below.set(db, made);
    made.started.then(() => { callback(null, db); }, callback);
  };
  const files = ['setup', 'client/connection', 'client/doc', 'client/pending', 'client/snapshot-version-request', 'client/snapshot-timestamp-request', 'agent', 'backend'];
  const result = await runSuiteFiles(files, createDb, Object.keys(leftOut));
  t.diagnostic(`${String(result.passed)} of ${String(result.ran)} passed; left out: ${String(result.leftOut)}`);
  assert.deepEqual(result.failures, []);
  assert.deepEqual(result.unknown, [], 'left out, but there is no such test');
  assert.ok(result.ran >= 400, `only ${String(result.ran)} tests were found`);
});
