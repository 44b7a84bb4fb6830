import { replaceAt, setSetting } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from './testing/board-stage';

describe('BOARD widgets', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  it('BOARD-37 have tools in edit mode only, and they do what they say', async () => {
    stage = await BoardStage.open();
    const orders = await stage.section('Orders');
    expect([orders.tabIndex, orders.querySelector('[role=toolbar]')]).toEqual([-1, null]);
    stage.key('e', {}, document.body);
    await stage.page.find('[role=toolbar]', 'Tools of Orders');
    expect(orders.tabIndex).toBe(0);
    await stage.page.click('button', 'Duplicate Orders');
    await until('there are two', () => stage.names().filter((name) => name === 'Orders').length === 2);
    await stage.page.click('button', 'Edit Conversion');
    await stage.page.find('app-widget-editor h2', 'Conversion');
    await stage.page.click('button', 'Delete Conversion');
    await until('it is gone, and its editor', () => !stage.names().includes('Conversion') && stage.page.see('app-widget-editor') === undefined);
    await stage.page.click('.toast button', 'Undo');
    await stage.section('Conversion');
    (await stage.page.find('button', 'Delete Conversion')).focus();
    await stage.page.click('button', 'Delete Conversion');
    await until('the focus is on the next one', () => document.activeElement?.getAttribute('aria-label') === 'Open tickets');
  });

  it('BOARD-38 say who edits or moves them, and are tinted by what others change', async () => {
    stage = await BoardStage.open();
    const ben = await stage.harness.join('Ben');
    const { id } = stage.widget('Orders');
    const orders = await stage.section('Orders');
    ben.shows({ editing: { widget: id, field: 'title' } });
    await until('the ring', () => orders.querySelector('cb-widget-ring')?.textContent.includes('Ben is editing'));
    ben.edit((dashboard) => setSetting(dashboard, id, 'unit', 'pcs'));
    await until('the tint', () => orders.querySelector('.cb-flash')?.textContent === 'Ben, just now');
    await until('the unit', () => orders.textContent.includes('pcs'));
    expect((await stage.section('Conversion')).querySelector('.cb-flash, .ring')).toBeNull();
  });

  it('BOARD-39 are called by their kind where they have no title', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => replaceAt(dashboard, ['widgets', stage.widget('Orders').id, 'title'], ''));
    const untitled = await stage.section('KPI');
    expect(untitled.querySelector('h2')?.textContent.trim()).toBe('KPI');
    await stage.page.find('button', 'Delete KPI');
  });

  it('BOARD-40 that lack data open their editor, or the data, from what they say', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const ben = await stage.harness.join('Ben');
    const countries = stage.dataset('Countries');
    ben.edit((dashboard) => Object.keys(dashboard.datasets[countries]?.rows ?? {}).flatMap((row) => replaceAt(dashboard, ['datasets', countries, 'rows', row], undefined)));
    await stage.page.click('section[aria-label="Revenue by country"] button', 'Open the data');
    await stage.page.find('app-dataset-sheet section', 'Data: Countries');
    stage.key('Escape', {}, document.body);
    await until('it is closed', () => stage.page.see('app-dataset-sheet') === undefined);
    ben.edit((dashboard) => replaceAt(dashboard, ['datasets', countries], undefined));
    await stage.page.click('section[aria-label="Revenue by country"] button', 'Choose data');
    await stage.page.find('app-widget-editor option', 'Deleted dataset');
  });

  it('BOARD-41 are selected by a press, several with Shift, and let go by a press beside them', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const press = async (title: string, shiftKey = false): Promise<void> => {
      const card = (await stage.section(title)).querySelector('.card');
      card?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, shiftKey }));
      card?.dispatchEvent(new MouseEvent('click', { bubbles: true, shiftKey }));
    };
    const selected = (): number => stage.page.all('app-widget-frame.selected').length;
    await press('Orders');
    await until('one', () => selected() === 1);
    expect(document.activeElement).toBe(await stage.section('Orders'));
    await press('Sales', true);
    await until('two', () => selected() === 2);
    await press('Sales', true);
    await until('one again', () => selected() === 1);
    stage.page.see('main .ground')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await until('none', () => selected() === 0);
  });

  it('BOARD-42 a widget added to a dashboard without data brings a sample of it, and undo takes both back', async () => {
    stage = await BoardStage.open({ template: 'blank', query: '?edit=1' });
    await stage.page.click('.tools button, app-tab-strip button', 'Add widget');
    await stage.page.click('.gallery .card', 'Bars');
    await stage.page.find('app-widget-editor');
    await stage.server('both', ({ widgets, datasets }) => Object.keys(widgets).length === 1 && Object.values(datasets).some(({ title }) => title === 'Sample data'));
    await until('it is drawn', () => stage.page.see('app-bar-view li'));
    await stage.harness.settle();
    stage.key('z', { ctrlKey: true }, document.body);
    await stage.server('neither', ({ widgets, datasets }) => Object.keys(widgets).length + Object.keys(datasets).length === 0);
  });

  it('BOARD-43 a new widget comes at the first free place, is opened for editing and has the focus', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    stage.key('n', {}, document.body);
    await stage.page.click('.gallery .card', 'Note');
    const note = await stage.section('Note');
    await stage.page.find('app-widget-editor h2', 'Note');
    await until('it has the focus', () => document.activeElement === note);
    await stage.server('it', ({ widgets }) => Object.values(widgets).some(({ title }) => title === 'Note'));
    await stage.placed('Note', stage.widget('Note').box);
    expect(stage.widget('Note').tab).toBe(stage.tab('Overview'));
  });

  it('BOARD-44 deleting several offers to bring all back, but for those that are back already', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    await stage.focus('Orders');
    stage.key('a', { ctrlKey: true });
    await until('all are selected', () => stage.page.all('app-widget-frame.selected').length === 9);
    stage.key('Delete');
    await stage.toast('Deleted 9 widgets');
    await stage.page.find('.message h2', 'Nothing on this tab yet');
    await stage.harness.settle();
    expect(stage.harness.server.dashboard(stage.harness.id).ops.map(({ op }) => op.length)).toEqual([9]);
    stage.key('z', { ctrlKey: true }, document.body);
    await stage.section('Orders');
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => replaceAt(dashboard, ['widgets', stage.widget('Orders').id, 'title'], 'Sold'));
    await stage.section('Sold');
    await stage.page.click('.toast button', 'Undo');
    await stage.harness.settle();
    expect(stage.names()).toContain('Sold');
    expect(stage.names().length).toBe(9);
  });
});
