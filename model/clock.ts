/** A timer that is set; `null` is none. */
export type Timer = ReturnType<typeof setTimeout>;

/** Time as a part sees it, so that a test can own it. */
export interface Clock {
  /** Milliseconds since 1970, as the machine is set: for dates. It may be set to any other time at any moment. */
  now(): number;
  /** Milliseconds since some moment, whatever the machine is set to: for how long something takes, or is ago. */
  elapsed(): number;
  setTimer(run: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer): void;
}

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  setTimer: (run, delayMs) => setTimeout(run, delayMs),
  clearTimer: (timer) => {
    clearTimeout(timer);
  },
};

/** One timer that is set anew or not at all. */
export class Alarm {
  private readonly clock: Clock;
  private timer: Timer | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isSet(): boolean {
    return this.timer !== null;
  }

  /** Calls off what was set before. */
  set(delayMs: number, run: () => void): void {
    this.clear();
    this.timer = this.clock.setTimer(() => {
      this.timer = null;
      run();
    }, delayMs);
  }

  clear(): void {
    if (this.timer !== null) this.clock.clearTimer(this.timer);
    this.timer = null;
  }
}

/** What comes in time; what comes late is given to `late`. @throws Error if nothing comes in time */
export function within<T>(work: Promise<T>, ms: number, clock: Clock, late: (value: T) => void = () => undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = clock.setTimer(() => {
      isLate = true;
      reject(new Error('no answer'));
    }, ms);
    void work.then((value) => { (isLate ? late : resolve)(value); }, reject).finally(() => { clock.clearTimer(timer); });
  });
}
