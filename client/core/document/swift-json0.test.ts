import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import json0 from 'ot-json0';
import type { Component, Op, TextComponent } from '../../../model/json0.ts';
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

test('LIVE-50 ops become one, and typing in one text passes other typing, exactly as json0 has it', () => {
  let typed = 0;
  const typing = fc.array(fc.record({ isInsert: fc.boolean(), at: fc.nat(15), length: fc.integer({ min: 1, max: 5 }) }), { minLength: 1, maxLength: 4 });
  const typingOp = (steps: readonly { isInsert: boolean; at: number; length: number }[]): Op => {
    let { text } = start();
    const o = steps.map(({ isInsert, at, length }): TextComponent => {
      const step: TextComponent = isInsert ? { p: Math.min(at, text.length), i: 'xyzuv'.slice(0, length) } : { p: Math.min(at, text.length - 1), d: text.slice(Math.min(at, text.length - 1)).slice(0, length) };
      text = 'i' in step ? text.slice(0, step.p) + step.i + text.slice(step.p) : text.slice(0, step.p) + text.slice(step.p + step.d.length);
      return step;
    });
    return [{ p: ['text'], t: 'text0', o }];
  };
  fc.assert(fc.property(typing, typing, (one, other) => {
    const [left, right] = [typingOp(one), typingOp(other)];
    const before = structuredClone([left, right]);
    const swift = swiftJson0.transformX(left, right);
    assert.deepEqual([left, right], before, 'and neither is changed');
    assert.deepEqual(swift, json0.type.transformX(left, right));
    typed += 1;
  }), { numRuns: 3_000 });
  assert.ok(typed > 1_000);
  fc.assert(fc.property(fc.array(step, { minLength: 2, maxLength: 14 }), fc.nat(14), (steps, at) => {
    const whole = opOf(steps);
    const [first, second] = [whole.slice(0, at), whole.slice(at)];
    const before = structuredClone([first, second]);
    assert.deepEqual(swiftJson0.compose(first, second), json0.type.compose(first, second));
    assert.deepEqual([first, second], before, 'and neither is changed');
  }), { numRuns: 3_000 });
});
