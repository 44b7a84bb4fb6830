import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setStage } from './stage.ts';

const { arrive } = await setStage();

test('E2E-10 a dataset is edited like a spreadsheet: press, type, walk, undo, paste what another spreadsheet copied', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Sheet', 'sales-overview');
  for (const one of [ana, ben]) {
    await one.openBoard(id, '?edit=1');
    await one.page.getByRole('button', { name: 'Data' }).click();
    await one.page.getByRole('menuitem', { name: /Countries/ }).click();
    await one.page.getByRole('grid').waitFor();
  }
  const cell = (one: typeof ana, name: string) => one.page.getByRole('gridcell', { name, exact: true });
  const { keyboard } = ana.page;

  // pressed, typed over, and the one below
  await cell(ana, '92,400').click();
  await keyboard.type('-1.5');
  await keyboard.press('Enter');
  await cell(ben, '-1.5').waitFor();
  await keyboard.type('2000');
  await keyboard.press('Tab');
  await keyboard.type('30');
  await keyboard.press('Enter');
  await cell(ben, '2,000').waitFor();
  await cell(ben, '30').waitFor();

  // what was in a text stays when one goes into it
  await cell(ana, 'Italy').click();
  await keyboard.press('F2');
  await keyboard.type(' (IT)');
  await keyboard.press('Escape');
  await cell(ben, 'Italy (IT)').waitFor();
  await keyboard.press('Control+z');
  await cell(ben, 'Italy').waitFor();

  // a range, cleared and had back
  await cell(ana, 'Austria').click();
  await keyboard.press('Shift+ArrowDown');
  await keyboard.press('Delete');
  await cell(ben, 'Belgium').waitFor({ state: 'detached' });
  await keyboard.press('Control+z');
  await cell(ben, 'Belgium').waitFor();

  // more rows than there are
  await cell(ana, 'Belgium').click();
  await ana.page.evaluate(() => {
    const data = new DataTransfer();
    data.setData('text/plain', 'Belgium\t1,500\t1400\nNorway\t2.5e3\t2000\n"Two\nlines"\t7\t8\n');
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await cell(ben, 'Norway').waitFor();
  await cell(ben, '2,500').waitFor();
  assert.equal(await ben.page.getByRole('grid').getByRole('row').count(), 1 + 7 + 2);
  assert.equal(await ana.page.getByText(/^Sum/).first().innerText(), 'Sum 7,415');
  assert.deepEqual([ana.complaints, ben.complaints], [[], []]);
  await ana.leave();
  await ben.leave();
});
