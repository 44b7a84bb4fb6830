import assert from 'node:assert/strict';
import { MemoryDevice } from '../../../client/core/local/memory-store.ts';
import type { LoggedOp } from '../../../client/core/local/local-store.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { templates } from '../../../model/templates/templates.ts';
import { json0Uri, stateAfter, type DocumentState } from '../../../server/sync/document-state.ts';
import { seededChance } from '../seed.ts';
import { MemoryDisk } from '../world/memory-disk.ts';
import { SimClock } from '../world/sim-clock.ts';
import { SimServer } from '../world/sim-server.ts';
import { deletionName, editNames, MadeEdits, namesIn } from './made-edits.ts';
import { Overwrites } from './overwrites.ts';
import { SimBook } from './sim-book.ts';
import { SimTab } from './sim-tab.ts';

export interface OfflineRun {
  edits: number;
  saved: number;
  crashes: number;
  cuts: number;
  kills: number;
  refused: number;
  deletions: number;
  storeFaults: number;
  /** Overwrites that somebody had to be told of. */
  overwrites: number;
}

export interface OfflineOptions {
  /** Whether people set fields and delete widgets too, and do not only type. */
  readonly setsFields: boolean;
}

const id = 'board';
const collection = 'dashboards';
const owner = { id: 'u-owner', name: 'Owner' };

/** A few people with a few tabs each on one dashboard, in which networks, tabs, servers and clocks may fail at any moment. */
class World {
  readonly totals: OfflineRun = { edits: 0, saved: 0, crashes: 0, cuts: 0, kills: 0, refused: 0, deletions: 0, storeFaults: 0, overwrites: 0 };
  private readonly clock = new SimClock();
  private readonly disk = new MemoryDisk();
  private readonly chance: () => number;
  /** Decides what the devices refuse. */
  private readonly storeChance: () => number;
  private readonly storeFaults: number;
  /** Decides who sets and deletes what; null: nobody does. */
  private readonly fieldChance: (() => number) | null;
  private readonly edits = new MadeEdits();
  private readonly note: string;
  private readonly devices = Array.from({ length: 3 }, () => ({ device: new MemoryDevice(), isOffline: false, book: new SimBook(this.clock) }));
  private server: SimServer;
  private readonly tabs: SimTab[] = [];
  private readonly allTabs: SimTab[] = [];
  /** Names that were kept on a device, or shown as saved, in a tab that is gone. */
  private readonly owed = new Set<string>();
  /** Names of edits that the server did not take, and that somebody was told of. */
  private readonly refused = new Set<string>();

  constructor(seed: number, { setsFields }: OfflineOptions) {
    this.chance = seededChance(seed);
    this.storeChance = seededChance(seed + 500_000);
    this.fieldChance = setsFields ? seededChance(seed + 1_000_000) : null;
    this.storeFaults = this.storeChance() < 0.5 ? 0 : 0.1;
    const dashboard = templates['launch-room'].build({ today: '2026-11-20', random: this.chance });
    this.note = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'note')?.[0] ?? assert.fail('no note');
    this.disk.append(collection, id, { v: 0, src: 'made', seq: 1, create: { type: json0Uri, data: dashboard }, m: { ts: this.clock.now() } }, {});
    this.disk.flush();
    this.server = this.newServer();
    for (let i = 0; i < 5; i++) this.tabs.push(this.openTab(i % this.devices.length));
  }

  private below(n: number): number {
    return Math.floor(this.chance() * n);
  }

  private newServer(): SimServer {
    const server = new SimServer(this.disk, this.clock, this.chance);
    server.store.faults = this.chance() < 0.7 ? 0 : this.chance() * 0.2;
    server.refusals = this.chance() < 0.7 ? 0 : this.chance() * 0.2;
    return server;
  }

  private openTab(at: number): SimTab {
    const place = this.devices[at] ?? assert.fail();
    const tab = new SimTab({
      device: place.device, person: `u${String(at)}`, book: place.book, edits: this.edits, document: id, clock: this.clock, chance: this.chance,
      server: () => (place.isOffline ? null : this.server),
      loadOps: async (from, to) => {
        await this.clock.sleep(this.below(30));
        if (place.isOffline) throw new Error('no network');
        return this.log().slice(from, to);
      },
    });
    this.allTabs.push(tab);
    return tab;
  }

  private log(): LoggedOp[] {
    return this.disk.log(collection, id).map(({ op: { v, src, seq, op, m } }) => ({ v, src: src ?? undefined, seq: seq ?? undefined, op: op as LoggedOp['op'], by: m?.u === undefined ? undefined : { id: m.u, name: m.u } }));
  }

  /** Names of the edits in the log, each as often as it is there. */
  private logged(): string[] {
    return this.log().flatMap(({ op = [] }) => editNames(op));
  }

  /** Whether what an edit was about is gone: then nothing of it is in the log. */
  private isVoid(name: string, logged: ReadonlySet<string>): boolean {
    return this.edits.of(name).some(({ deed, path }) => deed !== 'typed' && logged.has(deletionName(String(path[1]))));
  }

  async step(): Promise<void> {
    const at = this.below(this.tabs.length);
    const tab = this.tabs[at] ?? assert.fail();
    const what = this.chance();
    const place = this.devices.find(({ device }) => device === tab.device) ?? assert.fail();
    if (this.storeChance() < this.storeFaults) this.disturb(tab);
    if (this.fieldChance) this.setOrDelete(this.fieldChance);
    if (what < 0.7) {
      this.totals.edits += tab.type(this.note, `e${String(this.totals.edits)}`) ? 1 : 0;
    } else if (what < 0.79) {
      tab.cut();
      this.totals.cuts += 1;
    } else if (what < 0.87) {
      place.isOffline = !place.isOffline;
      if (place.isOffline) for (const each of this.tabs) if (each.device === place.device) each.cut();
    } else if (what < 0.94) {
      if (!tab.store.isStuck) this.restart(tab, at);
    } else if (what < 0.96) {
      this.server.kill();
      this.server = this.newServer();
      this.totals.kills += 1;
    } else if (what < 0.98) {
      void this.deleteAndRestore().catch(() => undefined);
    } else {
      this.clock.jump((this.chance() - 0.5) * 100_000);
    }
    await this.clock.run(this.chance() < 0.4 ? 0 : this.below(300));
    this.checkCounts();
  }

  /** Somebody sets what others may set too, or deletes it under their fingers. */
  private setOrDelete(chance: () => number): void {
    const tab = this.tabs[Math.floor(chance() * this.tabs.length)] ?? assert.fail();
    const figures = Object.entries(tab.shown?.widgets ?? {}).flatMap(([widget, { kind }]) => (kind === 'kpi' ? [widget] : []));
    const figure = figures[Math.floor(chance() * figures.length)];
    const what = chance();
    if (figure === undefined || what > 0.5) return;
    if (what < 0.47) this.totals.edits += tab.set(figure, `s${String(this.totals.edits)}`) ? 1 : 0;
    else tab.delete(figure);
  }

  /** Somebody deletes it, and takes that back a moment later. */
  private async deleteAndRestore(): Promise<void> {
    await this.server.documents.delete(collection, id, owner);
    this.totals.deletions += 1;
    await this.clock.sleep(this.below(300));
    await this.restore();
  }

  private async restore(): Promise<void> {
    const { documents } = this.server;
    const { v: version, type } = await documents.read(collection, id);
    if (type !== null) return;
    const { data } = await documents.readVersion(collection, id, version - 1);
    await documents.create(collection, id, data, owner);
  }

  /** A device refuses something, or what it refuses altogether passes. */
  private disturb(tab: SimTab): void {
    const kinds = ['once', 'adding', 'all'] as const;
    tab.store.fault = tab.store.fault === 'all' ? null : (kinds[Math.floor(this.storeChance() * kinds.length)] ?? null);
    this.totals.storeFaults += 1;
  }

  /** What was only in a tab that said that nothing is kept any more is not owed: it was taken off the device before it was sent. */
  private forgive(): void {
    const known = new Set([...this.logged(), ...this.devices.flatMap(({ device }) => namesIn(JSON.stringify([...device.outboxes.values()]))), ...this.tabs.flatMap(({ isDead, live }) => (isDead ? [] : namesIn(JSON.stringify(live.unsaved()))))]);
    for (const name of this.owed) if (!known.has(name)) this.owed.delete(name);
  }

  private restart(tab: SimTab, at: number): void {
    this.crash(tab);
    this.tabs[at] = this.openTab(this.devices.findIndex(({ device }) => device === tab.device));
    this.totals.crashes += 1;
  }

  private crash(tab: SimTab): void {
    const kept = [...tab.device.outboxes.values()].flatMap(({ edits }) => edits.flatMap(({ op }) => editNames(op)));
    for (const name of [...kept, ...tab.saved]) this.owed.add(name);
    tab.crash();
    if (tab.store.keeping.value === 'memory') this.forgive();
    // a tab that ends between hearing of a refusal and writing it down leaves the edit to be tried again
    for (const name of tab.refused) if (!kept.includes(name)) this.refused.add(name);
    this.totals.saved += tab.saved.size;
  }

  /** What is shown as saved is; and of what waits, no less is counted than is not in the log; that in the end nothing is left of it {@link heal} waits for. */
  private checkCounts(): void {
    const logged = new Set(this.logged());
    const isThere = (name: string): boolean => this.edits.line(name).some((one) => logged.has(one)) || this.isVoid(name, logged);
    for (const tab of this.tabs) {
      for (const name of tab.saved) assert.ok(isThere(name), `${name} is shown as saved and is not in the log`);
      const untold = tab.untold();
      const things = (names: readonly string[]): number => new Set(names.flatMap((name) => this.edits.of(name).slice(0, 1).map(({ path }) => path.join()))).size;
      const missing = untold.filter((name) => !isThere(name));
      const { value: count } = tab.live.pendingCount;
      if (!tab.isOpen) continue;
      assert.ok(count >= things(missing), `${String(count)} are said to wait, but ${missing.join(', ')} are not in the log`);
    }
  }

  async heal(): Promise<void> {
    this.server.store.faults = 0;
    this.server.refusals = 0;
    for (const { store } of this.tabs) if (store.fault === 'all') store.fault = null;
    for (const place of this.devices) place.isOffline = false;
    // a deletion that is on its way gets there first
    await this.clock.run(60_000);
    await this.whileTimePasses(this.restore());
    for (let round = 0; !this.isQuiet(); round++) {
      if (round > 100) assert.fail(`edits are still on their way: ${JSON.stringify(this.devices.map(({ device }) => [...device.outboxes.values()]))}, ${this.tabs.map(({ words }) => words).join(', ')}`);
      for (const tab of this.tabs) tab.tryNow();
      await this.clock.run(3_000);
    }
  }

  private async whileTimePasses<T>(done: Promise<T>): Promise<T> {
    const work = { isDone: false };
    const end = (): void => { work.isDone = true; };
    done.then(end, end);
    while (!work.isDone) await this.clock.run(100);
    return done;
  }

  private isQuiet(): boolean {
    return this.tabs.every(({ isQuiet }) => isQuiet) && this.devices.every(({ device }) => device.outboxes.size === 0);
  }

  /** Whether somebody was told that it was refused, or what it went into. */
  private isRefused(name: string): boolean {
    return this.edits.line(name).some((one) => this.refused.has(one));
  }

  async check(): Promise<void> {
    await this.clock.run(5_000);
    const log = this.disk.log(collection, id).map(({ op }) => op);
    assert.equal(new Set(log.map(({ src, seq }) => `${String(src)} ${String(seq)}`)).size, log.length, 'each op once');
    let state: DocumentState = { v: 0, type: null, data: undefined, m: null };
    for (const op of log) state = stateAfter(id, state, op);
    const names = namesIn((((state.data as Dashboard).widgets[this.note])?.settings as { text: string }).text);
    assert.equal(new Set(names).size, names.length, 'an edit is there twice');
    const there = new Set([...names, ...this.logged()]);
    const isThere = (name: string): boolean => this.edits.line(name).some((one) => there.has(one)) || this.isVoid(name, there);
    for (const tab of this.tabs) for (const name of tab.refused) this.refused.add(name);
    for (const name of this.refused) assert.ok(!there.has(name) || name.startsWith(deletionName('')), `${name} is there, though somebody was told that it was refused`);
    for (const name of this.owed) assert.ok(isThere(name) || this.isRefused(name), `${name} was kept or shown as saved, and is lost`);
    for (const tab of this.tabs) {
      for (const name of tab.made) assert.ok(isThere(name) || this.isRefused(name), `${name} was made in a tab that is open, and is lost`);
      assert.deepEqual(tab.shown, state.data, 'a tab shows something else');
      this.totals.saved += tab.saved.size;
    }
    const overwrites = new Overwrites(this.edits, this.allTabs);
    overwrites.check(this.log());
    this.totals.overwrites += overwrites.told;
    this.totals.refused += this.refused.size;
    for (const tab of this.tabs) tab.crash();
  }
}

/** Runs one seed. @throws AssertionError when an edit was lost or doubled, or a screen said what was not so */
export async function simulateOffline(seed: number, options: OfflineOptions): Promise<OfflineRun> {
  const world = new World(seed, options);
  for (let step = 0; step < 60; step++) await world.step();
  await world.heal();
  await world.check();
  return world.totals;
}
