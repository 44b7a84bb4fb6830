import { makeEnvironmentProviders, type EnvironmentProviders } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { COBOARD } from '@coboard/angular';
import type { Coboard, Dashboard, ErrorCode, LiveDashboard, Op, Presence, Role, TemplateName } from '@coboard/core';
import { FakeServer } from '@coboard/core/testing';
import { until } from './until';

export interface HarnessOptions {
  /** Who uses the components under test; "Ana" if left out, and their dashboards are theirs. */
  readonly user?: string;
  /** The dashboard that is there at the beginning: one of the templates, or a whole one. */
  readonly template?: TemplateName;
  readonly dashboard?: Dashboard;
  /** What everybody else may do; to edit, if left out. */
  readonly everyone?: 'viewer' | 'editor' | null;
  /** How long a message takes each way, in ms; 0 if left out. */
  readonly delayMs?: number;
}

export interface PersonOptions {
  /** Their role on the dashboard; what everyone may, if left out. */
  readonly role?: Role;
}

/** Somebody else on the dashboard, with a client of their own. */
export class HarnessPerson {
  readonly name: string;
  readonly coboard: Coboard;
  readonly live: LiveDashboard;
  private readonly room: ReturnType<Coboard['openPresence']>;

  /** Made by {@link CoboardHarness.join}. */
  constructor(name: string, coboard: Coboard, id: string) {
    this.name = name;
    this.coboard = coboard;
    this.live = coboard.openDashboard(id);
    this.room = coboard.openPresence(id);
  }

  /** The dashboard as they see it. @throws Error before it was there */
  get dashboard(): Dashboard {
    const state = this.live.state.value;
    if (state.status !== 'ready') throw new Error(`${this.name} has no dashboard yet: ${state.status}`);
    return state.dashboard;
  }

  /** Edits as the functions of `@coboard/core` do: `ben.edit((dashboard) => moveWidget(dashboard, id, { x: 3, y: 0 }))`. */
  edit(make: (dashboard: Dashboard) => Op): boolean {
    return this.live.edit(make);
  }

  /** Says what they do: where the cursor is, what they edit or drag. */
  shows(changes: Partial<Presence>): void {
    this.room.update(changes);
  }

  /** They type in a field. */
  types(editing: NonNullable<Presence['editing']>): void {
    this.room.typed(editing);
  }

  /** They close their window. */
  leave(): void {
    this.coboard.closePresence(this.room);
    this.coboard.closeDashboard(this.live);
    this.coboard.stop();
  }
}

/**
 * A Coboard server in memory under the components of a test, and other people on it:
 *
 * ```ts
 * const harness = new CoboardHarness({ template: 'sales-overview' });
 * TestBed.configureTestingModule({ providers: [harness.provide()] });
 * await harness.start();
 * const fixture = TestBed.createComponent(MyBoard);
 * const ben = await harness.join('Ben');
 * ben.edit((dashboard) => setSetting(dashboard, 'w1', 'color', 's2'));
 * await harness.settle();
 * ```
 */
export class CoboardHarness {
  /** The server itself, for what has no shortcut here. */
  readonly server: FakeServer;
  /** The client that the components under test get. */
  readonly coboard: Coboard;
  /** The dashboard's id. */
  readonly id: string;
  readonly user: string;
  private readonly people: HarnessPerson[] = [];

  constructor({ user = 'Ana', delayMs = 0, ...wanted }: HarnessOptions = {}) {
    this.server = new FakeServer();
    this.server.delayMs = delayMs;
    this.user = user;
    this.id = this.server.addDashboard({ owner: user, ...wanted });
    this.coboard = this.server.client(user);
  }

  /** Gives the components of the test this harness's client, in the place of `provideCoboard()`. */
  provide(): EnvironmentProviders {
    return makeEnvironmentProviders([{ provide: COBOARD, useValue: this.coboard }]);
  }

  /** Connects the client under test. */
  async start(): Promise<void> {
    await this.coboard.start();
    await until(`${this.user} is online`, () => this.coboard.connection.state.value.status === 'online');
  }

  /** Lets somebody else onto the dashboard; ready once they have it. */
  async join(name: string, { role }: PersonOptions = {}): Promise<HarnessPerson> {
    if (role !== undefined) this.server.setRole(this.id, name, role, this.user);
    const coboard = this.server.client(name);
    await coboard.start();
    const person = new HarnessPerson(name, coboard, this.id);
    this.people.push(person);
    await until(`${name} has the dashboard`, () => person.live.state.value.status === 'ready');
    return person;
  }

  /** The dashboard as the server has it. */
  get dashboard(): Dashboard {
    return this.server.dashboard(this.id).data;
  }

  /**
   * Waits until nobody's edits are on their way, everybody has the same, and it is drawn. Presence is sent a moment later than it
   * is said; wait for what it shows with {@link until}.
   */
  async settle(): Promise<void> {
    await until('everybody has the same', () => {
      const same = canonical(this.dashboard);
      return this.server.isQuiet && this.coboard.saving.value.pendingCount === 0 && this.people.every(({ live: { pendingCount, state } }) =>
        pendingCount.value === 0 && (state.value.status !== 'ready' || canonical(state.value.dashboard) === same));
    });
    TestBed.tick();
  }

  /** Refuses the next edit that reaches the server. */
  refuseNext(code: ErrorCode = 'FORBIDDEN'): void {
    this.server.refuseNext(code);
  }

  /** Cuts the connection of the client under test as a network does; with `stay`, until {@link reconnect}. */
  dropConnection(options: { readonly stay?: boolean } = {}): void {
    this.server.cut(this.user, options);
  }

  reconnect(): void {
    this.server.restore(this.user);
    this.coboard.connection.tryNow();
  }

  /** The server says that it restarts, and closes every connection. */
  restart(): void {
    this.server.restart();
  }

  /** Everybody leaves. */
  stop(): void {
    for (const person of this.people) person.leave();
    this.coboard.stop();
  }
}

/** A value as text, alike for values that are alike. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part);
}
