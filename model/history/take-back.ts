import json0 from 'ot-json0';
import type { Dashboard } from '../dashboard.ts';
import { CoboardError } from '../errors.ts';
import type { Op, Path } from '../json0.ts';
import { checkOp, exactOp } from '../op-check.ts';
import { componentPath } from '../op-paths.ts';
import { transformSteps } from '../undo-steps.ts';

/** An op of the log, and whether it is one of those that are to be taken back. */
export interface PastOp {
  readonly v: number;
  readonly op: Op;
  readonly isWanted: boolean;
}

export interface TakingBack {
  /** What does it, on the dashboard as it is now. Empty if nothing can be taken back. */
  readonly op: Op;
  /** What of the wanted ops cannot be taken back, the oldest first: somebody has changed the same since, or it is gone. */
  readonly lost: readonly { readonly v: number; readonly op: Op }[];
}

interface Step {
  readonly v: number;
  readonly op: Op;
  readonly wanted: Op;
}

/**
 * What takes some edits back though others edited since: their inverses, brought forward past everything that came after them. What
 * others have changed since stays. `ops` are all from the first wanted one on to `now`.
 */
export function takeBack(ops: readonly PastOp[], now: Dashboard): TakingBack {
  let steps: Step[] = [];
  for (const { v, op, isWanted } of ops) {
    if (isWanted) steps.push({ v, op: json0.type.invert(op), wanted: op });
    else steps = transformSteps(steps, op);
  }
  const lost: { v: number; op: Op }[] = [];
  let dashboard = now;
  let whole: Op = [];
  for (const { v, op, wanted } of steps.reverse()) {
    const step = stepOn(dashboard, op);
    const left = wanted.filter((component) => !step.op.some((taken) => isAt(componentPath(taken), componentPath(component))));
    if (left.length > 0) lost.push({ v, op: left });
    if (step.op.length === 0) continue;
    whole = json0.type.compose(whole, step.op);
    dashboard = step.after;
  }
  return { op: whole, lost: lost.reverse() };
}

const isAt = (one: Path, other: Path): boolean => one.length === other.length && one.every((key, i) => key === other[i]);

/** A step as far as it can be taken; nothing of it where it cannot. */
function stepOn(dashboard: Dashboard, op: Op): { readonly op: Op; readonly after: Dashboard } {
  try {
    const exact = exactOp(dashboard, op);
    return { op: exact, after: exact.length === 0 ? dashboard : checkOp(dashboard, exact) };
  } catch (error) {
    if (!(error instanceof CoboardError)) throw error;
    return { op: [], after: dashboard };
  }
}
