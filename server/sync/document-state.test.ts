import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { randomEdit } from '../../model/testing/arbitrary-edits.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { templates } from '../../model/templates/templates.ts';
import { seededChance } from '../../tests/simulation/seed.ts';
import type { StoredOp } from '../store/store.ts';
import { stateAfter, stateAfterAll, type DocumentState } from './document-state.ts';

const none: DocumentState = { v: 0, type: null, data: undefined, m: null };

test('ENGINE-12 many ops at once make what they make one after the other, and change nothing that was there', () => {
  fc.assert(fc.property(fc.integer(), fc.integer({ min: 0, max: 60 }), (seed, count) => {
    const chance = seededChance(seed);
    const data = templates['launch-room'].build({ today: '2026-11-20', random: chance });
    const creation: StoredOp = { v: 0, create: { type: 'http://sharejs.org/types/JSONv0', data }, m: { ts: 1 } };
    const ops = [creation];
    let state = stateAfter('d', none, creation);
    const states = [none, state];
    for (let i = 1; i <= count; i++) {
      // now and then it is deleted and created again
      const op: StoredOp = state.type === null
        ? { v: i, create: { type: 'http://sharejs.org/types/JSONv0', data }, m: { ts: i } }
        : chance() < 0.05 ? { v: i, del: true, m: { ts: i } } : { v: i, op: randomEdit(state.data as Dashboard, chance), m: { ts: i } };
      ops.push(op);
      state = stateAfter('d', state, op);
      states.push(state);
    }
    const from = Math.floor(chance() * ops.length);
    const begin = states[from] ?? none;
    const before = structuredClone(begin);
    assert.deepEqual(stateAfterAll('d', begin, ops.slice(from)), state);
    assert.deepEqual(begin, before);
  }), { numRuns: 100 });
});

test('ENGINE-19 a document of another program keeps what we would refuse beside what is edited', () => {
  const data = JSON.parse('{"title": "a", "rows": {"__proto__": {"x": 1}, "r": {"cells": {"c": 1}}}}') as unknown;
  const creation: StoredOp = { v: 0, create: { type: 'http://sharejs.org/types/JSONv0', data }, m: { ts: 1 } };
  const edit: StoredOp = { v: 1, op: [{ p: ['rows', 'r', 'cells', 'c'], od: 1, oi: 2 }, { p: ['rows', 'r', 'cells', 'd'], oi: 3 }], m: { ts: 2 } };
  const after = '{"title":"a","rows":{"__proto__":{"x":1},"r":{"cells":{"c":2,"d":3}}}}';
  const created = stateAfter('d', none, creation);
  for (const state of [stateAfter('d', created, edit), stateAfterAll('d', none, [creation, edit])]) assert.equal(JSON.stringify(state.data), after);
  assert.equal(JSON.stringify(created.data), JSON.stringify(data));
});
