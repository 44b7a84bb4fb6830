import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredOp } from '../store/store.ts';
import { firstWithin, opSize } from '../store/op-size.ts';
import { OpWindow } from './op-window.ts';

const op = (v: number, chars: number): StoredOp => ({ v, src: 's', seq: v, op: [{ p: ['a'], oi: 'x'.repeat(chars) }], m: { ts: v } });

test('ENGINE-20 of large ops fewer are kept in memory, and none leaves that is not in the log', () => {
  const window = new OpWindow(0, 100, 100_000);
  for (let v = 0; v < 50; v++) window.push(op(v, 10_000));
  // nothing is durable yet
  window.trim(0);
  assert.deepEqual([window.first, window.end], [0, 50]);
  window.trim(50);
  assert.ok(window.first >= 44 && window.end === 50, String(window.first));
  assert.equal(window.at(window.first)?.v, window.first);
  window.cut(48);
  assert.deepEqual([window.end, window.at(48)], [48, undefined]);
  // small ones are kept by their number, as ever
  const small = new OpWindow(0, 100, 1_000_000);
  for (let v = 0; v < 201; v++) small.push(op(v, 1));
  small.trim(201);
  assert.deepEqual([small.first, small.end], [101, 201]);
  // what was cut counts no more
  for (let i = 0; i < 50; i++) {
    window.push(op(48, 10_000));
    window.cut(48);
  }
  window.push(op(48, 10));
  window.trim(49);
  assert.ok(window.first <= 46, String(window.first));
});

test('ENGINE-21 a page of ops is no larger than it may be, and never empty', () => {
  const ops = Array.from({ length: 10 }, (_, v) => op(v, 1_000));
  assert.equal(firstWithin(ops, 1_000_000).length, 10);
  assert.equal(firstWithin(ops, 3.5 * opSize(op(0, 1_000))).length, 3);
  assert.deepEqual(firstWithin(ops, 1).map(({ v }) => v), [0]);
  assert.deepEqual(firstWithin([], 1), []);
});
