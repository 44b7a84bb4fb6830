import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { phone } from './people.ts';
import { setStage } from './stage.ts';

const { arrive } = await setStage(['--admins', 'Mara']);

test('E2E-18 an admin finds, opens and downloads what others did, sees them connected, and verifies it; nobody else gets there', async () => {
  const [mara, ben] = [await arrive('Mara'), await arrive('Ben')];
  const id = await ben.create('Launch week', 'sales-overview');
  await ben.openBoard(id, '?edit=1');
  await ben.widget('Orders').click({ position: { x: 60, y: 20 } });
  await ben.page.keyboard.press('Enter');
  await ben.page.locator('#editor-title').fill('Orders today');
  await ben.widget('Orders today').waitFor();
  assert.equal(await ben.page.getByRole('link', { name: 'Admin', exact: true }).count(), 0);

  // the audit log, from home, by the keyboard
  await mara.open('/');
  await mara.page.getByRole('link', { name: 'Admin', exact: true }).click();
  await mara.page.getByRole('heading', { name: 'Audit log' }).waitFor();
  const lines = mara.page.locator('app-audit-log .line');
  await lines.filter({ hasText: 'opened the dashboard to everyone signed in, who can edit it' }).waitFor();
  await mara.page.getByRole('button', { name: /^Who/ }).press('Enter');
  await mara.page.getByRole('combobox', { name: 'Find: Who' }).pressSequentially('be');
  await mara.page.getByRole('option', { name: 'Ben' }).waitFor();
  await mara.page.getByRole('option', { name: 'Everyone' }).waitFor({ state: 'detached' });
  await mara.page.keyboard.press('Enter');
  await mara.page.getByRole('button', { name: 'Kind: Any kind' }).click();
  await mara.page.getByRole('menuitemradio', { name: 'Renamed' }).click();
  await lines.filter({ hasText: 'renamed Orders to Orders today' }).waitFor();
  assert.equal(await lines.count(), 1);
  await lines.first().focus();
  await mara.page.keyboard.press('Enter');
  const changes = mara.page.getByRole('list', { name: 'Change by change' });
  await changes.getByText('Chrome, Linux').first().waitFor();
  assert.equal(await lines.first().getAttribute('aria-expanded'), 'true');

  // what is shown is what is downloaded
  await mara.page.getByRole('button', { name: 'Download' }).click();
  const [file] = await Promise.all([mara.page.waitForEvent('download'), mara.page.getByRole('menuitem', { name: /CSV/ }).click()]);
  const [, ...rows] = readFileSync(await file.path(), 'utf8').trimEnd().split('\r\n');
  assert.equal(rows.length, 1);
  assert.match(rows[0] ?? '', /,Ben,renamed,.*renamed Orders to Orders today$/);

  // the board as it was then
  await mara.page.getByRole('link', { name: 'Open this moment' }).click();
  await mara.page.getByRole('complementary', { name: 'History' }).waitFor();

  // who is there
  await mara.open('/admin/people');
  const row = mara.page.getByRole('row').filter({ hasText: 'Ben' });
  await row.getByText('edits Orders today').waitFor();
  await row.getByText('Chrome, Linux').waitFor();
  await ben.leave();
  await row.waitFor({ state: 'detached' });

  // and all of it is sound
  await mara.page.getByRole('link', { name: 'Verify' }).click();
  await mara.page.getByText('Not verified since this server started').waitFor();
  await mara.page.getByRole('button', { name: 'Verify now' }).click();
  await mara.page.getByRole('heading', { name: 'None altered, none missing.' }).waitFor();
  await mara.page.getByRole('row').filter({ hasText: 'Launch week: who may see it' }).getByText('Intact').waitFor();

  const gita = await arrive('Gita', phone);
  await gita.open('/admin/verify');
  await gita.page.getByRole('heading', { name: 'Home' }).waitFor();
  assert.deepEqual([...mara.complaints, ...ben.complaints, ...gita.complaints], []);
});

test('E2E-19 the editor says at each setting and each sentence of a note who set it last, on hover and on focus, also while others edit and undo', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Room', 'launch-room');
  const idOf = async (title: string): Promise<string> => (await ben.widget(title).getAttribute('data-widget')) ?? '';
  await ben.openBoard(id, '?edit=1');
  const note = await idOf('Launch notes');
  await ben.openBoard(id, `?edit=1&widget=${note}`);
  const text = ben.page.locator('app-widget-editor textarea');
  const line = ben.page.locator('app-setting-control .blame');
  const title = ben.page.locator('.field:has(#editor-title) .blame');
  await title.filter({ hasText: 'Ana, just now' }).waitFor({ state: 'attached' });
  assert.equal(await title.isVisible(), false);
  await ben.page.locator('#editor-title').hover();
  await title.waitFor();
  const described = await ben.page.locator('#editor-title').getAttribute('aria-describedby');
  assert.equal(described, await title.getAttribute('id'));

  // Ben writes a sentence at the end; the one under the pointer is still Ana's
  await text.focus();
  await ben.page.keyboard.press('Control+End');
  await ben.page.keyboard.type(' Ben was here.');
  await line.filter({ hasText: 'You, just now “Ben was here.”' }).waitFor();
  await text.evaluate((area) => { area.scrollTop = 0; });
  await text.hover({ position: { x: 40, y: 18 } });
  await line.filter({ hasText: 'Ana, just now “Checkout in three languages' }).waitFor();

  // the list has every sentence, and Ana takes one word out of hers in her window
  await ben.page.getByText('Who changed what').click();
  const rows = ben.page.locator('app-who-changed li');
  await rows.filter({ hasText: 'Ben was here.You' }).waitFor();
  await ana.openBoard(id, `?edit=1&widget=${note}`);
  await ana.page.locator('#editor-title').fill('Notes');
  await ben.widget('Notes').waitFor();
  await ben.page.locator('#editor-title').hover();
  await title.filter({ hasText: 'Ana, just now' }).waitFor();
  await ben.page.locator('#editor-title').fill('Our notes');
  await title.filter({ hasText: 'You, just now' }).waitFor({ state: 'attached' });
  // who undoes has set what is there then
  await ben.page.locator('.body').first().click({ position: { x: 5, y: 5 } });
  await ben.page.keyboard.press('Control+z');
  await ana.widget('Notes').waitFor();
  await rows.filter({ hasText: /^Title.*You, just now/ }).waitFor();
  await rows.filter({ hasText: 'Ben was here.' }).getByRole('button').click();
  await ben.page.getByRole('complementary', { name: 'History' }).waitFor();
  assert.deepEqual([...ana.complaints, ...ben.complaints], []);
});
