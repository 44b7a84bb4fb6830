import type { Dashboard } from '../../../model/dashboard.ts';
import type { Op } from '../../../model/json0.ts';
import type { OpAuthor } from '../../../model/protocol.ts';
import { areNear, withOp, type Meeting } from '../conflicts/conflict-ledger.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import type { LocalCopy, LoggedOp } from './local-store.ts';

/** Somebody else's op of a version that kept edits were moved past, and those of them that it may have to do with. */
export interface MetOp {
  readonly v: number;
  readonly mine: readonly Op[];
  readonly theirs: Op;
  readonly by: OpAuthor | null;
  /** Whether a tab that had the edits has seen it. */
  readonly isKnown: boolean;
}

/** Those of the edits that are near what an op changes, as they are before it. There may be thousands, and nearly all have nothing to do with it. */
export function mayMeet(edits: readonly { readonly op: Op }[], theirs: Op): Op[] {
  const found: Op[] = [];
  for (const { op } of edits) if (isNear(op, theirs)) found.push(structuredClone(op));
  return found;
}

function isNear(mine: Op, theirs: Op): boolean {
  for (const { p } of mine) for (const { p: q } of theirs) if (areNear(p, q)) return true;
  return false;
}

/** The same, each with the dashboard that it came to: the log is gone through from there, backwards first where the copy is newer. */
export function meetingsOf(copy: LocalCopy, ops: readonly LoggedOp[], met: readonly MetOp[]): Meeting[] {
  const [first] = met;
  if (first === undefined) return [];
  const log = new Map(ops.map(({ v, op = [] }) => [v, op]));
  let dashboard = copy.data as Dashboard;
  let v = copy.version;
  while (v > first.v) dashboard = withOp(dashboard, swiftJson0.invert(structuredClone(log.get(--v) ?? [])));
  return met.map(({ v: at, ...one }) => {
    for (; v < at; v++) dashboard = withOp(dashboard, log.get(v) ?? []);
    return { ...one, dashboard: one.mine.reduce(withOp, dashboard) };
  });
}
