import json0 from 'ot-json0';
import { areApart } from './apart.ts';
import type { Op, Path } from './json0.ts';

const { type } = json0;

const isUnder = (inner: Path, outer: Path): boolean => outer.length < inner.length && outer.every((key, i) => inner[i] === key);

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
  // what a step would have brought back and somebody else has brought back as something else: steps within that are about what is not there
  const replaced: Path[] = [];
  let other = op;
  for (const step of steps.toReversed()) {
    const own = replaced.length === 0 ? step.op : step.op.filter(({ p }) => !replaced.some((path) => isUnder(p, path)));
    if (areApart(own, other)) {
      transformed.push(own === step.op ? step : { ...step, op: own });
      continue;
    }
    // 'right': where both set the same value, the other's stays
    const left = leaving(own, other);
    if (left.length < own.length) replaced.push(...own.filter((component) => 'oi' in component && !left.includes(component)).map(({ p }) => p));
    const next = type.transform(left, other, 'right');
    other = type.transform(other, left, 'left');
    // nothing is left of it: it stays, so that whoever wants to take it back is told
    transformed.push({ ...step, op: next });
  }
  return transformed.reverse();
}
