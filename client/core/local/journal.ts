import { BehaviorSubject } from 'rxjs';
import { CoboardError } from '../../../model/errors.ts';
import type { Op } from '../../../model/json0.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { newId } from '../../../model/id.ts';
import type { Role } from '../../../model/protocol.ts';
import type { LocalCopy, LocalStore, LocalWrite, LoggedOp, Outbox, Sending } from './local-store.ts';
import type { Meeting } from '../conflicts/conflict-ledger.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import { restoring, type Restored, type SettledEdit } from './restore.ts';
import { meetingsOf } from './restored-meetings.ts';
import { inSlices } from './slices.ts';

export interface JournalParts {
  readonly document: string;
  readonly store: LocalStore;
  readonly clock: Clock;
  /** The ops of the log with `from` <= version < `to`. */
  readonly loadOps: (from: number, to: number) => Promise<readonly LoggedOp[]>;
  /** The outbox to go on with, which was claimed already; left out: one of this dashboard whose tab is gone, or a new one. */
  readonly claimed?: { readonly outbox: string; readonly release: () => void };
}

/** What was kept of a dashboard: enough to go on without the server; and what others did to it that the kept edits did not know of. */
export type Kept = Extract<Restored, { status: 'restored' }> & { readonly role: Role; readonly meetings: readonly Meeting[] };

/** Edits that there is no way for any more, and why. */
export interface LostEdits {
  /** Those that follow each other at once are one. */
  readonly ops: readonly Op[];
  readonly error: CoboardError;
}

/** What a server says of a dashboard that is not there for one any more. */
const finalCodes: ReadonlySet<string> = new Set(['NOT_FOUND', 'FORBIDDEN', 'ACCESS_REVOKED']);

/** Ops of others are kept with the next edit, or before there are many of them. */
const bufferedOpsMax = 500;
const settleDelayMs = 200;

/** Keeps one dashboard on this device: what the server has said, and one's own edits from when they are made until they are saved. */
export class Journal {
  /** The last edit, by its number, that the store has taken: one that is made is kept a moment later. */
  readonly kept = new BehaviorSubject(0);
  private readonly parts: JournalParts;
  private readonly settling: Alarm;
  private outbox = '';
  private release: (() => void) | null = null;
  private edits = 0;
  /** The versions that edits were made at which are not saved, by number; the oldest first. There may be thousands. */
  private readonly unsaved = new Map<number, number>();
  /** Edits that are saved and still needed, with the version that they became. */
  private saved: SettledEdit[] = [];
  /** Not given to the store yet. */
  private queue: LocalWrite[] = [];
  private writing: Promise<void> = Promise.resolve();
  private isFlushing = false;
  /** What others did before that version is to be kept as seen. */
  private seen = 0;
  private lostEdits: LostEdits | null = null;

  constructor(parts: JournalParts) {
    this.parts = parts;
    this.settling = new Alarm(parts.clock);
  }

  /** Whether there are edits that the store has not taken yet. */
  get isBehind(): boolean {
    return this.kept.value < this.edits;
  }

  /** Kept edits that turned out to have no way any more when this was opened. */
  get lost(): LostEdits | null {
    return this.lostEdits;
  }

  /** Finds what is kept, and takes over the edits of a tab that is gone. Null if there is nothing to begin from. */
  async open(): Promise<Kept | null> {
    const { store, document, clock } = this.parts;
    const isTaken = await this.claim();
    const { copy, ops, outboxes } = await store.readDocument(document);
    const outbox: Outbox = outboxes.find(({ id }) => id === this.outbox) ?? { id: this.outbox, document, edits: [], sendings: [] };
    const known = [...ops];
    const restored = await this.restored(copy, known, outbox);
    if (restored === null || copy === null) {
      if (this.lostEdits !== null) this.dropLost(outbox);
      else if (isTaken) {
        // without a server it cannot be worked out what the edits are now: they stay for a tab that can ask
        this.release?.();
        await this.begin();
      }
      const bare = copy && (await inSlices(clock, restoring(copy, ops, { edits: [], sendings: [] })));
      return copy && bare?.status === 'restored' ? { ...bare, role: copy.role, meetings: [] } : null;
    }
    this.edits = outbox.edits.at(-1)?.n ?? 0;
    this.kept.next(this.edits);
    const settled = new Set(restored.settled.map(({ n }) => n));
    this.saved = [...restored.settled];
    for (const { n, v } of outbox.edits) if (!settled.has(n)) this.unsaved.set(n, v);
    this.forgetSaved();
    return { ...restored, role: copy.role, meetings: await inSlices(clock, meetingsOf(copy, known, restored.met)) };
  }

  /** Null where something is needed that cannot be had now, or never. What is loaded is known from then on. */
  private async restored(copy: LocalCopy | null, known: LoggedOp[], outbox: Outbox): Promise<Extract<Restored, { status: 'restored' }> | null> {
    const { edits: [first] } = outbox;
    for (let last = -1;;) {
      const restored = copy && (await inSlices(this.parts.clock, restoring(copy, known, outbox)));
      if (restored?.status === 'restored') return restored;
      if (restored === null && first === undefined) return null;
      // without a copy, whether there is a way at all
      const { from, to } = restored ?? { from: first?.v ?? 0, to: (first?.v ?? 0) + 1 };
      const more = from > last ? await this.load(from, to, outbox) : [];
      if (more.length === 0 || restored === null) return null;
      last = from;
      known.push(...more);
      for (const op of more) this.keepOp(op);
    }
  }

  private async load(from: number, to: number, { edits }: Outbox): Promise<readonly LoggedOp[]> {
    try {
      return await this.parts.loadOps(from, to);
    } catch (error) {
      if (error instanceof CoboardError && finalCodes.has(error.code)) this.lostEdits = { ops: wholeOps(edits), error };
      return [];
    }
  }

  /** They are told by whoever opened this; the numbers go on behind them. */
  private dropLost({ edits }: Outbox): void {
    this.edits = edits.at(-1)?.n ?? 0;
    this.push({ type: 'settled', outbox: this.outbox, last: this.edits });
    this.flushSoon();
  }

  /** Takes an outbox; says whether it is one that was there. */
  private async claim(): Promise<boolean> {
    const { store, document, claimed } = this.parts;
    if (claimed) {
      this.outbox = claimed.outbox;
      this.release = claimed.release;
      return true;
    }
    for (const { id } of (await store.outboxes()).filter((one) => one.document === document)) {
      const release = await store.claim(id);
      if (release === null) continue;
      this.outbox = id;
      this.release = release;
      return true;
    }
    await this.begin();
    return false;
  }

  private async begin(): Promise<void> {
    this.outbox = newId();
    this.release = await this.parts.store.claim(this.outbox);
  }

  /** What others did before a version has met the kept edits: that is not done again. */
  met(version: number): void {
    this.seen = Math.max(this.seen, version);
    this.flushSoon();
  }

  /** An edit was made, or is kept anew, at a version of the document; its person made it at version `b`, and it was edits of `things`. Gives its number. */
  edited(op: Op, v: number, b = v, things: readonly string[] = []): number {
    this.edits += 1;
    this.unsaved.set(this.edits, v);
    this.push({ type: 'edit', outbox: this.outbox, document: this.parts.document, edit: { n: this.edits, v, op, ...(b < v ? { b } : {}), ...(things.length > 1 ? { t: things } : {}) } });
    this.flushSoon();
    return this.edits;
  }

  /** The edits up to one are about to be sent. Comes back when that, and they, are kept. */
  sending(sending: Sending): Promise<void> {
    this.push({ type: 'sending', outbox: this.outbox, sending });
    return this.flush();
  }

  /** An op of the log came, the next one. */
  logged(op: LoggedOp): void {
    this.seen = op.v + 1;
    this.keepOp(op);
  }

  private keepOp(op: LoggedOp): void {
    this.push({ type: 'op', document: this.parts.document, op });
    if (this.queue.length > bufferedOpsMax) void this.flush();
  }

  /** The edits up to one are in the log, the last one as the op of a version. */
  settled(last: number, v: number): void {
    for (const n of this.unsaved.keys()) {
      if (n > last) break;
      this.unsaved.delete(n);
      this.saved.push({ n, v });
    }
    this.forgetSaved();
  }

  /** One edit is refused. */
  dropped(dropped: number): void {
    this.unsaved.delete(dropped);
    this.push({ type: 'dropped', outbox: this.outbox, n: dropped });
    this.forgetSaved();
    this.flushSoon();
  }

  /** Nothing waits any more, or what does is kept anew. */
  dropAll(): void {
    for (const n of this.unsaved.keys()) this.push({ type: 'dropped', outbox: this.outbox, n });
    this.unsaved.clear();
    this.forgetSaved();
    this.flushSoon();
  }

  /** An edit that is saved is needed for as long as one waits that was made on it before it was. */
  private forgetSaved(): void {
    const [oldest = Infinity] = this.unsaved.values();
    const last = this.saved.findLast(({ v }) => v < oldest);
    if (!last) return;
    this.saved = this.saved.filter(({ n }) => n > last.n);
    this.push({ type: 'settled', outbox: this.outbox, last: last.n });
    if (!this.settling.isSet) this.settling.set(settleDelayMs, () => { void this.flush(); });
  }

  /** The document as the server has it, while nothing of one's own is on its way. */
  keepCopy(version: number, data: unknown, role: Role): void {
    // a tab that is gone and needs the ops before it asks the server
    this.queue = this.queue.filter((change) => change.type !== 'op' || change.op.v >= version);
    this.push({ type: 'copy', copy: { document: this.parts.document, version, data, role } });
    this.flushSoon();
  }

  /** Writes what is not written yet, and lets go of the outbox. */
  async close(): Promise<void> {
    this.settling.clear();
    await this.flush();
    this.release?.();
    this.release = null;
  }

  private push(change: LocalWrite): void {
    // documents change what they are given in place
    this.queue.push(structuredClone(change));
  }

  /** At the end of what runs now: edits of one moment are written together. */
  private flushSoon(): void {
    if (this.isFlushing) return;
    this.isFlushing = true;
    queueMicrotask(() => {
      this.isFlushing = false;
      void this.flush();
    });
  }

  private flush(): Promise<void> {
    this.settling.clear();
    const { queue } = this;
    if (queue.length === 0 && this.seen === 0) return this.writing;
    this.queue = [];
    if (this.seen > 0) queue.push({ type: 'seen', outbox: this.outbox, v: this.seen });
    this.seen = 0;
    const { edits } = this;
    this.writing = this.writing.then(async () => {
      await this.parts.store.write(queue);
      this.kept.next(edits);
    });
    return this.writing;
  }
}

/** Edits that were made at one version follow each other at once. */
function wholeOps(edits: Outbox['edits']): Op[] {
  const whole: { v: number; op: Op }[] = [];
  for (const { v, op } of edits) {
    const last = whole.at(-1);
    if (last?.v === v) last.op = swiftJson0.compose(last.op, structuredClone(op));
    else whole.push({ v, op: structuredClone(op) });
  }
  return whole.map(({ op }) => op);
}
