import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addWidget } from '../edits.ts';
import { checkOp } from '../op-check.ts';
import { templates } from '../templates/templates.ts';
import { newWidget } from './new-widget.ts';
import { widgetKindNames } from './widget-kinds.ts';

test('WIDGET-1 a new widget of every kind is valid, chooses fitting columns, and lies on nothing', () => {
  let dashboard = templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });
  const tab = Object.keys(dashboard.tabs)[0] ?? '';
  const [daily = ''] = Object.keys(dashboard.datasets);
  for (const kind of widgetKindNames) {
    const widget = newWidget(kind, dashboard, tab, daily);
    for (const other of Object.values(dashboard.widgets).filter((one) => one.tab === tab)) {
      const [a, b] = [widget.box, other.box];
      assert.ok(a.x >= b.x + b.w || b.x >= a.x + a.w || a.y >= b.y + b.h || b.y >= a.y + a.h, `${kind} on ${other.title}`);
    }
    dashboard = checkOp(dashboard, addWidget(dashboard, widget));
  }
  const series = newWidget('timeseries', dashboard, tab, daily);
  assert.ok(series.kind === 'timeseries');
  const columns = dashboard.datasets[daily]?.columns ?? {};
  assert.equal(columns[series.settings.date ?? '']?.type, 'date');
  assert.deepEqual(Object.keys(series.settings.values).map((id) => columns[id]?.name), ['Online', 'Stores']);
});

test('WIDGET-2 without a dataset a new widget is valid too and says what it needs', () => {
  const blank = templates.blank.build({ today: '2026-11-20', random: () => 0.5 });
  for (const kind of widgetKindNames) checkOp(blank, addWidget(blank, newWidget(kind, blank, Object.keys(blank.tabs)[0] ?? '', null)));
});
