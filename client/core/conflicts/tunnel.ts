import assert from 'node:assert/strict';
import type { Conflict } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { Op } from '../../../model/json0.ts';
import type { Coboard } from '../coboard.ts';
import { LiveStage, shown } from '../document/live-stage.ts';
import type { LiveDashboard } from '../document/live-dashboard.ts';
import { MemoryDevice, MemoryStore } from '../local/memory-store.ts';

// What the tests of conflicts share.

/** Ana in a tunnel and Ben at his desk, on one dashboard. */
export class Tunnel {
  readonly stage = new LiveStage();
  readonly device = new MemoryDevice();
  readonly session = this.stage.server.session('Ana');
  ana!: LiveDashboard;
  ben!: LiveDashboard;
  coboard!: Coboard;

  static async enter(): Promise<Tunnel> {
    const tunnel = new Tunnel();
    const { stage } = tunnel;
    tunnel.ben = (await stage.opened('Ben')).live;
    tunnel.coboard = await tunnel.window();
    tunnel.ana = await tunnel.opened(tunnel.coboard);
    stage.server.cut('Ana', { stay: true });
    await stage.settle();
    return tunnel;
  }

  /** A window of Ana's browser, or of another device of hers. */
  async window(device = this.device): Promise<Coboard> {
    const coboard = this.stage.server.clientIn(this.session, { store: () => new MemoryStore(device, 'kept') });
    await coboard.start();
    await this.stage.settle();
    return coboard;
  }

  async opened(coboard: Coboard): Promise<LiveDashboard> {
    const live = coboard.openDashboard(this.stage.id);
    await this.stage.settle();
    return live;
  }

  /** Both edit without knowing of each other; then Ana is back. */
  async apart(ana: (dashboard: Dashboard) => Op, ben: (dashboard: Dashboard) => Op): Promise<readonly Conflict[]> {
    assert.ok(this.ana.edit(ana));
    assert.ok(this.ben.edit(ben));
    await this.stage.settle();
    await this.back();
    return this.ana.conflicts.value;
  }

  async back(): Promise<void> {
    this.stage.server.restore('Ana');
    this.coboard.connection.tryNow();
    await this.stage.clock.advance(2_000);
    assert.deepEqual(shown(this.ana), shown(this.ben));
  }

  get now(): Dashboard {
    return shown(this.ana);
  }

  /** The id of the first widget of a kind. */
  id(kind: string): string {
    return Object.entries(this.now.widgets).find(([, widget]) => widget.kind === kind)?.[0] ?? assert.fail(kind);
  }
}
