import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { verifyExport } from '../../tools/verify-export.mjs';
import type { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive, store, folder } = await setStage(['--admins', 'Ana']);

async function rename(person: BrowserPerson, widget: string, title: string): Promise<void> {
  await person.widget(widget).click({ position: { x: 60, y: 20 } });
  await person.page.keyboard.press('Enter');
  await person.page.locator('#editor-title').fill(title);
  await person.widget(title).waitFor();
  await person.page.keyboard.press('Escape');
  await person.page.locator('#editor-title').waitFor({ state: 'detached' });
}

test('E2E-17 an admin filters what two built, replays and compares it, names a moment, restores a widget and the whole, takes back one person’s edits of the last hour, sees who set what, and proves it; all of it is seen by the other and undone', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Launch week', 'sales-overview');
  await ana.openBoard(id, '?edit=1');
  await ben.openBoard(id, '?edit=1');
  await rename(ana, 'Orders', 'Orders today');
  await rename(ben, 'Conversion', 'Conversion rate');
  await rename(ben, 'Sales', 'Sales by channel');
  await ben.widget('Open tickets').click({ position: { x: 60, y: 20 } });
  await ben.page.keyboard.press('Delete');
  await ana.widget('Open tickets').waitFor({ state: 'detached' });
  await rename(ana, 'Sales by channel', 'Sales');

  await ana.page.keyboard.press('h');
  const panel = ana.page.getByRole('complementary', { name: 'History' });
  const lines = panel.getByRole('list', { name: 'Changes, the latest first' }).locator('.entry');
  await lines.filter({ hasText: 'Ana created Launch week' }).waitFor();
  await lines.filter({ hasText: 'Ben deleted Open tickets' }).waitFor();

  // only Ben's
  await panel.getByRole('button', { name: /^Who/ }).click();
  await ana.page.getByRole('option', { name: 'Ben' }).click();
  await lines.filter({ hasText: 'Ana' }).first().waitFor({ state: 'detached' });
  assert.equal(await lines.count(), 3);

  // as it was before the deletion: nothing can be changed, and what differs is marked
  await lines.filter({ hasText: 'Ben renamed Sales to Sales by channel' }).getByRole('button').first().click();
  const banner = ana.page.getByRole('status').filter({ hasText: 'You are looking at' });
  await banner.filter({ hasText: 'Since then: 1 changed, 1 removed.' }).waitFor();
  await ana.widget('Open tickets').getByText('Removed since').waitFor();
  await ana.widget('Sales by channel').getByText('renamed Sales by channel to Sales').waitFor();
  assert.equal(await ana.page.getByRole('button', { name: 'Add widget' }).count(), 0);
  assert.equal(await ben.widget('Open tickets').count(), 0);

  // it gets a name, and one widget comes back alone
  await panel.getByRole('button', { name: 'Name this moment' }).click();
  await panel.getByLabel('Note on this moment').fill('All tickets are still here');
  await panel.getByLabel('Name of this moment').fill('Before the launch');
  await panel.getByLabel('Name of this moment').press('Enter');

  // two moments beside each other: that one and now, and then another one
  await panel.getByRole('button', { name: 'Compare two moments' }).click();
  const compare = ana.page.getByRole('dialog', { name: 'Compare' });
  await compare.getByRole('status').filter({ hasText: '1 changed, 1 deleted.' }).waitFor();
  const renamed = compare.getByRole('region', { name: 'Sales', exact: true });
  await renamed.getByText('renamed Sales by channel to Sales').waitFor();
  await renamed.locator('canvas').nth(1).waitFor();
  await compare.getByRole('region', { name: 'Open tickets' }).getByText('It is gone').waitFor();
  await compare.getByRole('button', { name: /^Later: Now/ }).click();
  await ana.page.getByRole('menuitemradio', { name: /after Ben deleted Open tickets/ }).click();
  await compare.getByRole('status').filter({ hasText: /^1 deleted\.$/ }).waitFor();
  await renamed.waitFor({ state: 'detached' });
  await ana.page.keyboard.press('Escape');
  await compare.waitFor({ state: 'detached' });
  await panel.getByText('2 widgets differ from now').click();
  await panel.getByRole('button', { name: 'Restore only Open tickets' }).click();
  await banner.waitFor({ state: 'detached' });
  await ben.widget('Open tickets').waitFor();
  assert.equal(await ben.widget('Sales by channel').count(), 0);

  // everything of Ben's of the last hour, though Ana edited since: what she changed again stays, and that is told before
  await panel.getByRole('button', { name: 'Time: Any time' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Last hour' }).click();
  await lines.nth(2).waitFor();
  await panel.getByRole('button', { name: 'Take back all of these' }).click();
  const plan = panel.getByRole('group', { name: 'Take back' });
  await plan.getByText('renamed Conversion rate to Conversion').waitFor();
  await plan.getByText('Stays, because others changed or deleted it since:').waitFor();
  await plan.getByRole('button', { name: 'Take back' }).click();
  await ben.widget('Conversion').waitFor();
  await ben.widget('Sales').waitFor();
  await ben.widget('Open tickets').waitFor();
  await ana.page.getByRole('region', { name: 'Notice' }).getByRole('button', { name: 'Undo' }).click();
  await ben.widget('Conversion rate').waitFor();

  // the whole board as it was at the beginning, by the scrubber's keys; the present keeps a name
  await panel.getByRole('button', { name: /^Who/ }).click();
  await ana.page.getByRole('option', { name: 'Everyone' }).click();
  await panel.getByRole('button', { name: 'Time: Last hour' }).click();
  await ana.page.getByRole('menuitemradio', { name: 'Any time' }).click();
  await panel.getByText('Before the launch').waitFor();
  await panel.getByText('All tickets are still here').waitFor();
  const slider = ana.page.getByRole('slider', { name: 'Moment' });
  await slider.focus();
  await ana.page.keyboard.press('Home');
  await ana.widget('Orders').waitFor();
  // it is played as it was built, and goes on to what it became
  await ana.page.getByRole('button', { name: 'Play', exact: true }).click();
  await ana.widget('Orders today').waitFor();
  await ana.page.getByRole('button', { name: 'Pause', exact: true }).click();
  await slider.focus();
  await ana.page.keyboard.press('Home');
  await ana.widget('Orders').waitFor();
  await panel.getByRole('button', { name: /^Restore \d\d:\d\d$/ }).click();
  await ben.widget('Orders').waitFor();
  await panel.getByText(/Before restore of Today/).waitFor();
  await ana.page.keyboard.press('Escape');
  await panel.waitFor({ state: 'detached' });
  await ana.page.keyboard.press('Control+z');
  await ben.widget('Orders today').waitFor();

  // who set it last
  await ana.widget('Conversion rate').click({ position: { x: 60, y: 20 } });
  await ana.page.keyboard.press('Enter');
  await ana.page.locator('#editor-title').hover();
  await ana.page.locator('.field:has(#editor-title) .blame').filter({ hasText: /^(?:Ben|You), just now/ }).waitFor();

  // and what the log says of it is whole
  const { entries } = await ana.call<{ entries: { count: number }[] }>('GET', `/api/dashboards/${id}/history?count=200`);
  const { ops } = await ana.call<{ ops: unknown[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
  assert.equal(entries.reduce((sum, { count }) => sum + count, 0), ops.length);

  // nothing was altered: here, and in a file that somebody else can check without Coboard
  await ana.open('/admin/verify');
  await ana.page.getByRole('button', { name: 'Verify now' }).click();
  await ana.page.getByRole('heading', { name: 'None altered, none missing.' }).waitFor();
  const file = join(folder, 'evidence.jsonl');
  await promisify(execFile)(process.execPath, ['server/coboard.ts', 'export', '--store', store, '--out', file, '--dashboard', id], { cwd: join(import.meta.dirname, '../..') });
  const { faults, documents, ops: exported } = await verifyExport(file);
  assert.deepEqual(faults, []);
  assert.ok(documents >= 1 && exported >= ops.length, `${String(documents)} documents, ${String(exported)} ops`);
});
