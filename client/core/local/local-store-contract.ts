import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { LocalCopy, LocalStore } from './local-store.ts';

const op = (v: number): { v: number; src: string; seq: number; op: [] } => ({ v, src: 's', seq: v, op: [] });
const copy = (version: number): LocalCopy => ({ document: 'd', version, data: { n: version }, role: 'editor' });

/** What every store of a device does. `open` gives a tab of the device of a name. */
export async function checkLocalStore(all: TestContext, open: (t: TestContext, device: string) => LocalStore): Promise<void> {
  await all.test('edits, sendings and ops come back in their order, and go when they are settled', async (t) => {
    const tab = open(t, 'a');
    const edit = (n: number): Parameters<LocalStore['write']>[0][number] => ({ type: 'edit', outbox: 'o', document: 'd', edit: { n, v: 5, op: [{ p: ['x'], na: n }] } });
    await tab.write([{ type: 'copy', copy: copy(3) }, ...[10, 9, 3, 4].map((v) => ({ type: 'op', document: 'd', op: op(v) } as const)), ...Array.from({ length: 12 }, (_, i) => edit(i + 1))]);
    await tab.write([{ type: 'sending', outbox: 'o', sending: { src: 's', seq: 1, last: 4 } }, { type: 'sending', outbox: 'o', sending: { src: 's', seq: 2, last: 11 } }]);
    const again = open(t, 'a');
    const kept = await again.readDocument('d');
    assert.deepEqual(kept.copy, copy(3));
    assert.deepEqual(kept.ops.map(({ v }) => v), [3, 4, 9, 10]);
    assert.deepEqual(kept.outboxes.map(({ edits, sendings }) => [edits.map(({ n }) => n), sendings.map(({ seq }) => seq)]), [[[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], [1, 2]]]);
    assert.deepEqual(kept.outboxes[0]?.edits[1], { ...kept.outboxes[0]?.edits[1], n: 2, v: 5, op: [{ p: ['x'], na: 2 }] });
    await again.write([{ type: 'settled', outbox: 'o', last: 4 }, { type: 'dropped', outbox: 'o', n: 6 }]);
    const [left] = (await tab.readDocument('d')).outboxes;
    assert.deepEqual([left?.edits.map(({ n }) => n), left?.sendings.map(({ seq }) => seq)], [[5, 7, 8, 9, 10, 11, 12], [2]]);
    await again.write([{ type: 'settled', outbox: 'o', last: 12 }]);
    assert.deepEqual([await tab.outboxes(), (await tab.readDocument('d')).outboxes], [[], []]);
  });

  await all.test('a copy takes the place of an older one and of the ops that nobody needs', async (t) => {
    const tab = open(t, 'b');
    await tab.write([{ type: 'copy', copy: copy(3) }, ...[3, 4, 5, 6, 7].map((v) => ({ type: 'op', document: 'd', op: op(v) } as const)), { type: 'edit', outbox: 'o', document: 'd', edit: { n: 1, v: 5, op: [] } }]);
    await tab.write([{ type: 'copy', copy: copy(7) }]);
    assert.deepEqual((await tab.readDocument('d')).ops.map(({ v }) => v), [5, 6, 7], 'an outbox needs them from 5 on');
    await tab.write([{ type: 'copy', copy: copy(4) }]);
    assert.equal((await tab.readDocument('d')).copy?.version, 7, 'an older copy changes nothing');
    await tab.write([{ type: 'settled', outbox: 'o', last: 1 }, { type: 'copy', copy: copy(8) }]);
    assert.deepEqual((await tab.readDocument('d')).ops, []);
  });

  await all.test('edits whose last one is not kept are not kept as sent', async (t) => {
    const tab = open(t, 'f');
    await tab.write([1, 2, 5].map((n) => ({ type: 'edit', outbox: 'o', document: 'd', edit: { n, v: 5, op: [] } })));
    await tab.write([{ type: 'sending', outbox: 'o', sending: { src: 's', seq: 1, last: 3 } }]);
    assert.deepEqual((await tab.readDocument('d')).outboxes.map(({ edits, sendings }) => [edits.map(({ n }) => n), sendings]), [[[5], []]]);
    await tab.write([{ type: 'sending', outbox: 'o', sending: { src: 's', seq: 2, last: 6 } }]);
    assert.deepEqual(await tab.outboxes(), []);
  });

  await all.test('an outbox belongs to one tab until that gives it back', async (t) => {
    const [one, two] = [open(t, 'c'), open(t, 'c')];
    const release = await one.claim('o');
    assert.ok(release);
    assert.equal(await two.claim('o'), null);
    await one.write([{ type: 'edit', outbox: 'o', document: 'd', edit: { n: 1, v: 1, op: [] } }]);
    assert.deepEqual(await two.outboxes(), [{ id: 'o', document: 'd', isClaimed: true, isOwn: false }]);
    assert.equal((await one.outboxes())[0]?.isOwn, true);
    release();
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(await one.outboxes(), [{ id: 'o', document: 'd', isClaimed: false, isOwn: false }]);
    assert.ok(await two.claim('o'));
  });

  await all.test('a value is changed by several tabs at once without a change being lost, and each hears of it', async (t) => {
    const [one, two] = [open(t, 'e'), open(t, 'e')];
    const heard: string[] = [];
    const listening = two.updates.subscribe((name) => heard.push(name));
    t.after(() => { listening.unsubscribe(); });
    const add = (letter: string) => (value: unknown): string[] => [...(value as string[] | null ?? []), letter];
    const letters = ['a', 'b', 'c', 'd', 'e', 'f'];
    const all = await Promise.all(letters.map((letter, i) => (i % 2 === 0 ? one : two).update('list', add(letter))));
    assert.deepEqual(all.map((list) => list?.length).sort(), [1, 2, 3, 4, 5, 6]);
    assert.deepEqual((await one.readValue('list') as string[]).toSorted(), letters);
    for (let i = 0; heard.length < 6 && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual(heard, Array.from({ length: 6 }, () => 'list'));
  });

  await all.test('values are found by name, and nothing is left after a wipe', async (t) => {
    const tab = open(t, 'd');
    await tab.write([{ type: 'value', name: 'list', value: [{ id: 'd' }] }, { type: 'copy', copy: copy(1) }, { type: 'edit', outbox: 'o', document: 'd', edit: { n: 1, v: 1, op: [] } }]);
    assert.deepEqual(await tab.readValue('list'), [{ id: 'd' }]);
    await tab.write([{ type: 'value', name: 'list', value: null }]);
    assert.equal(await tab.readValue('list'), null);
    await tab.wipe();
    const after = open(t, 'd');
    assert.deepEqual([(await after.readDocument('d')).copy, await after.outboxes()], [null, []]);
  });

  await all.test('after a wipe no tab keeps anything again, and those who come later do', async (t) => {
    const [tab, other, idle] = [open(t, 'g'), open(t, 'g'), open(t, 'g')];
    const edit = { type: 'edit', outbox: 'o', document: 'd', edit: { n: 1, v: 1, op: [] } } as const;
    await other.write([edit]);
    const writing = other.write([edit]);
    await tab.wipe();
    await writing;
    for (let i = 0; idle.keeping.value !== 'wiped' && i < 100; i++) await new Promise((resolve) => setTimeout(resolve, 5));
    assert.deepEqual([tab, other, idle].map(({ keeping }) => keeping.value), ['wiped', 'wiped', 'wiped']);
    for (const each of [tab, other, idle]) {
      await each.write([edit, { type: 'value', name: 'x', value: 1 }]);
      assert.equal(await each.update('y', () => 1), undefined);
    }
    const after = open(t, 'g');
    assert.deepEqual([await after.outboxes(), await after.readValue('x'), await after.readValue('y')], [[], null, null]);
    await after.write([edit]);
    assert.equal((await after.outboxes()).length, 1);
  });
}
