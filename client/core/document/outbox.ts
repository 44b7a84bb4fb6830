import { BehaviorSubject, Subject } from 'rxjs';
import type { CodedError, Doc, PendingOp } from 'sharedb/lib/client/connection.js';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import { opSteps } from '../../../model/op-steps.ts';
import type { Clock } from '../../../model/clock.ts';
import type { Journal } from '../local/journal.ts';
import type { RestoredOp } from '../local/restore.ts';
import type { SavedEdit } from './live-state.ts';
import { PendingEdits } from './pending-edits.ts';

export interface OutboxParts {
  readonly doc: Doc;
  readonly clock: Clock;
  /** The server did not take an edit. */
  readonly onRefused: (op: Op, error: CodedError) => void;
  /** An edit is through or refused, and counted. */
  readonly onSettled: () => void;
  /** Where edits are kept until they are through; null: nowhere. */
  readonly journal: Pick<Journal, 'edited' | 'sending' | 'settled' | 'dropped' | 'dropAll'> | null;
}

/** ShareDB composes what waits into one op; this far, so that a long time offline does not make one that is too large. */
const composedStepsMax = 200;
const composedBytesMax = limits.opBytesMax / 8;

/** One's own edits on their way to the server. */
export class Outbox {
  readonly saved = new Subject<SavedEdit>();
  /** How many things were edited that are not saved yet. */
  readonly pendingCount = new BehaviorSubject(0);
  /** When the server last made an edit durable; milliseconds since 1970. */
  readonly lastSavedAt = new BehaviorSubject<number | null>(null);
  private readonly parts: OutboxParts;
  private pending = new PendingEdits();
  private lastComposedBytes = 0;
  /** The numbers that the journal knows edits by, by what ShareDB calls when they are through. */
  private readonly numbers = new WeakMap<object, readonly number[]>();
  /** The edits, by the same. */
  private readonly edits = new WeakMap<object, Op>();

  constructor(parts: OutboxParts) {
    this.parts = parts;
  }

  /** The edits that are not saved yet, as they were made, the oldest first. */
  get ops(): readonly Op[] {
    return this.pending.ops;
  }

  /** Applies an edit to the document and sends it as soon as it can be. @throws CoboardError OP_TOO_LARGE */
  send(op: Op): void {
    this.limitComposing(op);
    const { doc, journal } = this.parts;
    this.submit(op, journal === null ? [] : [journal.edited(op, doc.version ?? 0)]);
  }

  /** Goes on with edits that were kept when their tab ended: the document has to be as it was before them. */
  restore(ops: readonly RestoredOp[]): void {
    const { doc } = this.parts;
    for (const { op, edits, sent } of ops) {
      if (sent === null) this.limitComposing(op);
      else doc.preventCompose = true;
      this.submit(op, edits);
      if (sent !== null) Object.assign(doc.pendingOps.at(-1) ?? {}, sent, { sentAt: this.parts.clock.now() });
    }
  }

  /** Has an op, and the edits in it, kept before it is sent under its numbers. */
  keep({ callbacks }: PendingOp, src: string, seq: number): Promise<void> | undefined {
    const last = Math.max(...callbacks.flatMap((callback) => this.numbers.get(callback) ?? []));
    return this.parts.journal?.sending({ src, seq, last });
  }

  /** The edit that is told by a callback. */
  editOf(callback: object): Op | undefined {
    return this.edits.get(callback);
  }

  /** What waits is on another state than when it was made: has it kept as it is now. */
  keepAnew(): void {
    const { doc, journal } = this.parts;
    if (journal === null) return;
    journal.dropAll();
    for (const { op = [], callbacks } of doc.pendingOps) {
      const n = journal.edited(op, doc.version ?? 0);
      for (const callback of callbacks) this.numbers.set(callback, [n]);
    }
  }

  private submit(op: Op, numbers: readonly number[]): void {
    const { pending } = this;
    const ticket = pending.add(op);
    const callback = (error?: CodedError | null): void => {
      // given up meanwhile
      if (pending === this.pending) this.settled(op, this.numbers.get(callback) ?? [], ticket, error);
    };
    this.numbers.set(callback, numbers);
    this.edits.set(callback, op);
    this.parts.doc.submitOp(op, {}, callback);
    this.count();
  }

  /** What is not saved yet is nobody's any more, and nothing more is told of it. */
  giveUp(): void {
    this.pending = new PendingEdits();
    this.count();
  }

  private limitComposing(op: Op): void {
    const { doc } = this.parts;
    const bytes = new TextEncoder().encode(JSON.stringify(op)).length;
    if (bytes > limits.opBytesMax || opSteps(op) > limits.opComponentsMax) throw new CoboardError('OP_TOO_LARGE');
    const last = doc.pendingOps.at(-1);
    const waits = last !== undefined && last.sentAt === undefined;
    const tooMuch = opSteps(last?.op ?? []) + opSteps(op) > composedStepsMax || this.lastComposedBytes + bytes > composedBytesMax;
    doc.preventCompose = waits && tooMuch;
    this.lastComposedBytes = waits && !tooMuch ? this.lastComposedBytes + bytes : bytes;
  }

  private settled(op: Op, numbers: readonly number[], ticket: symbol, error: CodedError | null | undefined): void {
    const { journal } = this.parts;
    this.pending.settle(ticket);
    if (error) for (const n of numbers) journal?.dropped(n);
    else for (const n of numbers.slice(-1)) journal?.settled(n, (this.parts.doc.version ?? 1) - 1);
    if (error) this.parts.onRefused(op, error);
    else {
      const at = this.parts.clock.now();
      this.lastSavedAt.next(at);
      this.saved.next({ op, version: this.parts.doc.version ?? 0, at });
    }
    this.count();
    this.parts.onSettled();
  }

  private count(): void {
    if (this.pending.count !== this.pendingCount.value) this.pendingCount.next(this.pending.count);
  }
}
