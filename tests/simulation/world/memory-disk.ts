import type { OpLink, StoredOp, StoredSnapshot } from '../../../server/store/store.ts';

interface Logged { readonly op: StoredOp; readonly link: OpLink }

const keyOf = (collection: string, id: string): string => `${collection}\0${id}`;

/** Only JSON is on a disk. */
const kept = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)) as T);

/** What a database has on its disk, and in its memory on the way there: a crash takes what was written since the last flush. */
export class MemoryDisk {
  private readonly logs = new Map<string, Logged[]>();
  private readonly snapshots = new Map<string, StoredSnapshot>();
  private readonly milestones = new Map<string, StoredSnapshot[]>();
  readonly settings = new Map<string, string>();
  /** Whether ops, by client id and number, are refused for what they would make: every server finds the same. */
  readonly refused = new Map<string, boolean>();
  private undo: (() => void)[] = [];
  crashes = 0;

  log(collection: string, id: string): readonly Logged[] {
    return this.logs.get(keyOf(collection, id)) ?? [];
  }

  ids(collection: string): string[] {
    return [...this.logs.keys()].filter((key) => key.startsWith(`${collection}\0`)).map((key) => key.slice(collection.length + 1));
  }

  /** Takes an op at its version, or does not. */
  append(collection: string, id: string, op: StoredOp, link: OpLink): 'committed' | 'conflict' {
    const key = keyOf(collection, id);
    const log = this.logs.get(key) ?? [];
    if (log[op.v]?.link === link) return 'committed';
    if (op.v !== log.length) return 'conflict';
    this.logs.set(key, log);
    log.push({ op: kept(op), link });
    this.undo.push(() => { log.length = op.v; });
    return 'committed';
  }

  snapshot(collection: string, id: string): StoredSnapshot | undefined {
    return this.snapshots.get(keyOf(collection, id));
  }

  putSnapshot(collection: string, snapshot: StoredSnapshot): void {
    const key = keyOf(collection, snapshot.id);
    const before = this.snapshots.get(key);
    if (before && before.v >= snapshot.v) return;
    const { link, ...rest } = snapshot;
    this.snapshots.set(key, { ...kept(rest), link });
    this.undo.push(() => {
      if (before) this.snapshots.set(key, before);
      else this.snapshots.delete(key);
    });
  }

  milestonesOf(collection: string, id: string): StoredSnapshot[] {
    return this.milestones.get(keyOf(collection, id)) ?? [];
  }

  putMilestone(collection: string, snapshot: StoredSnapshot): void {
    const key = keyOf(collection, snapshot.id);
    const all = this.milestonesOf(collection, snapshot.id);
    if (all.some(({ v }) => v === snapshot.v)) return;
    this.milestones.set(key, [...all, kept(snapshot)].sort((a, b) => a.v - b.v));
    this.undo.push(() => { this.milestones.set(key, this.milestonesOf(collection, snapshot.id).filter(({ v }) => v !== snapshot.v)); });
  }

  /** What was written is on the disk. */
  flush(): void {
    this.undo = [];
  }

  /** The database dies and is back: what was not on the disk is gone. */
  crash(): void {
    for (const back of this.undo.reverse()) back();
    this.undo = [];
    this.crashes += 1;
  }
}
