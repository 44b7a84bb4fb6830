import assert from 'node:assert/strict';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { url, browser } = await setStage();
const limitBytes = 350_000;

test('E2E-8 the first load is at most 350 kB of JavaScript, gzipped, and the charts and the grid are not in it', async () => {
  const ana = await BrowserPerson.stranger(browser, url, 'Ana');
  const scripts = new Map<string, number>();
  const bodies: Promise<unknown>[] = [];
  let isOver = false;
  ana.page.on('response', (response) => {
    if (response.ok() && response.url().endsWith('.js')) bodies.push(response.body().then((body) => scripts.set(response.url(), gzipSync(body).length)).catch((error: unknown) => {
      // the board loads what it may need when it is idle, and that goes with the page
      if (!isOver) throw error;
    }));
  });
  await ana.open('/sign-in');
  await ana.page.getByLabel('Your name').fill('Ana');
  await ana.page.keyboard.press('Enter');
  await ana.page.getByRole('heading', { name: 'Home' }).waitFor();
  await ana.page.waitForLoadState('networkidle');
  await Promise.all(bodies);
  const bytes = [...scripts.values()].reduce((sum, size) => sum + size, 0);
  assert.ok(bytes > 50_000, `only ${String(bytes)} bytes seen`);
  assert.ok(bytes <= limitBytes, `${String(bytes)} bytes in ${String(scripts.size)} files`);
  const id = await ana.create('Charts', 'sales-overview');
  const before = scripts.size;
  await ana.openBoard(id);
  await Promise.all(bodies);
  assert.ok(scripts.size > before, 'the board comes when it is opened');
  isOver = true;
  await ana.leave();
});
