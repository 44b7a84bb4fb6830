import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../until.ts';
import type { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive } = await setStage();

interface LoggedOp { readonly v: number; readonly src: string; readonly seq: number }
interface Fetched { readonly v: number; readonly data: { readonly title: string; readonly widgets: Record<string, { readonly title: string; readonly kind: string; readonly settings: { readonly text?: string } }> } }

const field = (one: BrowserPerson) => one.page.getByLabel('Text of the note');
const status = (one: BrowserPerson) => one.page.locator('cb-connection-status .pill').first();

/** The app itself is on the device: its page and its files. */
async function appIsKept({ page }: BrowserPerson): Promise<void> {
  await page.waitForFunction(async () => {
    await navigator.serviceWorker.ready;
    return navigator.serviceWorker.controller !== null && (await caches.match('/index.html')) !== undefined;
  });
}

const words = 'abcdefghijklmnopqrstuvwxyz1234';

/** Types into the open note, behind something that stands there. */
async function put(one: BrowserPerson, after: string, text: string): Promise<void> {
  await field(one).evaluate((area: HTMLTextAreaElement, at) => { area.setSelectionRange(at, at); }, (await field(one).inputValue()).indexOf(after) + after.length);
  await field(one).pressSequentially(text, { delay: 4 });
}

test('E2E-11 a person edits without a network, reloads, edits on, and comes back: nothing is lost, nothing is there twice', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Tunnel', 'sales-overview');
  for (const one of [ana, ben]) {
    await one.openBoard(id, '?edit=1');
    await one.widget('What we see').getByRole('button', { name: 'Write in the note' }).click();
  }
  await field(ana).fill('Ana: . Ben: .');
  await ben.page.waitForFunction(() => document.querySelector('textarea')?.value === 'Ana: . Ben: .');
  await until('all is saved', async () => (await status(ana).innerText()).trim() === 'Saved');
  await appIsKept(ana);

  // both write into the same note, thirty letters each; only one of them is heard
  await ana.goOffline();
  await put(ana, 'Ana: ', words);
  await put(ben, 'Ben: ', words.toUpperCase());
  // a setting that both change
  await ana.page.getByLabel('Title of the dashboard').fill('By Ana');
  await ben.page.getByLabel('Title of the dashboard').fill('By Ben');
  await ana.page.getByText(/Offline · .* kept here/).first().waitFor();
  await ana.page.getByText('your edits are kept on this device').waitFor();

  await ana.page.reload();
  await ana.widget('What we see').waitFor();
  assert.equal(await ana.page.getByLabel('Title of the dashboard').inputValue(), 'By Ana');
  await ana.page.getByText(`Ana: ${words}.`).first().waitFor();
  await ana.page.getByText(/Offline · .* kept here/).first().waitFor();
  await ana.widget('What we see').getByRole('button', { name: 'Write in the note' }).click();
  await put(ana, '1234', '56789');

  await ana.goOnline();
  const text = `Ana: ${words}56789. Ben: ${words.toUpperCase()}.`;
  await ben.widget('What we see').getByText(text).waitFor();
  await ana.page.waitForFunction((whole) => document.querySelector('textarea')?.value === whole, text);
  await until('all is saved', async () => (await status(ana).innerText()).trim() === 'Saved');
  await until('both titles are equal', async () => (await ana.page.getByLabel('Title of the dashboard').inputValue()) === (await ben.page.getByLabel('Title of the dashboard').inputValue()));
  const { data } = await ana.call<Fetched>('GET', `/api/dashboards/${id}`);
  assert.equal(Object.values(data.widgets).find(({ title }) => title === 'What we see')?.settings.text, text);
  const { ops } = await ana.call<{ ops: LoggedOp[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
  assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
  await ana.leave();
  await ben.leave();
});

interface Settings { readonly kind: string; readonly title: string; readonly settings: Record<string, unknown> }

/** Sets the field of a widget's editor that holds a text or a choice. */
async function setField(one: BrowserPerson, widget: string, field: string, value: string): Promise<void> {
  await one.widget(widget).getByRole('button', { name: `Edit ${widget}` }).click();
  await one.page.getByRole('complementary', { name: 'Widget editor' }).getByLabel(field, { exact: true }).fill(value);
  await one.page.getByRole('button', { name: 'Close the editor' }).first().click();
}

test('E2E-13 thirty edits of who was away and thirty of another meet: what both chose differently is asked, a setting of both and what was deleted under one’s edits, and nothing else; both end equal, and each edit is there once', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Apart', 'sales-overview');
  for (const one of [ana, ben]) await one.openBoard(id, '?edit=1');
  const note = (one: BrowserPerson) => one.widget('What we see');
  await note(ana).getByRole('button', { name: 'Write in the note' }).click();
  await field(ana).fill('Ana: . Ben: .');
  await note(ben).getByText('Ana: . Ben: .').waitFor();
  await appIsKept(ana);
  await until('all is saved', async () => (await status(ana).innerText()).trim() === 'Saved');
  await ana.goOffline();
  // twenty-seven letters and three settings of hers; twenty-eight letters, a setting and a deletion of his
  await put(ana, 'Ana: ', words.slice(0, 27));
  await note(ben).getByRole('button', { name: 'Write in the note' }).click();
  await put(ben, 'Ben: ', words.slice(0, 28).toUpperCase());
  for (const one of [ana, ben]) await one.page.keyboard.press('Escape');
  await setField(ana, 'Revenue online', 'Unit', 'kr');
  await setField(ben, 'Revenue online', 'Unit', '$');
  await setField(ana, 'Orders', 'Unit', 'kr');
  await ben.widget('Orders').getByRole('button', { name: 'Delete Orders' }).click();
  // other fields of one widget, and the very same value: nothing to ask
  await setField(ana, 'Sales', 'Title', 'Sales of Ana');
  await ana.page.getByText(/Offline · .* kept here/).first().waitFor();
  await ana.page.reload();
  await ana.widget('Sales of Ana').waitFor();
  await note(ana).getByText(`Ana: ${words.slice(0, 27)}.`).waitFor();
  await ana.goOnline();
  await ana.page.getByText(/Back online\. \d+ edits? sent, 2 need your eye\./).first().waitFor();
  await ana.page.getByRole('button', { name: 'Needs your eye: 2' }).click();
  const panel = ana.page.getByRole('complementary', { name: 'Needs your eye' });
  const cards = panel.locator('app-conflict-card');
  await cards.nth(1).waitFor();
  const unit = cards.filter({ hasText: 'Unit of Revenue online' });
  assert.match(await unit.innerText(), /was €[^]*You, [^]*kr[^]*Ben, [^]*\$/);

  // another device of hers asks the same, and loses it when she has decided
  const phone = await arrive('Ana');
  await phone.openBoard(id, '?edit=1');
  await phone.page.getByRole('button', { name: 'Needs your eye: 2' }).waitFor();
  await unit.getByRole('button', { name: 'Use Ben’s' }).click();
  await cards.filter({ hasText: 'was deleted by Ben' }).getByRole('button', { name: 'Bring it back' }).click();
  await panel.getByText('Nothing waits for you.').waitFor();
  await ben.widget('Orders').waitFor();
  await until('the phone asks no more', async () => (await phone.page.getByRole('button', { name: /^Needs your eye/ }).count()) === 0);
  await until('all is saved', async () => (await status(ana).innerText()).trim() === 'Saved');
  const { data } = await ana.call<{ data: { widgets: Record<string, Settings> } }>('GET', `/api/dashboards/${id}`);
  const unitOf = (title: string): unknown => Object.values(data.widgets).find((widget) => widget.title === title)?.settings['unit'];
  assert.deepEqual([unitOf('Revenue online'), unitOf('Orders')], ['$', 'kr']);
  assert.equal(Object.values(data.widgets).find(({ title }) => title === 'What we see')?.settings['text'], `Ana: ${words.slice(0, 27)}. Ben: ${words.slice(0, 28).toUpperCase()}.`);
  assert.deepEqual((await ben.call<{ data: unknown }>('GET', `/api/dashboards/${id}`)).data, data);
  const { ops } = await ana.call<{ ops: LoggedOp[] }>('GET', `/api/dashboards/${id}/ops?from=0`);
  assert.equal(new Set(ops.map(({ src, seq }) => `${src} ${String(seq)}`)).size, ops.length, 'each op once');
  for (const one of [ana, ben, phone]) await one.leave();
});

test('E2E-12 home opens without a network, with what was there last', async () => {
  const ana = await arrive('Ana');
  const id = await ana.create('On the train', 'launch-room');
  await ana.open('/');
  await ana.page.getByRole('heading', { name: 'On the train' }).or(ana.page.getByText('On the train')).first().waitFor();
  await ana.openBoard(id);
  await appIsKept(ana);
  await until('all is kept', async () => ana.page.evaluate(async () => (await indexedDB.databases()).some(({ name }) => name?.startsWith('coboard.') === true)));
  await ana.goOffline();
  await ana.open('/');
  await ana.page.getByText('On the train').first().click();
  await ana.widget('Launch checklist').or(ana.page.locator('section[data-widget]')).first().waitFor();
  assert.match(ana.page.url(), new RegExp(id));
  await ana.open('/d/neverSeenHere');
  await ana.page.getByText('This dashboard is not on this device yet.').waitFor();
  await ana.goOnline();
  await ana.leave();
});
