import { createRequire } from 'node:module';
import Mocha from 'mocha';
import ShareDB from 'sharedb';

/** What came of running one of ShareDB's own suites. */
export interface SuiteResult {
  readonly ran: number;
  readonly passed: number;
  /** Tests that do not apply, such as those of queries, which Coboard refuses. */
  readonly leftOut: number;
  readonly failures: readonly string[];
}

/** Mocha wants a reporter that can be constructed; the caller reports. */
const silent = function (): void { /* says nothing */ };

type Create = (callback: (error: Error | null, db?: unknown) => void) => void;

/** Puts a suite's tests into a mocha of their own. */
async function collect(declare: () => Promise<void>): Promise<Mocha> {
  const mocha = new Mocha({ ui: 'bdd', reporter: silent, timeout: 20_000 });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  // the suites' files take mocha's functions from the globals, some when they are loaded
  await declare();
  return mocha;
}

/** Runs ShareDB's suite for databases (`sharedb/test/db`), all of it but the tests of queries, on databases that `create` makes. */
export async function runDbSuite(create: Create): Promise<SuiteResult> {
  const declare = async (options: { create: Create; getQuery?: () => object }): Promise<void> => {
    const { default: suite } = await import('sharedb/test/db.js');
    suite(options);
  };
  const all = await collect(() => declare({ create, getQuery: () => ({}) }));
  return run(await collect(() => declare({ create })), all.suite.total());
}

/** Runs ShareDB's suite for milestones (`sharedb/test/milestone-db`), all of it. */
export async function runMilestoneSuite(create: (interval: number | undefined, callback: (error: Error | null, db?: unknown) => void) => void): Promise<SuiteResult> {
  const mocha = await collect(async () => {
    const { default: suite } = await import('sharedb/test/milestone-db.js');
    suite({
      create: (options: unknown, callback?: unknown) => {
        // with options or without
        const done = (callback ?? options) as (error: Error | null, db?: unknown) => void;
        const interval = callback === undefined ? undefined : (options as { readonly interval?: number }).interval;
        create(interval, done);
      },
    });
  });
  return run(mocha, mocha.suite.total());
}

/** Runs ShareDB's suite for pub/sub (`sharedb/test/pubsub`), all of it. */
export async function runPubSubSuite(create: Create): Promise<SuiteResult> {
  const mocha = await collect(async () => {
    const { default: suite } = await import('sharedb/test/pubsub.js');
    suite(create);
  });
  return run(mocha, mocha.suite.total());
}

interface Suite { tests: { fullTitle(): string }[]; suites: Suite[] }

/** Takes tests out of a suite, by how their titles end. @returns how many, and ends that no test has */
function without(suite: Suite, ends: readonly string[]): { count: number; unknown: string[] } {
  const found = new Set<string>();
  let count = 0;
  const walk = (each: Suite): void => {
    each.tests = each.tests.filter((one) => {
      const end = ends.find((some) => one.fullTitle().endsWith(some));
      if (end === undefined) return true;
      found.add(end);
      count += 1;
      return false;
    });
    each.suites.forEach(walk);
  };
  walk(suite);
  return { count, unknown: ends.filter((end) => !found.has(end)) };
}

/** Runs files of ShareDB's tests and its suite for databases, but for the tests that are named; `sharedb/lib/backend` is the caller's. */
export async function runSuiteFiles(files: readonly string[], create: Create, leftOut: readonly string[]): Promise<SuiteResult & { readonly unknown: readonly string[] }> {
  const require = createRequire(import.meta.url);
  const mocha = await collect(async () => {
    for (const file of files) require(`sharedb/test/${file}.js`);
    const { default: suite } = await import('sharedb/test/db.js');
    suite({ create });
  });
  const total = mocha.suite.total();
  const { unknown } = without(mocha.suite as unknown as Suite, leftOut);
  return { ...await run(mocha, total), unknown };
}

function run(mocha: Mocha, total: number): Promise<SuiteResult> {
  const ran = mocha.suite.total();
  const failures: string[] = [];
  let passed = 0;
  // it provokes errors, and ShareDB writes each with its stack
  const quiet = (): undefined => undefined;
  ShareDB.logger.setMethods({ info: quiet, warn: quiet, error: quiet });
  return new Promise((resolve) => {
    mocha
      .run(() => {
        ShareDB.logger.setMethods({ info: console.info, warn: console.warn, error: console.error });
        resolve({ ran, passed, leftOut: total - ran, failures });
      })
      .on('pass', () => { passed += 1; })
      .on('fail', (test: { fullTitle(): string }, error: Error) => failures.push(`${test.fullTitle()}: ${error.message}`));
  });
}
