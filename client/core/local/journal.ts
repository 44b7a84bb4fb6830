import type { Op } from '../../../model/json0.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import { newId } from '../../../model/id.ts';
import type { Role } from '../../../model/protocol.ts';
import type { LocalCopy, LocalStore, LocalWrite, LoggedOp, Outbox, Sending } from './local-store.ts';
import { restore, type Restored, type SettledEdit } from './restore.ts';

export interface JournalParts {
  readonly document: string;
  readonly store: LocalStore;
  readonly clock: Clock;
  /** The ops of the log with `from` <= version < `to`. */
  readonly loadOps: (from: number, to: number) => Promise<readonly LoggedOp[]>;
  /** The outbox to go on with, which was claimed already; left out: one of this dashboard whose tab is gone, or a new one. */
  readonly claimed?: { readonly outbox: string; readonly release: () => void };
}

/** What was kept of a dashboard: enough to go on without the server. */
export type Kept = Extract<Restored, { status: 'restored' }> & { readonly role: Role };

/** Ops of others are kept with the next edit, or before there are many of them. */
const bufferedOpsMax = 500;
const settleDelayMs = 200;

/** Keeps one dashboard on this device: what the server has said, and one's own edits from when they are made until they are saved. */
export class Journal {
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

  constructor(parts: JournalParts) {
    this.parts = parts;
    this.settling = new Alarm(parts.clock);
  }

  /** Finds what is kept, and takes over the edits of a tab that is gone. Null if there is nothing to begin from. */
  async open(): Promise<Kept | null> {
    const { store, document } = this.parts;
    await this.claim();
    const { copy, ops, outboxes } = await store.readDocument(document);
    const outbox: Outbox = outboxes.find(({ id }) => id === this.outbox) ?? { id: this.outbox, document, edits: [], sendings: [] };
    if (copy === null) return null;
    const restored = await this.restored(copy, ops, outbox);
    if (restored === null) {
      // without a server it cannot be worked out what the edits are now: they stay for a tab that can ask
      this.release?.();
      await this.begin();
      const bare = restore(copy, ops, { edits: [], sendings: [] });
      return bare.status === 'gap' ? null : { ...bare, role: copy.role };
    }
    this.edits = outbox.edits.at(-1)?.n ?? 0;
    const settled = new Set(restored.settled.map(({ n }) => n));
    this.saved = [...restored.settled];
    for (const { n, v } of outbox.edits) if (!settled.has(n)) this.unsaved.set(n, v);
    this.forgetSaved();
    return { ...restored, role: copy.role };
  }

  /** Null where ops are needed that cannot be had now. */
  private async restored(copy: LocalCopy, ops: readonly LoggedOp[], outbox: Outbox): Promise<Extract<Restored, { status: 'restored' }> | null> {
    const known = [...ops];
    for (;;) {
      const restored = restore(copy, known, outbox);
      if (restored.status === 'restored') return restored;
      const more = await this.parts.loadOps(restored.from, restored.to).catch(() => []);
      if (more.length === 0) return null;
      known.push(...more);
      for (const op of more) this.logged(op);
    }
  }

  private async claim(): Promise<void> {
    const { store, document, claimed } = this.parts;
    if (claimed) {
      this.outbox = claimed.outbox;
      this.release = claimed.release;
      return;
    }
    for (const { id } of (await store.outboxes()).filter((one) => one.document === document)) {
      const release = await store.claim(id);
      if (release === null) continue;
      this.outbox = id;
      this.release = release;
      return;
    }
    await this.begin();
  }

  private async begin(): Promise<void> {
    this.outbox = newId();
    this.release = await this.parts.store.claim(this.outbox);
  }

  /** An edit was made, or is kept anew, at a version of the document; its person made it at version `b`. Gives its number. */
  edited(op: Op, v: number, b = v): number {
    this.edits += 1;
    this.unsaved.set(this.edits, v);
    this.push({ type: 'edit', outbox: this.outbox, document: this.parts.document, edit: { n: this.edits, v, op, ...(b < v ? { b } : {}) } });
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
    if (queue.length === 0) return this.writing;
    this.queue = [];
    this.writing = this.writing.then(() => this.parts.store.write(queue));
    return this.writing;
  }
}
