import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Conflict } from '../../model/conflict-book.ts';
import { setSetting } from '../../model/edits.ts';
import { limits } from '../../model/limits.ts';
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
  assert.deepEqual(atBens.conflicts.value, []);
  onPhone.decide(conflict, 'theirs');
  await until('it is gone from the laptop', () => onLaptop.conflicts.value.length === 0);
  await until('the choice is everywhere', () => (shown(atBens).widgets[kpi]?.settings as { unit: string }).unit === '$');

  const path = `/api/dashboards/${id}/conflicts`;
  const empty = { open: [], settled: [] };
  assert.deepEqual((await ben.call('POST', path, empty)).body, empty);
  const many = { open: [], settled: Array.from({ length: limits.conflictsMax + 1 }, (_, i) => ({ id: `c${String(i)}`, at: 1 })) };
  for (const [body, status] of [[many, 400], [{ open: [{}], settled: [] }, 400], [empty, 200]] as const) assert.equal((await ana.call('POST', path, body)).status, status);
  const stranger = await Person.signIn(server.url, 'Cem');
  await ana.share(id, { everyone: null });
  assert.equal((await stranger.call('POST', path, empty)).status, 404);
});
