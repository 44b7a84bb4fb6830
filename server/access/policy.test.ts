import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import type { roles } from '../../model/protocol.ts';
import { AccessSchema, hasOwner, may, ownersAccess, roleOf, type Access, type Action } from './policy.ts';

const actions = ['read', 'comment', 'edit', 'share', 'delete'] as const satisfies readonly Action[];

/** What each role may, in the order of {@link actions}. */
const table: readonly (readonly [role: (typeof roles)[number] | null, allowed: string])[] = [
  [null, '-----'],
  ['viewer', 'r----'],
  ['commenter', 'rc---'],
  ['editor', 'rce--'],
  ['owner', 'rcesd'],
];

for (const [role, allowed] of table) {
  test(`ACCESS-3 ${role ?? 'nobody'} may ${allowed}`, () => {
    assert.equal(actions.map((action) => (may(role, action) ? action.charAt(0) : '-')).join(''), allowed);
  });
}

test('ACCESS-4 a person has the higher of their own role and everyone’s', () => {
  const cases: readonly (readonly [everyone: Access['everyone'], own: (typeof roles)[number] | null, role: (typeof roles)[number] | null])[] = [
    [null, null, null], [null, 'viewer', 'viewer'], [null, 'owner', 'owner'],
    ['viewer', null, 'viewer'], ['viewer', 'editor', 'editor'], ['viewer', 'commenter', 'commenter'],
    ['editor', null, 'editor'], ['editor', 'viewer', 'editor'], ['editor', 'owner', 'owner'],
  ];
  for (const [everyone, own, role] of cases) {
    assert.equal(roleOf({ everyone, people: own === null ? {} : { ana: own } }, 'ana'), role, `${String(everyone)} and ${String(own)}`);
  }
});

test('ACCESS-5 a key that every object has is nobody’s role', () => {
  for (const id of ['constructor', '__proto__', 'toString']) assert.equal(roleOf(ownersAccess('ana'), id), null);
});

test('ACCESS-6 a new dashboard is its owner’s alone', () => {
  const access = ownersAccess('ana');
  assert.deepEqual([roleOf(access, 'ana'), roleOf(access, 'ben')], ['owner', null]);
  assert.ok(hasOwner(access));
  assert.ok(!hasOwner({ everyone: 'editor', people: { ben: 'editor' } }));
});

test('ACCESS-7 an access list that is not one is refused', () => {
  const wrong: readonly unknown[] = [
    null, [], {}, { everyone: null }, { people: {} }, { everyone: 'owner', people: {} }, { everyone: null, people: { ana: 'king' } },
    { everyone: null, people: { 'a b': 'viewer' } }, { everyone: null, people: {}, more: 1 },
    { everyone: null, people: Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`u${String(i)}`, 'viewer'])) },
  ];
  for (const access of wrong) assert.ok(!v.is(AccessSchema, access), JSON.stringify(access));
  assert.ok(v.is(AccessSchema, { everyone: 'viewer', people: { ana: 'owner' } }));
  assert.deepEqual(v.parse(AccessSchema, { everyone: null, people: { constructor: 'owner' } }), { everyone: null, people: {} });
});
