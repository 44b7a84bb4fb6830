import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Op } from '../../../model/json0.ts';
import type { LocalCopy, LoggedOp } from './local-store.ts';
import { restore, type Restored } from './restore.ts';

const typing = (p: number, i: string): Op => [{ p: ['text'], t: 'text0', o: [{ p, i }] }];
const logged = (v: number, op: Op, src = 'others', seq = v): LoggedOp => ({ v, src, seq, op });
const copy = (version: number, text: string): LocalCopy => ({ document: 'd', version, data: { text }, role: 'editor' });

/** What would be shown: what the server had with one's own edits behind it. */
function shown(restored: Restored): string {
  assert.ok(restored.status === 'restored');
  let { text } = restored.data as { text: string };
  for (const { op } of restored.pending) {
    for (const component of op) {
      assert.ok('t' in component);
      for (const step of component.o) text = 'i' in step ? text.slice(0, step.p) + step.i + text.slice(step.p) : text.slice(0, step.p) + text.slice(step.p + step.d.length);
    }
  }
  return text;
}

test('LOCAL-5 edits come back behind all that the server has said since they were made', () => {
  const restored = restore(copy(5, 'one three'), [logged(5, typing(0, 'zero ')), logged(6, typing(14, ' four'))], { edits: [{ n: 1, v: 5, op: typing(4, 'two ') }], sendings: [] });
  assert.ok(restored.status === 'restored');
  assert.deepEqual([restored.version, restored.settled], [7, []]);
  assert.equal(shown(restored), 'zero one two three four');
});

test('LOCAL-6 edits that were sent together come back as the one op that the server knows, others by themselves', () => {
  const edits = ['a', 'b', 'c', 'd'].map((letter, i) => ({ n: i + 1, v: 5, op: typing(i, letter) }));
  const restored = restore(copy(5, ''), [], { edits, sendings: [{ src: 'me', seq: 7, last: 2 }] });
  assert.ok(restored.status === 'restored');
  assert.deepEqual(restored.pending.map((op) => [op.edits, op.sent]), [[[1, 2], { src: 'me', seq: 7 }], [[3], null], [[4], null]]);
  assert.equal(shown(restored), 'abcd');
});

test('LOCAL-7 an op of one’s own that is in the log is not made twice, and what was made on it stays in its place', () => {
  // the second was made while the first was on its way; the first became version 6
  const edits = [{ n: 1, v: 5, op: typing(0, 'first ') }, { n: 2, v: 5, op: typing(6, 'second ') }];
  const log = [logged(5, typing(0, '> ')), logged(6, typing(0, 'first '), 'me', 1), logged(7, typing(0, '>'))];
  const restored = restore(copy(5, 'end'), log, { edits, sendings: [{ src: 'me', seq: 1, last: 1 }] });
  assert.ok(restored.status === 'restored');
  assert.deepEqual([restored.version, restored.settled, restored.pending.map((op) => op.edits)], [8, [{ n: 1, v: 6 }], [[2]]]);
  assert.equal(shown(restored), '>first second > end');
});

test('LOCAL-8 an edit that is older than the copy moves past the ops in between, which are asked for where they are not kept', () => {
  const outbox = { edits: [{ n: 1, v: 3, op: typing(1, 'x') }], sendings: [] };
  assert.deepEqual(restore(copy(5, '>>ab'), [], outbox), { status: 'gap', from: 3, to: 5 });
  assert.deepEqual(restore(copy(5, '>>ab'), [logged(3, typing(0, '>'))], outbox), { status: 'gap', from: 4, to: 5 });
  assert.equal(shown(restore(copy(5, '>>ab'), [logged(3, typing(0, '>')), logged(4, typing(0, '>'))], outbox)), '>>axb');
});
