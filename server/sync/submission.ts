import ot from 'sharedb/lib/ot.js';
import Snapshot from 'sharedb/lib/snapshot.js';
import { Alarm, type Clock } from '../../model/clock.ts';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits, type ServerLimits } from '../../model/limits.ts';
import type { OpOrigin } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { next, stateAfter, type DocumentState } from './document-state.ts';
import type { Engine } from './engine.ts';
import type { AuthoredOp } from './op-author.ts';
import { leavesAlone, outlives, transformPast } from './rebase.ts';
import type { CommitOutcome, Sequencer } from './sequencer.ts';
import { ShareDbSubmitRequest, type SubmitRequestArguments, type SubmittedOp } from './sharedb-types.ts';
import type { WorkTurns } from './turns.ts';

type Callback = (error?: Error | null) => void;

/** How an op came through, in ms since it was accepted. */
export interface Passage {
  readonly sequencedMs: number;
  readonly durableMs: number;
}

export interface SubmissionParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly turns: WorkTurns;
  readonly limits: Pick<ServerLimits, 'commitPatienceMs' | 'rebasePageOps' | 'opBehindMax'>;
  /** A limit is hit. */
  readonly hit: (limit: 'commitPatienceMs' | 'opBehindMax') => void;
  readonly passed: (passage: Passage) => void;
}

/** What a rebase waits for; undefined where it could pause. */
type Pause = Promise<unknown> | undefined;
type Steps = Generator<Pause, void, unknown>;

/** What it takes to transform one component past another. */
const transformWork = 50;

/**
 * One op on its way from its sender to the log: transformed to the head of its document, checked there, put in order, and answered
 * when it is durable. Takes the place of ShareDB's own request; middleware sees the same `submit`, `apply` and `commit`, and must
 * answer `apply` and `commit` at once: from the head to the log nothing waits, so nobody has to try again because somebody was faster.
 */
export class Submission extends ShareDbSubmitRequest {
  /** Set by a check that has worked out the document after the op already (middleware `apply`). */
  nextData: { readonly data: unknown } | null = null;
  private readonly parts: SubmissionParts;
  private readonly sequencer: Sequencer;
  /** As its sender meant it: where a version that it was transformed to turns out void, it begins from here. */
  private sent: Pick<SubmittedOp, 'v' | 'op' | 'm'> = {};
  /** What its author had in view; without a version nothing is known. */
  private origin: OpOrigin = {};
  private readonly begunAt = performance.now();
  private epoch = 0;
  private rebasing: Steps | null = null;
  /** When it came further last. */
  private movedAt = 0;
  private answer: Callback = () => undefined;

  constructor(parts: SubmissionParts, ...request: SubmitRequestArguments) {
    super(...request);
    this.parts = parts;
    this.sequencer = parts.engine.sequencer(this.collection, this.id);
  }

  /** Calls back once: without an error when the op is durable. */
  override submit(callback: Callback): void {
    const { sequencer, parts: { clock, engine, hit, limits: { commitPatienceMs } } } = this;
    // middleware has had its say
    const { v, m = {} } = this.op;
    this.sent = { v, m, ...('op' in this.op ? { op: this.op.op } : {}) };
    // nobody has seen more than the version that their op is for
    if (v != null) this.origin = { ...(this.extra?.l === undefined ? {} : { l: this.extra.l }), b: Math.min(this.extra?.b ?? v, v) };
    sequencer.holds += 1;
    this.movedAt = clock.elapsed();
    // it stays on its way; whoever sends it again finds it there
    const patience = new Alarm(clock);
    const wait = (forMs: number): void => {
      patience.set(forMs, () => {
        // what takes long is on its way all the same as long as it moves
        const leftMs = this.movedAt + commitPatienceMs - clock.elapsed();
        if (leftMs > 0) wait(leftMs);
        else {
          hit('commitPatienceMs');
          this.answer(new CoboardError('STORE_UNAVAILABLE', 'The store does not answer.'));
        }
      });
    };
    wait(commitPatienceMs);
    this.answer = (error) => {
      this.answer = () => undefined;
      patience.clear();
      sequencer.holds -= 1;
      // what it throws must not stop the others that are answered in this turn
      process.nextTick(callback, error ?? null);
    };
    try {
      engine.checkSpace();
    } catch (error) {
      this.answer(error as Error);
      return;
    }
    this.begin();
  }

  /** From the start, on the head as it is now. */
  private begin(): void {
    Object.assign(this.op, this.sent);
    this.nextData = null;
    this.rebasing = null;
    this.epoch = this.sequencer.epoch;
    if (this.sequencer.head === null) this.wait(this.sequencer.ready(), () => { this.begin(); });
    else this.goOn();
  }

  private wait<T>(promise: Promise<T>, go: (result: T) => void): void {
    promise.then(go, (error: unknown) => { this.refuse(error as Error); });
  }

  /** Rebases until there is nothing left, as far as this turn allows; then checks and sequences at once. */
  private goOn(found?: unknown): void {
    this.movedAt = this.parts.clock.elapsed();
    const { sequencer, parts: { turns } } = this;
    if (this.epoch !== sequencer.epoch || sequencer.head === null) {
      this.begin();
      return;
    }
    try {
      const steps = (this.rebasing ??= this.rebase(sequencer.head.type));
      const pause = turns.run(() => {
        let step = steps.next(found);
        while (step.done !== true && step.value === undefined && !turns.isOver) step = steps.next();
        return step;
      });
      if (pause.done !== true) {
        if (pause.value === undefined) turns.next(() => { this.goOn(); });
        else this.wait(pause.value, (result) => { this.goOn(result); });
        return;
      }
    } catch (error) {
      this.refuse(error as Error);
      return;
    }
    this.check(sequencer.head);
  }

  /** What is wrong with an op holds only once everything that it was looked at with is durable. */
  private refuse(error: Error): void {
    const { sequencer } = this;
    const looked = sequencer.head?.v ?? 0;
    const tell = (): void => {
      if (this.epoch !== sequencer.epoch) this.begin();
      else if ((sequencer.durable?.v ?? 0) >= looked) this.answer(error);
      else void sequencer.moved().then(tell);
    };
    tell();
  }

  /** Brings the op to the head: past every op that came since its sender looked. */
  private *rebase(type: string | null): Steps {
    const { sequencer, op, parts: { engine } } = this;
    const malformed = ot.checkSubmittedOpForType(type, op);
    if (malformed) throw malformed;
    if (op.v == null) {
      yield* this.findCreation();
      op.v = this.headV;
    }
    if (op.v > this.headV) {
      // its sender has seen what another process wrote
      yield engine.fresh(sequencer);
      if (op.v > this.headV) throw this.newerVersionError();
    }
    // so far behind it may be one that was sent before, which a look into the log tells without the long way
    if (op.v < sequencer.recent.first) {
      yield* this.findInLog();
      // whether it was sent before is not to be found out there: who catches up sees it
      if (op.v < ((yield engine.archivedTo(sequencer)) as number)) throw new CoboardError('OP_TOO_FAR_BEHIND');
    }
    if (this.headV - op.v > this.parts.limits.opBehindMax) {
      this.parts.hit('opBehindMax');
      throw new CoboardError('OP_TOO_FAR_BEHIND');
    }
    let work = 0;
    while (op.v < this.headV) {
      const to = Math.min(this.headV, op.v + this.parts.limits.rebasePageOps);
      const ops = op.v < sequencer.recent.first ? (yield engine.opsOf(sequencer, op.v, to)) as StoredOp[] : sequencer.recent.slice(op.v, to);
      if (ops.length === 0) throw this.missingOpsError();
      for (const earlier of ops) {
        // it came back, and the op has moved past both
        if (earlier.v < op.v) continue;
        if (op.src != null && op.src === earlier.src && op.seq === earlier.seq) throw this.alreadySubmittedError();
        if (earlier.op === undefined) {
          // its sender may have heard of the deletion alone
          const first = earlier.v - (earlier.del === true ? 0 : 1);
          const [deletion, creation] = (yield engine.opsOf(sequencer, first, first + 2)) as StoredOp[];
          if (outlives(op, deletion, creation)) continue;
        }
        const compared = leavesAlone(op, type, earlier);
        work += compared ?? 0;
        const components = Array.isArray(op.op) ? op.op.length : 1;
        const transforming = compared === null ? transformPast(op, type, earlier) : null;
        while (transforming?.next().done === false) {
          work += components * transformWork;
          if (work < innerLimits.rebaseWorkMax) continue;
          work = 0;
          yield undefined;
        }
        if (work < innerLimits.rebaseWorkMax) continue;
        work = 0;
        yield undefined;
      }
    }
  }

  private get headV(): number {
    return this.sequencer.head?.v ?? 0;
  }

  /** @throws the error that says so if the log has this op already */
  private *findInLog(): Steps {
    const { op } = this;
    const { src, seq } = op;
    if (src == null || seq == null) return;
    const found = (yield this.parts.engine.findOp(this.sequencer, src, seq)) as number | null;
    if (found === null) return;
    op.v = found;
    throw this.alreadySubmittedError();
  }

  /** A creation of what is there may be one that was sent before. */
  private *findCreation(): Steps {
    const { op, sequencer: { head } } = this;
    if (op.create === undefined || head?.type == null || op.src == null) return;
    const created = head.m?.['_create'] as { readonly src?: unknown; readonly seq?: unknown; readonly v?: number } | undefined;
    if (created === undefined) {
      yield* this.findInLog();
    } else if (created.src === op.src && created.seq === op.seq) {
      op.v = created.v ?? 0;
      throw this.alreadySubmittedError();
    }
    throw this.alreadyCreatedError();
  }

  /** Lets the op be checked on the head, and puts it in order there. */
  private check(head: DocumentState): void {
    const { op, id } = this;
    this.snapshot = new Snapshot(id, head.v, head.type, head.data, head.m);
    if (op.del === true) op.m = { ...op.m, data: head.data };
    // whoever knew of everything is nearly everybody
    if ((this.origin.b ?? head.v) < head.v) op.m = { ...op.m, ...this.origin };
    this.through('apply', head, () => {
      const stored = storable(op);
      const after = this.nextData ? next(head, stored, head.type, this.nextData.data) : stateAfter(id, head, stored);
      this.snapshot = new Snapshot(id, after.v, after.type, after.data, after.m);
      this.through('commit', head, () => {
        this.sequence(stored, after);
      });
    });
  }

  private sequence(op: StoredOp, after: DocumentState): void {
    const { begunAt, parts: { passed, engine: { sealer } } } = this;
    // known when it was submitted; what waited long since may find that it has left the memory
    const unknown = sealer.ready(this.sequencer.collection, op, undefined);
    if (unknown !== undefined) {
      this.wait(unknown, () => { this.begin(); });
      return;
    }
    const sequencedMs = performance.now() - begunAt;
    this.sequencer.sequence(op, after, (outcome: CommitOutcome) => {
      switch (outcome.status) {
        case 'committed':
          passed({ sequencedMs, durableMs: performance.now() - begunAt });
          this.answer();
          break;
        case 'refused':
          this.answer(outcome.error);
          break;
        case 'lost':
          this.begin();
      }
    });
  }

  /** Through the middleware of an action; what waited there may find the head gone. */
  private through(action: string, head: DocumentState, go: () => void): void {
    this.backend.trigger(action, this.agent, this, (error) => {
      if (!error && this.sequencer.head !== head) {
        this.begin();
        return;
      }
      try {
        if (error) throw error;
        go();
      } catch (refused) {
        this.refuse(refused as Error);
      }
    });
  }
}

/** An op as it is kept: without what rides on it and what says where it goes. */
export function storable({ v, src, seq, op, create, del, m }: SubmittedOp): StoredOp {
  return {
    v: v ?? 0,
    ...(src == null ? {} : { src }), ...(seq == null ? {} : { seq }),
    ...(op === undefined ? {} : { op }), ...(create === undefined ? {} : { create }), ...(del === true ? { del } : {}),
    ...(m == null ? {} : { m: m }),
  };
}

/** An op as it leaves: who made it, and on what, rides on it; see `op-author.ts`. */
export function publicOp({ m, ...op }: StoredOp): StoredOp & AuthoredOp {
  if (m?.u === undefined) return op;
  const { b, l } = m;
  return { ...op, by: { id: m.u, name: m.n ?? '' }, ...(b === undefined ? {} : { origin: l === undefined ? { b } : { b, l } }) };
}
