import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrowserPerson } from './people.ts';
import { setStage } from './stage.ts';

const { url, browser, arrive } = await setStage();

test('E2E-1 two people sign in by name, one makes a dashboard from a template and shares it, both edit it and see each other', async () => {
  const ana = await BrowserPerson.stranger(browser, url, 'Ana');
  const ben = await BrowserPerson.stranger(browser, url, 'Ben');
  for (const one of [ana, ben]) {
    await one.open('/');
    await one.page.getByLabel('Your name').fill(one.name);
    await one.page.keyboard.press('Enter');
    await one.page.getByRole('heading', { name: 'Home' }).waitFor();
  }

  await ana.page.getByRole('button', { name: /Sales overview/ }).first().click();
  await ana.widget('Sales').waitFor();
  const id = /\/d\/([^?]+)/.exec(ana.page.url())?.[1] ?? '';
  await ana.page.getByRole('button', { name: 'Share', exact: true }).click();
  await ana.page.getByRole('combobox', { name: /name/i }).fill('Ben');
  await ana.page.keyboard.press('Enter');
  await ana.page.getByRole('dialog').getByText('Ben', { exact: true }).first().waitFor();
  await ana.page.keyboard.press('Escape');

  await ben.openBoard(id, '?edit=1');
  await ana.page.getByRole('button', { name: /^Ben/ }).waitFor();

  // a setting, letter by letter, and who edits
  await ben.widget('Revenue by country').click({ position: { x: 80, y: 20 } });
  await ben.page.keyboard.press('Enter');
  const title = ben.page.getByLabel('Title', { exact: true });
  // what passes quickly is waited for before it begins
  const passing = ['Ben is writing', 'Ben, just now'].map((words) => ana.page.getByText(words).waitFor());
  await title.press('End');
  await title.pressSequentially(' now');
  await ana.widget('Revenue by country now').waitFor();
  await Promise.all(passing);
  await ben.page.getByRole('radio', { name: 'Columns' }).click();
  await ana.widget('Revenue by country now').getByRole('img').waitFor();

  // the cursor, at the same place of the grid
  await ben.widget('Orders').hover();
  await ana.page.locator('cb-live-cursors').getByText('Ben').waitFor();

  // a cell, and the figure that is made of it
  await ben.page.getByRole('button', { name: 'Open the data' }).click();
  await ben.page.getByRole('gridcell', { name: '92,400' }).dblclick();
  await ben.page.getByLabel('Revenue, being edited').fill('99400');
  await ana.page.getByRole('button', { name: 'Data' }).click();
  await ana.page.getByRole('menuitem', { name: /Countries/ }).click();
  await ana.page.getByRole('gridcell', { name: /99,400/ }).waitFor();
  await ana.page.getByRole('gridcell', { name: /99,400/ }).getByText('Ben').waitFor();
  await ana.page.keyboard.press('Escape');
  await ana.page.getByRole('grid').waitFor({ state: 'detached' });
  await ben.page.keyboard.press('Enter');
  await ben.page.keyboard.press('Escape');
  await ben.page.getByRole('grid').waitFor({ state: 'detached' });

  // adding and deleting
  await ana.page.keyboard.press('n');
  await ana.page.getByRole('button', { name: /^Checklist/ }).click();
  await ben.widget('Checklist').waitFor();
  await ana.widget('Checklist').getByRole('button', { name: 'Delete Checklist' }).click();
  await ben.widget('Checklist').waitFor({ state: 'detached' });
  await ana.page.getByRole('button', { name: 'Undo', exact: true }).last().click();
  await ben.widget('Checklist').waitFor();

  // everything is there after a reload
  await ben.page.reload();
  await ben.widget('Revenue by country now').waitFor();
  await ben.widget('Checklist').waitFor();
  assert.deepEqual([ana.complaints, ben.complaints], [[], []]);
  await ana.leave();
  await ben.leave();
});

test('E2E-2 two people who type in one note at once lose no letter, and each keeps their caret', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Notes', 'sales-overview');
  for (const one of [ana, ben]) {
    await one.openBoard(id, '?edit=1');
    await one.widget('What we see').getByRole('button', { name: 'Write in the note' }).click();
  }
  const field = (one: BrowserPerson) => one.page.getByLabel('Text of the note');
  for (const one of [ana, ben]) await field(one).fill('');
  await field(ana).fill('one two');
  await ben.page.waitForFunction(() => document.querySelector('textarea')?.value === 'one two');
  await field(ana).press('Home');
  await field(ben).press('End');
  await Promise.all([field(ana).pressSequentially('left words ', { delay: 8 }), field(ben).pressSequentially(' right words', { delay: 8 })]);
  const whole = 'left words one two right words';
  for (const one of [ana, ben]) await one.page.waitForFunction((text) => document.querySelector('textarea')?.value === text, whole);
  const carets = await Promise.all([ana, ben].map((one) => field(one).evaluate((area: HTMLTextAreaElement) => area.selectionStart)));
  assert.deepEqual(carets, ['left words '.length, whole.length]);
  await ana.page.locator('.cb-caret').getByText('Ben').waitFor();
  await ana.leave();
  await ben.leave();
});

test('E2E-3 dragging a widget while somebody else edits it loses neither, and others see it glide', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Dragging', 'sales-overview');
  await ana.openBoard(id, '?edit=1');
  await ben.openBoard(id, '?edit=1');
  await ben.widget('Open tickets').click({ position: { x: 60, y: 20 } });
  await ben.page.keyboard.press('Enter');

  const before = await ana.widget('Open tickets').boundingBox();
  assert.ok(before);
  await ana.page.mouse.move(before.x + 60, before.y + 20);
  await ana.page.mouse.down();
  await ana.page.mouse.move(before.x - 100, before.y + 240, { steps: 8 });
  await ben.page.getByText('Ana is moving this').waitFor();
  const title = ben.page.getByLabel('Title', { exact: true });
  await title.press('End');
  await title.pressSequentially(' today');
  // what is held stays under the pointer
  await ana.page.getByText('Open tickets today').waitFor();
  const held = await ana.page.locator('section.ui-draggable-dragging').boundingBox();
  await ana.page.mouse.move(before.x - 300, before.y + 520, { steps: 8 });
  await ana.page.mouse.up();
  assert.ok(held && held.y > before.y + 100);

  await ben.page.getByText('Ana is moving this').waitFor({ state: 'detached' });
  const data = async () => (await ana.call<{ data: { widgets: Record<string, { title: string; box: { x: number; y: number } }> } }>('GET', `/api/dashboards/${id}`)).data;
  const widget = Object.values((await data()).widgets).find(({ title: name }) => name === 'Open tickets today');
  assert.ok(widget, 'the title is there');
  assert.ok(widget.box.y > 3, `it moved: ${JSON.stringify(widget.box)}`);
  const boxes = await Promise.all([ana, ben].map((one) => one.widget('Open tickets today').evaluate((element) => [element.getAttribute('gs-x'), element.getAttribute('gs-y')])));
  assert.deepEqual(boxes[0], boxes[1]);
  assert.deepEqual([ana.complaints, ben.complaints], [[], []]);
  await ana.leave();
  await ben.leave();
});

test('E2E-4 the board is edited with the keyboard alone', async () => {
  const [ana, ben] = [await arrive('Ana'), await arrive('Ben')];
  const id = await ana.create('Keys', 'sales-overview');
  await ana.openBoard(id);
  await ben.openBoard(id);
  const box = (one: BrowserPerson) => one.widget('Conversion').evaluate((element) => ['x', 'y', 'w', 'h'].map((side) => Number(element.getAttribute(`gs-${side}`))));
  await ana.page.keyboard.press('e');
  await ana.widget('Conversion').focus();
  const [x = 0, y = 0, w = 0, h = 0] = await box(ana);
  await ana.page.keyboard.press('ArrowRight');
  await ana.page.keyboard.press('Shift+ArrowDown');
  await ben.page.waitForFunction(([wantedX, wantedH]) => {
    const element = document.querySelector('section[aria-label="Conversion"]');
    return Number(element?.getAttribute('gs-x')) === wantedX && Number(element?.getAttribute('gs-h')) === wantedH;
  }, [x + 1, h + 1]);
  assert.deepEqual(await box(ana), [x + 1, y, w, h + 1]);
  await ana.page.keyboard.press('Control+z');
  await ana.page.keyboard.press('Control+z');
  await ben.page.waitForFunction((wantedX) => Number(document.querySelector('section[aria-label="Conversion"]')?.getAttribute('gs-x')) === wantedX, x);
  await ana.page.keyboard.press('Delete');
  await ben.widget('Conversion').waitFor({ state: 'detached' });
  assert.equal(await ana.page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset['widget'] !== undefined), true, 'the focus went on to a widget');
  assert.deepEqual([ana.complaints, ben.complaints], [[], []]);
  await ana.leave();
  await ben.leave();
});
