import { setImmediate as nextTurn } from 'node:timers/promises';
import { accessWords } from '../../model/access-words.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { thingsOf, type Thing } from '../../model/history/change.ts';
import { opDetail, type OpDetail } from '../../model/history/op-detail.ts';
import { thingsMax } from '../../model/history/run.ts';
import type { Op } from '../../model/json0.ts';
import { opWords } from '../../model/op-words.ts';
import { innerLimits, limits, serverLimits } from '../../model/limits.ts';
import { accessCollection, type EditReason } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { stateAfter, type DocumentState } from '../sync/document-state.ts';
import type { Engine } from '../sync/engine.ts';
import type { Subject } from './subject.ts';

/** One op of a line of a history, for people. */
export interface SingleChange {
  readonly v: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly words: readonly string[];
  /** Of a change of one value: what was there, and what is. */
  readonly detail: OpDetail | null;
  /** See docs/EVIDENCE.md; null for an op from before there were seals. */
  readonly seal: string | null;
  /** What the device called itself; null where nobody knows. */
  readonly device: string | null;
}

/** Which ops: those of a line, which others may lie between. */
export interface WantedChanges extends Subject {
  readonly from: number;
  readonly to: number;
  /** A user id; null for nobody known. */
  readonly person: string | null;
  readonly things: readonly Thing[];
  /** Made for this reason; null for none; left out: whatever it was. */
  readonly why?: EditReason | null;
}

/** A page of what a line is made of. */
export interface ChangesPage {
  /** The oldest first. */
  readonly changes: readonly SingleChange[];
  /** Whether there are more than are given, and the version that the next page begins at; null at the end. */
  readonly more: boolean;
  readonly next: number | null;
}

export interface SingleChangesParts {
  readonly engine: Pick<Engine, 'readOps' | 'readVersion'>;
  readonly nameOf: (userId: string) => string | undefined;
  /** What the device of a sign-in called itself. */
  readonly deviceOf: (session: string) => Promise<string | null>;
}

/** What a line of a history is made of, op by op, from `from` on. `count`: how many at most. */
export async function singleChanges({ engine, nameOf, deviceOf }: SingleChangesParts, wanted: WantedChanges, count: number = limits.listPageMax): Promise<ChangesPage> {
  const { collection, id, from } = wanted;
  const to = Math.min(wanted.to, from + innerLimits.changesLookedAtMax);
  const changes: SingleChange[] = [];
  let state = await engine.readVersion(collection, id, from);
  while (state.v < to) {
    const ops = await engine.readOps(collection, id, state.v, Math.min(to, state.v + innerLimits.historyPageOps), serverLimits.opsPageBytesMax);
    if (ops.length === 0) break;
    for (const op of ops) {
      const before = state;
      state = stateAfter(id, state, op);
      if (!isWanted(op, wanted)) continue;
      if (changes.length === count) return { changes, more: true, next: op.v };
      const session = op.m?.['s'];
      const seal = op.m?.['h'];
      changes.push({
        v: op.v, at: op.m?.ts ?? 0, words: wordsOf(collection, op, before, state, nameOf), detail: detailOf(collection, op, before, state), seal: typeof seal === 'string' ? seal : null,
        device: typeof session === 'string' ? await deviceOf(session) : null,
      });
    }
    await nextTurn();
  }
  return { changes, more: to < wanted.to, next: to < wanted.to ? to : null };
}

function isWanted({ op, m }: StoredOp, { collection, person, things, why }: WantedChanges): boolean {
  if ((m?.u ?? null) !== person || (why !== undefined && (m?.['w'] ?? null) !== why)) return false;
  // as lines are made
  return collection === accessCollection || op === undefined || JSON.stringify(thingsOf(op as Op).slice(0, thingsMax)) === JSON.stringify(things);
}

function detailOf(collection: Subject['collection'], { op }: StoredOp, before: DocumentState, after: DocumentState): OpDetail | null {
  return collection === accessCollection || op === undefined || before.type === null || after.type === null ? null : opDetail(op as Op, before.data as Dashboard, after.data as Dashboard);
}

function wordsOf(collection: Subject['collection'], { op, create, m }: StoredOp, before: DocumentState, after: DocumentState, nameOf: SingleChangesParts['nameOf']): string[] {
  if (collection === accessCollection) return accessWords({ op, ...(create === undefined ? {} : { create }), by: m?.u }, nameOf);
  if (op === undefined || before.type === null || after.type === null) return [after.type === null ? 'deleted the dashboard' : before.v === 0 ? 'created the dashboard' : 'brought the dashboard back'];
  return opWords(op as Op, before.data as Dashboard, after.data as Dashboard);
}
