import assert from 'node:assert/strict';
import type { Dashboard } from '../../../model/dashboard.ts';
import { editText, replaceAt } from '../../../model/edits.ts';
import type { Op } from '../../../model/json0.ts';
import type { Coboard } from '../coboard.ts';
import { FakeClock, FakeServer } from '../testing/index.ts';
import type { LiveDashboard } from './live-dashboard.ts';

// What the tests of the live dashboard share.

export const titled = (title: string) => (dashboard: Dashboard): Op => replaceAt(dashboard, ['title'], title);
export const typed = (text: string) => (dashboard: Dashboard): Op => editText(dashboard, ['title'], text);
export const described = (text: string) => (dashboard: Dashboard): Op => editText(dashboard, ['description'], text);

export function shown(live: LiveDashboard): Dashboard {
  const state = live.state.value;
  return state.status === 'ready' ? state.dashboard : assert.fail(`not ready: ${state.status}`);
}

export function heard<T>(stream: { subscribe(next: (value: T) => void): unknown }): T[] {
  const all: T[] = [];
  stream.subscribe((value) => all.push(value));
  return all;
}

/** A dashboard of Ana's on a server whose time stands still, and its people. */
export class LiveStage {
  readonly clock: FakeClock;
  readonly server: FakeServer;
  readonly id: string;

  constructor(clock = new FakeClock()) {
    this.clock = clock;
    this.server = new FakeServer({ clock, random: () => 0.5 });
    this.id = this.server.addDashboard({ owner: 'Ana', template: 'sales-overview' });
  }

  async client(name: string): Promise<Coboard> {
    const coboard = this.server.client(name);
    await coboard.start();
    await this.settle();
    return coboard;
  }

  async opened(name: string): Promise<{ coboard: Coboard; live: LiveDashboard }> {
    const coboard = await this.client(name);
    const live = coboard.openDashboard(this.id);
    await this.settle();
    return { coboard, live };
  }

  settle(): Promise<void> {
    return this.clock.advance(50);
  }

  get kept(): Dashboard {
    return this.server.dashboard(this.id).data;
  }
}
