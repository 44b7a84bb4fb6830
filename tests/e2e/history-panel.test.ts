import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Dashboard } from '../../model/dashboard.ts';
import { removeWidgets, replaceAt, setSetting } from '../../model/edits.ts';
import { CoreClient } from '../core-client.ts';
import { Person } from '../person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

const { arrive, url } = await setStage();

test('E2E-32 a line opens into its changes and one of them is taken back alone; what differs in data alone is said; hover and focus ring all that a line is about; words and deleted widgets are found', async () => {
  const ana = await arrive('Ana');
  const id = await ana.create('Launch week', 'sales-overview');
  const ben = await CoreClient.connect(await Person.signIn(url, 'Ben'));
  after(() => { ben.stop(); });
  await Person.signIn(url, 'Chiyo');
  const live = await ben.open(id);
  const shown = (): Dashboard => { const { value } = live.state; return value.status === 'ready' ? value.dashboard : assert.fail(value.status); };
  const make = async (...edit: Parameters<typeof live.edit>): Promise<void> => {
    assert.ok(live.edit(...edit));
    await until('it is saved', () => live.pendingCount.value === 0);
  };
  const idOf = (title: string): string => Object.entries(shown().widgets).find(([, widget]) => widget.title === title)?.[0] ?? assert.fail(title);
  const revenue = idOf('Revenue online');
  const settings = (): Record<string, unknown> => shown().widgets[revenue]?.settings as Record<string, unknown>;
  const was = settings();
  await make((dashboard) => setSetting(dashboard, revenue, 'unit', 'kg'));
  await make((dashboard) => setSetting(dashboard, revenue, 'compare', 'none'));
  await make((dashboard) => setSetting(dashboard, revenue, 'goodWhen', 'down'));
  await make((dashboard) => removeWidgets(dashboard, [idOf('Open tickets')]));
  await make((dashboard) => replaceAt(dashboard, ['widgets', idOf('All orders'), 'title'], 'Every order'));
  const [countries, { rows }] = Object.entries(shown().datasets).find(([, { title }]) => title === 'Countries') ?? assert.fail();
  const [row, { cells }] = Object.entries(rows)[0] ?? assert.fail();
  const column = Object.keys(cells).find((one) => typeof cells[one] === 'number') ?? assert.fail();
  await make((dashboard) => replaceAt(dashboard, ['datasets', countries, 'rows', row, 'cells', column], 1));

  await ana.openBoard(id, '?panel=history');
  const panel = ana.page.getByRole('complementary', { name: 'History' });
  const line = (words: string) => panel.locator('.entry').filter({ hasText: words });
  const button = (words: string) => line(words).getByRole('button').first();

  // what a line is about, also on another tab, with the pointer and with the keyboard
  const ringed = (): Promise<string[]> => ana.page.locator('section[data-widget]:has(app-widget-frame.pointed-at)').evaluateAll((all) => all.map((one) => one.getAttribute('aria-label') ?? '').sort());
  const tab = ana.page.locator('.tab.pointed-at');
  await line('Ben renamed All orders to Every order').hover();
  await tab.filter({ hasText: 'Orders' }).waitFor();
  assert.deepEqual(await ringed(), []);
  await line('in Countries').hover();
  await tab.waitFor({ state: 'detached' });
  assert.deepEqual(await ringed(), ['Revenue by country', 'Share by country']);
  await ana.page.mouse.move(400, 20);
  await until('nothing is ringed', async () => (await ringed()).length === 0);
  await button('Ben renamed All orders').focus();
  await tab.filter({ hasText: 'Orders' }).waitFor();
  await button('in Countries').focus();
  await until('the charts are ringed', async () => (await ringed()).length === 2);

  // before the data were changed, no widget was another one
  await button('Ben renamed All orders').click();
  const banner = ana.page.getByRole('status').filter({ hasText: 'You are looking at' });
  await banner.filter({ hasText: /Since then: 2 with other data; changed .+ in Countries\./ }).waitFor();
  await ana.widget('Share by country').locator('.mark').filter({ hasText: /in Countries/i }).waitFor();
  await panel.getByText('2 widgets and one other thing differ from now').click();
  await panel.getByText('draws other data since').first().waitFor();
  await panel.getByRole('button', { name: 'Compare two moments' }).click();
  const compare = ana.page.getByRole('dialog', { name: 'Compare' });
  await compare.getByRole('status').filter({ hasText: '2 with other data' }).waitFor();
  await compare.getByRole('region', { name: 'Share by country' }).locator('canvas').nth(1).waitFor();
  await ana.page.keyboard.press('Escape');

  // one of three
  await button('of Revenue online').click();
  const changes = line('of Revenue online').getByRole('list', { name: 'Change by change' }).getByRole('listitem');
  await changes.nth(2).waitFor();
  assert.equal(await changes.count(), 3);
  await changes.nth(1).getByRole('button', { name: /^Take back only/ }).click();
  await changes.nth(1).getByRole('group', { name: 'Take back' }).getByRole('button', { name: 'Take back' }).click();
  await until('it is back', () => settings()['compare'] === was['compare']);
  assert.deepEqual([settings()['unit'], settings()['goodWhen']], ['kg', 'down']);

  // by words, by what is gone, and by anybody
  const field = panel.getByRole('searchbox', { name: 'Words of a change' });
  await field.fill('countries');
  await button('of Revenue online').waitFor({ state: 'detached' });
  assert.equal(await panel.locator('.entry').count(), 1);
  await field.press('Escape');
  await button('of Revenue online').waitFor();
  await panel.getByRole('button', { name: 'Widget: All widgets' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Open tickets (deleted)' }).click();
  await line('in Countries').waitFor({ state: 'detached' });
  assert.equal(await panel.locator('.entry').count(), 1);
  await line('Ben deleted Open tickets').waitFor();
  await panel.getByRole('button', { name: 'Show all' }).click();
  await line('in Countries').waitFor();
  await panel.getByRole('button', { name: /^Who/ }).click();
  await ana.page.getByRole('combobox', { name: 'Find: Who' }).pressSequentially('chi');
  await ana.page.getByRole('option', { name: 'Chiyo' }).click();
  await panel.getByText('Nothing like that was changed.').waitFor();
  assert.deepEqual(ana.complaints, []);
});
