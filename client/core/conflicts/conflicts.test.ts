import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dashboard } from '../../../model/dashboard.ts';
import { editText, moveWidget, removeWidgets, setBox, setCell, setSetting } from '../../../model/edits.ts';
import type { Op } from '../../../model/json0.ts';
import { fieldWords, valueWords } from '../../../model/field-words.ts';
import { inOrder } from '../../../model/order.ts';
import { LiveStage, shown } from '../document/live-stage.ts';
import { MemoryDevice } from '../local/memory-store.ts';
import { canKeepBoth, standing } from './conflict.ts';
import { Tunnel } from './tunnel.ts';

test('CONFLICT-1 two values of one field made without knowing of each other are an entry with what was, both values, who and when; the choice is an edit that others see', async () => {
  const tunnel = await Tunnel.enter();
  const { stage } = tunnel;
  const kpi = tunnel.id('kpi');
  const madeAt = stage.clock.now();
  const [conflict, ...more] = await tunnel.apart((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'), (dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  assert.ok(conflict && more.length === 0);
  const { was } = conflict.parts[0] ?? {};
  assert.deepEqual([conflict.kind, conflict.field, conflict.of, conflict.parts[0]?.mine, conflict.parts[0]?.theirs, conflict.by?.name, conflict.mineAt], ['value', 'Unit', tunnel.now.widgets[kpi]?.title, 'kr', '$', 'Ben', madeAt]);
  assert.equal(typeof was, 'string');
  assert.ok(conflict.theirsAt > madeAt);
  // what came to the server last stands
  assert.equal(standing(conflict, tunnel.now), 'mine');
  assert.equal(canKeepBoth(conflict), false);
  assert.equal(tunnel.ana.decide(conflict, 'theirs').status, 'changed');
  await stage.settle();
  assert.equal((shown(tunnel.ben).widgets[kpi]?.settings as { unit: string }).unit, '$');
  assert.deepEqual(tunnel.ana.conflicts.value, []);
  assert.equal(tunnel.ana.undo().status, 'done');
  await stage.settle();
  assert.equal((shown(tunnel.ben).widgets[kpi]?.settings as { unit: string }).unit, 'kr');
});

test('CONFLICT-2 what was deleted while one edited it comes back with the edits, or stays deleted', async () => {
  for (const choice of ['back', 'leave'] as const) {
    const tunnel = await Tunnel.enter();
    const note = tunnel.id('note');
    const title = tunnel.now.widgets[note]?.title ?? '';
    tunnel.ana.edit((dashboard) => editText(dashboard, ['widgets', note, 'settings', 'text'], 'Written in a tunnel'));
    const [conflict, ...more] = await tunnel.apart((dashboard) => moveWidget(dashboard, note, { x: 1, y: 9 }), (dashboard) => removeWidgets(dashboard, [note]));
    assert.ok(conflict && more.length === 0);
    assert.deepEqual([conflict.kind, conflict.field, standing(conflict, tunnel.now)], ['theyDeleted', title, 'deleted']);
    assert.ok(conflict.edits.some((words) => words.startsWith('wrote ')) && conflict.edits.some((words) => words.startsWith('moved ')), conflict.edits.join());
    assert.equal(tunnel.ana.decide(conflict, choice).status, choice === 'back' ? 'changed' : 'nothing');
    await tunnel.stage.settle();
    const widget = shown(tunnel.ben).widgets[note];
    assert.deepEqual(choice === 'back' ? [widget?.kind === 'note' && widget.settings.text, widget?.box.y] : widget, choice === 'back' ? ['Written in a tunnel', 9] : undefined);
  }
});

test('CONFLICT-3 what one deleted while somebody edited it can be brought back with what they edited', async () => {
  const tunnel = await Tunnel.enter();
  const note = tunnel.id('note');
  const text = (dashboard: Dashboard): string => {
    const widget = dashboard.widgets[note];
    return widget?.kind === 'note' ? widget.settings.text : '';
  };
  const before = text(tunnel.now);
  const [conflict] = await tunnel.apart((dashboard) => removeWidgets(dashboard, [note]), (dashboard) => editText(dashboard, ['widgets', note, 'settings', 'text'], `${text(dashboard)} And Ben’s word.`));
  assert.ok(conflict);
  assert.deepEqual([conflict.kind, conflict.by?.name, standing(conflict, tunnel.now)], ['iDeleted', 'Ben', 'deleted']);
  tunnel.ana.decide(conflict, 'back');
  await tunnel.stage.settle();
  assert.equal(text(shown(tunnel.ben)), `${before} And Ben’s word.`);
});

test('CONFLICT-4 texts that both typed in, other fields, and the same value twice are no conflict, and are told as merged where they met', async () => {
  const tunnel = await Tunnel.enter();
  const [note, kpi] = [tunnel.id('note'), tunnel.id('kpi')];
  tunnel.ana.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'));
  tunnel.ben.edit((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'));
  tunnel.ana.edit((dashboard) => moveWidget(dashboard, kpi, { x: 2, y: 0 }));
  tunnel.ben.edit((dashboard) => setBox(dashboard, kpi, { h: 5 }));
  const type = (word: string) => (dashboard: Dashboard): Op => {
    const widget = dashboard.widgets[note];
    return editText(dashboard, ['widgets', note, 'settings', 'text'], `${word}${widget?.kind === 'note' ? widget.settings.text : ''}`, word.length);
  };
  assert.deepEqual(await tunnel.apart(type('Ana '), type('Ben ')), []);
  assert.ok(tunnel.ana.merged.value.some(({ isText, by }) => isText && by?.name === 'Ben'));
});

test('CONFLICT-5 two places of one widget are one entry; one that they agree on in the end, or that one decides by an edit, is none', async () => {
  const tunnel = await Tunnel.enter();
  const kpi = tunnel.id('kpi');
  const [conflict, ...more] = await tunnel.apart((dashboard) => moveWidget(dashboard, kpi, { x: 4, y: 20 }), (dashboard) => moveWidget(dashboard, kpi, { x: 8, y: 30 }));
  assert.ok(conflict && more.length === 0);
  assert.deepEqual([conflict.field, conflict.parts.length, standing(conflict, tunnel.now)], ['Place and size', 2, 'mine']);
  // seen and decided by moving it
  tunnel.ana.edit((dashboard) => moveWidget(dashboard, kpi, { x: 0, y: 40 }));
  assert.deepEqual(tunnel.ana.conflicts.value, []);

  const other = await Tunnel.enter();
  const same = other.id('kpi');
  other.ben.edit((dashboard) => setSetting(dashboard, same, 'unit', '$'));
  await other.stage.settle();
  assert.deepEqual(await other.apart((dashboard) => setSetting(dashboard, same, 'unit', 'kr'), (dashboard) => setSetting(dashboard, same, 'unit', 'kr')), []);
});

test('CONFLICT-6 a cell that both filled can keep both texts', async () => {
  const tunnel = await Tunnel.enter();
  const [dataset = '', { rows, columns } = { rows: {}, columns: {} }] = Object.entries(tunnel.now.datasets)[0] ?? [];
  const row = inOrder(rows)[0]?.[0] ?? '';
  const column = Object.entries(columns).find(([, { type }]) => type === 'number')?.[0] ?? '';
  const [conflict] = await tunnel.apart((dashboard) => setCell(dashboard, dataset, row, column, 'mine'), (dashboard) => setCell(dashboard, dataset, row, column, 'theirs'));
  assert.ok(conflict && canKeepBoth(conflict));
  tunnel.ana.decide(conflict, 'both');
  await tunnel.stage.settle();
  assert.equal(shown(tunnel.ben).datasets[dataset]?.rows[row]?.cells[column], 'theirs mine');
});

test('CONFLICT-7 entries survive a reload, are on the person’s other devices too, and go from all of them when decided', async () => {
  const tunnel = await Tunnel.enter();
  const { stage } = tunnel;
  const kpi = tunnel.id('kpi');
  const [conflict] = await tunnel.apart((dashboard) => setSetting(dashboard, kpi, 'unit', 'kr'), (dashboard) => setSetting(dashboard, kpi, 'unit', '$'));
  assert.ok(conflict);
  tunnel.coboard.stop();
  tunnel.device.claimed.clear();
  const [again, phone] = [await tunnel.opened(await tunnel.window()), await tunnel.opened(await tunnel.window(new MemoryDevice()))];
  await stage.settle();
  assert.deepEqual(again.conflicts.value.map(({ id }) => id), [conflict.id]);
  assert.deepEqual(phone.conflicts.value, again.conflicts.value);
  assert.deepEqual(tunnel.ben.conflicts.value.map(({ by }) => by?.name), ['Ana'], 'Ben has one of his own');
  phone.decide(conflict, 'mine');
  await stage.settle();
  assert.deepEqual([phone.conflicts.value, again.conflicts.value], [[], []]);
  const later = await tunnel.opened(await tunnel.window(new MemoryDevice()));
  assert.deepEqual(later.conflicts.value, []);
});

test('CONFLICT-8 fields and their values have names that people know', () => {
  const stage = new LiveStage();
  const { data: dashboard } = stage.server.dashboard(stage.id);
  const [id = '', widget] = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'kpi') ?? [];
  const path = (key: string): string[] => ['widgets', id, 'settings', key];
  assert.deepEqual(fieldWords(dashboard, path('aggregate')), { field: 'Show', of: widget?.title });
  assert.equal(valueWords(dashboard, path('aggregate'), 'average'), 'Average');
  assert.equal(valueWords(dashboard, path('sparkline'), false), 'Off');
  assert.equal(valueWords(dashboard, path('dataset'), null), 'Nothing');
  const [dataset = '', { title, rows, columns } = { title: '', rows: {}, columns: {} }] = Object.entries(dashboard.datasets)[0] ?? [];
  assert.equal(valueWords(dashboard, path('dataset'), dataset), title);
  const [[row = ''] = [], [column = '', { name } = { name: '' }] = []] = [inOrder(rows)[1], Object.entries(columns)[0]];
  assert.deepEqual(fieldWords(dashboard, ['datasets', dataset, 'rows', row, 'cells', column]), { field: `${name}, row 2`, of: title });
  assert.deepEqual(fieldWords(dashboard, ['title']), { field: 'Title', of: null });
  assert.equal(valueWords(dashboard, ['datasets', dataset, 'rows', row, 'cells', column], 1234.5), '1,234.5');
});
