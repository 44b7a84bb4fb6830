import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Proxy } from '../proxy.ts';
import { until } from '../until.ts';
import { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive, browser, url } = await setStage();
const proxy = await Proxy.start(url);
after(() => proxy.stop());

interface LoggedOp { readonly src: string; readonly seq: number }

/** The worker shows the page that it kept after 4 s, and who was here last is let in after 1.5 s. */
const openedWithinMs = 12_000;

const status = ({ page }: BrowserPerson) => page.locator('cb-connection-status .pill').first();
const saved = (one: BrowserPerson): Promise<void> => until('all is saved', async () => (await status(one).innerText()).trim() === 'Saved', 60_000);
const title = ({ page }: BrowserPerson) => page.getByLabel('Title of the dashboard');

test('E2E-40 where a network swallows everything, a dashboard opens from the device within seconds, also after a reload; its edits arrive when there is an answer again', async () => {
  const ben = await arrive('Ben');
  const ana = await BrowserPerson.arrive(browser, proxy.url, 'Ana');
  const { page } = ana;
  const id = await ben.create('Before the tunnel', 'sales-overview');
  const named = async (): Promise<string> => (await ben.call<{ data: { title: string } }>('GET', `/api/dashboards/${id}`)).data.title;
  await ana.openBoard(id, '?edit=1');
  await title(ana).fill('Before it');
  await saved(ana);
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null && (await caches.match('/index.html')) !== undefined;
  });

  proxy.goDark(true);
  for (const [before, words] of [['Before it', 'In it'], ['In it', 'Still in it']] as const) {
    const begun = performance.now();
    await page.goto(`${proxy.url}/d/${id}?edit=1`, { waitUntil: 'commit' });
    await ana.widget('What we see').waitFor();
    const tookMs = performance.now() - begun;
    assert.ok(tookMs < openedWithinMs, `${tookMs.toFixed(0)} ms`);
    assert.equal(await title(ana).inputValue(), before);
    await title(ana).fill(words);
    assert.equal((await status(ana).innerText()).trim(), 'Connecting');
    // by then it is on the device
    await page.waitForTimeout(500);
  }
  assert.equal(await named(), 'Before it', 'nothing came through');

  proxy.goDark(false);
  await saved(ana);
  assert.equal(await named(), 'Still in it');
  const { ops } = await ben.call<{ ops: LoggedOp[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
  assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each once');
  for (const one of [ana, ben]) await one.leave();
});
