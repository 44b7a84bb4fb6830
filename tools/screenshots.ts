/**
 * Takes pictures of the main screens and of every state of the connection, light, dark and on a phone, into `screenshots/` (not in git). Argument:
 * `screens` or `connection` for those alone.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connectionScreenshots } from './connection-screenshots.ts';
import { BrowserPerson, desktop, launchBrowser, phone, type Screen } from '../tests/e2e/people.ts';
import { ServerProcess } from '../tests/server-process.ts';
import { scratchFolder } from '../tests/test-server.ts';

const [part = 'all'] = process.argv.slice(2);
const target = join(import.meta.dirname, '../screenshots');
const data = scratchFolder();
mkdirSync(target, { recursive: true });
const startServer = (): Promise<ServerProcess> => ServerProcess.start(['--port', '0', '--store', `sqlite:${join(data.path, `coboard-${String((servers += 1))}.db`)}`, '--log-level', 'error']);
let servers = 0;
const server = await startServer();
const browser = await launchBrowser();

async function settled({ page }: BrowserPerson): Promise<void> {
  await page.waitForFunction(() => document.fonts.status === 'loaded' && document.getAnimations().every(({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity));
}

try {
  const ben = await BrowserPerson.arrive(browser, server.url, 'Ben');
  const chiyo = await BrowserPerson.arrive(browser, server.url, 'Chiyo');
  const sales = await ben.create('Launch week', 'sales-overview');
  await ben.create('Checkout health', 'service-health');
  const room = await chiyo.create('Launch room', 'launch-room');
  const looks: readonly (readonly [name: string, screen: Screen])[] = [['light', desktop], ['dark', { ...desktop, dark: true }], ['phone', phone]];
  const save = async (person: BrowserPerson, name: string): Promise<void> => {
    await settled(person);
    await person.page.screenshot({ path: join(target, `${name}.png`) });
    console.log(`screenshots/${name}.png`);
  };
  if (part !== 'screens') await connectionScreenshots(browser, looks, startServer, save);
  for (const [look, screen] of part === 'connection' ? [] : looks) {
    const ana = await BrowserPerson.arrive(browser, server.url, 'Ana', screen);
    const shoot = (name: string): Promise<void> => save(ana, `${name}-${look}`);
    const stranger = await BrowserPerson.stranger(browser, server.url, 'Stranger', screen);
    await stranger.open('/sign-in');
    await stranger.page.getByLabel('Your name').waitFor();
    await settled(stranger);
    await stranger.page.screenshot({ path: join(target, `sign-in-${look}.png`) });
    await stranger.leave();

    await ben.openBoard(sales, '?edit=1');
    await ben.widget('Revenue by country').click({ position: { x: 60, y: 20 } });
    await ben.page.keyboard.press('Enter');
    await ben.widget('Orders').hover({ position: { x: 160, y: 80 } });
    await chiyo.openBoard(sales, '?edit=1');
    await chiyo.widget('What we see').getByRole('button', { name: 'Write in the note' }).click();
    await chiyo.page.keyboard.press('End');
    await chiyo.widget('What we see').hover({ position: { x: 220, y: 150 } });
    await ana.open('/');
    await ana.page.getByText('Launch week', { exact: true }).filter({ visible: true }).first().waitFor();
    await shoot('home');
    await ana.openBoard(sales);
    await ana.page.getByText('Ben is editing').waitFor();
    await shoot('board');
    await ana.openBoard(sales, '?edit=1');
    await ana.widget('Sales').waitFor();
    const chart = (await ana.widget('Sales').getAttribute('data-widget')) ?? '';
    await ana.openBoard(sales, `?edit=1&widget=${chart}`);
    await ana.page.getByLabel('Title', { exact: true }).waitFor();
    await shoot('editor');
    await ana.openBoard(sales, '?edit=1');
    await ana.page.getByRole('button', { name: 'Data' }).click();
    await ana.page.getByRole('menuitem', { name: /Countries/ }).click();
    await ana.page.getByRole('grid').waitFor();
    await shoot('dataset');
    await ana.openBoard(room, '?edit=1');
    await ana.widget('Before we go').waitFor();
    await shoot('room');
    await ana.page.getByRole('button', { name: 'Add', exact: screen === phone }).last().click();
    await ana.page.getByRole('searchbox', { name: 'Search widgets' }).waitFor();
    await shoot('gallery');
    await ana.page.keyboard.press('Escape');
    await ana.page.getByRole('button', { name: 'Share' }).click();
    await ana.page.getByRole('dialog').waitFor();
    await shoot('share');
    await ana.page.keyboard.press('Escape');
    // something to look back on
    for (const title of ['Revenue by market', 'Revenue by country']) await ben.page.locator('#editor-title').fill(title);
    await chiyo.page.keyboard.type(' Thursday it is.');
    await ana.openBoard(sales, '?edit=1&panel=history');
    await ana.page.locator('.entry .line').nth(1).waitFor();
    await shoot('history');
    await ana.page.locator('.entry .line').nth(1).click();
    await ana.page.getByText('You are looking at').waitFor();
    await shoot('history-moment');
    await ana.leave();
  }
} finally {
  await browser.close();
  await server.signal('SIGTERM');
  data.remove();
}
