import { moveTab, replaceAt } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from './testing/board-stage';

const tabNames = '.tabs .tab .name';

describe('BOARD tabs', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  const titles = (): string[] => stage.page.texts(tabNames).map((title) => title.replace(/\s+\S*$/, ''));
  const inServer = (): string => Object.values(stage.dashboard.tabs).sort((a, b) => (a.order < b.order ? -1 : 1)).map(({ title }) => title).join();

  async function menu(tab: string, item: string): Promise<void> {
    await stage.page.click('.tab .more', `More for ${tab}`);
    await stage.click('[role=menuitem]', item);
  }

  it('BOARD-28 adds a tab and has its title typed at once', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    await stage.page.click('button', 'Add a tab');
    const field = (await stage.page.find('.tab .rename')) as HTMLInputElement;
    await until('the field has the focus', () => document.activeElement === field);
    expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(['Tab 3', 0, 5]);
    await stage.page.type('.tab .rename', 'Plan');
    stage.key('Enter');
    await stage.server('the tab', () => inServer() === 'Overview,Orders,Plan');
    const named = await stage.page.find(tabNames, 'Plan');
    expect(named.getAttribute('aria-current')).toBe('page');
    expect(document.activeElement).toBe(named);
    await stage.page.find('.message h2', 'Nothing on this tab yet');
  });

  it('BOARD-29 renames by F2, double click and menu, and leaves the field by Escape', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    stage.page.press(await stage.page.find(tabNames, 'Orders'), 'F2');
    await stage.page.type('.tab .rename', 'All');
    stage.key('Escape');
    await stage.server('the title', () => inServer() === 'Overview,All');
    (await stage.page.find(tabNames, 'Overview')).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    await stage.page.find('.tab .rename');
    stage.key('Escape', {}, await stage.page.find('.tab .rename'));
    await until('the field is gone', () => stage.page.see('.tab .rename') === undefined);
    await menu('Overview', 'Rename');
    const field = await stage.page.find('.tab .rename');
    await until('the field has the focus', () => document.activeElement === field);
  });

  it('BOARD-30 moves tabs by their menu, and shows what others move', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    await menu('Overview', 'Move right');
    await stage.server('the order', () => inServer() === 'Orders,Overview');
    expect(stage.page.texts(tabNames)).toEqual(['Orders', 'Overview']);
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => moveTab(dashboard, stage.tab('Overview'), 0));
    await until('the order of others', () => stage.page.texts(tabNames).join() === 'Overview,Orders');
  });

  it('BOARD-31 keeps the field of a title, and what others move waits, while one types in it', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    stage.page.press(await stage.page.find(tabNames, 'Overview'), 'F2');
    const field = (await stage.page.find('.tab .rename')) as HTMLInputElement;
    await until('the field has the focus', () => document.activeElement === field);
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => moveTab(dashboard, stage.tab('Overview'), 1));
    ben.edit((dashboard) => replaceAt(dashboard, ['tabs', stage.tab('Orders'), 'title'], 'Sold'));
    await stage.page.find(tabNames, 'Sold');
    expect(document.activeElement).toBe(field);
    expect(stage.page.all('.tab').map((tab) => tab.querySelector('input') === null)).toEqual([false, true]);
    stage.key('Enter', {}, field);
    await until('the new order', () => stage.page.texts(tabNames).join() === 'Sold,Overview');
  });

  it('BOARD-32 deletes a tab with its widgets, goes to another, and brings both back', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const widgets = Object.keys(stage.dashboard.widgets).length;
    await menu('Overview', 'Delete');
    await stage.section('All orders');
    await stage.server('one tab', (dashboard) => Object.keys(dashboard.tabs).length === 1 && Object.keys(dashboard.widgets).length === 2);
    await stage.toast('Deleted Overview');
    await stage.page.click('.toast button', 'Undo');
    await stage.section('Sales');
    await stage.server('both', (dashboard) => inServer() === 'Overview,Orders' && Object.keys(dashboard.widgets).length === widgets);
  });

  it('BOARD-33 keeps the last tab', async () => {
    stage = await BoardStage.open({ template: 'blank', query: '?edit=1' });
    await stage.page.click('.tab .more', 'More for Overview');
    expect((await stage.page.find('[role=menuitem]', 'Delete')).getAttribute('aria-disabled')).toBe('true');
  });

  it('BOARD-34 undoing a deleted tab overwrites nothing that is there again', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    await menu('Overview', 'Delete');
    await stage.toast('Deleted Overview');
    stage.key('z', { ctrlKey: true }, document.body);
    await stage.server('the tab', () => inServer() === 'Overview,Orders');
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => replaceAt(dashboard, ['tabs', stage.tab('Overview'), 'title'], 'Numbers'));
    await stage.page.find(tabNames, 'Numbers');
    ben.edit((dashboard) => replaceAt(dashboard, ['widgets', stage.widget('Sales').id, 'title'], 'Sold'));
    await stage.harness.settle();
    await stage.page.click('.toast button', 'Undo');
    await stage.section('Sold');
    await stage.harness.settle();
    expect(inServer()).toBe('Numbers,Orders');
    expect(stage.widget('Sold').kind).toBe('timeseries');
  });

  it('BOARD-35 shows who is on another tab, and walks with arrows', async () => {
    stage = await BoardStage.open();
    const ben = await stage.harness.join('Ben');
    ben.shows({ tab: stage.tab('Orders') });
    await stage.page.find('.tab cb-avatar');
    expect(titles()).toEqual(['Overview', 'Orders']);
    const [first, second] = stage.page.all(tabNames);
    first?.focus();
    stage.key('ArrowRight');
    await stage.section('All orders');
    expect(document.activeElement).toBe(second ?? null);
    expect(stage.page.see('.tab cb-avatar')).toBeUndefined();
  });

  it('BOARD-36 lists the datasets with their rows, opens one, and adds one', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    await stage.page.click('button', 'Data');
    expect((await stage.page.find('[role=menuitem]', 'Countries')).textContent).toContain('7 rows');
    await stage.page.click('[role=menuitem]', 'New dataset');
    await stage.page.find('app-dataset-sheet');
    await stage.server('it', (dashboard) => Object.values(dashboard.datasets).some(({ title }) => title === 'Data 4'));
  });
});
