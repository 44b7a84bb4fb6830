import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { FullStore } from './open-store.ts';
import type { Append, MilestoneQuery, OpLink, SnapshotWrite, Store, StoredOp } from './store.ts';

/** How a store of one kind is made for the contract. */
export interface StoreFixture {
  readonly name: string;
  /** Why it cannot be tested here; undefined if it can. */
  readonly skip?: string | undefined;
  /** A started store on an empty place of its own, and how to open the same place again. */
  open(): Promise<{ readonly store: FullStore; reopen(): Promise<Store>; remove(): Promise<void> | void }>;
}

const json0 = 'http://sharejs.org/types/JSONv0';
let counter = 0;

/** A name that no other test uses. */
const fresh = (): string => `doc${String((counter += 1))}`;

/** An op that sets `n`. */
function opAt(v: number, extra: Partial<StoredOp> = {}): StoredOp {
  return v === 0
    ? { v, src: 'client', seq: 1, create: { type: json0, data: { n: 0 } }, m: { ts: 1_000, u: 'ana', n: 'Ana' }, ...extra }
    : { v, src: 'client', seq: v + 1, op: [{ p: ['n'], oi: v }], m: { ts: 1_000 + v, u: 'ana', n: 'Ana' }, ...extra };
}

/** That op behind the one with the link. */
function entry(store: Store, id: string, v: number, after?: OpLink, extra?: Partial<StoredOp>): Append {
  return { collection: 'dashboards', id, op: opAt(v, extra), link: store.newLink(), after };
}

/** Appends one entry behind what is there; gives its version and link. */
async function appendNext(store: Store, id: string, extra?: Partial<StoredOp>): Promise<{ v: number; link: OpLink }> {
  const { ops, link } = await store.readTail('dashboards', id, 0);
  const next = entry(store, id, ops.length, link, extra);
  assert.deepEqual(await store.append([next]), [{ status: 'committed' }]);
  return { v: next.op.v, link: next.link };
}

/** What the document is after the op at `v`. */
const after = (id: string, v: number, link: OpLink): SnapshotWrite => ({ collection: 'dashboards', snapshot: { id, v: v + 1, type: json0, data: { n: v }, m: { mtime: 1_000 + v }, link } });

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What every store must do; each implementation runs it. */
export function storeContract(fixture: StoreFixture): void {
  const skip = fixture.skip ?? false;
  const withStore = (title: string, run: (store: FullStore, reopen: () => Promise<Store>) => Promise<void>): void => {
    void test(title, { skip }, async () => {
      const opened = await fixture.open();
      try {
        await run(opened.store, () => opened.reopen());
      } finally {
        await opened.store.stop();
        await opened.remove();
      }
    });
  };

  void describe(`store contract: ${fixture.name}`, () => {
    withStore('STORE-1 a document that never was has version 0 and no type', async (store) => {
      const { v, type, data, m } = await store.readSnapshot('dashboards', fresh());
      assert.deepEqual({ v, type, data, m }, { v: 0, type: null, data: undefined, m: null });
      assert.deepEqual(await store.readOps('dashboards', fresh(), 0, null), []);
    });

    withStore('STORE-2 what was appended is read again, the op with its metadata', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      await appendNext(store, id);
      assert.deepEqual(await store.readOps('dashboards', id, 0, null), [opAt(0), opAt(1)]);
      const { ops, link } = await store.readTail('dashboards', id, 1);
      assert.deepEqual(ops, [opAt(1)]);
      assert.deepEqual(await store.append([entry(store, id, 2, link)]), [{ status: 'committed' }]);
    });

    withStore('STORE-3 ops are read from a version up to another, in order', async (store) => {
      const id = fresh();
      for (let i = 0; i < 7; i++) await appendNext(store, id);
      const versions = async (from: number, to: number | null): Promise<number[]> => (await store.readOps('dashboards', id, from, to)).map(({ v }) => v);
      assert.deepEqual(await versions(2, 5), [2, 3, 4]);
      assert.deepEqual(await versions(5, null), [5, 6]);
      assert.deepEqual(await versions(7, null), []);
      assert.deepEqual(await versions(0, 1), [0]);
    });

    withStore('STORE-37 of ops that hold more than is asked for the first come, and one at least', async (store) => {
      const id = fresh();
      let link = store.newLink();
      await store.append([entry(store, id, 0, link)]);
      for (let v = 1; v < 6; v++) {
        const after = store.newLink();
        await store.append([{ collection: 'dashboards', id, op: { v, src: 'c', seq: v, op: [{ p: ['text'], oi: 'x'.repeat(10_000) }], m: { ts: v } }, link: after, after: link }]);
        link = after;
      }
      const versions = async (from: number, bytesMax: number): Promise<number[]> => (await store.readOps('dashboards', id, from, null, bytesMax)).map(({ v }) => v);
      assert.deepEqual(await versions(1, 25_000), [1, 2]);
      assert.deepEqual(await versions(3, 10), [3]);
      assert.deepEqual(await versions(1, 1_000_000), [1, 2, 3, 4, 5]);
    });

    withStore('STORE-4 of appends at the same version exactly one is committed, and the others leave nothing', async (store) => {
      const id = fresh();
      const { link } = await appendNext(store, id);
      const racing = Array.from({ length: 8 }, (_, i) => store.append([entry(store, id, 1, link, { src: `racer${String(i)}`, seq: 1 })]));
      const outcomes = (await Promise.all(racing)).flat();
      assert.equal(outcomes.filter(({ status }) => status === 'committed').length, 1);
      assert.equal(outcomes.filter(({ status }) => status === 'conflict').length, 7);
      const ops = await store.readOps('dashboards', id, 1, null);
      assert.equal(ops.length, 1);
      assert.equal(ops[0]?.src, `racer${String(outcomes.findIndex(({ status }) => status === 'committed'))}`);
    });

    withStore('STORE-5 an append of several documents has an outcome for each, in order; one that lost takes only the later ones of its document along', async (store) => {
      const [one, two, three] = [fresh(), fresh(), fresh()];
      await appendNext(store, two);
      const chain = (id: string): Append[] => {
        const first = entry(store, id, 0, undefined, { src: 'late' });
        return [first, entry(store, id, 1, first.link)];
      };
      const [a, b, c] = [chain(one), chain(two), chain(three)];
      const outcomes = await store.append([...a, ...b, ...c, { ...entry(store, one, 0), collection: 'access' }]);
      assert.deepEqual(outcomes.map(({ status }) => status), ['committed', 'committed', 'conflict', 'conflict', 'committed', 'committed', 'committed']);
      const counts = await Promise.all([one, two, three].map(async (id) => (await store.readOps('dashboards', id, 0, null)).length));
      assert.deepEqual(counts, [2, 1, 2]);
      assert.equal((await store.readOps('access', one, 0, null)).length, 1);
    });

    withStore('STORE-6 an append that is repeated is the same append', async (store) => {
      const [id, other] = [fresh(), fresh()];
      const first = entry(store, id, 0);
      const second = entry(store, id, 1, first.link);
      assert.deepEqual(await store.append([first]), [{ status: 'committed' }]);
      const both = [{ status: 'committed' }, { status: 'committed' }];
      assert.deepEqual(await store.append([first, second]), both);
      assert.deepEqual(await store.append([first, second]), both);
      assert.deepEqual(await store.append([entry(store, other, 0), first, second]), [...both, { status: 'committed' }]);
      assert.equal((await store.readOps('dashboards', id, 0, null)).length, 2);
    });

    withStore('STORE-7 an op that cannot be stored is refused alone', async (store) => {
      const [bad, good] = [fresh(), fresh()];
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const poison = entry(store, bad, 1, undefined, { op: circle });
      const before = entry(store, bad, 0);
      const outcomes = await store.append([before, { ...poison, after: before.link }, entry(store, good, 0), entry(store, bad, 2, poison.link)]);
      assert.deepEqual(outcomes.map(({ status }) => status), ['committed', 'refused', 'committed', 'conflict']);
      assert.equal((await store.readOps('dashboards', bad, 0, null)).length, 1);
    });

    withStore('STORE-8 an op is found by its client and number', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      await appendNext(store, id, { src: 'other', seq: 9 });
      assert.equal(await store.findOp('dashboards', id, 'other', 9), 1);
      assert.equal(await store.findOp('dashboards', id, 'other', 8), null);
      assert.equal(await store.findOp('dashboards', fresh(), 'other', 9), null);
    });

    withStore('STORE-9 a snapshot is read as it was written, and never replaced by an older one', async (store) => {
      const id = fresh();
      const { link } = await appendNext(store, id);
      assert.deepEqual(await store.writeSnapshots([after(id, 3, link)]), [null]);
      assert.deepEqual(await store.writeSnapshots([after(id, 2, link), after(fresh(), 0, link)]), [null, null]);
      const { v, type, data, m } = await store.readSnapshot('dashboards', id);
      assert.deepEqual({ v, type, data, m }, { v: 4, type: json0, data: { n: 3 }, m: { mtime: 1_003 } });
      assert.deepEqual(await store.writeSnapshots([{ collection: 'dashboards', snapshot: { id, v: 9, type: null, m: { mtime: 5 }, link } }]), [null]);
      const deleted = await store.readSnapshot('dashboards', id);
      assert.deepEqual([deleted.v, deleted.type, deleted.data], [9, null, undefined]);
    });

    withStore('STORE-24 a snapshot that cannot be stored does not stop the others', async (store) => {
      const [bad, good] = [fresh(), fresh()];
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const poison: SnapshotWrite = { collection: 'dashboards', snapshot: { id: bad, v: 1, type: json0, data: circle, m: null } };
      const [refused, written] = await store.writeSnapshots([poison, after(good, 0, store.newLink())]);
      assert.ok(refused instanceof Error);
      assert.equal(written, null);
      assert.equal((await store.readSnapshot('dashboards', good)).v, 1);
    });

    withStore('STORE-25 the documents whose snapshot is behind their ops, or missing, are listed', async (store) => {
      const [none, late, even] = [fresh(), fresh(), fresh()];
      await appendNext(store, none);
      for (const id of [late, even]) {
        const { link } = await appendNext(store, id);
        await store.writeSnapshots([after(id, 0, link)]);
      }
      await appendNext(store, late);
      await store.append([{ ...entry(store, fresh(), 0), collection: 'access' }]);
      assert.deepEqual((await collect(store.listBehind('dashboards'))).sort(), [none, late].sort());
    });

    withStore('STORE-26 a milestone is found by its version, and by the time of its last op', async (store) => {
      const [id, other] = [fresh(), fresh()];
      const link = store.newLink();
      await store.writeMilestones([after(id, 9, link), after(id, 19, link), after(other, 14, link)]);
      await store.writeMilestones([after(id, 9, link)]);
      const found = async (wanted: MilestoneQuery): Promise<unknown> => {
        const milestone = await store.readMilestone('dashboards', id, wanted);
        return milestone && [milestone.v, milestone.type, milestone.data, milestone.m];
      };
      const [ten, twenty] = [[10, json0, { n: 9 }, { mtime: 1_009 }], [20, json0, { n: 19 }, { mtime: 1_019 }]];
      for (const [v, expected] of [[9, null], [10, ten], [19, ten], [1_000, twenty]] as const) assert.deepEqual(await found({ atOrBeforeVersion: v }), expected);
      for (const [ms, expected] of [[1_008, null], [1_009, ten], [1_018, ten], [5_000, twenty]] as const) assert.deepEqual(await found({ atOrBeforeMs: ms }), expected);
      for (const [ms, expected] of [[0, ten], [1_009, ten], [1_010, twenty], [5_000, null]] as const) assert.deepEqual(await found({ atOrAfterMs: ms }), expected);
    });

    withStore('STORE-10 all snapshots of a collection are listed, deleted ones too, and none of another', async (store) => {
      const ids = Array.from({ length: 250 }, (_, i) => `list${String(i).padStart(4, '0')}`);
      const link = store.newLink();
      await store.writeSnapshots(ids.map((id) => after(id, 0, link)));
      await store.writeSnapshots([{ ...after('elsewhere', 0, link), collection: 'access' }]);
      await store.writeSnapshots([{ collection: 'dashboards', snapshot: { id: ids[7] ?? '', v: 2, type: null, m: null, link } }]);
      const listed = await collect(store.listSnapshots('dashboards'));
      assert.deepEqual(listed.map(({ id }) => id).sort(), ids);
      const deleted = listed.find(({ id }) => id === ids[7]);
      assert.deepEqual([deleted?.v, deleted?.type], [2, null]);
      assert.deepEqual(listed.find(({ id }) => id === ids[8])?.data, { n: 0 });
    });

    withStore('STORE-11 settings are written, written over, and listed by their beginning', async (store) => {
      assert.equal(await store.readSetting('none'), null);
      await store.writeSetting('user:b', '2');
      await store.writeSetting('user:a', '1');
      await store.writeSetting('user:a', '3');
      await store.writeSetting('other', 'x');
      await store.writeSetting('usurper', 'x');
      assert.equal(await store.readSetting('user:a'), '3');
      assert.deepEqual(await collect(store.listSettings('user:')), [['user:a', '3'], ['user:b', '2']]);
    });

    withStore('STORE-12 a setting is created once, and all who ask get the same', async (store) => {
      const values = await Promise.all(Array.from({ length: 6 }, (_, i) => store.createSetting('secret', `value${String(i)}`)));
      assert.equal(new Set(values).size, 1);
      assert.equal(await store.createSetting('secret', 'late'), values[0]);
      await store.removeSetting('secret');
      await store.removeSetting('secret');
      assert.equal(await store.createSetting('secret', 'new'), 'new');
    });

    withStore('STORE-13 what was appended is there when the place is opened again', async (store, reopen) => {
      const id = fresh();
      await appendNext(store, id);
      await store.writeSetting('kept', 'yes');
      await store.stop();
      const again = await reopen();
      try {
        assert.equal((await again.readOps('dashboards', id, 0, null)).length, 1);
        assert.equal(await again.readSetting('kept'), 'yes');
        await appendNext(again, id);
      } finally {
        await again.stop();
      }
    });

    withStore('STORE-14 two that have the same place open see and respect what the other appends', async (store, reopen) => {
      const id = fresh();
      const other = await reopen();
      try {
        await appendNext(store, id);
        const { link } = await appendNext(other, id);
        const [a, b] = await Promise.all([store.append([entry(store, id, 2, link, { src: 'one' })]), other.append([entry(other, id, 2, link, { src: 'two' })])]);
        assert.deepEqual([a[0]?.status, b[0]?.status].sort(), ['committed', 'conflict']);
        assert.equal((await store.readOps('dashboards', id, 0, null)).length, 3);
      } finally {
        await other.stop();
      }
    });

    withStore('STORE-31 ops of a range are removed, and no others; a document goes on behind those that are left', async (store) => {
      const [id, other] = [fresh(), fresh()];
      for (let i = 0; i < 7; i++) await appendNext(store, id);
      await appendNext(store, other);
      assert.equal(await store.keeping.firstOp('dashboards', id), 0);
      for (let i = 0; i < 2; i++) await store.keeping.removeOps('dashboards', id, 0, 4);
      assert.deepEqual((await store.readOps('dashboards', id, 0, null)).map(({ v }) => v), [4, 5, 6]);
      assert.deepEqual([await store.keeping.firstOp('dashboards', id), await store.keeping.firstOp('dashboards', other), await store.keeping.firstOp('dashboards', fresh())], [4, 0, null]);
      const { link } = await store.readTail('dashboards', id, 6);
      assert.deepEqual(await store.append([entry(store, id, 7, link)]), [{ status: 'committed' }]);
      assert.equal((await store.readOps('dashboards', other, 0, null)).length, 1);
    });

    withStore('STORE-32 ops and states are replaced where there are some of that version, and put in nowhere else', async (store) => {
      const id = fresh();
      for (let i = 0; i < 3; i++) await appendNext(store, id);
      const { link } = await store.readTail('dashboards', id, 2);
      await store.writeSnapshots([after(id, 2, link)]);
      await store.writeMilestones([after(id, 0, undefined), after(id, 1, undefined)]);
      const changed = opAt(1, { m: { ts: 7 } });
      await store.keeping.replaceOps('dashboards', id, [changed, opAt(9)]);
      assert.deepEqual(await store.readOps('dashboards', id, 0, null), [opAt(0), changed, opAt(2)]);
      const state = (v: number): SnapshotWrite => ({ collection: 'dashboards', snapshot: { id, v, type: json0, data: { n: 'other' }, m: { mtime: v } } });
      await store.keeping.replaceStates('milestone', [state(2), state(5)]);
      assert.deepEqual(await store.keeping.milestoneVersions('dashboards', id), [1, 2]);
      assert.deepEqual((await store.readMilestone('dashboards', id, { atOrBeforeVersion: 9 }))?.data, { n: 'other' });
      assert.deepEqual((await store.readMilestone('dashboards', id, { atOrBeforeVersion: 1 }))?.data, { n: 0 });
      await store.keeping.replaceStates('snapshot', [state(2)]);
      assert.deepEqual((await store.readSnapshot('dashboards', id)).data, { n: 2 });
      await store.keeping.replaceStates('snapshot', [state(3)]);
      assert.deepEqual((await store.readSnapshot('dashboards', id)).data, { n: 'other' });
      // it is still linked to its log
      const tail = await store.readSnapshot('dashboards', id);
      assert.deepEqual(await store.append([entry(store, id, 3, tail.link)]), [{ status: 'committed' }]);
    });

    withStore('STORE-33 a document is removed with all that is kept of it, and no other; the ids that are left are listed', async (store) => {
      const [gone, stays, onlyOps] = [fresh(), fresh(), fresh()];
      for (const id of [gone, stays]) {
        const { link } = await appendNext(store, id);
        await store.writeSnapshots([after(id, 0, link)]);
        await store.writeMilestones([after(id, 0, undefined)]);
      }
      await appendNext(store, onlyOps);
      const before = await collect(store.keeping.listIds('dashboards'));
      for (const id of [gone, stays, onlyOps]) assert.ok(before.includes(id));
      for (let i = 0; i < 2; i++) await store.keeping.removeDocument('dashboards', gone);
      await store.keeping.removeSetAside('nobody');
      await store.keeping.scrub();
      assert.deepEqual(await store.readOps('dashboards', gone, 0, null), []);
      assert.deepEqual([(await store.readSnapshot('dashboards', gone)).v, await store.readMilestone('dashboards', gone, { atOrBeforeVersion: 9 })], [0, null]);
      assert.deepEqual(await collect(store.keeping.listIds('dashboards')), before.filter((id) => id !== gone));
      assert.deepEqual(await Promise.all([gone, stays, onlyOps].map((id) => store.keeping.has('dashboards', id))), [false, true, true]);
      assert.equal((await store.readOps('dashboards', stays, 0, null)).length, 1);
    });

    withStore('STORE-15 one that is closed says so', async (store) => {
      await store.check();
      await store.stop();
      await store.stop();
      await assert.rejects(store.readSnapshot('dashboards', 'any'), { code: 'STORE_UNAVAILABLE' });
      await assert.rejects(store.append([entry(store, fresh(), 0)]), { code: 'STORE_UNAVAILABLE' });
    });
  });
}
