import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import json0 from 'ot-json0';
import { areApart } from './apart.ts';
import type { Component, Op } from './json0.ts';

const at = (...p: (string | number)[]): Component => ({ p, oi: 1 });

test('MODEL-15 ops are apart where all their paths part at an object’s key', () => {
  assert.ok(areApart([at('widgets', 'a')], [at('widgets', 'b')]));
  assert.ok(!areApart([at('widgets', 'a')], [at('widgets', 'a')]));
  assert.ok(!areApart([at('widgets')], [at('widgets', 'a', 'title')]), 'one holds the other');
  assert.ok(!areApart([at('list', 0)], [at('list', 1)]), 'places in a list move');
  const wide = Array.from({ length: 100 }, (_, i) => at('widgets', `w${String(i)}`, 'x'));
  assert.ok(areApart(wide, [at('widgets', 'other', 'x')]));
  assert.ok(!areApart(wide, [at('widgets', 'w50')]));
  assert.ok(areApart(wide, [at('widgets', 'w50', 'y')]), 'they begin alike and part later');
});

const arbitraryOp = fc.array(fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 4 }).map((p): Component => ({ p, oi: 1 })), { minLength: 1, maxLength: 12 });

test('MODEL-16 what is apart transforms to itself, whatever its size', () => {
  let apart = 0;
  fc.assert(fc.property(arbitraryOp, arbitraryOp, (one: Op, other: Op) => {
    if (!areApart(one, other)) return;
    apart += 1;
    assert.deepEqual(json0.type.transform(one, other, 'left'), json0.type.compose(one, []));
  }), { numRuns: 5_000 });
  assert.ok(apart > 50, `only ${String(apart)} were apart`);
});
