import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Conflict, ConflictBook } from '../../model/conflict-book.ts';
import type { Dashboard } from '../../model/dashboard.ts';
import { editText, setSetting } from '../../model/edits.ts';
import type { Op } from '../../model/json0.ts';
import { limits } from '../../model/limits.ts';
import { standing } from '../../client/core/conflicts/conflict.ts';
import type { LiveDashboard } from '../../client/core/document/live-dashboard.ts';
import { MemoryDevice, MemoryStore } from '../../client/core/local/memory-store.ts';
import type { CoboardServer } from '../../server/build-server.ts';
import { CoreClient, shown } from '../core-client.ts';
import { Person } from '../person.ts';
import { startServer } from '../test-server.ts';
import { until } from '../until.ts';

let server: CoboardServer;
before(async () => { server = await startServer(); });
after(() => server.stop());

test('CONFLICT-9 conflicts are on all devices of a person, over real sockets; nobody else can read or write them', async (t) => {
  const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
  const id = await ana.create('Together', 'launch-room');
  await ana.share(id, { everyone: 'editor' });
  const device = (): { store: () => MemoryStore } => {
    const kept = new MemoryDevice();
    return { store: () => new MemoryStore(kept, 'kept') };
  };
  const [laptop, phone, bens] = [await CoreClient.connect(ana, device()), await CoreClient.connect(ana, device()), await CoreClient.connect(ben, device())];
  t.after(() => { for (const client of [laptop, phone, bens]) client.stop(); });
  const [onLaptop, onPhone, atBens] = [await laptop.open(id), await phone.open(id), await bens.open(id)];
  const kpi = Object.entries(shown(onLaptop).widgets).find(([, { kind }]) => kind === 'kpi')?.[0] ?? '';
  laptop.coboard.connection.pause();
  onLaptop.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'));
  atBens.edit((dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  await until('Ben’s is saved', () => atBens.pendingCount.value === 0);
  laptop.coboard.connection.resume();
  await until('the laptop has the conflict', () => onLaptop.conflicts.value.length === 1);
  await until('the phone has it', () => onPhone.conflicts.value.length === 1);
  const [conflict] = onPhone.conflicts.value as [Conflict];
  assert.deepEqual([conflict.field, conflict.parts[0]?.mine, conflict.parts[0]?.theirs, conflict.by?.name], ['Unit', 'kr', '$', 'Ben']);
  assert.deepEqual(atBens.conflicts.value.map(({ by }) => by?.name), ['Ana'], 'Ben has one of his own');
  onPhone.decide(conflict, 'theirs');
  await until('it is gone from the laptop', () => onLaptop.conflicts.value.length === 0);
  await until('the choice is everywhere', () => (shown(atBens).widgets[kpi]?.settings as { unit: string }).unit === '$');

  const path = `/api/dashboards/${id}/conflicts`;
  const empty = { open: [], settled: [] };
  const bensBook = (await ben.call('POST', path, empty)).body as unknown as ConflictBook;
  assert.deepEqual(bensBook.open.map(({ by }) => by?.name), ['Ana'], 'his own, and none of hers');
  const many = { open: [], settled: Array.from({ length: limits.conflictsMax + 1 }, (_, i) => ({ id: `c${String(i)}`, at: 1 })) };
  for (const [body, status] of [[many, 400], [{ open: [{}], settled: [] }, 400], [empty, 200]] as const) assert.equal((await ana.call('POST', path, body)).status, status);
  const stranger = await Person.signIn(server.url, 'Cem');
  await ana.share(id, { everyone: null });
  assert.equal((await stranger.call('POST', path, empty)).status, 404);
});

test('CONFLICT-20 who was there and who was away have an entry each, over real sockets: the same field, what each set, who, and what stands', async (t) => {
  const [ana, ben] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Ben')];
  const id = await ana.create('Together', 'launch-room');
  await ana.share(id, { everyone: 'editor' });
  const [anas, bens] = [await CoreClient.connect(ana), await CoreClient.connect(ben)];
  t.after(() => { for (const client of [anas, bens]) client.stop(); });
  const [away, there] = [await anas.open(id), await bens.open(id)];
  const kpi = Object.entries(shown(there).widgets).find(([, { kind }]) => kind === 'kpi')?.[0] ?? '';
  const title = (words: string) => (dashboard: Dashboard): Op => editText(dashboard, ['widgets', kpi, 'title'], words);
  const [was, wasCalled] = [(shown(there).widgets[kpi]?.settings as { unit: string }).unit, shown(there).widgets[kpi]?.title];
  anas.coboard.connection.pause();
  away.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'));
  away.edit(title('Signups'));
  there.edit((dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  for (const words of ['', 'N', 'Ne', 'New']) there.edit(title(words));
  await until('Ben’s are saved', () => there.pendingCount.value === 0);
  anas.coboard.connection.resume();
  await until('all is saved', () => away.pendingCount.value === 0 && JSON.stringify(shown(away).widgets[kpi]) === JSON.stringify(shown(there).widgets[kpi]));
  const told = ({ conflicts: { value } }: LiveDashboard): unknown[] => value.map((one) => [one.field, one.by?.name, one.parts[0]?.was, one.parts[0]?.mine, one.parts[0]?.theirs, standing(one, shown(there))]).sort();
  await until('both are told', () => told(there).length === 2);
  assert.deepEqual(told(away), [['Title', 'Ben', wasCalled, 'Signups', 'New', 'else'], ['Unit', 'Ben', was, 'kr', '$', 'mine']]);
  assert.deepEqual(told(there), [['Title', 'Ana', wasCalled, 'New', 'Signups', 'else'], ['Unit', 'Ana', was, '$', 'kr', 'theirs']]);
});

test('CONFLICT-44 as many entries as one may have, in letters of three bytes, reach the person’s other devices; of more than fits, the newest, and all that is decided', async (t) => {
  const ana = await Person.signIn(server.url, 'Ana');
  const id = await ana.create('Full', 'launch-room');
  const path = `/api/dashboards/${id}/conflicts`;
  const now = Date.now();
  const entry = (n: number, chars: number): Conflict => ({
    id: `e${String(n)}`, kind: 'value', path: ['description'], field: 'Description', of: null, parts: [{ path: ['description'], was: '', mine: '語'.repeat(chars), theirs: '' }], edits: [], by: null, mineAt: now + n, theirsAt: now + n,
  });
  const full = Array.from({ length: limits.conflictsMax }, (_, n) => entry(n, 4_500));
  assert.ok(JSON.stringify(full).length <= limits.conflictBookCharsMax);
  const answer = await ana.call('POST', path, { open: full, settled: [] });
  assert.equal(answer.status, 200);
  assert.deepEqual((answer.body as unknown as ConflictBook).open, full);

  const other = await ana.create('Over', 'launch-room');
  const kept = new MemoryDevice();
  const over: ConflictBook = { open: [entry(0, limits.conflictCharsMax), ...Array.from({ length: 100 }, (_, n) => entry(n + 1, 15_000))], settled: [{ id: 'gone', at: now }] };
  kept.apply({ type: 'value', name: `conflicts:${other}`, value: over });
  const [laptop, phone] = [await CoreClient.connect(ana, { store: () => new MemoryStore(kept, 'kept') }), await CoreClient.connect(ana, { store: () => new MemoryStore(new MemoryDevice(), 'kept') })];
  t.after(() => { laptop.stop(); phone.stop(); });
  const onLaptop = await laptop.open(other);
  await until('the laptop has all', () => onLaptop.conflicts.value.length === over.open.length);
  const onPhone = await phone.open(other);
  await until('the phone has what fits', () => onPhone.conflicts.value.length > 0);
  const told = onPhone.conflicts.value;
  assert.ok(told.length > 50 && JSON.stringify(told).length <= limits.conflictBookCharsMax + told.length, String(told.length));
  assert.deepEqual(told.map(({ id: one }) => one), over.open.slice(-told.length).map(({ id: one }) => one));
  assert.deepEqual(((await ana.call('POST', `/api/dashboards/${other}/conflicts`, { open: [], settled: [] })).body as unknown as ConflictBook).settled, over.settled);
});
