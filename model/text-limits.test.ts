import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CoboardError } from './errors.ts';
import { checkOp } from './op-check.ts';
import { templates } from './templates/templates.ts';
import { textCharsMax } from './text-limits.ts';
import { replaceAt } from './edits.ts';
import { valueAt } from './op-paths.ts';

const builds = [templates['sales-overview'], templates['launch-room']].map(({ build }) => build({ today: '2026-11-20', random: () => 0.5 }));

test('TEXT-8 every text that people type takes as many letters as the client lets them type, and not one more', () => {
  let count = 0;
  for (const dashboard of builds) {
    const widgets = Object.entries(dashboard.widgets);
    const [dataset = ''] = Object.keys(dashboard.datasets);
    const [row = '', { cells } = { cells: {} }] = Object.entries(dashboard.datasets[dataset]?.rows ?? {})[0] ?? [];
    const paths = [
      ['title'], ['description'], ...Object.keys(dashboard.tabs).map((id) => ['tabs', id, 'title']), ...widgets.map(([id]) => ['widgets', id, 'title']),
      ...widgets.flatMap(([id, { settings }]) => ['unit', 'text'].filter((key) => key in settings).map((key) => ['widgets', id, 'settings', key])),
      ...widgets.flatMap(([id, widget]) => (widget.kind === 'checklist' ? Object.keys(widget.settings.items).map((item) => ['widgets', id, 'settings', 'items', item, 'text']) : [])),
      ['datasets', dataset, 'title'], ...Object.keys(dashboard.datasets[dataset]?.columns ?? {}).map((id) => ['datasets', dataset, 'columns', id, 'name']),
      ...Object.keys(cells).map((id) => ['datasets', dataset, 'rows', row, 'cells', id]),
    ];
    for (const path of paths) {
      const max = textCharsMax(path);
      const fits = checkOp(dashboard, replaceAt(dashboard, path, 'x'.repeat(max)));
      assert.equal(String(valueAt(fits, path)).length, max);
      assert.throws(() => checkOp(dashboard, replaceAt(dashboard, path, 'x'.repeat(max + 1))), CoboardError, path.join('.'));
      count += 1;
    }
  }
  assert.ok(count > 40);
});
