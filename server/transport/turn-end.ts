/** Collects what is to be done at the end of a turn of the event loop, so that it is done once for all that asks for it. */
export class TurnEnd {
  private waiting = new Set<() => void>();

  /** Runs it once at the end of this turn, however often it is asked for. */
  add(run: () => void): void {
    if (this.waiting.size === 0) {
      setImmediate(() => {
        const { waiting } = this;
        this.waiting = new Set();
        for (const go of waiting) go();
      });
    }
    this.waiting.add(run);
  }
}
