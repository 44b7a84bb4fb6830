import Snapshot from 'sharedb/lib/snapshot.js';
import ShareDBError from 'sharedb/lib/error.js';
import type { MilestoneQuery, Store } from '../store/store.ts';
import { answer } from './engine-db.ts';
import { ShareDbMilestones } from './sharedb-types.ts';

type Callback<T> = (error: Error | null, result?: T) => void;

/** A store's milestones as ShareDB sees them, for versions and times of the past. In the server they are written behind the log, not by ShareDB. */
export class StoreMilestones extends ShareDbMilestones {
  private readonly store: Pick<Store, 'readMilestone' | 'writeMilestones'>;

  /** @param interval ShareDB saves one when the version is a multiple of it */
  constructor(store: Pick<Store, 'readMilestone' | 'writeMilestones'>, interval = Infinity) {
    super({ interval });
    this.store = store;
  }

  saveMilestoneSnapshot(collection: string, snapshot: Snapshot, callback?: Callback<undefined>): void {
    const saved = this.save(collection, snapshot);
    answer(saved, (error) => {
      if (callback) callback(error);
      else if (error) this.emit('error', error);
      else this.emit('save', collection, snapshot);
    });
  }

  getMilestoneSnapshot(collection: string, id: string, version: number | null, callback: Callback<Snapshot>): void {
    answer<Snapshot | undefined>(this.find(collection, id, version, { atOrBeforeVersion: version ?? Number.MAX_SAFE_INTEGER }), callback);
  }

  /** Without a time: the first one. */
  getMilestoneSnapshotAtOrBeforeTime(collection: string, id: string, timestamp: number | null, callback: Callback<Snapshot>): void {
    answer<Snapshot | undefined>(this.find(collection, id, timestamp, timestamp === null ? { atOrAfterMs: 0 } : { atOrBeforeMs: timestamp }), callback);
  }

  /** Without a time: the last one. */
  getMilestoneSnapshotAtOrAfterTime(collection: string, id: string, timestamp: number | null, callback: Callback<Snapshot>): void {
    answer<Snapshot | undefined>(this.find(collection, id, timestamp, timestamp === null ? { atOrBeforeMs: Number.MAX_SAFE_INTEGER } : { atOrAfterMs: timestamp }), callback);
  }

  private async save(collection: string, snapshot: Snapshot): Promise<undefined> {
    if (!collection) throw new ShareDBError('ERR_MILESTONE_ARGUMENT_INVALID', 'Missing collection name');
    if (!(snapshot as Snapshot | null)) throw new ShareDBError('ERR_MILESTONE_ARGUMENT_INVALID', 'Missing snapshot');
    const { id, v, type, data, m } = snapshot;
    await this.store.writeMilestones([{ collection, snapshot: { id, v, type, data, m: m as Record<string, unknown> | null } }]);
    return undefined;
  }

  private async find(collection: string, id: string, at: number | null, wanted: MilestoneQuery): Promise<Snapshot | undefined> {
    if (!collection) throw new ShareDBError('ERR_MILESTONE_ARGUMENT_INVALID', 'Missing collection name');
    if (!id) throw new ShareDBError('ERR_MILESTONE_ARGUMENT_INVALID', 'Missing id');
    if (at !== null && !(Number.isSafeInteger(at) && at >= 0)) throw new ShareDBError('ERR_MILESTONE_ARGUMENT_INVALID', 'Invalid version or time');
    const found = await this.store.readMilestone(collection, id, wanted);
    return found ? new Snapshot(id, found.v, found.type, found.data, found.m) : undefined;
  }
}
