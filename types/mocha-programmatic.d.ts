// The little of mocha that running ShareDB's own suite from node:test takes.
declare module 'mocha' {
  import type { EventEmitter } from 'node:events';

  interface Test {
    fullTitle(): string;
  }
  class Suite extends EventEmitter {
    eachTest(callback: (test: Test) => void): this;
    total(): number;
  }
  class Mocha {
    constructor(options?: { ui?: string; reporter?: unknown; timeout?: number });
    readonly suite: Suite;
    run(callback: (failures: number) => void): EventEmitter;
  }
  export default Mocha;
}
