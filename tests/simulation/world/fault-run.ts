import assert from 'node:assert/strict';
import { stateAfter, type DocumentState } from '../../../server/sync/document-state.ts';
import { seededChance } from '../seed.ts';
import { MemoryDisk } from './memory-disk.ts';
import { SimClient, empty } from './sim-client.ts';
import { SimClock } from './sim-clock.ts';
import { SimServer } from './sim-server.ts';

export interface FaultRun {
  readonly edits: number;
  readonly acknowledged: number;
  readonly kills: number;
  readonly crashes: number;
  readonly cuts: number;
}

const json0 = 'http://sharejs.org/types/JSONv0';

/** One life of a few servers on one database with a few clients, in which everything that can fail may. */
class World {
  readonly clock = new SimClock();
  readonly disk = new MemoryDisk();
  readonly chance: () => number;
  readonly ids: readonly string[];
  readonly servers: SimServer[] = [];
  readonly clients: SimClient[] = [];
  kills = 0;
  cuts = 0;
  edits = 0;

  private readonly wandering: () => number;

  /** @param wanderers whether clients stop following documents and follow them again */
  constructor(seed: number, wanderers: boolean) {
    this.chance = seededChance(seed);
    // chances of its own, so that a seed without wanderers is what it was
    this.wandering = wanderers ? seededChance(seed ^ 0x9e3779b9) : () => 1;
    this.ids = Array.from({ length: 1 + this.below(3) }, (_, i) => `doc${String(i)}`);
    for (const id of this.ids) this.disk.append('dashboards', id, { v: 0, src: 'made', seq: 1, create: { type: json0, data: empty() }, m: { ts: this.clock.now() } }, {});
    this.disk.flush();
    for (let i = 0; i <= this.below(3); i++) this.servers.push(this.server());
    for (let i = 0; i < 2 + this.below(4); i++) this.clients.push(new SimClient(`u${String(i)}.`, this.ids, this.clock, this.chance, this.anyServer()));
  }

  below(n: number): number {
    return Math.floor(this.chance() * n);
  }

  server(): SimServer {
    const server = new SimServer(this.disk, this.clock, this.chance);
    server.store.faults = this.chance() < 0.5 ? 0 : this.chance() * 0.4;
    return server;
  }

  anyServer(): SimServer {
    return this.servers[this.below(this.servers.length)] ?? assert.fail();
  }

  async step(): Promise<void> {
    if (this.wandering() < 0.15) this.clients[Math.floor(this.wandering() * this.clients.length)]?.wander();
    const client = this.clients[this.below(this.clients.length)] ?? assert.fail();
    const what = this.chance();
    if (what < 0.75) {
      client.edit();
      this.edits += 1;
    } else if (what < 0.85) {
      client.cut();
      this.cuts += 1;
    } else if (what < 0.93) {
      client.reconnect(this.anyServer());
    } else if (what < 0.96) {
      const which = this.below(this.servers.length);
      this.servers[which]?.kill();
      this.servers[which] = this.server();
      this.kills += 1;
    } else if (what < 0.985) {
      this.disk.crash();
    } else {
      this.clock.jump((this.chance() - 0.5) * 100_000);
    }
    await this.clock.run(this.chance() < 0.5 ? 0 : this.below(60));
  }

  /** All faults end, everybody is connected, and what is on its way arrives. */
  async heal(): Promise<void> {
    for (const { store } of this.servers) store.faults = 0;
    await this.quiet();
    // without a message between them, a server learns of another's ops when somebody subscribes
    for (const client of this.clients) {
      client.settle();
      client.cut();
    }
    await this.quiet();
    for (const server of this.servers) {
      const drained = server.engine.drain();
      await this.clock.run(10_000);
      await drained;
    }
  }

  private async quiet(): Promise<void> {
    for (let round = 0; round < 60; round++) {
      for (const client of this.clients) client.reconnect(this.anyServer());
      await this.clock.run(2_000);
      if (this.clients.every((client) => client.isConnected && !client.hasPending)) return;
    }
    assert.fail('edits are still on their way');
  }

  check(): number {
    const acknowledged = this.clients.flatMap((client) => client.acknowledged);
    for (const id of this.ids) {
      const log = this.disk.log('dashboards', id).map(({ op }) => op);
      assert.deepEqual(log.map(({ v }) => v), log.map((_, v) => v), 'versions without gaps');
      assert.equal(new Set(log.map(({ src, seq }) => `${String(src)} ${String(seq)}`)).size, log.length, 'each op once');
      let state: DocumentState = { v: 0, type: null, data: undefined, m: null };
      for (const op of log) state = stateAfter(id, state, op);
      const data = state.data as ReturnType<typeof empty>;
      const names = acknowledged.filter((one) => one.startsWith(`${id} `)).map((one) => one.slice(id.length + 1));
      for (const name of names) assert.ok(name in data.log, `${id} lost ${name}, which was acknowledged`);
      assert.equal(data.n, Object.keys(data.log).length, `${id} has an edit twice, or half of one`);
      const snapshot = this.disk.snapshot('dashboards', id);
      assert.deepEqual([snapshot?.v, snapshot?.data], [state.v, data], `${id}: the snapshot is not what the log makes`);
      for (const client of this.clients) {
        const { version, data: seen } = client.doc(id);
        assert.deepEqual([version, seen], [state.v, data], `${id}: a client has something else`);
      }
    }
    assert.deepEqual(this.clients.flatMap(({ refused }) => refused), [], 'nothing was wrong with any edit');
    return acknowledged.length;
  }
}

/** Runs one seed. @throws AssertionError when something was lost, doubled or differs */
export async function simulateFaults(seed: number, { wanderers = true } = {}): Promise<FaultRun> {
  const world = new World(seed, wanderers);
  await world.clock.run(50);
  for (let step = 0; step < 60; step++) await world.step();
  await world.heal();
  const acknowledged = world.check();
  return { edits: world.edits, acknowledged, kills: world.kills, crashes: world.disk.crashes, cuts: world.cuts };
}
