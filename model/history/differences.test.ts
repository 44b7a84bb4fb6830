import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyShared } from '../apply-shared.ts';
import type { Op } from '../json0.ts';
import { templates } from '../templates/templates.ts';
import { differences } from './differences.ts';

test('HISTORY-66 a widget whose data differ between two moments is told with what differs in them, and what is not about widgets in words of its own', () => {
  const before = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
  const [dataset = ''] = Object.entries(before.datasets).find(([, { title }]) => title === 'Countries') ?? [];
  const { rows } = before.datasets[dataset] ?? assert.fail();
  const [row, { cells }] = Object.entries(rows)[0] ?? assert.fail();
  const column = Object.keys(cells).find((id) => typeof cells[id] === 'number') ?? '';
  const drawing = Object.entries(before.widgets).filter(([, { settings }]) => 'dataset' in settings && settings.dataset === dataset).map(([id]) => id);
  assert.ok(drawing.length > 0 && drawing.length < Object.keys(before.widgets).length);
  const seen = (op: Op) => differences(before, applyShared(before, op));

  const data = seen([{ p: ['datasets', dataset, 'rows', row, 'cells', column], od: cells[column] ?? null, oi: 1 }]);
  const words = [...data.data.values()][0] ?? [];
  assert.deepEqual([[...data.data.keys()].sort(), data.changed.size, data.added.size, data.removed.size], [drawing.sort(), 0, 0, 0]);
  assert.match(words.join(), /^changed .+ in Countries$/);
  assert.deepEqual(data.other, words);

  // a name alone draws nothing else, and neither do other things
  const [tab = ''] = Object.keys(before.tabs);
  const named = seen([{ p: ['datasets', dataset, 'title'], od: 'Countries', oi: 'Lands' }, { p: ['title'], od: before.title, oi: 'New' }, { p: ['tabs', tab, 'title'], od: before.tabs[tab]?.title ?? '', oi: 'First' }]);
  assert.deepEqual([named.data.size, named.changed.size], [0, 0]);
  assert.deepEqual([...named.other].sort(), ['renamed a dataset to Lands', 'renamed a tab to First', 'renamed the dashboard to New']);

  // one that is gone with its data is gone, and draws nothing
  const [first = ''] = drawing;
  const gone = seen([{ p: ['datasets', dataset], od: null }, { p: ['widgets', first], od: null }]);
  assert.deepEqual([[...gone.removed], gone.data.has(first), gone.data.size], [[first], false, drawing.length - 1]);
});
