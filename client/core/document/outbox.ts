import { BehaviorSubject, Subject } from 'rxjs';
import type { CodedError, Doc, PendingOp } from 'sharedb/lib/client/connection.js';
import { clashesOf, lineMeetings } from '../../../model/conflicts.ts';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { limits } from '../../../model/limits.ts';
import type { WrittenLine } from '../../../model/protocol.ts';
import { opSteps } from '../../../model/op-steps.ts';
import type { Clock } from '../../../model/clock.ts';
import type { EditReason } from '../../../model/protocol.ts';
import type { Journal } from '../local/journal.ts';
import { thingsOf } from '../local/local-store.ts';
import type { RestoredOp } from '../local/restore.ts';
import type { Slices } from '../local/slices.ts';
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
  readonly journal: Pick<Journal, 'edited' | 'sending' | 'settled' | 'dropped' | 'dropAll' | 'kept' | 'isBehind'> | null;
}

/** ShareDB composes what waits into one op; this far, so that a long time offline does not make one that is too large. */
const composedStepsMax = 200;
const composedBytesMax = limits.opBytesMax / 8;

/** So many ops of others are looked through for what the next edit had in view. */
const heardMax = 200;

interface SettledEdit {
  readonly edit: MadeEdit;
  readonly ticket: symbol;
}

interface MadeEdit {
  readonly op: Op;
  /** What it touches, as it is counted. */
  readonly things: readonly string[];
  /** The version of the document that it was made at. */
  readonly base: number;
  /** The numbers that the journal knows it by. */
  numbers: readonly number[];
  readonly why?: EditReason | undefined;
}

/** One's own edits on their way to the server. */
export class Outbox {
  readonly saved = new Subject<SavedEdit>();
  /** How many things were edited that are not saved yet; told again when {@link keptCount} is another one. */
  readonly pendingCount = new BehaviorSubject(0);
  /** How many of those the journal is known to have; without one they count all the same. */
  keptCount = 0;
  /** When the server last made an edit durable; milliseconds since 1970. */
  readonly lastSavedAt = new BehaviorSubject<number | null>(null);
  private readonly parts: OutboxParts;
  private pending = new PendingEdits();
  private lastComposedBytes = 0;
  /** The edits, by what ShareDB calls when they are through. */
  private readonly edits = new WeakMap<object, MadeEdit>();
  /** Versions that are one's own ops: what waits behind them was made with them in view. */
  private readonly own = new Set<number>();
  private lastWhy: EditReason | undefined;
  /** What others did since the op was begun that the next edit may join. */
  private heard: Op[] = [];
  /** Edits of the op that is being told of; null while none is. */
  private gathered: SettledEdit[] | null = null;

  constructor(parts: OutboxParts) {
    this.parts = parts;
    this.gatherEditsOfAnOp();
    parts.journal?.kept.subscribe(() => { this.count(); });
  }

  /** The edits that are not saved yet, as they were made, the oldest first. */
  get ops(): readonly Op[] {
    return this.pending.ops;
  }

  /** Whether every edit is saved. */
  get isEmpty(): boolean {
    return this.pending.count === 0;
  }

  /** Applies an edit to the document and sends it as soon as it can be. @throws CoboardError OP_TOO_LARGE */
  send(op: Op, why?: EditReason): void {
    this.limitComposing(op, why);
    const { doc, journal } = this.parts;
    const base = doc.version ?? 0;
    this.submit({ op, things: thingsOf({ op }), base, why, numbers: journal === null ? [] : [journal.edited(op, base)] });
  }

  /** Goes on with edits that were kept when their tab ended: the document has to be as it was before them, and nobody may edit it meanwhile. */
  *restore(ops: readonly RestoredOp[]): Slices<void> {
    const { doc } = this.parts;
    for (const { op, edits, things, base, sent } of ops) {
      if (sent === null) this.limitComposing(op);
      else doc.preventCompose = true;
      this.submit({ op, things, base, numbers: edits });
      if (sent !== null) Object.assign(doc.pendingOps.at(-1) ?? {}, sent, { sentAt: this.parts.clock.now() });
      yield;
    }
  }

  /** Has an op, and the edits in it, kept before it is sent under its numbers. */
  keep({ callbacks }: PendingOp, src: string, seq: number): Promise<void> | undefined {
    const last = Math.max(...callbacks.flatMap((callback) => this.edits.get(callback)?.numbers ?? []));
    return this.parts.journal?.sending({ src, seq, last });
  }

  /** The edit that is told by a callback. */
  editOf(callback: object): Op | undefined {
    return this.edits.get(callback)?.op;
  }

  /** The version that the oldest edit in an op was made at: from there on, its person had seen nothing of others'. */
  baseOf({ callbacks }: PendingOp): number {
    let base = Math.min(...callbacks.map((callback) => this.edits.get(callback)?.base ?? 0));
    while (this.own.has(base)) base += 1;
    return base;
  }

  /** Why the edits in an op were made; undefined for no reason but that somebody wanted them. */
  whyOf({ callbacks: [first] }: PendingOp): EditReason | undefined {
    return first && this.edits.get(first)?.why;
  }

  /** Lines that wait were written by somebody else too: says with the op how they were written here, before they become one. */
  rewrote(lines: readonly WrittenLine[]): void {
    const { inflightOp, pendingOps } = this.parts.doc;
    for (const line of lines) {
      const at = JSON.stringify(line.p);
      const waiting = [inflightOp, ...pendingOps].find((one) => one?.op?.some(({ p }) => JSON.stringify(p) === at));
      const { lines: known = [] } = waiting ?? {};
      if (waiting && known.length < limits.writtenLinesMax && !known.some(({ p }) => JSON.stringify(p) === at)) waiting.lines = [...known, line];
    }
  }

  /** Somebody else's op came while edits wait. */
  hear(op: Op): void {
    if (this.heard.length <= heardMax) this.heard.push(op);
  }

  /** What waits is on another state than when it was made: has it kept as it is now. */
  keepAnew(): void {
    const { doc, journal } = this.parts;
    if (journal === null) return;
    journal.dropAll();
    for (const pending of doc.pendingOps) {
      const things = new Set(pending.callbacks.flatMap((callback) => this.edits.get(callback)?.things ?? []));
      const n = journal.edited(pending.op ?? [], doc.version ?? 0, this.baseOf(pending), [...things]);
      for (const callback of pending.callbacks) {
        const edit = this.edits.get(callback);
        if (edit) edit.numbers = [n];
      }
    }
  }

  private submit(edit: MadeEdit): void {
    const { pending } = this;
    const ticket = pending.add(edit.op, edit.things);
    const callback = (error?: CodedError | null): void => {
      // given up meanwhile
      if (pending !== this.pending) return;
      if (this.gathered) this.gathered.push({ edit, ticket });
      else this.settle([{ edit, ticket }], error);
    };
    this.edits.set(callback, edit);
    this.parts.doc.submitOp(edit.op, {}, callback);
    this.count();
  }

  /** What is not saved yet is nobody's any more, and nothing more is told of it. */
  giveUp(): void {
    this.pending = new PendingEdits();
    this.count();
  }

  private limitComposing(op: Op, why?: EditReason): void {
    const { doc } = this.parts;
    const bytes = new TextEncoder().encode(JSON.stringify(op)).length;
    if (bytes > limits.opBytesMax || opSteps(op) > limits.opComponentsMax) throw new CoboardError('OP_TOO_LARGE');
    const last = doc.pendingOps.at(-1);
    const waits = last !== undefined && last.sentAt === undefined;
    const tooMuch = opSteps(last?.op ?? []) + opSteps(op) > composedStepsMax || this.lastComposedBytes + bytes > composedBytesMax;
    // what was made with something in view does not go with what was made without
    const hasSeen = this.heard.length > heardMax || this.heard.some((theirs) => clashesOf(op, theirs).length + lineMeetings(op, theirs).length > 0);
    const joins = waits && !tooMuch && !hasSeen && why === this.lastWhy;
    this.lastWhy = why;
    doc.preventCompose = !joins;
    if (!joins) this.heard = [];
    this.lastComposedBytes = joins ? this.lastComposedBytes + bytes : bytes;
  }

  /** ShareDB tells of each edit in an op by itself; there may be hundreds, and who is told of them looks up each time. */
  private gatherEditsOfAnOp(): void {
    const { doc } = this.parts;
    const clear = doc._clearInflightOp.bind(doc);
    doc._clearInflightOp = (error) => {
      const { callbacks = [] } = doc.inflightOp ?? {};
      if (callbacks.length > 1) {
        this.gathered = [];
        callbacks.push((cause) => {
          const { gathered } = this;
          this.gathered = null;
          if (gathered && gathered.length > 0) this.settle(gathered, cause);
        });
      }
      clear(error);
    };
  }

  /** Edits are through or refused. */
  private settle(settled: readonly SettledEdit[], error: CodedError | null | undefined): void {
    const { journal, doc, clock, onRefused, onSettled } = this.parts;
    const version = doc.version ?? 1;
    for (const { ticket } of settled) this.pending.settle(ticket);
    const numbers = settled.flatMap(({ edit }) => edit.numbers);
    if (error) {
      for (const n of numbers) journal?.dropped(n);
      for (const { edit } of settled) onRefused(edit.op, error);
    } else {
      if (numbers.length > 0) journal?.settled(Math.max(...numbers), version - 1);
      const at = clock.now();
      this.lastSavedAt.next(at);
      this.own.add(version - 1);
      for (const { edit: { op } } of settled) this.saved.next({ op, version, at });
    }
    this.count();
    onSettled();
  }

  private count(): void {
    if (this.pending.count === 0) this.own.clear();
    const { count } = this.pending;
    const kept = this.parts.journal?.isBehind === true ? Math.min(count, this.keptCount) : count;
    if (count === this.pendingCount.value && kept === this.keptCount) return;
    this.keptCount = kept;
    this.pendingCount.next(count);
  }
}
