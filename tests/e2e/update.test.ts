import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { freePort } from '../free-port.ts';
import { ServerProcess } from '../server-process.ts';
import { scratchFolder } from '../test-server.ts';
import { until } from '../until.ts';
import { BrowserPerson, launchBrowser } from './people.ts';

const root = join(import.meta.dirname, '../..');
const folder = scratchFolder();
const second = join(folder.path, 'second');
const [port, browser] = await Promise.all([freePort(), launchBrowser()]);
const start = (clientDir: string): Promise<ServerProcess> => ServerProcess.start(['--port', String(port), '--store', `sqlite:${join(folder.path, 'coboard.db')}`, '--log-level', 'error', '--client-dir', clientDir]);
let server = await start(join(root, 'dist/app/browser'));
after(async () => {
  await browser.close();
  await server.signal('SIGTERM');
  folder.remove();
});

/** The app as built again with a change: one more script, which says so on the page. */
function buildAgain(): void {
  cpSync(join(root, 'dist/app/browser'), second, { recursive: true });
  const index = join(second, 'index.html');
  const html = readFileSync(index, 'utf8');
  const [tag, main] = /<script src="(main-[\w-]+)\.js"[^>]*><\/script>/.exec(html) ?? assert.fail('no main script');
  writeFileSync(index, html.replace(tag, tag + tag.replace(main ?? '', 'second-AB12CD34')));
  writeFileSync(join(second, 'second-AB12CD34.js'), "document.documentElement.dataset['build'] = 'second';");
  for (const packed of ['br', 'gz']) rmSync(join(second, `service-worker.js.${packed}`), { force: true });
  execFileSync(process.execPath, ['tools/build-service-worker.ts', second], { cwd: root });
}

test('E2E-33 a new version waits for a click: reloads with and without a network stay with the old one, and with the click come the new one and, later, the edits that waited', async () => {
  const ana = await BrowserPerson.arrive(browser, server.url, 'Ana');
  const { page } = ana;
  const build = (): Promise<string | undefined> => page.evaluate(() => document.documentElement.dataset['build']);
  const offer = page.getByRole('button', { name: 'Reload in the new version' });
  const title = page.getByLabel('Title of the dashboard');
  const id = await ana.create('Before', 'sales-overview');
  await ana.openBoard(id, '?edit=1');
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null && (await caches.match('/index.html')) !== undefined;
  });
  const other = await page.context().newPage();
  await other.goto(`${server.url}/`);
  await other.getByText('Before').first().waitFor();

  buildAgain();
  await server.signal('SIGTERM');
  server = await start(second);
  assert.equal(await offer.count(), 0);
  await page.evaluate(async () => { await (await navigator.serviceWorker.getRegistration())?.update(); });
  await offer.waitFor();
  await page.getByRole('region', { name: 'Notice' }).getByText('Coboard was updated. Reload when it suits you').waitFor();

  // the server has the new page, and the old worker keeps to its own
  await page.reload();
  await ana.widget('Sales').waitFor();
  await offer.waitFor();
  assert.equal(await build(), undefined);

  await ana.goOffline();
  await title.fill('Written in a tunnel');
  await page.getByText(/Offline · 1 edit kept here/).first().waitFor();
  await page.reload();
  await ana.widget('Sales').waitFor();
  assert.deepEqual([await build(), await title.inputValue()], [undefined, 'Written in a tunnel']);
  // a part that was not open before
  await page.getByRole('button', { name: 'Add widget' }).first().click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');

  await offer.click();
  await page.waitForFunction(() => document.documentElement.dataset['build'] === 'second');
  await ana.widget('Sales').waitFor();
  assert.equal(await title.inputValue(), 'Written in a tunnel');
  await page.getByText(/Offline · 1 edit kept here/).first().waitFor();
  assert.equal(await offer.count(), 0);
  // the other window goes on as it is, and is told
  await other.getByRole('button', { name: 'Reload in the new version' }).first().waitFor();
  assert.equal(await other.evaluate(() => document.documentElement.dataset['build']), undefined);

  await ana.goOnline();
  await until('the edit is there', async () => (await ana.call<{ data: { title: string } }>('GET', `/api/dashboards/${id}`)).data.title === 'Written in a tunnel');
  const { ops } = await ana.call<{ ops: { readonly src: string; readonly seq: number }[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
  assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
  await ana.leave();
});
