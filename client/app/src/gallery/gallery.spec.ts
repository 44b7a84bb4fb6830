import { removeDataset } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage, type BoardStageOptions } from '../board/testing/board-stage';

const cards = '.gallery .card';

describe('GALLERY of widgets', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  async function open(options: BoardStageOptions = {}): Promise<HTMLInputElement> {
    stage = await BoardStage.open({ query: '?edit=1', ...options });
    stage.key('n', {}, document.body);
    const field = (await stage.page.find('.gallery input.search')) as HTMLInputElement;
    await until('the search has the focus', () => document.activeElement === field);
    return field;
  }

  const names = (): string[] => stage.page.all(`${cards} > .name`).map((name) => name.firstChild?.textContent?.trim() ?? '');
  const chosen = (): string => stage.page.all(`${cards}.at`).map((card) => card.getAttribute('data-kind')).join();

  it('GALLERY-1 shows every kind, drawn on the data that it would be added with', async () => {
    await open();
    expect(names()).toEqual(['Time series', 'KPI', 'Bars', 'Table', 'Pie', 'Note', 'Checklist']);
    const select = stage.page.see('.gallery select') as HTMLSelectElement;
    expect([...select.options].map(({ textContent }) => textContent)).toEqual(['Daily sales', 'Countries', 'Largest orders', 'Sample data (added with it)']);
    select.value = stage.dataset('Countries');
    select.dispatchEvent(new Event('change'));
    await until('the table of countries', () => stage.page.see(`${cards}[data-kind=table] td`, 'Germany'));
    await stage.page.click(cards, 'Table');
    await stage.server('a table of countries', ({ widgets }) => Object.values(widgets).some(({ title, settings }) => title === 'Countries' && 'dataset' in settings && settings.dataset === stage.dataset('Countries')));
  });

  it('GALLERY-2 finds by every word of what is typed, and Enter takes the first', async () => {
    const field = await open();
    await stage.page.type('.gallery input.search', 'text  TASKS check');
    await until('the checklist', () => names().join() === 'Checklist');
    stage.key('Enter', {}, field);
    await stage.section('Checklist');
    expect(stage.page.see('.gallery')).toBeUndefined();
  });

  it('GALLERY-3 says when nothing is found, and Enter then adds nothing', async () => {
    const field = await open();
    await stage.page.type('.gallery input.search', 'qq');
    await stage.page.find('.gallery .none', 'Nothing answers to “qq”.');
    stage.key('Enter', {}, field);
    await stage.harness.settle();
    expect(stage.page.see('.gallery')).toBeDefined();
    expect(Object.keys(stage.dashboard.widgets).length).toBe(11);
  });

  it('GALLERY-4 is walked with arrows, from the search field and among the cards', async () => {
    const field = await open();
    expect(chosen()).toBe('timeseries');
    stage.key('ArrowDown', {}, field);
    expect([chosen(), document.activeElement]).toEqual(['table', field]);
    stage.key('ArrowRight', {}, field);
    expect(chosen()).toBe('table');
    stage.key('ArrowUp', {}, field);
    expect(chosen()).toBe('timeseries');
    const first = stage.page.all(cards)[0];
    first?.focus();
    stage.key('ArrowRight');
    expect([chosen(), document.activeElement?.getAttribute('data-kind')]).toEqual(['kpi', 'kpi']);
    stage.key('ArrowUp');
    expect(chosen()).toBe('timeseries');
    stage.key('ArrowLeft');
    expect(chosen()).toBe('timeseries');
  });

  it('GALLERY-5 shows one group', async () => {
    await open();
    await stage.page.click('.gallery nav button', 'Text and tasks');
    await until('two kinds', () => names().join() === 'Note,Checklist');
    expect(chosen()).toBe('note');
    await stage.page.click('.gallery nav button', 'All');
    await until('all kinds', () => names().length === 7);
  });

  it('GALLERY-6 draws on sample data where there is none, and adds it only with what needs it', async () => {
    await open({ template: 'blank' });
    expect((stage.page.see('.gallery select') as HTMLSelectElement).value).toBe('');
    expect(stage.page.see(`${cards}[data-kind=bar] li`)).toBeDefined();
    await stage.page.click(cards, 'Note');
    await stage.section('Note');
    await stage.harness.settle();
    expect(stage.dashboard.datasets).toEqual({});
  });

  it('GALLERY-7 adds nothing when it is closed', async () => {
    const field = await open();
    stage.key('Escape', {}, field);
    await until('it is closed', () => stage.page.see('.gallery') === undefined);
    await stage.harness.settle();
    expect(stage.harness.server.dashboard(stage.harness.id).ops).toEqual([]);
  });

  it('GALLERY-8 adds a widget without data where its dataset was deleted meanwhile', async () => {
    await open();
    const ben = await stage.harness.join('Ben');
    const countries = stage.dataset('Countries');
    const select = stage.page.see('.gallery select') as HTMLSelectElement;
    select.value = countries;
    select.dispatchEvent(new Event('change'));
    ben.edit((dashboard) => removeDataset(dashboard, countries));
    await stage.harness.settle();
    await stage.page.click(cards, 'Pie');
    await stage.section('Pie');
    await stage.server('the widget', ({ widgets }) => Object.values(widgets).some(({ title, settings }) => title === 'Pie' && 'dataset' in settings && settings.dataset !== countries));
  });
});
