import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive, url } = await setStage();

interface Listed { readonly id: string; readonly title: string; readonly deletedAt?: number }
interface LoggedOp { readonly src: string; readonly seq: number; readonly create?: object; readonly del?: true }

const card = (page: Page, title: string) => page.locator('app-dashboard-card').filter({ has: page.getByText(title, { exact: true }) });
const names = (page: Page): Promise<string[]> => page.locator('app-dashboard-card .name').allInnerTexts();

async function choose(page: Page, title: string, what: string): Promise<void> {
  await card(page, title).hover();
  await page.getByRole('button', { name: `More about ${title}` }).click();
  await page.getByRole('menuitem', { name: what }).click();
}

async function appIsKept({ page }: BrowserPerson): Promise<void> {
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null && (await caches.match('/index.html')) !== undefined;
  });
}

test('E2E-16 without a network a dashboard is made, edited and renamed, another one deleted, over reloads and in two windows; with one each is there once', async () => {
  const ana = await arrive('Ana');
  const { page } = ana;
  const [old, other] = [await ana.create('Old funnel', 'sales-overview'), await ana.create('Weekly', 'launch-room')];
  await ana.open('/');
  await card(page, 'Weekly').waitFor();
  await ana.openBoard(other);
  await ana.widget('Before we go').waitFor();
  await appIsKept(ana);
  const second = await page.context().newPage();
  await second.goto(url);
  await card(second, 'Weekly').waitFor();
  await page.waitForTimeout(4_000);

  await ana.goOffline();
  await ana.open('/');
  await page.getByText('You see the dashboards as of').waitFor();
  await page.getByRole('button', { name: 'Service health' }).click();
  await ana.widget('On call').or(page.locator('section[data-widget]')).first().waitFor();
  const made = /\/d\/(\w+)/.exec(page.url())?.[1] ?? '';
  await page.getByLabel('Title of the dashboard').fill('Made in a tunnel');
  await page.getByText('Offline · 2 edits kept here').first().waitFor();
  await page.reload();
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input.title')?.value === 'Made in a tunnel');
  await ana.open('/');
  await card(page, 'Made in a tunnel').getByText('Not saved yet').waitFor();

  // in the other window what was made here is there; it renames one and deletes another
  await card(second, 'Made in a tunnel').waitFor();
  await choose(second, 'Weekly', 'Rename');
  await second.getByRole('dialog').getByRole('textbox').fill('Weekly, renamed');
  await second.keyboard.press('Enter');
  await card(second, 'Weekly, renamed').getByText('Not saved yet').waitFor();
  await choose(second, 'Old funnel', 'Delete');
  await card(second, 'Old funnel').waitFor({ state: 'detached' });
  await choose(second, 'Made in a tunnel', 'Share');
  await second.getByText('Sharing needs a connection').waitFor();
  await second.close();

  await page.reload();
  await card(page, 'Weekly, renamed').getByText('Not saved yet').waitFor();
  assert.deepEqual((await names(page)).sort(), ['Made in a tunnel', 'Weekly, renamed']);
  await page.getByRole('link', { name: 'Recently deleted' }).click();
  await page.locator('app-dashboard-bin li').filter({ hasText: 'Old funnel' }).getByText('Not saved yet').waitFor();
  await page.getByRole('button', { name: /^Offline · \d+ edits kept here, connection$/ }).waitFor();

  await ana.goOnline();
  const list = async (): Promise<Listed[]> => (await ana.call<{ dashboards: Listed[] }>('GET', '/api/dashboards')).dashboards;
  await page.getByRole('button', { name: 'Saved, connection' }).waitFor();
  assert.equal(await page.getByText('Not saved yet').count(), 0);
  const shown = (await list()).map(({ id, title, deletedAt }) => [id, title, deletedAt !== undefined]);
  assert.deepEqual(shown.sort(), [[made, 'Made in a tunnel', false], [other, 'Weekly, renamed', false], [old, 'Old funnel', true]].sort());
  for (const id of [made, other]) {
    const { ops } = await ana.call<{ ops: LoggedOp[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
    assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
    assert.equal(ops.filter(({ create }) => create !== undefined).length, 1);
  }
  // and it is an ordinary dashboard: somebody else sees it when it is shared, and edits go on
  const ben = await arrive('Ben');
  await ana.call('PUT', `/api/dashboards/${made}/access`, { everyone: 'editor', people: (await ana.call<{ people: object }>('GET', `/api/dashboards/${made}/access`)).people });
  await ben.openBoard(made, '?edit=1');
  await ana.openBoard(made, '?edit=1');
  await ben.page.getByLabel('Title of the dashboard').fill('Out of the tunnel');
  await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input.title')?.value === 'Out of the tunnel');
  await ana.leave();
  await ben.leave();
});
