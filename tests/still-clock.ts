import type { Clock, Timer } from '../model/clock.ts';

/** Time that stands still until it is told; what is due runs at once. */
export class StillClock implements Clock {
  time = 0;
  private jumped = 0;
  private timers: { readonly at: number; readonly run: () => void }[] = [];

  now(): number {
    return this.time + this.jumped;
  }

  elapsed(): number {
    return this.time;
  }

  /** The machine's clock is set, forward or back; timers keep their delays. */
  jump(ms: number): void {
    this.jumped += ms;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    this.timers.push({ at: this.time + delayMs, run });
    return 0 as unknown as Timer;
  }

  clearTimer(): void { /* nothing here depends on it */ }

  advance(ms: number): void {
    this.time += ms;
    const due = this.timers.filter(({ at }) => at <= this.time);
    this.timers = this.timers.filter(({ at }) => at > this.time);
    for (const { run } of due) run();
  }
}
