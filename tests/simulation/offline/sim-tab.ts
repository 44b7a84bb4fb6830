import assert from 'node:assert/strict';
import { Subject } from 'rxjs';
import { Connection } from '../../../client/core/connection/connection.ts';
import type { ClientSocket } from '../../../client/core/connection/socket.ts';
import { LiveDashboard } from '../../../client/core/document/live-dashboard.ts';
import type { Refusal } from '../../../client/core/document/live-state.ts';
import { StrayOutboxes } from '../../../client/core/document/stray-outboxes.ts';
import { Journal } from '../../../client/core/local/journal.ts';
import type { LoggedOp } from '../../../client/core/local/local-store.ts';
import type { MemoryDevice } from '../../../client/core/local/memory-store.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { SimClock } from '../world/sim-clock.ts';
import type { SimServer } from '../world/sim-server.ts';
import { SimSocket } from '../world/sim-socket.ts';
import { SimTabStore } from './sim-tab-store.ts';

export interface SimTabParts {
  readonly device: MemoryDevice;
  readonly document: string;
  readonly clock: SimClock;
  readonly chance: () => number;
  /** A server to connect to; null where there is no network. */
  readonly server: () => SimServer | null;
  readonly loadOps: (from: number, to: number) => Promise<readonly LoggedOp[]>;
}

/** A tab of a browser with the product's own client in it, on one dashboard. */
export class SimTab {
  readonly device: MemoryDevice;
  readonly store: SimTabStore;
  readonly live: LiveDashboard;
  /** Names of edits that were shown as saved. */
  readonly saved = new Set<string>();
  readonly made = new Set<string>();
  /** Names of edits that were told as refused. */
  readonly refused = new Set<string>();
  private readonly parts: SimTabParts;
  private readonly main: Connection;
  private readonly stray: StrayOutboxes;
  private readonly connections: Connection[] = [];
  private sockets: SimSocket[] = [];
  isDead = false;

  constructor(parts: SimTabParts) {
    this.parts = parts;
    const { device, document, clock, chance, loadOps } = parts;
    this.device = device;
    this.store = new SimTabStore(device, clock, chance);
    const loadRole = (): Promise<'owner'> => Promise.resolve('owner');
    this.main = this.connect();
    this.stray = new StrayOutboxes({ clock, main: this.main, connect: () => this.connect(), self: () => null, loadRole, conflictsOf: () => null, creation: undefined, loadOps: (_id, from, to) => loadOps(from, to) });
    const told = ({ op, code, sent }: Refusal): void => {
      // what was deleted under one's fingers is refused before it leaves
      if (!sent && code === 'OP_TARGET_MISSING') return;
      assert.ok(sent && (code === 'DOCUMENT_FULL' || code.startsWith('ERR_DOC_')), `${code}: ${JSON.stringify(op)}`);
      for (const name of namesIn(JSON.stringify(op))) this.refused.add(name);
    };
    this.stray.refusals.subscribe(told);
    this.live = new LiveDashboard({
      id: document, connection: this.main, clock, self: () => null, loadRole, conflicts: null, isReplaced: () => false, onEnd: () => undefined,
      journal: new Journal({ document, store: this.store, clock, loadOps }),
    });
    this.live.refusals.subscribe(told);
    this.live.saved.subscribe(({ op }) => {
      for (const name of namesIn(JSON.stringify(op))) this.saved.add(name);
    });
    this.stray.begin(this.store);
    this.main.start();
  }

  private connect(): Connection {
    const { clock, chance } = this.parts;
    const connection = new Connection({
      url: () => 'ws://simulated', clock, random: chance, environment: { online: true, signals: new Subject() },
      openSocket: () => this.openSocket(), sessionProblem: () => Promise.resolve(null),
    });
    this.connections.push(connection);
    return connection;
  }

  private openSocket(): ClientSocket {
    const { clock, chance, server } = this.parts;
    const inner = new SimSocket(clock, chance);
    const socket: ClientSocket = { onopen: null, onmessage: null, onclose: null, onerror: null, send: (data) => { inner.send(data); }, close: () => { inner.cut(); } };
    inner.onmessage = (event) => socket.onmessage?.(event);
    inner.onclose = () => { clock.setTimer(() => socket.onclose?.({ code: 1006, reason: '' }), 0); };
    this.sockets = [...this.sockets.filter(({ isCut }) => !isCut), inner];
    clock.setTimer(() => {
      const to = this.isDead ? null : server();
      if (to === null) {
        inner.cut();
        return;
      }
      (socket.onopen as (() => void) | null)?.();
      to.accept(inner);
    }, chance() * 20);
    return socket;
  }

  get shown(): Dashboard | null {
    const state = this.live.state.value;
    return state.status === 'ready' ? state.dashboard : null;
  }

  /** Types a name somewhere into the note; says whether the dashboard was there. */
  type(widget: string, name: string): boolean {
    const { shown, parts: { chance } } = this;
    if (shown === null) return false;
    const text = (shown.widgets[widget]?.settings as { text: string }).text;
    // between names, so that each stays whole
    const places = [...text.matchAll(/‹|$/g)].map(({ index }) => index);
    const place = places[Math.floor(chance() * places.length)] ?? 0;
    const done = this.live.submit([{ p: ['widgets', widget, 'settings', 'text'], t: 'text0', o: [{ p: place, i: `‹${name}›` }] }]);
    if (done) this.made.add(name);
    return done;
  }

  cut(): void {
    for (const socket of this.sockets) socket.cut();
  }

  crash(): void {
    this.isDead = true;
    this.store.kill();
    this.cut();
    this.stray.stop();
    for (const connection of this.connections) connection.stop();
  }

  /** Nothing of this tab, or that it took over, is on its way. */
  get isQuiet(): boolean {
    return this.main.state.value.status === 'online' && this.shown !== null && this.live.pendingCount.value === 0;
  }

  /** How it stands, for who looks into a run that failed. */
  get words(): string {
    const { main, live } = this;
    const { value: state } = live.state;
    return `${main.state.value.status} ${state.status}${state.status === 'failed' ? ` (${state.message})` : ''} ${String(live.pendingCount.value)} unsaved`;
  }

  tryNow(): void {
    for (const connection of this.connections) connection.tryNow();
  }
}

export const namesIn = (text: string): string[] => [...text.matchAll(/‹([^‹›]+)›/g)].map(([, name]) => name ?? '');
