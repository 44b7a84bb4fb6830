/** Collects what is to be done at the end of a turn of the event loop, so that it is done once for all that asks for it. */
export class TurnEnd {
  private waiting = new Set<() => void>();
  private readonly took: (ms: number) => void;

  private readonly failed: (error: unknown) => void;

  /** @param took how long each end of a turn takes  @param failed told of what one of those who asked throws */
  constructor(took: (ms: number) => void = () => undefined, failed: (error: unknown) => void = (error) => { throw error; }) {
    this.took = took;
    this.failed = failed;
  }

  /** Runs it once at the end of this turn, however often it is asked for. */
  add(run: () => void): void {
    if (this.waiting.size === 0) {
      setImmediate(() => {
        const { waiting } = this;
        this.waiting = new Set();
        const begun = performance.now();
        for (const go of waiting) {
          try {
            go();
          } catch (error) {
            // what is wrong with one socket is not the others'
            this.failed(error);
          }
        }
        this.took(performance.now() - begun);
      });
    }
    this.waiting.add(run);
  }
}
