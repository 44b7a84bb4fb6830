import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyShared } from '../apply-shared.ts';
import type { Op } from '../json0.ts';
import { templates } from '../templates/templates.ts';
import { opDetail } from './op-detail.ts';

const dashboard = templates['sales-overview'].build({ today: '2026-11-21', random: () => 0.5 });
const detail = (op: Op): unknown => opDetail(op, dashboard, applyShared(dashboard, op));

test('HISTORY-22 a change of one value is told with what was there before and what is there since', () => {
  const [kpi, widget] = Object.entries(dashboard.widgets).find(([, { kind }]) => kind === 'kpi') ?? assert.fail();
  assert.deepEqual(detail([{ p: ['title'], t: 'text0', o: [{ p: 0, d: dashboard.title.slice(0, 3) }, { p: 0, i: 'New' }] }]), { was: dashboard.title.slice(0, 3), is: 'New' });
  assert.deepEqual(detail([{ p: ['widgets', kpi, 'settings', 'goal'], od: (widget.settings as { goal: number | null }).goal, oi: 90_000 }]), { was: 'Nothing', is: '90,000' });
  assert.deepEqual((detail([{ p: ['description'], t: 'text0', o: [{ p: 0, i: 'x'.repeat(1_000) }] }]) as { is: string }).is.length, 201);
  // what is added or deleted as a whole, and places, have no value to speak of
  assert.equal(detail([{ p: ['widgets', kpi], od: widget as never }]), null);
  assert.equal(detail([{ p: ['widgets', kpi, 'box', 'x'], od: widget.box.x, oi: 5 }]), null);
  assert.equal(detail([{ p: ['title'], od: '', oi: 'a' }, { p: ['description'], od: '', oi: 'b' }]), null);
});
