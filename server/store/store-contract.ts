import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Append, Store, StoredOp } from './store.ts';

/** How a store of one kind is made for the contract. */
export interface StoreFixture {
  readonly name: string;
  /** Why it cannot be tested here; undefined if it can. */
  readonly skip?: string | undefined;
  /** A started store on an empty place of its own, and how to open the same place again. */
  open(): Promise<{ readonly store: Store; reopen(): Promise<Store>; remove(): Promise<void> | void }>;
}

const json0 = 'http://sharejs.org/types/JSONv0';
let counter = 0;

/** A name that no other test uses. */
const fresh = (): string => `doc${String((counter += 1))}`;

/** An op that sets `n`, with the document after it. */
function entry(id: string, v: number, link?: unknown, extra: Partial<StoredOp> = {}): Append {
  const op: StoredOp = v === 0
    ? { v, src: 'client', seq: 1, create: { type: json0, data: { n: 0 } }, m: { ts: 1_000, u: 'ana', n: 'Ana' }, ...extra }
    : { v, src: 'client', seq: v + 1, op: [{ p: ['n'], oi: v }], m: { ts: 1_000 + v, u: 'ana', n: 'Ana' }, ...extra };
  return { collection: 'dashboards', id, op, snapshot: { id, v: v + 1, type: json0, data: { n: v }, m: { mtime: 1_000 + v }, link } };
}

/** Appends one entry behind what is there. */
async function appendNext(store: Store, id: string, extra?: Partial<StoredOp>): Promise<void> {
  const { v, link } = await store.readSnapshot('dashboards', id);
  assert.deepEqual(await store.append([entry(id, v, link, extra)]), [{ status: 'committed' }]);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What every store must do; each implementation runs it. */
export function storeContract(fixture: StoreFixture): void {
  const skip = fixture.skip ?? false;
  const withStore = (title: string, run: (store: Store, reopen: () => Promise<Store>) => Promise<void>): void => {
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

    withStore('STORE-2 what was appended is read again: the op with its metadata, and the snapshot', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      await appendNext(store, id);
      assert.deepEqual(await store.readOps('dashboards', id, 0, null), [entry(id, 0).op, entry(id, 1).op]);
      const { v, type, data, m } = await store.readSnapshot('dashboards', id);
      assert.deepEqual({ v, type, data, m }, { v: 2, type: json0, data: { n: 1 }, m: { mtime: 1_001 } });
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

    withStore('STORE-4 of appends at the same version exactly one is committed, and the others leave nothing', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      const { link } = await store.readSnapshot('dashboards', id);
      const racing = Array.from({ length: 8 }, (_, i) => store.append([entry(id, 1, link, { src: `racer${String(i)}`, seq: 1 })]));
      const outcomes = (await Promise.all(racing)).flat();
      assert.equal(outcomes.filter(({ status }) => status === 'committed').length, 1);
      assert.equal(outcomes.filter(({ status }) => status === 'conflict').length, 7);
      const ops = await store.readOps('dashboards', id, 1, null);
      assert.equal(ops.length, 1);
      assert.equal(ops[0]?.src, `racer${String(outcomes.findIndex(({ status }) => status === 'committed'))}`);
    });

    withStore('STORE-5 an append of several documents has an outcome for each, in order; one that lost does not stop the others', async (store) => {
      const [one, two, three] = [fresh(), fresh(), fresh()];
      await appendNext(store, two);
      assert.deepEqual(await store.append([entry(one, 0), entry(two, 0), entry(three, 0)]), [{ status: 'committed' }, { status: 'conflict' }, { status: 'committed' }]);
      const versions = await Promise.all([one, two, three].map(async (id) => (await store.readSnapshot('dashboards', id)).v));
      assert.deepEqual(versions, [1, 1, 1]);
    });

    withStore('STORE-6 an op ahead of its document is not committed', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      const { link } = await store.readSnapshot('dashboards', id);
      assert.deepEqual(await store.append([entry(id, 5, link)]), [{ status: 'conflict' }]);
      assert.equal((await store.readSnapshot('dashboards', id)).v, 1);
    });

    withStore('STORE-7 an op that cannot be stored is refused alone', async (store) => {
      const [bad, good] = [fresh(), fresh()];
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const [refused, committed] = await store.append([entry(bad, 0, undefined, { create: { type: json0, data: circle } }), entry(good, 0)]);
      assert.equal(refused?.status, 'refused');
      assert.equal(committed?.status, 'committed');
      assert.equal((await store.readSnapshot('dashboards', bad)).v, 0);
    });

    withStore('STORE-8 an op is found by its client and number', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      await appendNext(store, id, { src: 'other', seq: 9 });
      assert.equal(await store.findOp('dashboards', id, 'other', 9), 1);
      assert.equal(await store.findOp('dashboards', id, 'other', 8), null);
      assert.equal(await store.findOp('dashboards', fresh(), 'other', 9), null);
    });

    withStore('STORE-9 a deleted document keeps its version, and can be created again behind it', async (store) => {
      const id = fresh();
      await appendNext(store, id);
      const { link } = await store.readSnapshot('dashboards', id);
      const deletion: Append = { collection: 'dashboards', id, op: { v: 1, src: 'c', seq: 2, del: true, m: { data: { n: 0 } } }, snapshot: { id, v: 2, type: null, m: { mtime: 5 }, link } };
      assert.deepEqual(await store.append([deletion]), [{ status: 'committed' }]);
      const deleted = await store.readSnapshot('dashboards', id);
      assert.deepEqual([deleted.v, deleted.type, deleted.data], [2, null, undefined]);
      assert.deepEqual((await store.readOps('dashboards', id, 1, 2))[0]?.m, { data: { n: 0 } });
      const again = entry(id, 2, deleted.link, { create: { type: json0, data: { n: 2 } } });
      delete again.op.op;
      assert.deepEqual(await store.append([again]), [{ status: 'committed' }]);
      assert.equal((await store.readSnapshot('dashboards', id)).v, 3);
    });

    withStore('STORE-10 all snapshots of a collection are listed, deleted ones too, and none of another', async (store) => {
      const ids = Array.from({ length: 250 }, (_, i) => `list${String(i).padStart(4, '0')}`);
      await store.append(ids.map((id) => entry(id, 0)));
      await store.append([{ ...entry('elsewhere', 0), collection: 'access' }]);
      const { link } = await store.readSnapshot('dashboards', ids[7] ?? '');
      await store.append([{ collection: 'dashboards', id: ids[7] ?? '', op: { v: 1, del: true }, snapshot: { id: ids[7] ?? '', v: 2, type: null, m: null, link } }]);
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
    });

    withStore('STORE-13 what was appended is there when the place is opened again', async (store, reopen) => {
      const id = fresh();
      await appendNext(store, id);
      await store.writeSetting('kept', 'yes');
      await store.stop();
      const again = await reopen();
      try {
        assert.equal((await again.readSnapshot('dashboards', id)).v, 1);
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
        await appendNext(other, id);
        const { link } = await other.readSnapshot('dashboards', id);
        const [a, b] = await Promise.all([store.append([entry(id, 2, link)]), other.append([entry(id, 2, link)])]);
        assert.deepEqual([a[0]?.status, b[0]?.status].sort(), ['committed', 'conflict']);
        assert.equal((await store.readOps('dashboards', id, 0, null)).length, 3);
      } finally {
        await other.stop();
      }
    });

    withStore('STORE-15 one that is closed says so', async (store) => {
      await store.check();
      await store.stop();
      await store.stop();
      await assert.rejects(store.readSnapshot('dashboards', 'any'), { code: 'STORE_UNAVAILABLE' });
      await assert.rejects(store.append([entry(fresh(), 0)]), { code: 'STORE_UNAVAILABLE' });
    });
  });
}
