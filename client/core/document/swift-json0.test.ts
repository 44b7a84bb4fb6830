import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import json0 from 'ot-json0';
import type { Component, Op } from '../../../model/json0.ts';
import { swiftJson0 } from './swift-json0.ts';

interface Shape { readonly maps: Record<string, Record<string, number>>; readonly text: string }

const start = (): Shape => ({ maps: { a: { x: 1, y: 2 }, b: { x: 3 }, c: {} }, text: 'some text to write in' });
const step = fc.record({ kind: fc.nat(3), map: fc.constantFrom('a', 'b', 'c'), key: fc.constantFrom('x', 'y', 'z'), at: fc.nat(20), value: fc.nat(9) });

/** An op that fits a document, made of steps that follow each other. */
function opOf(steps: readonly { kind: number; map: string; key: string; at: number; value: number }[]): Op {
  const document = start();
  const op: Component[] = [];
  for (const { kind, map, key, at, value } of steps) {
    const old = document.maps[map]?.[key];
    const component: Component = kind === 0 ? { p: ['text'], t: 'text0', o: [{ p: Math.min(at, document.text.length), i: String(value) }] }
      : kind === 1 && document.text.length > at ? { p: ['text'], t: 'text0', o: [{ p: at, d: document.text.charAt(at) }] }
        : kind === 2 && old !== undefined ? { p: ['maps', map, key], od: old }
          : { p: ['maps', map, key], ...(old === undefined ? {} : { od: old }), oi: value };
    op.push(structuredClone(component));
    json0.type.apply({ document }, [{ ...structuredClone(component), p: ['document', ...component.p] }]);
  }
  return op;
}

test('LIVE-35 wide ops pass each other exactly as json0 has them pass', () => {
  let swift = 0;
  fc.assert(fc.property(fc.array(step, { minLength: 8, maxLength: 14 }), fc.array(step, { minLength: 1, maxLength: 4 }), fc.boolean(), (mine, theirs, isWide) => {
    // many more places, so that most steps have one of their own
    const beside = isWide ? Array.from({ length: 12 }, (_, k): Component => ({ p: ['maps', `n${String(k)}`], oi: {} })) : [];
    const [left, right] = [json0.type.normalize([...opOf(mine.slice(0, isWide ? 3 : 14)), ...beside]), json0.type.normalize(opOf(theirs))];
    if (left.length >= 8) swift += 1;
    const [leftBefore, rightBefore] = structuredClone([left, right]);
    const [swiftLeft, swiftRight] = swiftJson0.transformX(left, right);
    assert.deepEqual([left, right], [leftBefore, rightBefore], 'and neither is changed');
    const [plainLeft, plainRight] = json0.type.transformX(left, right);
    // ops are sent as they came out: the server has to find the very same
    assert.deepEqual([swiftLeft, swiftRight], [plainLeft, plainRight]);
    const after = (...ops: readonly Op[]): unknown => ops.reduce<unknown>((document, op) => json0.type.apply(document, structuredClone(op)), start());
    assert.deepEqual(after(left, swiftRight), after(right, swiftLeft), 'both ways lead to the same');
    assert.deepEqual(after(left, swiftRight), after(left, plainRight));
    assert.deepEqual(after(right, swiftLeft), after(right, plainLeft));
  }), { numRuns: 5_000 });
  assert.ok(swift > 300, `only ${String(swift)} were wide`);
});
