import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { freePlace } from './free-place.ts';
import { newId } from './id.ts';
import { migrate } from './migrations.ts';
import { inOrder, orderBetween, ordersAfter } from './order.ts';
import { templates } from './templates/templates.ts';
import { movePosition } from './text-edit.ts';

test('ORDER-1 there is always an order between two neighbours, and it sorts between them', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true })), { maxLength: 120 }), (inserts) => {
      const list: string[] = [];
      for (const [where, chance] of inserts) {
        const at = where % (list.length + 1);
        const order = orderBetween(list[at - 1] ?? null, list[at] ?? null, () => chance);
        assert.ok((list[at - 1] ?? '') < order && (list[at] === undefined || order < (list[at] ?? '')), `${list[at - 1] ?? ''} < ${order} < ${list[at] ?? ''}`);
        assert.match(order, /^[0-9A-Za-z]+$/);
        list.splice(at, 0, order);
      }
    }),
  );
});

test('ORDER-2 orders stay short when things are always added at the end', () => {
  const last = ordersAfter(null, 1_000, () => 0.5).at(-1) ?? '';
  assert.ok(last.length <= 40, `${last.length} characters after 1,000 appends`);
});

test('ORDER-3 equal orders sort by id, on every replica alike', () => {
  assert.deepEqual(inOrder({ b: { order: 'a' }, a: { order: 'a' }, c: { order: 'A' } }).map(([id]) => id), ['c', 'a', 'b']);
});

test('ID-1 ids have 12 letters and digits and do not repeat', () => {
  const ids = Array.from({ length: 5_000 }, () => newId());
  assert.equal(new Set(ids).size, ids.length);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9]{12}$/);
});

test('GRID-1 a new widget takes the first place that is free', () => {
  assert.deepEqual(freePlace([], { w: 4, h: 2 }), { x: 0, y: 0, w: 4, h: 2 });
  assert.deepEqual(freePlace([{ x: 0, y: 0, w: 3, h: 3 }], { w: 4, h: 2 }), { x: 3, y: 0, w: 4, h: 2 });
  assert.deepEqual(freePlace([{ x: 0, y: 0, w: 12, h: 3 }], { w: 4, h: 2 }), { x: 0, y: 3, w: 4, h: 2 });
  assert.deepEqual(freePlace([{ x: 0, y: 0, w: 4, h: 2 }], { w: 4, h: 2 }, 5), { x: 0, y: 5, w: 4, h: 2 });
});

test('TEXT-1 a place in a text moves with what others insert and delete before it', () => {
  assert.equal(movePosition(5, [{ p: 0, i: 'abc' }]), 8);
  assert.equal(movePosition(5, [{ p: 5, i: 'abc' }]), 5);
  assert.equal(movePosition(5, [{ p: 5, i: 'abc' }], 'after'), 8);
  assert.equal(movePosition(5, [{ p: 3, d: 'abcd' }]), 3);
  assert.equal(movePosition(5, [{ p: 6, d: 'abcd' }]), 5);
});

test('MIGRATE-1 documents of the current schema pass, newer and unknown ones are refused', () => {
  const dashboard = templates.blank.build({ today: '2026-11-20', random: () => 0.5 });
  assert.deepEqual(migrate(dashboard), dashboard);
  assert.throws(() => migrate({ ...dashboard, schema: 2 }), { code: 'SCHEMA_TOO_NEW' });
  assert.throws(() => migrate({ ...dashboard, schema: '1' }), { code: 'DOCUMENT_INVALID' });
  assert.throws(() => migrate(null), { code: 'DOCUMENT_INVALID' });
});

test('MIGRATE-2 steps run in order from the stored schema on', () => {
  const current = templates.blank.build({ today: '2026-11-20', random: () => 0.5 });
  assert.throws(() => migrate({ ...current, title: undefined }, [(old) => old]), { code: 'DOCUMENT_INVALID' });
  assert.equal(migrate({ ...current, title: undefined }, [(old) => ({ ...old, title: 'Named by the step' })]).title, 'Named by the step');
});
