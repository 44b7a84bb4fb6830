import type { Op } from './json0.ts';

/** How many changes an op makes: each component is one, and each insertion and deletion in a text. What it costs to transform goes by this. */
export function opSteps(op: Op): number {
  let count = 0;
  for (const component of op) count += 't' in component ? Math.max(1, component.o.length) : 1;
  return count;
}
