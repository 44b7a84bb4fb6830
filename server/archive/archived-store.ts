import { DamagedLog } from '../evidence/damaged-log.ts';
import { ForwardingStore } from '../store/forwarding-store.ts';
import type { Store, StoredOp, Tail } from '../store/store.ts';
import type { ArchiveRecord, Archives } from './archives.ts';

/** A store whose log goes on into archives: whoever reads ops of long ago does not notice that they are elsewhere. */
export class ArchivedStore extends ForwardingStore {
  private readonly archives: Archives;
  /** Whether a record is to be believed. */
  private readonly believes: (collection: string, id: string, record: ArchiveRecord) => boolean;

  constructor(store: Store, archives: Archives, believes: ArchivedStore['believes'] = () => true) {
    super(store);
    this.archives = archives;
    this.believes = believes;
  }

  override async readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.whole(collection, id, from, to, await this.store.readOps(collection, id, from, to, bytesMax));
  }

  override async readTail(collection: string, id: string, from: number): Promise<Tail> {
    const tail = await this.store.readTail(collection, id, from);
    return { ...tail, ops: await this.whole(collection, id, from, null, tail.ops) };
  }

  /** The version before which ops are in archives; 0 for none. */
  async archivedTo(collection: string, id: string): Promise<number> {
    return (await this.archives.of(collection, id)).at(-1)?.to ?? 0;
  }

  /** Puts what is archived before what is in the store. */
  private async whole(collection: string, id: string, from: number, to: number | null, live: StoredOp[]): Promise<StoredOp[]> {
    if (live[0]?.v === from || (to !== null && from >= to)) return live;
    const ops: StoredOp[] = [];
    let next = from;
    for (const record of await this.archives.of(collection, id)) {
      if (record.to <= next) continue;
      // what lies before it is missing; whoever reads finds that out
      if (record.from > next || (to !== null && next >= to)) break;
      if (!this.believes(collection, id, record)) throw new DamagedLog('archive', record.from, record.to);
      const archived = await this.archives.read(collection, id, record);
      for (const op of archived) if (op.v >= next && (to === null || op.v < to)) ops.push(op);
      next = record.to;
    }
    return ops.length === 0 ? live : [...ops, ...live.filter(({ v }) => v >= next)];
  }
}
