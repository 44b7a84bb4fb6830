import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { applyShared } from '../../model/apply-shared.ts';
import { parseDashboard, type Dashboard } from '../../model/dashboard.ts';
import { CoboardError, isErrorCode } from '../../model/errors.ts';
import { invertible } from './invert.ts';
import type { Op } from '../../model/json0.ts';
import { randomEdit } from '../../model/testing/arbitrary-edits.ts';
import type { StoredOp } from '../../server/store/store.ts';
import { Person } from '../person.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { until } from '../until.ts';
import { runSeed, seededChance } from './seed.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const folder = scratchFolder();
after(async () => {
  await mongod?.stop();
  folder.remove();
});

interface Run {
  readonly store: string;
  readonly clients: number;
  readonly edits: number;
  /** Share of the edits after which its client is cut off without a goodbye. */
  readonly cuts: number;
}

/** One random client: it edits what it sees, is cut off now and then, and comes back as itself. */
class RandomClient {
  readonly stock: StockClient;
  /** Between being cut and being back: it is cut once at a time. */
  isAway = false;
  readonly acknowledged: { readonly refused: string | null }[] = [];
  submitted = 0;
  private readonly id: string;
  private readonly chance: () => number;

  constructor(person: Person, id: string, chance: () => number) {
    this.stock = new StockClient(person);
    this.id = id;
    this.chance = chance;
  }

  async connect(): Promise<void> {
    await this.stock.connected();
    const doc = await this.stock.subscribe(this.id);
    // two in three send each edit by itself; the others put those that wait into one, as ShareDB does unless told otherwise
    doc.preventCompose = this.chance() < 0.67;
  }

  /** Makes an edit on its own state, sent or not. Gives whether there was one to make. */
  edit(): boolean {
    const doc = this.stock.doc(this.id);
    // while ShareDB loads the document anew after a refusal there is nothing to edit
    if (!this.stock.hasData(this.id)) return false;
    let op: Op;
    try {
      op = randomEdit(doc.data, this.chance);
      if (op.length === 0) return false;
    } catch (error) {
      if (error instanceof CoboardError) return false;
      throw error;
    }
    this.submitted += 1;
    // ShareDB keeps the very values that it is given, and changes them in place
    doc.submitOp(structuredClone(op), undefined, (error) => {
      this.acknowledged.push({ refused: (error as unknown as { code: string } | undefined)?.code ?? null });
    });
    return true;
  }

  async cutAndReturn(): Promise<void> {
    this.isAway = true;
    this.stock.cut();
    await until('it is cut', () => this.stock.closeCode !== null);
    for (let i = 0; i < this.chance() * 4; i++) this.edit();
    await this.stock.reconnect();
    this.isAway = false;
  }
}

async function simulate({ store, clients, edits, cuts }: Run, seed: number): Promise<{ ops: number; refused: number; cut: number }> {
  const chance = seededChance(seed);
  const server = await startServer({ store });
  try {
    const owner = await Person.signIn(server.url, 'Owner');
    const id = await owner.create('Simulation', 'launch-room');
    await owner.share(id, { everyone: 'editor' });
    const all: RandomClient[] = [];
    for (let i = 0; i < clients; i++) all.push(new RandomClient(await Person.signIn(server.url, `Client ${String(i)}`), id, seededChance(seed + 1 + i)));
    await Promise.all(all.map((client) => client.connect()));

    let made = 0;
    let cut = 0;
    const cutOff: Promise<void>[] = [];
    while (made < edits) {
      const client = all[Math.floor(chance() * all.length)] ?? assert.fail();
      if (client.edit()) made += 1;
      if (!client.isAway && client.stock.connection.state === 'connected' && chance() < cuts) {
        cut += 1;
        cutOff.push(client.cutAndReturn());
      }
      // sometimes many edits meet on their way, sometimes each is settled before the next
      if (chance() < 0.3) await turn();
      if (made % 100 === 0) await until('not too many are on their way', () => all.every(({ submitted, acknowledged }) => submitted - acknowledged.length < 20), 60_000);
    }
    await Promise.all(cutOff);
    await until('all is acknowledged', () => all.every(({ stock, submitted, acknowledged }) => acknowledged.length === submitted && !stock.doc(id).hasPending()), 60_000);
    const { body } = await owner.call('GET', `/api/dashboards/${id}`);
    const final = { v: body['v'] as number, data: body['data'] as Dashboard };
    await until('everybody is at the last version', () => all.every(({ stock }) => stock.doc(id).version === final.v), 60_000);

    for (const { stock } of all) assert.deepEqual(stock.doc(id).data, final.data);
    await checkLog(owner, id, final);
    const refusals = all.flatMap(({ acknowledged }) => acknowledged).map(({ refused }) => refused).filter((code) => code !== null);
    for (const code of refusals) assert.ok(isErrorCode(code), `refused with ${code}`);
    await Promise.all(all.map(({ stock }) => stock.close()));
    return { ops: final.v, refused: refusals.length, cut };
  } finally {
    await server.stop();
  }
}

/** The log has no gaps, holds each op once, makes the snapshot when replayed, and can be undone op by op to the beginning. */
async function checkLog(owner: Person, id: string, final: { readonly v: number; readonly data: Dashboard }): Promise<void> {
  const ops: StoredOp[] = [];
  while (ops.length < final.v) {
    const { body } = await owner.call('GET', `/api/dashboards/${id}/ops?from=${String(ops.length)}`);
    const page = body['ops'] as StoredOp[];
    assert.ok(page.length > 0, 'the log ends before the snapshot');
    ops.push(...page);
  }
  assert.deepEqual(ops.map(({ v }) => v), ops.map((_, i) => i));
  assert.equal(new Set(ops.map(({ src, seq }) => `${String(src)} ${String(seq)}`)).size, ops.length);
  const first = parseDashboard(ops[0]?.create?.data);
  const states = [first];
  for (const { op } of ops.slice(1)) states.push(applyShared(states.at(-1) ?? first, op as Op));
  assert.deepEqual(states.at(-1), final.data);
  parseDashboard(final.data);
  let state = final.data;
  for (let i = ops.length - 1; i > 0; i--) {
    state = invertible(state, ops[i]?.op as Op);
    assert.deepEqual(state, states[i - 1], `op ${String(i)} does not invert`);
  }
}

const seed = runSeed();

test(`SIM-1 30 random clients with cut connections end up equal on SQLite (COBOARD_SEED=${String(seed)})`, async (t) => {
  const result = await simulate({ store: `sqlite:${join(folder.path, 'simulation.db')}`, clients: 30, edits: 2_000, cuts: 0.02 }, seed);
  t.diagnostic(JSON.stringify(result));
  assert.ok(result.cut > 5 && result.ops > 1_000, JSON.stringify(result));
});

test(`SIM-2 30 random clients with cut connections end up equal on MongoDB (COBOARD_SEED=${String(seed)})`, { skip: 'skip' in place ? place.skip : false }, async (t) => {
  const result = await simulate({ store: mongod?.database('simulation') ?? '', clients: 30, edits: 300, cuts: 0.02 }, seed);
  t.diagnostic(JSON.stringify(result));
  assert.ok(result.ops > 100, JSON.stringify(result));
});
