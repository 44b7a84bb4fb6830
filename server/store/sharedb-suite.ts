import Mocha from 'mocha';
import ShareDB from 'sharedb';
import dbSuite from 'sharedb/test/db.js';

/** What came of running ShareDB's own suite for databases. */
export interface SuiteResult {
  readonly ran: number;
  readonly passed: number;
  /** Its tests of queries, which Coboard refuses. */
  readonly leftOut: number;
  readonly failures: readonly string[];
}

/** Mocha wants a reporter that can be constructed; the caller reports. */
const silent = function (): void { /* says nothing */ };

type Create = (callback: (error: Error | null, db?: unknown) => void) => void;

/** Puts the suite's tests into a mocha of their own. */
function collect(create: Create, getQuery?: () => unknown): Mocha {
  const mocha = new Mocha({ ui: 'bdd', reporter: silent, timeout: 20_000 });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  dbSuite(getQuery ? { create, getQuery } : { create });
  return mocha;
}

/** Runs ShareDB's suite for databases (`sharedb/test/db`), all of it but the tests of queries, on databases that `create` makes. */
export function runShareDbSuite(create: Create): Promise<SuiteResult> {
  const leftOut = collect(create, () => ({})).suite.total();
  const mocha = collect(create);
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
        resolve({ ran, passed, leftOut: leftOut - ran, failures });
      })
      .on('pass', () => { passed += 1; })
      .on('fail', (test: { fullTitle(): string }, error: Error) => failures.push(`${test.fullTitle()}: ${error.message}`));
  });
}
