import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive } = await setStage();

/** Lists what was moved on the page, and how far, as the browser measures it. */
async function watchShifts(one: BrowserPerson): Promise<() => Promise<readonly string[]>> {
  await one.page.evaluate(() => {
    const page = window as unknown as { shifted: string[] };
    page.shifted = [];
    new PerformanceObserver((list) => {
      // the ones after a click or key of one's own count too: nobody touches this page
      for (const entry of list.getEntries() as unknown as { value: number; sources: { node: Node | null }[] }[]) {
        page.shifted.push(...entry.sources.map(({ node }) => `${String(entry.value)}: ${(node?.parentElement ?? document.body).outerHTML.slice(0, 200)}`));
      }
    }).observe({ type: 'layout-shift', buffered: false });
  });
  return () => one.page.evaluate(() => (window as unknown as { shifted: string[] }).shifted);
}

test('E2E-6 nothing moves on the page while others type and change settings and data', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Quiet', 'launch-room');
  const other = await ana.create('Quiet figures', 'sales-overview');
  for (const [board, widget] of [[id, 'Before we go'], [other, 'Revenue by country']] as const) {
    await ana.openBoard(board);
    await ana.widget(widget).waitFor();
    await ana.page.waitForFunction(() => document.fonts.status === 'loaded');
    await ben.openBoard(board, '?edit=1');
    await ana.page.getByRole('button', { name: /^Ben/ }).waitFor();
    const shifts = await watchShifts(ana);

    await ben.widget(widget).click({ position: { x: 60, y: 20 } });
    await ben.page.keyboard.press('Enter');
    const title = ben.page.getByLabel('Title', { exact: true });
    await title.press('End');
    await title.pressSequentially(' and a title that is much too long to fit into its place');
    const name = `${widget} and a title that is much too long to fit into its place`;
    await ana.widget(name).waitFor();
    if (widget === 'Revenue by country') {
      await ben.page.getByLabel('Sort').selectOption({ index: 1 });
      await ben.page.getByRole('button', { name: 'Open the data' }).click();
      for (const [cell, value] of [['92,400', '1'], ['74,100', '1234567']] as const) {
        await ben.page.getByRole('gridcell', { name: cell }).dblclick();
        await ben.page.getByLabel('Revenue, being edited').fill(value);
        await ben.page.keyboard.press('Enter');
      }
      await ana.widget(name).getByText(/1\.23M/).waitFor();
    } else {
      await ben.page.getByRole('button', { name: 'Add a task' }).click();
      await ben.page.getByLabel(/^Task \d+$/).last().fill('One more thing to do');
      await ana.widget(name).getByText('One more thing to do').waitFor();
    }
    assert.deepEqual(await shifts(), []);
    await ben.open('/');
  }
  assert.deepEqual([ana.complaints, ben.complaints], [[], []]);
  await ana.leave();
  await ben.leave();
});
