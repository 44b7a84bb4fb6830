/**
 * What keeping each edit on the device costs a person who types: from the key to the frame that shows it, in a real browser, with the outbox and
 * without (a browser that has no IndexedDB), in turns. Argument: rounds (3). Prints medians, p95 and the ratio.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { BrowserPerson, launchBrowser } from '../tests/e2e/people.ts';
import { coboard } from './peers.ts';
import { spread } from './statistics.ts';

const [rounds = 3] = process.argv.slice(2).map(Number);
const letters = 150;
const folder = mkdtempSync(join(tmpdir(), 'coboard-bench-'));
const server = await coboard('Coboard', `sqlite:${join(folder, 'typing.db')}`);
const url = new URL(server.url.replace(/^ws/, 'http')).origin;
const board = server.documents[0] ?? '';

interface Delays { delays: number[] }

async function type(browser: Browser, isKept: boolean): Promise<readonly number[]> {
  const ana = await BrowserPerson.arrive(browser, url, 'Ana');
  if (!isKept) await ana.page.addInitScript(() => { Object.defineProperty(window, 'indexedDB', { value: undefined }); });
  await ana.openBoard(board, '?edit=1');
  await ana.page.locator('[data-widget] h2').first().click();
  await ana.page.keyboard.press('Enter');
  const field = ana.page.locator('#editor-title');
  await field.fill('');
  await ana.page.evaluate(() => {
    const notes = Object.assign(window as unknown as Delays, { delays: [] as number[] });
    document.addEventListener('keydown', () => {
      const at = performance.now();
      // behind the frame that is drawn next
      requestAnimationFrame(() => { setTimeout(() => { notes.delays.push(performance.now() - at); }); });
    }, { capture: true });
  });
  await field.pressSequentially('x'.repeat(letters), { delay: 25 });
  const keeps = await ana.page.evaluate(async () => typeof indexedDB !== 'undefined' && (await indexedDB.databases()).length > 0);
  if (keeps !== isKept) throw new Error(`the outbox is ${keeps ? 'there' : 'not there'}`);
  const delays = await ana.page.evaluate(() => (window as unknown as Delays).delays);
  await field.fill('Typed');
  await ana.page.context().close();
  return delays;
}

const browser = await launchBrowser();
const measured = { kept: [] as number[], bare: [] as number[] };
for (let round = 0; round < rounds; round++) {
  for (const isKept of round % 2 === 0 ? [true, false] : [false, true]) measured[isKept ? 'kept' : 'bare'].push(...await type(browser, isKept));
}
const [kept, bare] = [spread(measured.kept), spread(measured.bare)];
for (const [name, { median, p95, count }] of [['with the outbox', kept], ['without', bare]] as const) {
  console.log(`${name}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms of ${String(count)} keys`);
}
console.log(`with / without: ${(kept.median / bare.median).toFixed(2)} at the median, ${(kept.p95 / bare.p95).toFixed(2)} at p95`);
await browser.close();
await server.stop();
rmSync(folder, { recursive: true, force: true });
process.exit(0);
