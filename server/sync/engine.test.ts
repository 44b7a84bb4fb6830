import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type ShareDB from 'sharedb';
import { systemClock } from '../../model/clock.ts';
import type { ServerLimits } from '../../model/limits.ts';
import { done } from '../../tests/stock-client.ts';
import { until } from '../../tests/until.ts';
import { Identities } from '../evidence/identities.ts';
import { Sealer } from '../evidence/sealer.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Append, AppendOutcome, StoredOp } from '../store/store.ts';
import { Backend } from './backend.ts';
import { Engine } from './engine.ts';
import { Rooms } from './rooms.ts';
import { StoreMilestones } from './store-milestones.ts';

/** A store whose appends wait for a gate, and that counts what is read. */
class GatedStore extends SqliteStore {
  gate: Promise<void> = Promise.resolve();
  opsRead = 0;
  unstorable: (op: StoredOp) => boolean = () => false;

  override async append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    await this.gate;
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    return super.append(entries.map((entry) => (this.unstorable(entry.op) ? { ...entry, op: { ...entry.op, m: circle } } : entry)));
  }

  override async readOps(...args: Parameters<SqliteStore['readOps']>): ReturnType<SqliteStore['readOps']> {
    const ops = await super.readOps(...args);
    this.opsRead += ops.length;
    return ops;
  }
}

interface Stage { readonly store: GatedStore; readonly engine: Engine; readonly backend: Backend }

/** An engine on a store, with ShareDB above it. */
function on(store: GatedStore, limits: Partial<ServerLimits> = {}, hit: (limit: string) => void = () => undefined): Stage {
  const log = { warn: () => undefined, debug: () => undefined };
  const rooms = new Rooms({ mayReceive: () => true, log });
  const engine = new Engine({ store, sealer: new Sealer(new Identities(store)), clock: systemClock, log, limits, hit, committed: (ops) => { rooms.deliver(ops); } });
  rooms.attach(engine);
  const backend = new Backend(engine, rooms, new StoreMilestones(store), { authorOf: () => null, mayReceive: () => true, passed: () => undefined, log, clock: systemClock, limits });
  return { store, engine, backend };
}

async function stage(t: TestContext, limits: Partial<ServerLimits> = {}, hit?: (limit: string) => void): Promise<Stage> {
  const store = new GatedStore(':memory:');
  await store.start();
  const made = on(store, limits, hit);
  t.after(async () => {
    await made.engine.drain();
    await store.stop();
  });
  return made;
}

type Doc = Omit<ReturnType<ReturnType<ShareDB['connect']>['get']>, 'data'> & { readonly data: { n: number; [key: string]: unknown } };

function docOf({ backend }: Stage, id: string): Doc {
  const doc = backend.connect().get('dashboards', id) as unknown as Doc;
  doc.on('error', () => undefined);
  return doc;
}

async function created(where: Stage, id: string): Promise<Doc> {
  const doc = docOf(where, id);
  await done((callback) => { doc.create({ n: 0 }, callback); });
  return doc;
}

const add = (doc: Doc): Promise<void> => done((callback) => { doc.submitOp([{ p: ['n'], na: 1 }], undefined, callback); });
const json0 = 'http://sharejs.org/types/JSONv0';

test('ENGINE-3 nobody is told anything before it is durable: no acknowledgement, no refusal, no "already submitted", no reader', async (t) => {
  const here = await stage(t);
  await created(here, 'd');
  let open: () => void = () => undefined;
  here.store.gate = new Promise((resolve) => { open = resolve; });
  const told: string[] = [];
  const { agent } = here.backend.connect() as unknown as { agent: never };
  const send = (what: string, op: object): void => {
    here.backend.submit(agent, 'dashboards', 'd', op, null, (error) => told.push(`${what} ${error && 'code' in error ? String(error.code) : 'fine'}`));
  };
  send('first', { v: 1, src: 'x', seq: 1, op: [{ p: ['n'], na: 1 }] });
  send('again', { v: 1, src: 'x', seq: 1, op: [{ p: ['n'], na: 1 }] });
  send('create', { v: null, src: 'y', seq: 1, create: { type: json0, data: {} } });
  send('behind', { v: 1, src: 'z', seq: 1, op: [{ p: ['none', 'deep'], oi: 1 }] });
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(told, []);
  assert.deepEqual((await here.engine.readOps('dashboards', 'd', 0, 2)).map(({ v }) => v), [0]);
  open();
  await until('all are answered', () => told.length === 4);
  assert.deepEqual(told.sort(), ['again ERR_OP_ALREADY_SUBMITTED', 'behind ERR_OT_OP_NOT_APPLIED', 'create ERR_DOC_ALREADY_CREATED', 'first fine']);
});

test('ENGINE-4 an op that cannot be stored is refused alone; what was built on it is worked out again', async (t) => {
  const here = await stage(t);
  const docs = [await created(here, 'a'), await created(here, 'b')];
  const { agent } = here.backend.connect() as unknown as { agent: never };
  here.store.unstorable = ({ op }) => Array.isArray(op) && (op[0] as { readonly poison?: boolean }).poison === true;
  const refused = done((callback) => { here.backend.submit(agent, 'dashboards', 'a', { v: 1, src: 'p', seq: 1, op: [{ p: ['bad'], oi: 1, poison: true }] }, null, callback); });
  const others = Promise.all(docs.flatMap((doc) => [add(doc), add(doc), add(doc)]));
  await assert.rejects(refused, { code: 'OP_INVALID' });
  await others;
  for (const id of ['a', 'b']) assert.equal(((await here.engine.read('dashboards', id)).data as { n: number }).n, 3);
  assert.deepEqual((await here.engine.readOps('dashboards', 'a', 0, null)).map(({ v }) => v), [0, 1, 2, 3].slice(0, (await here.engine.read('dashboards', 'a')).v));
});

test('ENGINE-5 documents that nobody has open leave the memory, those that somebody has open stay', async (t) => {
  const here = await stage(t, { documentsInMemoryMax: 20, snapshotDelayMs: 1 });
  const open = await created(here, 'open');
  await done((callback) => { open.subscribe(callback); });
  for (let i = 0; i < 200; i++) {
    await created(here, `d${String(i)}`);
    if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await until('they have left', () => {
    here.engine.sequencer('dashboards', 'one more');
    return here.engine.size <= 21;
  });
  const { holds } = here.engine.sequencer('dashboards', 'open');
  assert.ok(holds > 0);
  const again = docOf(here, 'd7');
  await done((callback) => { again.fetch(callback); });
  await add(again);
  assert.equal(again.data.n, 1);
});

test('ENGINE-33 documents hold no more bytes than the limit: those that were used longest ago leave, those in use stay', async (t) => {
  const hits: string[] = [];
  const here = await stage(t, { documentsInMemoryBytesMax: 500_000, snapshotDelayMs: 1 }, (limit) => { hits.push(limit); });
  const open = await created(here, 'open');
  await done((callback) => { open.subscribe(callback); });
  await done((callback) => { open.submitOp([{ p: ['text'], oi: 'x'.repeat(300_000) }], undefined, callback); });
  assert.ok(here.engine.bytes > 300_000 && here.engine.bytes < 700_000, `${String(here.engine.bytes)} bytes`);
  for (let i = 0; i < 10; i++) {
    const doc = await created(here, `d${String(i)}`);
    await done((callback) => { doc.submitOp([{ p: ['text'], oi: 'y'.repeat(50_000) }], undefined, callback); });
    await until('its snapshot is written', async () => (await here.store.readSnapshot('dashboards', `d${String(i)}`)).v === 2);
  }
  await here.engine.read('dashboards', 'one more');
  assert.ok(here.engine.size <= 4, `${String(here.engine.size)} documents`);
  assert.ok(hits.length > 0 && hits.every((limit) => limit === 'documentsInMemoryBytesMax'));
  assert.ok(here.engine.sequencer('dashboards', 'open').holds > 0);
  // what is read anew counts as what it is
  await here.engine.read('dashboards', 'd0');
  const before = here.engine.bytes;
  here.engine.forget('dashboards', 'd0');
  assert.ok(before - here.engine.bytes > 50_000 && before - here.engine.bytes < 150_000, `${String(before - here.engine.bytes)} bytes`);
});

test('ENGINE-6 after a crash the snapshots that were left behind are brought up to date before the first request', async (t) => {
  const store = new GatedStore(':memory:');
  await store.start();
  t.after(() => store.stop());
  const before = on(store, { snapshotDelayMs: 1e6, snapshotOpsMax: 1e6 });
  const doc = await created(before, 'd');
  for (let i = 0; i < 5; i++) await add(doc);
  assert.equal((await store.readSnapshot('dashboards', 'd')).v, 0, 'as if it had died here');
  const { engine } = on(store);
  assert.equal(await engine.recover(['dashboards']), 1);
  const { v, data } = await store.readSnapshot('dashboards', 'd');
  assert.deepEqual([v, data], [6, { n: 5 }]);
  assert.equal(await engine.recover(['dashboards']), 0);
  // its timer would keep the process waiting
  await before.engine.drain();
});

test('ENGINE-7 any version of a document is read from the milestone before it', async (t) => {
  const here = await stage(t, { milestoneOps: 10, recentOpsMax: 5, snapshotDelayMs: 1 });
  const doc = await created(here, 'd');
  for (let i = 0; i < 95; i++) await add(doc);
  await here.engine.drain();
  const fresh = on(here.store, { milestoneOps: 10 });
  for (const version of [1, 9, 10, 11, 55, 89, 96]) {
    here.store.opsRead = 0;
    const state = await fresh.engine.readVersion('dashboards', 'd', version);
    assert.deepEqual([state.v, state.data], [version, { n: version - 1 }]);
    assert.ok(here.store.opsRead <= 10, `${String(here.store.opsRead)} ops read`);
  }
  assert.equal((await fresh.engine.readVersion('dashboards', 'd', 0)).type, null);
  await assert.rejects(fresh.engine.readVersion('dashboards', 'd', 97), { code: 'VERSION_UNKNOWN' });
});

test('ENGINE-8 an op far behind with many components takes turns with everybody else', async (t) => {
  // its work takes longer than anybody waits for the store, which is not the same
  const here = await stage(t, { recentOpsMax: 100, commitPatienceMs: 60 });
  const doc = await created(here, 'd');
  const entries: Append[] = Array.from({ length: 6_000 }, (_, i) => ({
    collection: 'dashboards', id: 'd', link: undefined,
    op: { v: 1 + i, src: 'w', seq: i, op: Array.from({ length: 5 }, (__, k) => ({ p: ['text'], t: 'text0', o: [{ p: k, i: 'x' }] })), m: { ts: 1 } },
  }));
  entries[0] = { collection: 'dashboards', id: 'd', link: undefined, op: { v: 1, src: 'w', seq: 0, op: [{ p: ['text'], oi: '' }], m: { ts: 1 } } };
  await here.store.append(entries);
  await done((callback) => { doc.fetch(callback); });
  const { agent } = here.backend.connect() as unknown as { agent: never };
  const wide = Array.from({ length: 100 }, (_, k) => ({ p: ['text'], t: 'text0', o: [{ p: k, i: 'y' }] }));
  let isOver = false;
  const stale = done((callback) => { here.backend.submit(agent, 'dashboards', 'd', { v: 2, src: 's', seq: 1, op: wide }, null, callback); }).finally(() => { isOver = true; });
  // meanwhile others are served, turn after turn
  let served = 0;
  const other = await created(here, 'other');
  while (!(isOver as boolean)) {
    await add(other);
    served += 1;
  }
  await stale;
  assert.ok(served > 5, `only ${String(served)} edits of others in between`);
  const { text } = (await here.engine.read('dashboards', 'd')).data as { text: string };
  assert.equal(text.length, 5 * 5_999 + 100);
});

test('ENGINE-9 two servers on one store never lose or double an edit, whoever is faster', async (t) => {
  const one = await stage(t);
  const two = on(one.store);
  await created(one, 'd');
  const docs = await Promise.all([one, two, one, two].map(async (where) => {
    const doc = docOf(where, 'd');
    await done((callback) => { doc.fetch(callback); });
    return doc;
  }));
  await Promise.all(docs.map(async (doc) => {
    for (let i = 0; i < 25; i++) await add(doc);
  }));
  const { v, data } = await two.engine.read('dashboards', 'd');
  assert.deepEqual([v, data], [101, { n: 100 }]);
  assert.deepEqual((await one.engine.readOps('dashboards', 'd', 0, null)).map((op) => op.v), Array.from({ length: 101 }, (_, i) => i));
  await two.engine.drain();
});

test('ENGINE-10 a server that drains takes no more edits, finishes those it has, and leaves the snapshots up to date', async (t) => {
  const here = await stage(t, { snapshotDelayMs: 1e6, snapshotOpsMax: 1e6 });
  const doc = await created(here, 'd');
  let open: () => void = () => undefined;
  here.store.gate = new Promise((resolve) => { open = resolve; });
  const last = add(doc);
  await until('it is on its way', () => here.engine.pending === 1);
  const drained = here.engine.drain();
  open();
  await drained;
  await last;
  assert.equal((await here.store.readSnapshot('dashboards', 'd')).v, 2);
  await assert.rejects(add(doc), { code: 'SERVER_DRAINING' });
});

test('ENGINE-11 a document that is edited without a pause is opened and read all the same', async (t) => {
  const here = await stage(t);
  const doc = await created(here, 'd');
  const writers = [docOf(here, 'd'), docOf(here, 'd')];
  await Promise.all(writers.map((writer) => done((callback) => { writer.subscribe(callback); })));
  let [appends, isRead] = [0, false];
  const append = here.store.append.bind(here.store);
  const writing: Promise<void>[] = [];
  here.store.append = async (entries) => {
    // while one is on its way into the log the next is put in line
    const writer = writers[appends++ % writers.length] ?? doc;
    if (!isRead && appends < 500) writing.push(add(writer));
    await new Promise((resolve) => setTimeout(resolve, 2));
    return append(entries);
  };
  const first = add(doc);
  await until('it is under way', () => appends > 3);
  const { v } = await here.engine.read('dashboards', 'd');
  isRead = true;
  assert.ok(appends < 20, `read after ${String(appends)} appends`);
  assert.ok(v > 3);
  await Promise.all([first, ...writing]);
});

test('ENGINE-13 what was written before a read began is in it, though the document was being loaded since before that', async (t) => {
  const here = await stage(t);
  const there = on(here.store);
  const doc = await created(there, 'd');
  // this server is slow to load it, and has read its ops already
  const readTail = here.store.readTail.bind(here.store);
  let goOn: () => void = () => undefined;
  const hasRead = new Promise<void>((resolve) => {
    here.store.readTail = async (...args) => {
      const tail = await readTail(...args);
      resolve();
      await new Promise<void>((resume) => { goOn = resume; });
      here.store.readTail = readTail;
      return tail;
    };
  });
  const early = here.engine.read('dashboards', 'd');
  await hasRead;
  await here.store.append([{ collection: 'dashboards', id: 'd', link: undefined, after: undefined, op: { v: 1, src: 'w', seq: 1, op: [{ p: ['n'], na: 1 }], m: { ts: 1 } } }]);
  const late = here.engine.read('dashboards', 'd');
  goOn();
  assert.deepEqual([(await early).v <= 2, (await late).v], [true, 2]);
  assert.equal(doc.version, 1);
  await there.engine.drain();
});

test('ENGINE-22 what waits for the store is bounded in bytes too, and goes into the log in pieces that it can take', async (t) => {
  const here = await stage(t, { pendingBytesMax: 100_000, appendBytesMax: 30_000 });
  const doc = await created(here, 'd');
  let open: () => void = () => undefined;
  here.store.gate = new Promise((resolve) => { open = resolve; });
  const sizes: number[] = [];
  const append = here.store.append.bind(here.store);
  here.store.append = (entries) => {
    sizes.push(entries.length);
    return append(entries);
  };
  const { agent } = here.backend.connect() as unknown as { agent: never };
  const outcomes = await new Promise<string[]>((resolve) => {
    const told: string[] = [];
    for (let i = 0; i < 20; i++) {
      here.backend.submit(agent, 'dashboards', 'd', { v: 1, src: 's', seq: i + 1, op: [{ p: [`k${String(i)}`], oi: 'x'.repeat(10_000) }] }, null, (error) => {
        told.push(error && 'code' in error ? String(error.code) : 'fine');
        if (told.length === 20) resolve(told);
      });
      // the first ones are waiting by then
      if (i === 12) setTimeout(open, 50);
    }
  });
  const fine = outcomes.filter((one) => one === 'fine').length;
  assert.ok(fine >= 8 && fine < 20 && outcomes.every((one) => one === 'fine' || one === 'STORE_UNAVAILABLE'), outcomes.join());
  assert.ok(sizes.every((size) => size <= 3), sizes.join());
  assert.equal((await here.engine.read('dashboards', 'd')).v, 1 + fine);
  assert.equal(here.engine.pending, 0);
  await add(doc);
});
