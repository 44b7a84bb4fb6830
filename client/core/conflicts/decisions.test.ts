import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conflict } from '../../../model/conflict-book.ts';
import { addWidget, moveWidget, removeWidgets, setCell, setSetting } from '../../../model/edits.ts';
import { limits } from '../../../model/limits.ts';
import { inOrder } from '../../../model/order.ts';
import { heard, shown } from '../document/live-stage.ts';
import { MemoryDevice } from '../local/memory-store.ts';
import { canKeepBoth } from './conflict.ts';
import { Tunnel } from './tunnel.ts';

test('CONFLICT-40 a choice that cannot be made says why, and the entry waits on with all that it holds, here and on the other devices', async () => {
  const tunnel = await Tunnel.enter();
  const note = tunnel.id('note');
  const [conflict] = await tunnel.apart((dashboard) => moveWidget(dashboard, note, { x: 1, y: 9 }), (dashboard) => removeWidgets(dashboard, [note]));
  assert.ok(conflict);
  const phone = await tunnel.opened(await tunnel.window(new MemoryDevice()));
  const refusals = heard(tunnel.ana.refusals);
  const extra = Array.from({ length: limits.widgetsMax - Object.keys(tunnel.now.widgets).length }, (_, n) => `extra${String(n)}`);
  const [, like] = Object.entries(tunnel.now.widgets)[0] ?? [];
  assert.ok(like);
  tunnel.ben.edit((dashboard) => extra.flatMap((id) => addWidget(dashboard, like, id)));
  await tunnel.stage.settle();
  assert.deepEqual(tunnel.ana.decide(conflict, 'back'), { status: 'refused', code: 'DOCUMENT_FULL', message: `A dashboard has at most ${String(limits.widgetsMax)} widgets.` });
  await tunnel.stage.settle();
  for (const live of [tunnel.ana, phone]) assert.deepEqual(live.conflicts.value, [conflict]);
  assert.deepEqual(refusals, [], 'it is told once');

  // whoever has lost the right to edit keeps what there is to decide
  const { server, id } = tunnel.stage;
  server.setRole(id, 'Ben', 'editor');
  server.dashboard(id).everyone = null;
  server.setRole(id, 'Ana', 'viewer', 'Ben');
  tunnel.ben.edit((dashboard) => removeWidgets(dashboard, extra.slice(0, 1)));
  await tunnel.stage.settle();
  assert.partialDeepStrictEqual(tunnel.ana.decide(conflict, 'back'), { status: 'refused', code: 'FORBIDDEN' });
  assert.deepEqual(tunnel.ana.conflicts.value, [conflict]);
  server.setRole(id, 'Ana', 'owner', 'Ben');
  await tunnel.stage.settle();
  assert.equal(tunnel.ana.decide(conflict, 'back').status, 'changed');
  await tunnel.stage.settle();
  assert.equal(shown(tunnel.ben).widgets[note]?.box.y, 9);
  assert.deepEqual([tunnel.ana.conflicts.value, phone.conflicts.value], [[], []]);
});

test('CONFLICT-41 two texts that do not fit into one cell stay a choice between them', async () => {
  const tunnel = await Tunnel.enter();
  const [dataset = '', { rows, columns } = { rows: {}, columns: {} }] = Object.entries(tunnel.now.datasets)[0] ?? [];
  const row = inOrder(rows)[0]?.[0] ?? '';
  const column = Object.entries(columns).find(([, { type }]) => type === 'number')?.[0] ?? '';
  const long = (letter: string): string => letter.repeat(limits.cellCharsMax - 1);
  const [conflict] = await tunnel.apart((dashboard) => setCell(dashboard, dataset, row, column, long('m')), (dashboard) => setCell(dashboard, dataset, row, column, long('t')));
  assert.ok(conflict && canKeepBoth(conflict));
  assert.partialDeepStrictEqual(tunnel.ana.decide(conflict, 'both'), { status: 'refused', code: 'OP_RESULT_INVALID' });
  assert.deepEqual(tunnel.ana.conflicts.value, [conflict]);
  assert.equal(tunnel.ana.decide(conflict, 'theirs').status, 'changed');
  assert.deepEqual(tunnel.ana.conflicts.value, []);
});

test('CONFLICT-42 what is decided where its widget is gone changes nothing, and says so', async () => {
  const tunnel = await Tunnel.enter();
  const kpi = tunnel.id('kpi');
  const [conflict] = await tunnel.apart((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'), (dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  assert.ok(conflict);
  tunnel.ben.edit((dashboard) => removeWidgets(dashboard, [kpi]));
  await tunnel.stage.settle();
  assert.ok(tunnel.ana.conflicts.value.some(({ id }) => id === conflict.id));
  assert.deepEqual(tunnel.ana.decide(conflict, 'theirs'), { status: 'nothing' });
  assert.ok(!tunnel.ana.conflicts.value.some(({ id }) => id === conflict.id));
});

test('CONFLICT-43 what was decided can wait again, on the other devices too, after a reload too, and be decided anew', async () => {
  const tunnel = await Tunnel.enter();
  const kpi = tunnel.id('kpi');
  const [conflict] = await tunnel.apart((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'), (dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  assert.ok(conflict);
  const phone = await tunnel.opened(await tunnel.window(new MemoryDevice()));
  tunnel.ana.decide(conflict, 'leave');
  await tunnel.stage.clock.advance(2_000);
  assert.deepEqual(phone.conflicts.value, []);
  tunnel.ana.askAgain([conflict]);
  await tunnel.stage.clock.advance(2_000);
  const later = await tunnel.opened(await tunnel.window());
  for (const live of [tunnel.ana, phone, later]) assert.deepEqual(live.conflicts.value.map((one): Conflict => ({ ...one, id: conflict.id })), [conflict]);
  const [again] = phone.conflicts.value;
  assert.ok(again);
  assert.equal(phone.decide(again, 'theirs').status, 'changed');
  await tunnel.stage.clock.advance(2_000);
  for (const live of [tunnel.ana, phone, later]) assert.deepEqual(live.conflicts.value, []);
});
