/** Collects what is to be done at the end of a turn of the event loop, so that it is done once for all that asks for it. */
export class TurnEnd {
  private waiting = new Set<() => void>();
  private readonly took: (ms: number) => void;

  /** @param took how long each end of a turn takes */
  constructor(took: (ms: number) => void = () => undefined) {
    this.took = took;
  }

  /** Runs it once at the end of this turn, however often it is asked for. */
  add(run: () => void): void {
    if (this.waiting.size === 0) {
      setImmediate(() => {
        const { waiting } = this;
        this.waiting = new Set();
        const begun = performance.now();
        for (const go of waiting) go();
        this.took(performance.now() - begun);
      });
    }
    this.waiting.add(run);
  }
}
