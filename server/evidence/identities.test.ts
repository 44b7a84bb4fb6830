import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '../../model/limits.ts';
import { accessCollection } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { SqliteStore } from '../store/sqlite/sqlite-store.ts';
import { Identities } from './identities.ts';
import { NamedStore } from './named-store.ts';
import { Sealer } from './sealer.ts';

const most = 2 * limits.accessPeopleMax;
const author = (i: number): { id: string; name: string } => ({ id: `p${String(i)}`, name: `Person ${String(i)}` });

test('EVIDENCE-30 people in memory are bounded, those asked for longest ago leave, and everybody is found as ever', async (t) => {
  const store = new SqliteStore(':memory:');
  await store.start();
  t.after(() => store.stop());
  let hits = 0;
  const identities = new Identities(store, { max: 1, isNeeded: (id) => id === 'p0', hit: () => { hits += 1; } });
  const references: string[] = [];
  const salts: string[] = [];
  for (let i = 0; i < most + 200; i++) {
    references.push(await identities.know(author(i)));
    salts.push(await identities.saltOf(author(i).id));
  }
  assert.ok(hits > 0);
  const here = (i: number): boolean => identities.reference(author(i)) !== undefined;
  assert.deepEqual([here(1), here(150), here(most + 199)], [false, false, true]);
  assert.deepEqual([identities.knownSalt('p1'), identities.knownSalt('p0')], [undefined, salts[0]], 'who is connected stays');
  // asked for again, all are who they were
  const found = await identities.lookUp(references);
  assert.deepEqual(references.map((reference) => found.get(reference)), references.map((_, i) => author(i)));
  for (const i of [1, 2, 150]) assert.deepEqual([await identities.know(author(i)), await identities.saltOf(`p${String(i)}`), await identities.isKnown(`p${String(i)}`)], [references[i], salts[i], true]);
  assert.deepEqual(await identities.referencesOf('p3'), [references[3]]);
  // a server that begins does not take in more
  const again = new Identities(store, { max: 1 });
  await again.load();
  const known = references.filter((_, i) => again.reference(author(i)) !== undefined).length;
  assert.ok(known > 0 && known <= most, `${String(known)} in memory`);
  const ops = references.map((r, v): StoredOp => ({ v, op: [], m: { ts: 1, r } }));
  const links = ops.map(() => { store.newLink(); });
  await store.append(ops.map((op, i) => ({ collection: 'dashboards', id: 'd', op, link: links[i], ...(i === 0 ? {} : { after: links[i - 1] }) })));
  const named = await new NamedStore(store, again).readOps('dashboards', 'd', 0, null);
  assert.deepEqual(named.map(({ m }) => m?.u), references.map((_, i) => author(i).id), 'a page with more people than are in memory names all');
});

test('EVIDENCE-31 whom an op names is read again before it is sealed, where they have left the memory', async (t) => {
  const store = new SqliteStore(':memory:');
  await store.start();
  t.after(() => store.stop());
  const identities = new Identities(store, { max: 1 });
  const sealer = new Sealer(identities);
  const create = { type: 'http://sharejs.org/types/JSONv0', data: { everyone: null, people: Object.fromEntries(Array.from({ length: limits.accessPeopleMax }, (_, i) => [author(i).id, 'editor'])) } };
  const op: StoredOp = { v: 0, create, m: { ts: 1 } };
  await sealer.ready(accessCollection, op, undefined);
  const before = sealer.sealed('', accessCollection, 'd', op);
  for (let i = 1_000; i < 1_000 + most; i++) await identities.saltOf(author(i).id);
  const waiting = sealer.ready(accessCollection, op, undefined);
  assert.notEqual(waiting, undefined);
  await waiting;
  assert.equal(sealer.ready(accessCollection, op, undefined), undefined);
  assert.deepEqual(sealer.sealed('', accessCollection, 'd', op), before);
});
