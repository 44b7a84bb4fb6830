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
import type { Conflict } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { removeWidgets, setSetting } from '../../../model/edits.ts';
import type { Op } from '../../../model/json0.ts';
import { opPaths } from '../../../model/op-paths.ts';
import type { SimClock } from '../world/sim-clock.ts';
import type { SimServer } from '../world/sim-server.ts';
import { SimSocket } from '../world/sim-socket.ts';
import { deletionName, editNames, namesIn, type Deed, type MadeEdits } from './made-edits.ts';
import type { SimBook } from './sim-book.ts';
import { SimTabStore } from './sim-tab-store.ts';

export interface SimTabParts {
  readonly device: MemoryDevice;
  /** Whose device it is. */
  readonly person: string;
  /** What that person is to decide on. */
  readonly book: SimBook;
  readonly edits: MadeEdits;
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
  readonly person: string;
  /** Names of edits that were shown as saved. */
  readonly saved = new Set<string>();
  /** Names of edits that were made here. */
  readonly made = new Set<string>();
  /** Names of edits that a tab which is gone had made, and this one took over. */
  readonly adopted = new Set<string>();
  /** Every entry that there ever was, each as it ever was. */
  readonly conflicts = new Map<string, Conflict>();
  /** Names of edits that were told as refused. */
  readonly refused = new Set<string>();
  private readonly parts: SimTabParts;
  private readonly main: Connection;
  private readonly stray: StrayOutboxes;
  private readonly connections: Connection[] = [];
  private sockets: SimSocket[] = [];
  /** The versions of ops that were heard one by one, with how often what is shown had been fetched as a whole by then. */
  private readonly heard = new Map<number, number>();
  private loads = 0;
  private version = -1;
  isDead = false;

  constructor(parts: SimTabParts) {
    this.parts = parts;
    const { device, document, clock, chance, loadOps, person, book } = parts;
    this.device = device;
    this.person = person;
    this.store = new SimTabStore(device, clock, chance);
    const loadRole = (): Promise<'owner'> => Promise.resolve('owner');
    this.main = this.connect();
    this.stray = new StrayOutboxes({ clock, main: this.main, connect: () => this.connect(), self: () => person, loadRole, conflictsOf: () => book, creation: undefined, loadOps: (_id, from, to) => loadOps(from, to) });
    const told = ({ op, code, sent }: Refusal): void => {
      // what was deleted under one's fingers is refused before it leaves
      if (!sent && code === 'OP_TARGET_MISSING') return;
      assert.ok(sent && (code === 'DOCUMENT_FULL' || code.startsWith('ERR_DOC_')), `${code}: ${JSON.stringify(op)}`);
      for (const name of editNames(op)) this.refused.add(name);
    };
    this.stray.refusals.subscribe(told);
    this.live = new LiveDashboard({
      id: document, connection: this.main, clock, self: () => person, loadRole, conflicts: book, isReplaced: () => false, onEnd: () => undefined,
      journal: new Journal({ document, store: this.adopting(), clock, loadOps }),
    });
    this.live.refusals.subscribe(told);
    this.live.saved.subscribe(({ op }) => {
      for (const name of editNames(op)) this.saved.add(name);
    });
    this.live.conflicts.subscribe((open) => {
      for (const one of open) this.conflicts.set(JSON.stringify(one), one);
    });
    this.hear();
    this.stray.begin(this.store);
    this.main.start();
  }

  /** The store, as it hands over the edits of a tab that is gone. */
  private adopting(): SimTabStore {
    const { store, device, adopted } = this;
    return Object.assign(Object.create(store) as SimTabStore, {
      claim: async (outbox: string): Promise<(() => void) | null> => {
        const release = await store.claim(outbox);
        if (release === null) return null;
        for (const { op } of device.outboxes.get(outbox)?.edits ?? []) for (const name of editNames(op)) adopted.add(name);
        // given back, because nothing is here that they could be put on: a later tab has them
        return () => {
          adopted.clear();
          release();
        };
      },
    });
  }

  /** Notes what is heard op by op: what was fetched as a whole nobody can tell anything of. */
  private hear(): void {
    this.live.state.subscribe((state) => {
      const version = state.status === 'ready' ? state.version : -1;
      if (version === this.version) return;
      if (version === this.version + 1) this.heard.set(this.version, this.loads);
      else this.loads += 1;
      this.version = version;
    });
    this.live.changes.subscribe(({ source, version }) => {
      if (source !== 'reload') return;
      this.loads += 1;
      this.heard.delete(version - 1);
    });
  }

  /** Whether the ops of two versions were heard, and nothing was fetched as a whole between them. */
  heardBoth(one: number, other: number): boolean {
    return this.heard.has(one) && this.heard.get(one) === this.heard.get(other);
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
      to.accept(inner, { id: this.person, name: this.person });
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
    return this.make(name, 'typed', [{ p: ['widgets', widget, 'settings', 'text'], t: 'text0', o: [{ p: place, i: `‹${name}›` }] }]);
  }

  /** Sets the unit of a figure; says whether it was there. */
  set(widget: string, name: string): boolean {
    const { shown, parts: { edits } } = this;
    if (shown?.widgets[widget] === undefined) return false;
    const [before] = namesIn((shown.widgets[widget].settings as { unit: string }).unit);
    const isOver = before !== undefined && this.waits(before);
    const done = this.make(name, 'set', setSetting(shown, widget, 'unit', `‹${name}›`));
    if (done && isOver) edits.superseded(before, name);
    return done;
  }

  /** Deletes a figure; says whether it was there. */
  delete(widget: string): boolean {
    const { shown, parts: { edits } } = this;
    if (shown?.widgets[widget] === undefined) return false;
    const [before] = namesIn((shown.widgets[widget].settings as { unit: string }).unit);
    const isOver = before !== undefined && this.waits(before);
    const done = this.make(deletionName(widget), 'deleted', removeWidgets(shown, [widget]));
    if (done && isOver) edits.superseded(before, deletionName(widget));
    return done;
  }

  private waits(name: string): boolean {
    return (this.made.has(name) || this.adopted.has(name)) && !this.saved.has(name) && !this.refused.has(name);
  }

  private make(name: string, deed: Deed, op: Op): boolean {
    const { value: state } = this.live.state;
    const [path = []] = opPaths(op);
    const done = state.status === 'ready' && this.live.submit(op);
    if (!done) return false;
    this.made.add(name);
    this.parts.edits.add({ name, deed, person: this.person, path, at: state.version, tab: this });
    return true;
  }

  /** It shows the dashboard: what it took over has been taken up. */
  get isOpen(): boolean {
    return !this.isDead && this.shown !== null;
  }

  /** Names of edits of which nobody has said here what became of them. */
  untold(): string[] {
    const { edits } = this.parts;
    return [...this.adopted, ...this.made].filter((name) => !edits.line(name).some((one) => this.saved.has(one) || this.refused.has(one)));
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

