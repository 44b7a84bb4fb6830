import type { Append, AppendOutcome, MilestoneQuery, OpLink, SnapshotWrite, Store, StoredOp, StoredSnapshot, Tail } from './store.ts';

/** A store in front of another one, the same in everything that who extends it does not say. */
export class ForwardingStore implements Store {
  protected readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  get place(): string {
    return this.store.place;
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

  append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.store.append(entries);
  }

  readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.store.readOps(collection, id, from, to, bytesMax);
  }

  readTail(collection: string, id: string, from: number): Promise<Tail> {
    return this.store.readTail(collection, id, from);
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
