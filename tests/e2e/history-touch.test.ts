import assert from 'node:assert/strict';
import { test } from 'node:test';
import { phone, tablet, type BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { arrive } = await setStage();

/** A dashboard of Ben's on which he renamed a widget, and its history as somebody else opens it by tapping. */
async function opened(person: BrowserPerson, ben: BrowserPerson): Promise<{ readonly id: string; readonly panel: ReturnType<BrowserPerson['widget']>; readonly slider: ReturnType<BrowserPerson['widget']> }> {
  const id = await ben.create('Launch week', 'sales-overview');
  await ben.openBoard(id, '?edit=1');
  await ben.widget('Orders').click({ position: { x: 60, y: 20 } });
  await ben.page.keyboard.press('Enter');
  await ben.page.locator('#editor-title').fill('Orders today');
  await person.openBoard(id);
  await person.widget('Orders today').waitFor();
  await person.page.getByRole('button', { name: 'History', exact: true }).tap();
  const panel = person.page.getByRole('complementary', { name: 'History' });
  const slider = person.page.getByRole('slider', { name: 'Moment' });
  await panel.locator('.entry').filter({ hasText: 'Ben renamed Orders to Orders today' }).waitFor();
  return { id, panel, slider };
}

async function boxOf(locator: ReturnType<BrowserPerson['widget']>): Promise<{ x: number; y: number; right: number; bottom: number }> {
  const { x, y, width, height } = await locator.boundingBox() ?? assert.fail('not there');
  return { x, y, right: x + width, bottom: y + height };
}

test('E2E-30 on a phone the history is opened by tapping: the scrubber stays free under the list, shows a moment with the list put away too, and a line is taken back', async () => {
  const [ana, ben] = [await arrive('Ana', phone), await arrive('Ben')];
  const { panel, slider } = await opened(ana, ben);
  const footer = ana.page.locator('app-life-scrubber');
  const inRow = async (): Promise<void> => {
    await ana.page.waitForFunction(() => document.getAnimations().every(({ playState }) => playState !== 'running'));
    const [board, list, scrubber, nav] = [await boxOf(ana.page.locator('main')), await boxOf(panel), await boxOf(footer), await boxOf(ana.page.getByRole('navigation', { name: 'Board' }))];
    const isUnder = (one: { y: number }, other: { bottom: number }): boolean => other.bottom <= one.y + 1;
    assert.ok(isUnder(list, board) && isUnder(scrubber, list) && isUnder(nav, scrubber) && nav.bottom <= phone.height, JSON.stringify({ board, list, scrubber, nav }));
  };
  await inRow();
  // whoever taps where it begins sees the beginning; a tap on what is covered would fail
  await slider.tap({ position: { x: 3, y: 30 } });
  const banner = ana.page.getByRole('status').filter({ hasText: 'You are looking at' });
  await banner.waitFor();
  await ana.widget('Orders').waitFor();
  await inRow();
  // the list makes room, and comes back
  const height = async (): Promise<number> => { const { y, bottom } = await boxOf(panel); return bottom - y; };
  const half = await height();
  const grabber = panel.getByRole('button', { name: 'The changes: show more' });
  await grabber.tap({ position: { x: 190, y: 6 } });
  await ana.page.waitForFunction((px) => (document.querySelector('aside.history')?.clientHeight ?? 0) > px + 100, half);
  await panel.getByRole('button', { name: 'The changes: put away' }).tap({ position: { x: 190, y: 6 } });
  await ana.page.waitForFunction(() => (document.querySelector('aside.history')?.clientHeight ?? 999) <= 64);
  await inRow();
  await slider.focus();
  await ana.page.keyboard.press('End');
  await ana.widget('Orders today').waitFor();
  await ana.page.keyboard.press('Home');
  await ana.widget('Orders').waitFor();
  // and a swipe
  const { x, y } = await boxOf(panel);
  await ana.page.mouse.move(x + 190, y + 8);
  await ana.page.mouse.down();
  await ana.page.mouse.move(x + 190, y - 120, { steps: 4 });
  await ana.page.mouse.up();
  await ana.page.waitForFunction((px) => Math.abs((document.querySelector('aside.history')?.clientHeight ?? 0) - px) < 2, half);
  await panel.locator('.entry').filter({ hasText: 'Ben renamed Orders to Orders today' }).getByRole('button').first().tap();
  await panel.getByRole('button', { name: /^Take back/ }).first().tap();
  await panel.getByRole('group', { name: 'Take back' }).getByRole('button', { name: 'Take back' }).tap();
  await ben.widget('Orders').waitFor();
  await banner.waitFor({ state: 'detached' });
  // the board alone again
  await ana.page.getByRole('navigation', { name: 'Board' }).getByRole('button', { name: 'Board' }).tap();
  await panel.waitFor({ state: 'detached' });
  await slider.waitFor({ state: 'detached' });
  assert.deepEqual(ana.complaints, []);
});

test('E2E-31 on a tablet the list lies beside the scrubber: its end and the way back to now are free', async () => {
  const [chiyo, ben] = [await arrive('Chiyo', tablet), await arrive('Ben')];
  const { panel, slider } = await opened(chiyo, ben);
  const [list, board, track] = [await boxOf(panel), await boxOf(chiyo.page.locator('main')), await boxOf(slider)];
  assert.ok(board.right <= list.x && track.right <= list.x && list.right <= tablet.width, JSON.stringify({ list, board, track }));
  await slider.tap({ position: { x: 3, y: 30 } });
  await chiyo.widget('Orders').waitFor();
  await chiyo.page.getByRole('button', { name: 'Now', exact: true }).tap();
  await chiyo.widget('Orders today').waitFor();
  await panel.getByRole('button', { name: 'Close the panel' }).tap();
  await panel.waitFor({ state: 'detached' });
  assert.deepEqual(chiyo.complaints, []);
});
