import { setImmediate as turn } from 'node:timers/promises';
import type { Clock, Timer } from '../../../model/clock.ts';

/** Time of a simulation in Node: it passes only while {@link run} is called. */
export class SimClock implements Clock {
  /** Ms that have passed, whatever the machine's clock was set to. */
  passed = 0;
  private start = Date.UTC(2026, 10, 21);
  private readonly timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  private ids = 0;

  now(): number {
    return this.start + this.passed;
  }

  elapsed(): number {
    return this.passed;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    this.ids += 1;
    this.timers.set(this.ids, { at: this.passed + Math.max(0, delayMs), run });
    return this.ids as unknown as Timer;
  }

  clearTimer(timer: Timer): void {
    this.timers.delete(timer as unknown as number);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => { this.setTimer(resolve, ms); });
  }

  /** The machine's clock is set, forward or back; timers keep their delays. */
  jump(ms: number): void {
    this.start += ms;
  }

  /** Lets time pass; after each timer, everything that it began without one. */
  async run(ms: number): Promise<void> {
    let left = ms;
    await begun();
    for (;;) {
      const due = [...this.timers].sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
      if (due === undefined || due[1].at - this.passed > left) break;
      const [id, { at, run }] = due;
      left -= at - this.passed;
      this.passed = at;
      this.timers.delete(id);
      run();
      await begun();
    }
    this.passed += left;
  }
}

/** Promises, ticks and immediates that were begun, and what those begin. */
async function begun(): Promise<void> {
  for (let i = 0; i < 3; i++) await turn();
}
