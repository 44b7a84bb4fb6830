import type { Clock } from '../../model/clock.ts';
import { innerLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import type { Store } from '../store/store.ts';
import type { Engine } from '../sync/engine.ts';

export interface DirectorySyncParts {
  readonly engine: Engine;
  readonly directory: Directory;
  readonly store: Store;
  readonly clock: Clock;
  readonly log: { readonly warn: (words: string) => void };
}

/** Keeps the directory true while other servers write too: to access lists at once, to dashboards that nobody here has open a little later. */
export class DirectorySync {
  private readonly parts: DirectorySyncParts;
  private readonly lookedUp = new Map<string, number>();
  private readonly late = new Set<string>();
  private isReloading = false;

  constructor(parts: DirectorySyncParts) {
    this.parts = parts;
  }

  /** Another server has written to a document. */
  changed(collection: string, id: string, version: number): void {
    const { directory, clock } = this.parts;
    if (collection === accessCollection) {
      if (directory.accessVersion(id) < version) this.inBackground(collection, id);
    } else if (collection === dashboardsCollection) {
      const entry = directory.entry(id);
      if (entry && entry.v >= version) return;
      // that there is one now, or not any more, cannot wait
      if (!entry || version <= 1 || version === entry.v + 1) this.inBackground(collection, id);
      else if (!this.late.has(id)) {
        this.late.add(id);
        clock.setTimer(() => {
          this.late.delete(id);
          if ((directory.entry(id)?.v ?? 0) < version) this.inBackground(collection, id);
        }, innerLimits.summaryLateMs);
      }
    }
  }

  /** Looks a dashboard and its access list up in the log; not again if that was just done. */
  async lookUp(id: string): Promise<void> {
    const { clock } = this.parts;
    const at = this.lookedUp.get(id) ?? -Infinity;
    if (clock.elapsed() - at < innerLimits.lookedUpMs) return;
    await Promise.all([this.refresh(accessCollection, id), this.refresh(dashboardsCollection, id)]);
    this.lookedUp.delete(id);
    this.lookedUp.set(id, clock.elapsed());
    const [oldest] = this.lookedUp.keys();
    if (this.lookedUp.size > innerLimits.lookedUpMax && oldest !== undefined) this.lookedUp.delete(oldest);
  }

  /** Looks everything up that may have been missed. */
  async reload(): Promise<void> {
    const { store, directory, log } = this.parts;
    if (this.isReloading) return;
    this.isReloading = true;
    try {
      for (const collection of [accessCollection, dashboardsCollection]) {
        for await (const { id, v } of store.listSnapshots(collection)) {
          const known = collection === accessCollection ? directory.accessVersion(id) : (directory.entry(id)?.v ?? 0);
          if (known < v) await this.refresh(collection, id);
        }
      }
    } catch (error) {
      log.warn(`the directory cannot be brought up to date: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.isReloading = false;
    }
  }

  /** Takes in a document as it is in the log now. */
  async refresh(collection: string, id: string): Promise<void> {
    const { engine, directory } = this.parts;
    const state = await engine.read(collection, id);
    if (state.v > 0) directory.committed({ collection, id, ops: await engine.readOps(collection, id, state.v - 1, state.v), states: [state] });
  }

  private inBackground(collection: string, id: string): void {
    this.refresh(collection, id).catch((error: unknown) => {
      this.parts.log.warn(`${collection}/${id} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
