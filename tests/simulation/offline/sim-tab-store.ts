import type { BehaviorSubject, Observable } from 'rxjs';
import type { Keeping, LocalDocument, LocalStore, LocalWrite, OutboxName } from '../../../client/core/local/local-store.ts';
import { LocalWriter } from '../../../client/core/local/local-writer.ts';
import type { MemoryDevice } from '../../../client/core/local/memory-store.ts';
import type { SimClock } from '../world/sim-clock.ts';

/** What a device refuses to write: the next thing, all that takes up room, or everything. */
export type StoreFault = 'once' | 'adding' | 'all';

/** A tab's way to its device: slow, and gone with the tab; what was not written by then is lost, and its locks are free. */
export class SimTabStore implements LocalStore {
  readonly keeping: BehaviorSubject<Keeping>;
  fault: StoreFault | null = null;
  private readonly writer: LocalWriter;
  private readonly device: MemoryDevice;
  private readonly clock: SimClock;
  private readonly chance: () => number;
  private readonly claims = new Set<string>();
  private isDead = false;

  constructor(device: MemoryDevice, clock: SimClock, chance: () => number) {
    this.device = device;
    this.clock = clock;
    this.chance = chance;
    this.writer = new LocalWriter({ clock, run: (changes) => this.run(changes) });
    this.keeping = this.writer.keeping;
  }

  /** It holds something that has left, and can do nothing about it: only the tab itself knows. */
  get isStuck(): boolean {
    return this.fault === 'all' || this.writer.isBehind;
  }

  /** The tab crashes. */
  kill(): void {
    this.isDead = true;
    this.writer.stop();
    for (const outbox of this.claims) this.device.claimed.delete(outbox);
    this.claims.clear();
  }

  async readDocument(document: string): Promise<LocalDocument> {
    await this.wait();
    const found = structuredClone(this.device.read(document));
    for (const { id } of found.outboxes) this.writer.found(id);
    return found;
  }

  get updates(): Observable<string> {
    return this.device.updates;
  }

  async outboxes(): Promise<readonly OutboxName[]> {
    await this.wait();
    return this.device.outboxNames(this.claims);
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

  write(changes: readonly LocalWrite[]): Promise<void> {
    return this.writer.write(changes);
  }

  private async run(changes: readonly LocalWrite[]): Promise<void> {
    const written = structuredClone(changes);
    await this.wait();
    const { fault } = this;
    if (fault === 'once') this.fault = null;
    if (fault !== null && (fault !== 'adding' || written.some(({ type }) => type !== 'settled' && type !== 'dropped'))) throw new Error('refused');
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
      void this.writer.through().then(() => {
        if (this.claims.delete(outbox)) claimed.delete(outbox);
      });
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
