import type { Clock } from '../../model/clock.ts';

/**
 * Shares the time of a turn among long computations: all of them together get one slice of it, and one of those that wait goes on in
 * each turn, so that everybody else's messages are taken in between.
 */
export class Turns {
  private readonly clock: Clock;
  private readonly sliceMs: number;
  private sliceEnd: number | null = null;
  private readonly waiting: (() => void)[] = [];

  constructor(clock: Clock, sliceMs: number) {
    this.clock = clock;
    this.sliceMs = sliceMs;
  }

  /** Whether this turn's slice is used up. */
  get isOver(): boolean {
    return this.clock.now() >= (this.sliceEnd ?? this.start());
  }

  /** Begins this turn's slice, and sees to the next turn. */
  private start(): number {
    setImmediate(() => {
      this.begin();
    });
    return (this.sliceEnd = this.clock.now() + this.sliceMs);
  }

  /** Waits for a turn of one's own. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
    });
  }

  private begin(): void {
    this.sliceEnd = null;
    const go = this.waiting.shift();
    if (!go) return;
    this.start();
    go();
  }
}
