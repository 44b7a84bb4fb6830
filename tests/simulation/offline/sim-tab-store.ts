import { BehaviorSubject, type Observable } from 'rxjs';
import type { Keeping, LocalDocument, LocalStore, LocalWrite, OutboxName } from '../../../client/core/local/local-store.ts';
import type { MemoryDevice } from '../../../client/core/local/memory-store.ts';
import type { SimClock } from '../world/sim-clock.ts';

/** A tab's way to its device: slow, and gone with the tab; what was not written by then is lost, and its locks are free. */
export class SimTabStore implements LocalStore {
  readonly keeping = new BehaviorSubject<Keeping>('kept');
  private readonly device: MemoryDevice;
  private readonly clock: SimClock;
  private readonly chance: () => number;
  private readonly claims = new Set<string>();
  private isDead = false;

  constructor(device: MemoryDevice, clock: SimClock, chance: () => number) {
    this.device = device;
    this.clock = clock;
    this.chance = chance;
  }

  /** The tab crashes. */
  kill(): void {
    this.isDead = true;
    for (const outbox of this.claims) this.device.claimed.delete(outbox);
    this.claims.clear();
  }

  async readDocument(document: string): Promise<LocalDocument> {
    await this.wait();
    return structuredClone(this.device.read(document));
  }

  get updates(): Observable<string> {
    return this.device.updates;
  }

  async outboxes(): Promise<readonly OutboxName[]> {
    await this.wait();
    return this.device.outboxNames();
  }

  async update<T>(name: string, change: (value: unknown) => T): Promise<T | undefined> {
    await this.wait();
    const after = this.device.update(name, change);
    await this.wait();
    return after;
  }

  async readValue(name: string): Promise<unknown> {
    await this.wait();
    return structuredClone(this.device.values.get(name) ?? null);
  }

  async write(changes: readonly LocalWrite[]): Promise<void> {
    const written = structuredClone(changes);
    await this.wait();
    for (const change of written) this.device.apply(change);
    await this.wait();
  }

  async claim(outbox: string): Promise<(() => void) | null> {
    await this.wait();
    const { claimed } = this.device;
    if (claimed.has(outbox)) return null;
    claimed.add(outbox);
    this.claims.add(outbox);
    return () => {
      if (!this.claims.delete(outbox)) return;
      claimed.delete(outbox);
    };
  }

  wipe(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {
    // nothing is open
  }

  private async wait(): Promise<void> {
    if (this.chance() < 0.5) await this.clock.sleep(Math.floor(this.chance() * 20));
    if (this.isDead) await new Promise(() => undefined);
  }
}
