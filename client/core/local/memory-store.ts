import { BehaviorSubject, Subject } from 'rxjs';
import type { Keeping, LocalCopy, LocalDocument, LocalEdit, LocalStore, LocalWrite, LoggedOp, Outbox, OutboxName, Sending } from './local-store.ts';

interface Kept {
  readonly document: string;
  edits: LocalEdit[];
  sendings: Sending[];
}

/** What a device has in memory: gone with the process. For Node, and where a browser keeps nothing. */
export class MemoryDevice {
  readonly copies = new Map<string, LocalCopy>();
  readonly ops = new Map<string, Map<number, LoggedOp>>();
  readonly outboxes = new Map<string, Kept>();
  readonly values = new Map<string, unknown>();
  /** Outboxes that a tab has. */
  readonly claimed = new Set<string>();
  readonly updates = new Subject<string>();

  apply(change: LocalWrite): void {
    switch (change.type) {
      case 'copy':
        this.putCopy(change.copy);
        break;
      case 'op':
        this.opsOf(change.document).set(change.op.v, change.op);
        break;
      case 'edit': {
        const outbox = this.outboxes.get(change.outbox) ?? { document: change.document, edits: [], sendings: [] };
        this.outboxes.set(change.outbox, outbox);
        outbox.edits.push(change.edit);
        break;
      }
      case 'sending':
        this.outboxes.get(change.outbox)?.sendings.push(change.sending);
        break;
      case 'settled':
        this.keepOf(change.outbox, ({ n }) => n > change.last, ({ last }) => last > change.last);
        break;
      case 'dropped':
        this.keepOf(change.outbox, ({ n }) => n !== change.n, () => true);
        break;
      case 'value':
        if (change.value === null) this.values.delete(change.name);
        else this.values.set(change.name, change.value);
    }
  }

  read(document: string): LocalDocument {
    const outboxes = [...this.outboxes].filter(([, kept]) => kept.document === document)
      .map(([id, { edits, sendings }]): Outbox => ({ id, document, edits: [...edits], sendings: [...sendings] }));
    return { copy: this.copies.get(document) ?? null, ops: [...this.opsOf(document).values()].sort((a, b) => a.v - b.v), outboxes };
  }

  outboxNames(): OutboxName[] {
    return [...this.outboxes].map(([id, { document }]) => ({ id, document, isClaimed: this.claimed.has(id) }));
  }

  update<T>(name: string, change: (value: unknown) => T): T {
    const after = structuredClone(change(structuredClone(this.values.get(name) ?? null)));
    this.values.set(name, after);
    this.updates.next(name);
    return after;
  }

  private opsOf(document: string): Map<number, LoggedOp> {
    const ops = this.ops.get(document) ?? new Map<number, LoggedOp>();
    this.ops.set(document, ops);
    return ops;
  }

  private putCopy(copy: LocalCopy): void {
    const { document, version } = copy;
    if ((this.copies.get(document)?.version ?? -1) > version) return;
    this.copies.set(document, copy);
    const needed = [...this.outboxes.values()].filter((kept) => kept.document === document).flatMap(({ edits }) => edits.map(({ v }) => v));
    const from = Math.min(version, ...needed);
    const ops = this.opsOf(document);
    for (const v of [...ops.keys()]) if (v < from) ops.delete(v);
  }

  private keepOf(id: string, edit: (edit: LocalEdit) => boolean, sending: (sending: Sending) => boolean): void {
    const outbox = this.outboxes.get(id);
    if (!outbox) return;
    outbox.edits = outbox.edits.filter(edit);
    outbox.sendings = outbox.sendings.filter(sending);
    if (outbox.edits.length === 0) this.outboxes.delete(id);
  }
}

/** A tab's store on a device that is in memory. */
export class MemoryStore implements LocalStore {
  readonly keeping: BehaviorSubject<Keeping>;
  private readonly device: MemoryDevice;

  constructor(device = new MemoryDevice(), keeping: Keeping = 'memory') {
    this.device = device;
    this.keeping = new BehaviorSubject(keeping);
  }

  readDocument(document: string): Promise<LocalDocument> {
    return Promise.resolve(structuredClone(this.device.read(document)));
  }

  get updates(): Subject<string> {
    return this.device.updates;
  }

  outboxes(): Promise<readonly OutboxName[]> {
    return Promise.resolve(this.device.outboxNames());
  }

  readValue(name: string): Promise<unknown> {
    return Promise.resolve(structuredClone(this.device.values.get(name) ?? null));
  }

  update<T>(name: string, change: (value: unknown) => T): Promise<T | undefined> {
    return Promise.resolve(this.device.update(name, change));
  }

  write(changes: readonly LocalWrite[]): Promise<void> {
    for (const change of structuredClone(changes)) this.device.apply(change);
    return Promise.resolve();
  }

  claim(outbox: string): Promise<(() => void) | null> {
    const { claimed } = this.device;
    if (claimed.has(outbox)) return Promise.resolve(null);
    claimed.add(outbox);
    return Promise.resolve(() => { claimed.delete(outbox); });
  }

  wipe(): Promise<void> {
    const { copies, ops, outboxes, values } = this.device;
    for (const map of [copies, ops, outboxes, values]) map.clear();
    return Promise.resolve();
  }

  close(): void {
    // there is nothing open
  }
}
