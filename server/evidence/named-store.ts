import type { Append, AppendOutcome, MilestoneQuery, OpLink, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from '../store/store.ts';
import type { Identities } from './identities.ts';

/**
 * A store whose log says who made an op by a reference alone. To everybody above it ops have their authors (`m.u`, `m.n`) as ever; where a
 * person was taken out, they have none.
 */
export class NamedStore implements Store {
  private readonly store: Store;
  private readonly identities: Identities;

  constructor(store: Store, identities: Identities) {
    this.store = store;
    this.identities = identities;
  }

  get place(): string {
    return this.store.place;
  }

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.store.append(entries.map((entry) => ({ ...entry, op: withoutName(entry.op) })));
  }

  async readOps(collection: string, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    return this.named(await this.store.readOps(collection, id, from, to));
  }

  async readTail(collection: string, id: string, from: number): Promise<Tail> {
    const tail = await this.store.readTail(collection, id, from);
    return { ...tail, ops: await this.named(tail.ops) };
  }

  private async named(ops: StoredOp[]): Promise<StoredOp[]> {
    const { identities } = this;
    const unknown = new Set(ops.flatMap((op) => {
      const reference = referenceIn(op);
      return reference === undefined || identities.author(reference) !== undefined ? [] : [reference];
    }));
    if (unknown.size > 0) await identities.lookUp(unknown);
    return ops.map((op) => {
      const author = identities.author(referenceIn(op) ?? '');
      // a name beside a reference that leads nowhere is not to be believed
      return author === undefined ? withoutName(op) : { ...op, m: { ...op.m, u: author.id, n: author.name } };
    });
  }

  start(): Promise<void> {
    return this.store.start();
  }

  stop(): Promise<void> {
    return this.store.stop();
  }

  check(): Promise<void> {
    return this.store.check();
  }

  newLink(): OpLink {
    return this.store.newLink();
  }

  findOp(collection: string, id: string, src: string, seq: number): Promise<number | null> {
    return this.store.findOp(collection, id, src, seq);
  }

  readSnapshot(collection: string, id: string): Promise<StoredSnapshot> {
    return this.store.readSnapshot(collection, id);
  }

  writeSnapshots(snapshots: readonly SnapshotWrite[]): Promise<readonly (Error | null)[]> {
    return this.store.writeSnapshots(snapshots);
  }

  listSnapshots(collection: string): AsyncIterable<StoredSnapshot> {
    return this.store.listSnapshots(collection);
  }

  listBehind(collection: string): AsyncIterable<string> {
    return this.store.listBehind(collection);
  }

  writeMilestones(snapshots: readonly SnapshotWrite[]): Promise<void> {
    return this.store.writeMilestones(snapshots);
  }

  readMilestone(collection: string, id: string, wanted: MilestoneQuery): Promise<StoredSnapshot | null> {
    return this.store.readMilestone(collection, id, wanted);
  }

  readSetting(key: string): Promise<string | null> {
    return this.store.readSetting(key);
  }

  writeSetting(key: string, value: string): Promise<void> {
    return this.store.writeSetting(key, value);
  }

  createSetting(key: string, value: string): Promise<string> {
    return this.store.createSetting(key, value);
  }

  removeSetting(key: string): Promise<void> {
    return this.store.removeSetting(key);
  }

  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]> {
    return this.store.listSettings(prefix);
  }
}

function referenceIn({ m }: StoredOp): string | undefined {
  const reference = m?.['r'];
  return typeof reference === 'string' ? reference : undefined;
}

function withoutName(op: StoredOp): StoredOp {
  if (referenceIn(op) === undefined) return op;
  const m: Record<string, unknown> = { ...op.m };
  delete m['u'];
  delete m['n'];
  return { ...op, m: m };
}
