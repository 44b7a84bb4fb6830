import json0 from 'ot-json0';
import { areApart } from './apart.ts';
import type { Op } from './json0.ts';

const { type } = json0;

/** A step without what somebody else has set or emptied since: json0 would fill again what was emptied. */
function leaving(step: Op, other: Op): Op {
  const changed = new Set(other.flatMap((component) => ('oi' in component || 'od' in component ? [JSON.stringify(component.p)] : [])));
  return step.filter((component) => !(('oi' in component || 'od' in component) && changed.has(JSON.stringify(component.p))));
}

/**
 * What takes edits back, the oldest first, after somebody else's op: each step is transformed against the op as it is after those behind it,
 * because they apply from the last to the first. Where that op set what a step would set, it stays.
 */
export function transformSteps<S extends { readonly op: Op }>(steps: readonly S[], op: Op): S[] {
  const transformed: S[] = [];
  let other = op;
  for (const step of steps.toReversed()) {
    if (areApart(step.op, other)) {
      transformed.push(step);
      continue;
    }
    // 'right': where both set the same value, the other's stays
    const left = leaving(step.op, other);
    const next = type.transform(left, other, 'right');
    other = type.transform(other, left, 'left');
    // nothing is left of it: it stays, so that whoever wants to take it back is told
    transformed.push({ ...step, op: next });
  }
  return transformed.reverse();
}
