import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds. @throws Error naming it after 15 s */
export async function until(what: string, condition: () => boolean | Promise<boolean>, timeoutMs = 15_000): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`never came true: ${what}`);
    await sleep(5);
  }
}
