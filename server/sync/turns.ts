import type { Clock } from '../../model/clock.ts';

/**
 * Shares the time of a turn of the event loop among what takes long or comes in crowds: all of it together gets one slice of it, and
 * what waits goes on, in the order in which it came, in the slices of the next turns. So everything else is done in between.
 */
abstract class Sliced {
  protected readonly clock: Clock;
  protected readonly sliceMs: number;
  private readonly waiting: (() => void)[] = [];
  // what each sets off in microtasks is done, and counted, before the next
  private readonly step = (): void => {
    if (this.isOver) setImmediate(this.step);
    else this.waiting.shift()?.();
  };

  constructor(clock: Clock, sliceMs: number) {
    this.clock = clock;
    this.sliceMs = sliceMs;
  }

  /** Whether this turn's slice is used up. */
  abstract get isOver(): boolean;

  /** Calls back in a later turn. */
  next(go: () => void): void {
    this.waiting.push(go);
    setImmediate(this.step);
  }

  /** Resolves in this turn while its slice lasts, and else in a later one. */
  come(): Promise<void> {
    return this.isOver ? new Promise((resolve) => { this.next(resolve); }) : Promise.resolve();
  }
}

/** A slice of all that happens in a turn from when it is asked for first: for what sets off more than it does itself. */
export class Turns extends Sliced {
  private sliceEnd: number | null = null;

  get isOver(): boolean {
    const now = this.clock.elapsed();
    if (this.sliceEnd === null) {
      this.sliceEnd = now + this.sliceMs;
      setImmediate(() => { this.sliceEnd = null; });
    }
    return now >= this.sliceEnd;
  }
}

/** A slice of what is computed within {@link run} alone, whatever else the turn is busy with. */
export class WorkTurns extends Sliced {
  private spentMs = 0;
  private begunAt: number | null = null;
  private isSet = false;

  get isOver(): boolean {
    return this.spentMs + (this.begunAt === null ? 0 : this.clock.elapsed() - this.begunAt) >= this.sliceMs;
  }

  /** Runs it on this turn's slice. */
  run<T>(work: () => T): T {
    if (!this.isSet) {
      this.isSet = true;
      setImmediate(() => {
        this.isSet = false;
        this.spentMs = 0;
      });
    }
    const begunAt = this.clock.elapsed();
    this.begunAt = begunAt;
    try {
      return work();
    } finally {
      this.spentMs += this.clock.elapsed() - begunAt;
      this.begunAt = null;
    }
  }
}
