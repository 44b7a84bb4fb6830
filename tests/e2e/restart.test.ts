import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { findMongod, startMongod } from '../real-mongod.ts';
import { ServerProcess } from '../server-process.ts';
import { scratchFolder } from '../test-server.ts';
import { until } from '../until.ts';
import { BrowserPerson, launchBrowser } from './people.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const folder = scratchFolder();
const browser = await launchBrowser();
after(async () => {
  await browser.close();
  await mongod?.stop();
  folder.remove();
});

const stores: readonly { readonly name: string; readonly address: () => string; readonly skip: string | false }[] = [
  { name: 'SQLite', address: () => `sqlite:${join(folder.path, 'kill.db')}`, skip: false },
  { name: 'MongoDB', address: () => mongod?.database('coboard-e2e') ?? '', skip: 'skip' in place ? place.skip : false },
];

for (const { name, address, skip } of stores) {
  describe(`two browsers on ${name}`, { skip }, () => {
    test('E2E-5 the server is killed while two people type and starts again: both go on, and nothing that showed as saved is missing', async (t) => {
      const args = ['--store', address(), '--log-level', 'silent'];
      let server = await ServerProcess.start(['--port', '0', ...args]);
      t.after(() => server.signal('SIGKILL'));
      const { port } = new URL(server.url);
      const [ana, ben] = [await BrowserPerson.arrive(browser, server.url, 'Ana'), await BrowserPerson.arrive(browser, server.url, 'Ben')];
      const id = await ana.create('Killed', 'blank');
      const title = (one: BrowserPerson) => one.page.getByLabel('Title of the dashboard');
      for (const one of [ana, ben]) await one.openBoard(id, '?edit=1');
      await title(ana).fill('');
      await ben.page.waitForFunction(() => document.querySelector<HTMLInputElement>('input.title')?.value === '');

      await title(ana).pressSequentially('before ', { delay: 5 });
      await until('shown as saved', async () => (await ana.page.locator('cb-connection-status .pill').first().innerText()).trim() === 'Saved' && (await isSaved(ana, 'before ')));
      const typing = title(ana).pressSequentially('abcdefghijklmnopqrstuvwxyz', { delay: 12 });
      await ben.page.waitForFunction(() => document.querySelector<HTMLInputElement>('input.title')?.value.includes('abc'));
      await server.signal('SIGKILL');
      await typing;
      const seenByBen = await title(ben).inputValue();
      await title(ben).press('End');
      await title(ben).pressSequentially('!', { delay: 5 });
      server = await ServerProcess.start(['--port', port, ...args]);

      const whole = (text: string): boolean => text.includes('!') && text.replace('!', '') === 'before abcdefghijklmnopqrstuvwxyz';
      for (const one of [ana, ben]) await until(`${one.name} has it all`, async () => whole(await title(one).inputValue()), 40_000);
      assert.equal(await title(ana).inputValue(), await title(ben).inputValue());
      assert.match(seenByBen, /^before abc/);
      await ben.page.reload();
      await ben.page.waitForFunction((text) => document.querySelector<HTMLInputElement>('input.title')?.value === text, await title(ana).inputValue());
      for (const one of [ana, ben]) await one.leave();
      assert.equal(await server.signal('SIGTERM'), 0);

      async function isSaved(one: BrowserPerson, text: string): Promise<boolean> {
        return (await one.call<{ data: { title: string } }>('GET', `/api/dashboards/${id}`)).data.title === text;
      }
    });
  });
}
