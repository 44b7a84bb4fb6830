import type { Dashboard } from '../../../model/dashboard.ts';
import type { Op } from '../../../model/json0.ts';
import type { OpAuthor } from '../../../model/protocol.ts';
import { areNear, withOp, type Meeting } from '../conflicts/conflict-ledger.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import type { LocalCopy, LoggedOp } from './local-store.ts';
import type { Slices } from './slices.ts';

const appliedInOne = 50;

/** Somebody else's op of a version that kept edits were moved past, and those of them that it may have to do with. */
export interface MetOp {
  readonly v: number;
  readonly mine: readonly Op[];
  readonly theirs: Op;
  readonly by: OpAuthor | null;
  /** Whether a tab that had the edits has seen it. */
  readonly isKnown: boolean;
}

/** Whether an edit is near what an op changes. */
export function isNear(mine: Op, theirs: Op): boolean {
  for (const { p } of mine) for (const { p: q } of theirs) if (areNear(p, q)) return true;
  return false;
}

/** The same, each with the dashboard that it came to: the log is gone through from there, backwards first where the copy is newer. */
export function* meetingsOf(copy: LocalCopy, ops: readonly LoggedOp[], met: readonly MetOp[]): Slices<Meeting[]> {
  const [first] = met;
  if (first === undefined) return [];
  const log = new Map(ops.map(({ v, op = [] }) => [v, op]));
  let dashboard = copy.data as Dashboard;
  let v = copy.version;
  for (; v > first.v; yield) dashboard = withOp(dashboard, swiftJson0.invert(structuredClone(log.get(--v) ?? [])));
  const meetings: Meeting[] = [];
  for (const { v: at, ...one } of met) {
    for (; v < at; v++, yield) dashboard = withOp(dashboard, log.get(v) ?? []);
    let mine = dashboard;
    for (const [i, op] of one.mine.entries()) {
      mine = withOp(mine, op);
      if (i % appliedInOne === appliedInOne - 1) yield;
    }
    meetings.push({ ...one, dashboard: mine });
  }
  return meetings;
}
