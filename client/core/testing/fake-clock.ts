import type { Clock, Timer } from '../../../model/clock.ts';

interface SetTimer {
  readonly at: number;
  readonly run: () => void;
}

/** Time that a test owns: it stands still until {@link advance}. */
export class FakeClock implements Clock {
  private time = 0;
  private start: number;
  private readonly timers = new Map<number, SetTimer>();
  private ids = 0;

  /** `startMs`: milliseconds since 1970. */
  constructor(startMs = Date.UTC(2026, 10, 20, 12)) {
    this.start = startMs;
  }

  now(): number {
    return this.start + this.time;
  }

  elapsed(): number {
    return this.time;
  }

  setTimer(run: () => void, delayMs: number): Timer {
    this.ids += 1;
    this.timers.set(this.ids, { at: this.time + Math.max(0, delayMs), run });
    // what a timer is differs between browsers and Node; it is only ever handed back
    return this.ids as unknown as Timer;
  }

  clearTimer(timer: Timer): void {
    this.timers.delete(timer as unknown as number);
  }

  /** How many timers are set. */
  get timerCount(): number {
    return this.timers.size;
  }

  /** Lets time pass: what is due runs in its order, and after each all that it began without a timer of this clock. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await begun();
    for (;;) {
      const next = [...this.timers].filter(([, { at }]) => at <= end).sort(([a, one], [b, other]) => one.at - other.at || a - b)[0];
      if (next === undefined) break;
      const [id, { at, run }] = next;
      this.timers.delete(id);
      this.time = Math.max(this.time, at);
      run();
      await begun();
    }
    this.time = end;
  }

  /** As if the machine had slept: time is later, and timers that are due run late, by {@link advance}. */
  sleep(ms: number): void {
    this.time += ms;
  }

  /** The machine's clock is set, forward or back; timers keep their delays. */
  jump(ms: number): void {
    this.start += ms;
  }
}

/** ShareDB does things a turn later, and promises too: a few turns and all of it is done. */
async function begun(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    });
  }
}
