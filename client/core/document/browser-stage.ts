import type { Coboard } from '../coboard.ts';
import type { LastUser } from '../local/last-user.ts';
import { MemoryDevice, MemoryStore } from '../local/memory-store.ts';
import type { FakeClock } from '../testing/index.ts';
import type { FakeSession } from '../testing/fake-rest.ts';
import { LiveStage } from './live-stage.ts';

/** A browser of a person: windows come and go, what it keeps stays. */
export class Browser {
  readonly stage: LiveStage;
  readonly session: FakeSession;
  readonly devices = new Map<string, MemoryDevice>();
  last: ReturnType<LastUser['read']> = null;
  /** A device that is slow: what is written waits for this. */
  slowness: Promise<void> | null = null;

  constructor(clock?: FakeClock) {
    this.stage = new LiveStage(clock);
    this.session = this.stage.server.session('Ana');
  }

  device(userId: string): MemoryDevice {
    const known = this.devices.get(userId) ?? new MemoryDevice();
    this.devices.set(userId, known);
    return known;
  }

  /** What is kept of Ana's. */
  get anas(): MemoryDevice {
    return this.device('u-ana');
  }

  /** A window in which nothing was begun. */
  blankWindow(): Coboard {
    const lastUser: LastUser = { read: () => this.last, write: (user) => { this.last = user; } };
    return this.stage.server.clientIn(this.session, { lastUser, store: (userId) => this.storeOf(userId) });
  }

  private storeOf(userId: string): MemoryStore {
    const store = new MemoryStore(this.device(userId), 'kept');
    const write = store.write.bind(store);
    store.write = (changes) => this.slowness?.then(() => write(changes)) ?? write(changes);
    return store;
  }

  async window(): Promise<Coboard> {
    const coboard = this.blankWindow();
    await coboard.start();
    await this.stage.settle();
    return coboard;
  }

  /** A window crashes: nothing of it happens any more, and its locks are free. */
  crash(coboard: Coboard): void {
    coboard.stop();
    for (const device of this.devices.values()) device.claimed.clear();
  }

  async goDown(isDown: boolean): Promise<void> {
    this.stage.server.isDown = isDown;
    if (isDown) this.stage.server.cut('Ana');
    await this.stage.clock.advance(40_000);
  }
}
