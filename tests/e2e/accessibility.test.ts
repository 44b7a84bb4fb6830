import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { AxeResults } from 'axe-core';
import { BrowserPerson, desktop, phone, type Screen } from './people.ts';
import { setStage } from './stage.ts';

const { arrive, url, browser } = await setStage(['--admins', 'Mara']);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core finds that is serious or critical, in words. */
async function faults({ page }: BrowserPerson): Promise<string[]> {
  // half-faded things have no contrast to speak of
  await page.waitForFunction(() => document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity));
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => (window as unknown as { axe: { run: () => Promise<AxeResults> } }).axe.run());
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

const screens: readonly (readonly [name: string, screen: Screen])[] = [['light', desktop], ['dark', { ...desktop, dark: true }], ['phone', phone]];

for (const [name, screen] of screens) {
  test(`E2E-7 axe-core finds nothing serious on any screen (${name})`, async () => {
    const stranger = await BrowserPerson.stranger(browser, url, 'Stranger', screen);
    const found: Record<string, string[]> = {};
    const look = async (what: string, one: BrowserPerson): Promise<void> => {
      const list = await faults(one);
      if (list.length > 0) found[what] = list;
    };
    await stranger.open('/sign-in');
    await stranger.page.getByLabel('Your name').waitFor();
    await look('sign-in', stranger);
    await stranger.leave();

    const [ana, ben] = [await arrive('Ana', screen), await arrive('Ben')];
    await ana.open('/');
    await ana.page.getByRole('heading', { name: 'Home' }).waitFor();
    await look('home, empty', ana);
    const id = await ana.create('Quarterly figures', 'sales-overview');
    const room = await ana.create('Room', 'launch-room');
    await ben.openBoard(id, '?edit=1');
    await ben.widget('Sales').click({ position: { x: 60, y: 20 } });
    await ben.page.keyboard.press('Enter');
    await ana.open('/');
    await ana.page.getByText('Quarterly figures', { exact: true }).filter({ visible: true }).first().waitFor();
    await look('home', ana);
    await ana.openBoard(id);
    await ana.page.getByText('Ben is editing').waitFor();
    await look('board', ana);
    await ana.openBoard(id, '?edit=1');
    await ana.widget('Orders').waitFor();
    await look('board, edit', ana);
    const orders = (await ana.widget('Orders').getAttribute('data-widget')) ?? '';
    await ana.openBoard(id, `?edit=1&widget=${orders}`);
    await ana.page.getByLabel('Title', { exact: true }).waitFor();
    await look('editor', ana);
    await ana.openBoard(id, '?edit=1&panel=history');
    await ana.page.locator('.entry .line').first().click();
    await look('history', ana);
    await ana.openBoard(room, '?edit=1');
    await ana.widget('Before we go').waitFor();
    await look('notes and tasks', ana);
    await ana.page.getByRole('button', { name: 'Add', exact: screen === phone }).last().click();
    await ana.page.getByRole('searchbox', { name: 'Search widgets' }).waitFor();
    await look('gallery', ana);
    await ana.page.keyboard.press('Escape');
    await ana.page.getByRole('button', { name: 'Share' }).click();
    await ana.page.getByRole('dialog').waitFor();
    await look('share', ana);
    await ana.page.keyboard.press('Escape');
    await ana.openBoard(id, '?edit=1');
    await ana.page.getByRole('button', { name: 'Data' }).click();
    await ana.page.getByRole('menuitem', { name: /Countries/ }).click();
    await ana.page.getByRole('grid').waitFor();
    await look('dataset', ana);
    const mara = await arrive('Mara', screen);
    await mara.open('/admin/log');
    await mara.page.locator('app-audit-log .line').first().click();
    await mara.page.locator('.changes li').first().waitFor();
    await look('audit log', mara);
    await mara.page.getByRole('button', { name: /^Who/ }).click();
    await mara.page.getByRole('option', { name: 'Ben' }).waitFor();
    await look('audit log, who', mara);
    await mara.open('/admin/people');
    await mara.page.getByRole('row').filter({ hasText: 'Ben' }).first().waitFor();
    await look('people connected', mara);
    await mara.open('/admin/verify');
    await mara.page.getByRole('button', { name: 'Verify now' }).click();
    await mara.page.getByRole('heading', { name: 'None altered, none missing.' }).waitFor();
    await look('verify', mara);
    await mara.leave();
    await ana.open('/d/nothing-there');
    await ana.page.getByText('does not exist').waitFor();
    await look('not found', ana);
    assert.deepEqual(found, {});
    await ana.leave();
    await ben.leave();
  });
}
