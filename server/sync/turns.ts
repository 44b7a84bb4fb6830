import type { Clock } from '../../model/clock.ts';

/**
 * Shares the time of a turn of the event loop among long computations: all of them together get one slice of it, and those that wait go
 * on, in the order in which they came, in the slices of the next turns. So everybody else's messages are taken in between.
 */
export class Turns {
  private readonly clock: Clock;
  private readonly sliceMs: number;
  private sliceEnd: number | null = null;
  private waiting: (() => void)[] = [];

  constructor(clock: Clock, sliceMs: number) {
    this.clock = clock;
    this.sliceMs = sliceMs;
  }

  /** Whether this turn's slice is used up. */
  get isOver(): boolean {
    return this.clock.now() >= (this.sliceEnd ?? this.start());
  }

  /** Calls back in a later turn. */
  next(go: () => void): void {
    this.waiting.push(go);
  }

  /** Begins this turn's slice, and sees to the next turn. */
  private start(): number {
    setImmediate(() => {
      this.begin();
    });
    return (this.sliceEnd = this.clock.now() + this.sliceMs);
  }

  /** Sees to the next turn, unless what ran has done so. */
  private again(): void {
    if (this.sliceEnd === null) this.start();
  }

  private begin(): void {
    this.sliceEnd = null;
    const { waiting } = this;
    if (waiting.length === 0) return;
    this.waiting = [];
    let done = 0;
    // at least one, however long it takes
    do waiting[done++]?.();
    while (done < waiting.length && !this.isOver);
    this.again();
    this.waiting = [...waiting.slice(done), ...this.waiting];
  }
}
