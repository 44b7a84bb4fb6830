import type { Clock } from '../../../model/clock.ts';

/** Work that may be interrupted wherever it yields. */
export type Slices<T> = Generator<undefined, T>;

/** Two of them in a row are half a frame of a screen: what begins next does not know of the one before. */
const sliceMs = 4;

/** Does so much of it at a time that a screen is never late for it. */
export async function inSlices<T>(clock: Clock, work: Slices<T>): Promise<T> {
  const pause = (): Promise<void> => new Promise((resolve) => { clock.setTimer(resolve, 0); });
  for (let isLong = false; ; isLong = true) {
    const until = clock.elapsed() + sliceMs;
    do {
      const step = work.next();
      if (step.done !== true) continue;
      if (isLong) await pause();
      return step.value;
    } while (clock.elapsed() < until);
    await pause();
  }
}

/** Does all of it. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
