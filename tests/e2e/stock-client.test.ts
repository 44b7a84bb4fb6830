import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Op } from '../../model/json0.ts';
import { Person } from '../person.ts';
import { StockClient } from '../stock-client.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

const { url, arrive } = await setStage();

test('E2E-9 ShareDB’s own client on a plain WebSocket edits a dashboard together with a browser, and both end up equal', async () => {
  const ana = await arrive('Ana');
  const id = await ana.create('Together', 'blank');
  const program = new StockClient(await Person.signIn(url, 'Import program'));
  await program.connected();
  const doc = await program.subscribe(id);
  await ana.openBoard(id, '?edit=1');
  const title = ana.page.getByLabel('Title of the dashboard');
  const append = (text: string): Op => [{ p: ['title'], t: 'text0', o: [{ p: doc.data.title.length, i: text }] }];
  const typing = title.fill('').then(() => title.pressSequentially('written in a browser', { delay: 6 }));
  for (const word of [' and', ' by', ' a', ' program']) await program.submit(id, append(word));
  await typing;
  await until('both are equal', async () => !doc.hasWritePending() && (await title.inputValue()) === doc.data.title && doc.data.title.includes('browser'));
  await ana.page.keyboard.press('Escape');
  await ana.page.locator('body').press('n');
  await ana.page.getByRole('button', { name: /^Note/ }).click();
  await until('the program has the note', () => Object.keys(doc.data.widgets).length === 1);
  const [widget = ''] = Object.keys(doc.data.widgets);
  await program.submit(id, [{ p: ['widgets', widget, 'settings', 'text'], t: 'text0', o: [{ p: 0, i: 'A line from a program' }] }]);
  await ana.widget('Note').getByText('A line from a program').waitFor();
  const { data } = await ana.call<{ data: unknown }>('GET', `/api/dashboards/${id}`);
  assert.deepEqual(doc.data, data);
  await program.close();
  await ana.leave();
});
