import { isDeepStrictEqual } from 'node:util';
import { innerLimits } from '../../model/limits.ts';
import type { StoredOp, StoredSnapshot } from '../store/store.ts';
import { stateAfterAll, type DocumentState } from '../sync/document-state.ts';
import { accessCollection } from '../../model/protocol.ts';
import { referencesNamed, type ReferenceOf } from './canonical-op.ts';
import { beginning, keptSeal, sealOf } from './chain.ts';
import type { Head } from './checkpoint.ts';
import { DamagedLog } from './damaged-log.ts';
import { isAmended, type DocumentStatements } from './statements.ts';

/** What was done to a log or to what stands beside it. */
export type Tampering =
  /** An op is not what was sealed. */
  | 'changed'
  /** Ops are missing before one; or ops were put in; or two were exchanged. */
  | 'removed' | 'inserted' | 'reordered'
  /** The last ops are missing. */
  | 'cut'
  /** An op has lost its seal. */
  | 'stripped'
  /** The ops fit together and are not those that were signed for. */
  | 'rewritten'
  /** An op does not fit on what the ops before it make. */
  | 'unfit'
  /** What stands in the place of an op cannot be read; or the file that ops were archived to is missing or is not the one that was signed for. */
  | 'unreadable' | 'archive'
  /** The stored state, now or of the past, is not what the ops make, or cannot be read. */
  | 'snapshot' | 'milestone';

export interface Finding {
  readonly tampering: Tampering;
  /** The version of the first op that is concerned; of a state, its version. */
  readonly v: number;
  /** Only where it cannot be said more exactly: the version after the last op that may be concerned. */
  readonly to?: number;
}

export interface DocumentReport {
  readonly collection: string;
  readonly id: string;
  readonly ops: number;
  /** Ops from before there were seals, at the start: they are sealed as a whole by the first one that has one. */
  readonly unsealed: number;
  /** Ops at the end that no checkpoint covers yet: that some of them are missing could not be seen. */
  readonly uncovered: number;
  /** The first thing that is wrong in the log, and what is wrong with states; empty if all is well. */
  readonly findings: readonly Finding[];
}

export interface DocumentEvidence {
  readonly collection: string;
  readonly id: string;
  /** The ops as they are kept, in the order of their versions. Throws DamagedLog where one cannot be read. */
  readonly ops: AsyncIterable<readonly StoredOp[]>;
  /** Where signed checkpoints say that it stood, by version. */
  readonly heads: readonly Head[];
  /** The stored state; null where there is none, and what cannot be read. */
  readonly snapshot: StoredSnapshot | null | 'unreadable';
  /** A state of the past at exactly a version, if one is kept. */
  readonly milestoneAt: (version: number) => Promise<StoredSnapshot | null | 'unreadable'>;
  /** Versions that have one, ascending. */
  readonly milestones: readonly number[];
  readonly referenceOf: ReferenceOf;
  /** Ops that a person was taken out of. */
  readonly amended: DocumentStatements['amended'];
}

export interface VerifiedLog {
  readonly report: DocumentReport;
  /** The references of people in it: of who made its ops, and of those who were erased from access lists. */
  readonly references: ReadonlySet<string>;
}

/** Reads the log of one document and recomputes everything that it claims. */
export async function verifyDocument(evidence: DocumentEvidence): Promise<VerifiedLog> {
  const check = new DocumentCheck(evidence);
  try {
    for await (const page of evidence.ops) {
      for (const op of page) check.take(op);
      await check.replay();
      if (check.isBroken) break;
    }
    check.end();
  } catch (error) {
    if (!(error instanceof DamagedLog)) throw error;
    check.endAt({ tampering: error.damage, v: error.v, ...(error.to === undefined ? {} : { to: error.to }) });
  }
  await check.replay();
  return { report: check.report(), references: check.references };
}

class DocumentCheck {
  private readonly evidence: DocumentEvidence;
  /** All that were signed for a version: somebody may have had another one signed since. */
  private readonly heads: ReadonlyMap<number, readonly Head[]>;
  private readonly lastHead: Head | undefined;
  private readonly findings: Finding[] = [];
  readonly references = new Set<string>();
  /** An op is judged when the one after it is known. */
  private held: StoredOp | null = null;
  private readonly milestones: number[];
  private readonly coming = new Map<number, ReturnType<DocumentEvidence['milestoneAt']>>();
  private seal = beginning;
  private expected = 0;
  private unsealed = 0;
  /** The last version that a checkpoint agreed with. */
  private covered = 0;
  private state: DocumentState = { v: 0, type: null, data: undefined, m: null };
  private sound: StoredOp[] = [];
  private broken: Finding | null = null;

  constructor(evidence: DocumentEvidence) {
    this.evidence = evidence;
    this.heads = Map.groupBy(evidence.heads, ({ v }) => v);
    this.milestones = [...evidence.milestones];
    this.lastHead = evidence.heads.reduce<Head | undefined>((last, head) => (last === undefined || head.v > last.v ? head : last), undefined);
  }

  private get snapshot(): StoredSnapshot | null {
    return this.evidence.snapshot === 'unreadable' ? null : this.evidence.snapshot;
  }

  get isBroken(): boolean {
    return this.broken !== null;
  }

  take(op: StoredOp): void {
    if (this.broken) return;
    const before = this.held;
    this.held = op;
    if (before) this.judge(before, op);
  }

  end(): void {
    if (!this.isBroken && this.held) this.judge(this.held, null);
    if (!this.isBroken && this.lastHead && this.lastHead.v > this.expected) this.break({ tampering: 'cut', v: this.expected, to: this.lastHead.v });
  }

  /** The log goes on with something that is no op. */
  endAt(finding: Finding): void {
    if (!this.isBroken && this.held) this.judge(this.held, null);
    if (!this.isBroken) this.break(finding);
  }

  private judge(op: StoredOp, after: StoredOp | null): void {
    const v = this.expected;
    if (op.v !== v) {
      this.break({ tampering: op.v > v ? 'removed' : 'inserted', v: Math.min(op.v, v) });
      return;
    }
    const kept = keptSeal(op);
    const hasChanged = kept !== undefined && !this.fits(this.seal, op);
    const is = hasChanged ? undefined : kept ?? this.sealBehind(this.seal, op);
    if (typeof op.m?.['r'] === 'string' && (op.m.u != null || op.m.n != null)) {
      // a name in the open beside the reference is nobody's doing but somebody's
      this.break({ tampering: 'changed', v });
      return;
    }
    if (kept === undefined) {
      // only programs without seals write ops without references
      if (v > this.unsealed || typeof op.m?.['r'] === 'string' || (after && keptSeal(after) !== undefined && !this.fits(is ?? '', after))) {
        this.break({ tampering: 'stripped', v });
        return;
      }
      this.unsealed += 1;
    } else if (hasChanged) {
      this.break(this.explain(op, kept, after));
      return;
    } else if (v === this.unsealed && typeof op.m?.['r'] !== 'string' && kept !== this.sealBehind(this.seal, op)) {
      // it was given its seal when a person was taken out of it
      this.unsealed += 1;
    }
    const heads = this.heads.get(v + 1) ?? [];
    if (heads.some(({ h }) => h !== is)) {
      // who strips all seals is found here, and so is who makes new ones
      this.break(kept === undefined ? { tampering: 'stripped', v: this.covered } : { tampering: 'rewritten', v: this.covered, to: v + 1 });
      return;
    }
    if (heads.length > 0) this.covered = v + 1;
    if (typeof op.m?.['r'] === 'string') this.references.add(op.m['r']);
    if (this.evidence.collection === accessCollection) for (const reference of referencesNamed(op)) this.references.add(reference);
    this.seal = is ?? '';
    this.expected += 1;
    this.sound.push(op);
  }

  /** What may have been done where an op does not have the seal that belongs there, judged by the op after it. */
  private explain(op: StoredOp, kept: string, after: StoredOp | null): Finding {
    const { v } = op;
    if (after === null || keptSeal(after) === undefined) return { tampering: 'changed', v };
    // the one after it stands behind this one as ever
    if (this.fits(kept, after)) return { tampering: 'changed', v };
    // the one after it belongs here
    if (this.fits(this.seal, { ...after, v })) {
      return { tampering: this.fits(keptSeal(after) ?? '', { ...op, v: v + 1 }) ? 'reordered' : 'inserted', v };
    }
    // both belong one further
    if (this.fits(kept, { ...after, v: after.v + 1 })) return { tampering: 'removed', v };
    return { tampering: 'changed', v };
  }

  /** Whether the seal that an op has is the one that it has to have behind another. */
  private fits(before: string, op: StoredOp): boolean {
    const { collection, id, referenceOf, amended } = this.evidence;
    if (keptSeal(op) === this.sealBehind(before, op)) return true;
    try {
      return amended.has(op.v) && isAmended(collection, id, op, before, amended, referenceOf);
    } catch {
      return false;
    }
  }

  private sealBehind(before: string, op: StoredOp): string | undefined {
    const { collection, id, referenceOf } = this.evidence;
    try {
      return sealOf(before, collection, id, op, referenceOf);
    } catch {
      // what cannot be written down was never sealed
      return undefined;
    }
  }

  private break(finding: Finding): void {
    this.broken = finding;
    this.findings.push(finding);
  }

  /** Makes the states of the ops that are sound, and compares those that are kept. */
  async replay(): Promise<void> {
    const { id } = this.evidence;
    const snapshot = this.snapshot;
    while (this.sound.length > 0) {
      const from = this.state.v;
      while ((this.milestones[0] ?? Infinity) <= from) this.milestones.shift();
      const stop = Math.min(from + this.sound.length, this.milestones[0] ?? Infinity, snapshot && snapshot.v > from ? snapshot.v : Infinity);
      const ops = this.sound.splice(0, stop - from);
      try {
        this.state = stateAfterAll(id, this.state, ops);
      } catch {
        this.sound = [];
        this.break({ tampering: 'unfit', v: from, to: stop });
        return;
      }
      if (stop === snapshot?.v && !isSame(snapshot, this.state)) this.findings.push({ tampering: 'snapshot', v: stop });
      if (stop === this.milestones[0]) this.milestones.shift();
      else continue;
      const milestone = await this.milestoneAt(stop);
      if (milestone === 'unreadable' || (milestone && !isSame(milestone, this.state))) this.findings.push({ tampering: 'milestone', v: stop });
    }
  }

  private milestoneAt(version: number): ReturnType<DocumentEvidence['milestoneAt']> {
    const { coming, evidence } = this;
    for (const v of [version, ...this.milestones.slice(0, innerLimits.verifyMilestonesAhead)]) {
      if (coming.has(v)) continue;
      const read = evidence.milestoneAt(v);
      read.catch(() => undefined);
      coming.set(v, read);
    }
    const read = coming.get(version) ?? evidence.milestoneAt(version);
    coming.delete(version);
    return read;
  }

  report(): DocumentReport {
    const { evidence: { collection, id }, snapshot, expected, unsealed, covered, findings, broken } = this;
    if (this.evidence.snapshot === 'unreadable') findings.push({ tampering: 'snapshot', v: expected });
    if (!broken && snapshot && snapshot.v > expected) findings.push({ tampering: 'snapshot', v: snapshot.v });
    // nobody has come that far: it waits for readers of what will be there
    const [planted] = this.milestones;
    if (!broken && planted !== undefined) findings.push({ tampering: 'milestone', v: planted });
    return { collection, id, ops: expected, unsealed, uncovered: broken ? 0 : expected - covered, findings };
  }
}

/** Whether a stored state is one that was worked out; what JSON does not tell apart is the same. */
function isSame(stored: StoredSnapshot, { type, data }: DocumentState): boolean {
  if (stored.type !== type) return false;
  return type === null || isDeepStrictEqual(stored.data, data) || isDeepStrictEqual(plain(stored.data), plain(data));
}

const plain = (data: unknown): unknown => (data === undefined ? null : JSON.parse(JSON.stringify(data)));
