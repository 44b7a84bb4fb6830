import { BehaviorSubject, Subject, type Subscription } from 'rxjs';
import type { Keeping, LocalCopy, LocalDocument, LocalEdit, LocalStore, LocalWrite, LoggedOp, Outbox, OutboxName, Sending } from './local-store.ts';

interface Kept {
  readonly document: string;
  edits: LocalEdit[];
  sendings: Sending[];
  seen?: number;
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
  readonly wiped = new Subject<void>();

  apply(change: LocalWrite): void {
    switch (change.type) {
      case 'copy':
        this.putCopy(change.copy);
        break;
      case 'op':
        this.opsOf(change.document).set(change.op.v, change.op);
        break;
      case 'edit': {
        const outbox: Kept = this.outboxes.get(change.outbox) ?? { document: change.document, edits: [], sendings: [] };
        this.outboxes.set(change.outbox, outbox);
        outbox.edits.push(change.edit);
        break;
      }
      case 'sending': {
        const { outbox, sending } = change;
        const kept = this.outboxes.get(outbox);
        // sent again under other numbers, it has only those
        if (kept?.edits.some(({ n }) => n === sending.last)) kept.sendings = [...kept.sendings.filter(({ last }) => last !== sending.last), sending];
        else this.apply({ type: 'settled', outbox, last: sending.last });
        break;
      }
      case 'seen': {
        const kept = this.outboxes.get(change.outbox);
        if (kept) kept.seen = change.v;
        break;
      }
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
      .map(([id, { edits, sendings, seen }]): Outbox => ({ id, document, edits: [...edits], sendings: [...sendings], seen }));
    return { copy: this.copies.get(document) ?? null, ops: [...this.opsOf(document).values()].sort((a, b) => a.v - b.v), outboxes };
  }

  /** `own`: those that the asking tab has. */
  outboxNames(own: ReadonlySet<string>): OutboxName[] {
    return [...this.outboxes].map(([id, { document }]) => ({ id, document, isClaimed: this.claimed.has(id), isOwn: own.has(id) }));
  }

  wipe(): void {
    for (const map of [this.copies, this.ops, this.outboxes, this.values]) map.clear();
    this.wiped.next();
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
  private readonly own = new Set<string>();
  private readonly listening: Subscription;

  constructor(device = new MemoryDevice(), keeping: Keeping = 'memory') {
    this.device = device;
    this.keeping = new BehaviorSubject(keeping);
    this.listening = device.wiped.subscribe(() => {
      this.close();
      this.keeping.next('wiped');
    });
  }

  readDocument(document: string): Promise<LocalDocument> {
    return Promise.resolve(structuredClone(this.device.read(document)));
  }

  get updates(): Subject<string> {
    return this.device.updates;
  }

  outboxes(): Promise<readonly OutboxName[]> {
    return Promise.resolve(this.isWiped ? [] : this.device.outboxNames(this.own));
  }

  readValue(name: string): Promise<unknown> {
    return Promise.resolve(structuredClone(this.device.values.get(name) ?? null));
  }

  update<T>(name: string, change: (value: unknown) => T): Promise<T | undefined> {
    return Promise.resolve(this.isWiped ? undefined : this.device.update(name, change));
  }

  write(changes: readonly LocalWrite[]): Promise<void> {
    if (!this.isWiped) for (const change of structuredClone(changes)) this.device.apply(change);
    return Promise.resolve();
  }

  claim(outbox: string): Promise<(() => void) | null> {
    const { device: { claimed }, own } = this;
    if (claimed.has(outbox)) return Promise.resolve(null);
    claimed.add(outbox);
    own.add(outbox);
    return Promise.resolve(() => {
      own.delete(outbox);
      claimed.delete(outbox);
    });
  }

  wipe(): Promise<void> {
    this.close();
    this.keeping.next('wiped');
    this.device.wipe();
    return Promise.resolve();
  }

  close(): void {
    this.listening.unsubscribe();
  }

  private get isWiped(): boolean {
    return this.keeping.value === 'wiped';
  }
}
