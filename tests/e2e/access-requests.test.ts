import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from './stage.ts';

const { arrive } = await setStage();

interface Access { readonly everyone: string | null; readonly people: Record<string, string> }

test('E2E-14 an edit that was on its way when its person may only view is kept in the panel, over a reload, until an owner lets them edit and it is made again', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Quarter', 'sales-overview');
  const { people } = await ana.call<Access>('GET', `/api/dashboards/${id}/access`);
  await ana.openBoard(id);
  await ben.openBoard(id, '?edit=1');
  await ben.widget('Revenue online').waitFor();
  await ben.goOffline();
  const title = ben.page.getByLabel('Title of the dashboard');
  await title.fill('Ben’s quarter');
  await title.press('Enter');
  await ana.call('PUT', `/api/dashboards/${id}/access`, { everyone: 'viewer', people });
  await ben.goOnline();
  await ben.page.getByRole('region', { name: 'Notice' }).getByText('Back online. 1 edit was not taken.').waitFor();
  await ben.page.getByRole('button', { name: 'Needs your eye: 1' }).click();
  const refused = ben.page.getByRole('list', { name: 'Edits that were not taken' }).getByRole('listitem');
  await refused.getByText('You could view, not edit.').waitFor();
  assert.equal(await ana.page.getByLabel('Title of the dashboard').inputValue(), 'Quarter');
  await ben.page.reload();
  await refused.getByText('You renamed the dashboard to Ben’s quarter').waitFor();
  await ben.page.getByText('View only').waitFor();
  assert.equal(await refused.getByRole('button', { name: 'Try again' }).count(), 0);

  await refused.getByRole('button', { name: 'Ask for access' }).click();
  await refused.getByRole('button', { name: 'Asked' }).waitFor();
  await ana.page.getByRole('button', { name: 'Share, somebody asks for access' }).click();
  await ana.page.getByRole('group', { name: 'Ben asks to edit' }).getByRole('button', { name: 'Allow' }).click();
  await ana.page.getByRole('dialog').getByRole('button', { name: /Role of Ben/ }).waitFor();
  await ana.page.getByRole('group', { name: 'Ben asks to edit' }).waitFor({ state: 'detached' });
  await ana.page.keyboard.press('Escape');
  await ana.page.getByRole('button', { name: 'Share', exact: true }).waitFor();

  await refused.getByRole('button', { name: 'Try again' }).click();
  await ana.page.waitForFunction(() => document.querySelector<HTMLInputElement>('app-board-bar input')?.value === 'Ben’s quarter');
  await refused.waitFor({ state: 'detached' });
});

test('E2E-15 who opens a link without access asks for it, and sees the dashboard as soon as an owner agrees', async () => {
  const [ana, chiyo] = [await arrive('Ana'), await arrive('Chiyo')];
  const { id } = await ana.call<{ id: string }>('POST', '/api/dashboards', { title: 'Closed', template: 'launch-room' });
  await ana.openBoard(id);
  await chiyo.open(`/d/${id}`);
  await chiyo.page.getByRole('heading', { name: 'This dashboard does not exist, or you have no access.' }).waitFor();
  await chiyo.page.getByRole('button', { name: 'Ask for access' }).click();
  await chiyo.page.getByText('If it exists, its owners see that you ask.').waitFor();
  await ana.page.getByRole('button', { name: 'Share, somebody asks for access' }).click();
  await ana.page.getByRole('group', { name: 'Chiyo asks to view' }).getByRole('button', { name: 'Allow' }).click();
  await chiyo.widget('Before we go').waitFor();
  assert.equal(await chiyo.page.getByRole('button', { name: 'Ask for access' }).count(), 0);
});
