import assert from 'node:assert/strict';
import { test } from 'node:test';
import json0 from 'ot-json0';
import type { Dashboard } from '../../../model/dashboard.ts';
import type { Op } from '../../../model/json0.ts';
import { templates } from '../../../model/templates/templates.ts';
import { ShownDashboard } from './shown-dashboard.ts';

const sales = (): Dashboard => templates['sales-overview'].build({ today: '2026-11-20', random: () => 0.5 });

test('LIVE-30 where an op is one that we would refuse and json0 lets pass, what is shown is what the document became', () => {
  const shown = new ShownDashboard();
  assert.equal(shown.change([], sales()), null, 'nothing was there to change');
  shown.replace(sales());
  const before = shown.value ?? assert.fail('nothing is shown');
  // half a character, which json0 does not mind
  const op: Op = [{ p: ['title'], t: 'text0', o: [{ p: 0, i: '\uD83D' }] }, { p: ['description'], od: before.description, oi: 'New' }];
  const document = json0.type.apply(structuredClone(before) as never, op) as unknown as Dashboard;
  const change = shown.change(op, document);
  assert.equal(change?.before, before);
  assert.deepEqual([shown.value, shown.value?.title, shown.value?.description], [document, `\uD83D${before.title}`, 'New']);
  assert.equal(shown.value?.widgets, before.widgets, 'and what is equal is the same object');
  assert.notEqual(shown.value, document, 'never the document itself, which ShareDB changes in place');
});
