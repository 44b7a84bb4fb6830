import { addWidget, editText, newWidget, removeWidgets, replaceAt, setSetting } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from '../board/testing/board-stage';

describe('EDITOR of a widget', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  async function edit(title: string): Promise<void> {
    stage = await BoardStage.open({ query: '?edit=1' });
    await open(title);
  }

  async function open(title: string): Promise<void> {
    stage.page.press(await stage.focus(title), 'Enter');
    await stage.page.find('app-widget-editor h2', title);
  }

  const settings = (title: string): Record<string, unknown> => stage.widget(title).settings;

  /** The control that a label names. */
  async function control<T extends HTMLElement>(label: string): Promise<T> {
    const named = await until(`a control ${label}`, () => stage.page.all('app-widget-editor label, app-widget-editor .label').find((one) => one.textContent.trim() === label));
    const found = named instanceof HTMLLabelElement ? document.getElementById(named.htmlFor) : document.querySelector(`[aria-labelledby="${named.id}"]`);
    if (found === null) throw new Error(`no control ${label}`);
    return found as T;
  }

  async function choose(label: string, value: string): Promise<void> {
    const select = await control<HTMLSelectElement>(label);
    select.value = [...select.options].find((option) => option.textContent.trim() === value)?.value ?? 'none of that name';
    select.dispatchEvent(new Event('change', { bubbles: true }));
  }

  async function number(label: string, text: string): Promise<HTMLInputElement> {
    const field = await control<HTMLInputElement>(label);
    field.value = text;
    field.dispatchEvent(new Event('change', { bubbles: true }));
    return field;
  }

  it('EDITOR-1 every kind of control sets its setting, at once and for everyone', async () => {
    await edit('Sales');
    const columns = stage.dashboard.datasets[stage.dataset('Daily sales')]?.columns ?? {};
    const columnOf = (name: string): string => Object.entries(columns).find(([, column]) => column.name === name)?.[0] ?? '';
    const group = await control('Lines');
    const box = [...group.querySelectorAll('label')].find((label) => label.textContent.trim() === 'Orders')?.querySelector('input');
    box?.click();
    await stage.server('the column', () => Object.keys(settings('Sales')['values'] as object).includes(columnOf('Orders')));
    box?.click();
    await stage.server('it is out again', () => !Object.keys(settings('Sales')['values'] as object).includes(columnOf('Orders')));
    [...(await control('Shape')).querySelectorAll('button')].find((button) => button.textContent === 'Line')?.click();
    await stage.server('the shape', () => settings('Sales')['shape'] === 'line');
    (await control('Color')).querySelector<HTMLElement>('[aria-label=Plum]')?.click();
    await stage.server('the color', () => settings('Sales')['color'] === 's4');
    await choose('Numbers', '38,412');
    await stage.server('the format', () => settings('Sales')['format'] === 'full');
    await number('Goal', '95,500');
    await stage.server('the goal', () => settings('Sales')['goal'] === 95_500);
    const unit = await control<HTMLInputElement>('Unit');
    unit.value = 'k€';
    unit.dispatchEvent(new Event('input', { bubbles: true }));
    await stage.server('the unit', () => settings('Sales')['unit'] === 'k€');
    await choose('Over', 'Choose');
    await stage.server('no column', () => settings('Sales')['date'] === null);
    await choose('Dataset', 'Countries');
    await stage.server('the dataset', () => settings('Sales')['dataset'] === stage.dataset('Countries'));
    await open('Revenue online');
    const trend = await control<HTMLInputElement>('Trend');
    trend.click();
    await stage.server('the switch', () => settings('Revenue online')['sparkline'] === false);
    await open('What we see');
    const text = stage.page.see('app-widget-editor textarea') as HTMLTextAreaElement;
    text.value = 'Short.';
    text.dispatchEvent(new Event('input', { bubbles: true }));
    await stage.server('the text', () => settings('What we see')['text'] === 'Short.');
  });

  it('EDITOR-12 arrow keys choose in a group of radio buttons, around its ends, and one of them is in the tab order', async () => {
    await edit('Sales');
    const shapes = [...(await control('Shape')).querySelectorAll<HTMLElement>('[role=radio]')];
    expect(shapes.map(({ textContent, tabIndex }) => [textContent, tabIndex])).toEqual([['Area', 0], ['Line', -1]]);
    shapes[0]?.focus();
    stage.page.press(shapes[0] ?? document, 'ArrowRight');
    expect(document.activeElement).toBe(shapes[1] ?? null);
    await stage.server('the next shape', () => settings('Sales')['shape'] === 'line');
    stage.page.press(shapes[1] ?? document, 'ArrowDown');
    await stage.server('around the end', () => settings('Sales')['shape'] === 'area');
    expect(document.activeElement).toBe(shapes[0] ?? null);
  });

  it('EDITOR-2 a number that is none is said under its field, sent nowhere, and forgotten with the next widget', async () => {
    await edit('Sales');
    const field = await number('Goal', 'plenty');
    await stage.page.find('.hint-bad', 'One number, like 12,000');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    expect(field.getAttribute('aria-describedby')).toBe(stage.page.see('.hint-bad')?.id ?? '');
    expect(settings('Sales')['goal']).toBe(90_000);
    await number('Goal', '12,5');
    await stage.server('the number', () => settings('Sales')['goal'] === 12.5);
    await until('the error is gone', () => stage.page.see('.hint-bad') === undefined);
    await number('Goal', '');
    await stage.server('no goal', () => settings('Sales')['goal'] === null);
    const ben = await stage.harness.join('Ben');
    ben.edit((dashboard) => addWidget(dashboard, { ...newWidget('timeseries', dashboard, stage.tab('Overview'), null), title: 'Other' }));
    await stage.section('Other');
    await number('Goal', 'plenty');
    await stage.page.find('.hint-bad');
    await open('Other');
    expect(stage.page.see('.hint-bad')).toBeUndefined();
    expect((await control<HTMLInputElement>('Goal')).value).toBe('');
  });

  it('EDITOR-3 a whole number keeps within its ends', async () => {
    await edit('Revenue by country');
    for (const text of ['0', '2.5', '1e9']) {
      await number('At most', text);
      await stage.page.find('.hint-bad', 'A whole number from 1 to');
    }
    await number('At most', '3');
    await stage.server('the limit', () => settings('Revenue by country')['limit'] === 3);
    await until('three bars', () => stage.page.all('app-bar-view li').length === 3);
  });

  it('EDITOR-4 says who changed a setting, what it was, and takes it back', async () => {
    await edit('Sales');
    const ben = await stage.harness.join('Ben');
    const field = await control<HTMLInputElement>('Goal');
    field.focus();
    ben.edit((dashboard) => setSetting(dashboard, stage.widget('Sales').id, 'goal', 70_000));
    const whisper = await stage.page.find('.remote-change', 'Ben, just now');
    expect(whisper.textContent).toContain('was 90000');
    expect(document.activeElement).toBe(field);
    await until('the field has it', () => field.value === '70000');
    await stage.page.click('.remote-change button', 'Undo');
    await stage.server('the goal of before', () => settings('Sales')['goal'] === 90_000);
    expect(stage.page.see('.remote-change')).toBeUndefined();
    await number('Goal', '80000');
    await stage.server('one’s own', () => settings('Sales')['goal'] === 80_000);
    expect(stage.page.see('.remote-change')).toBeUndefined();
  });

  it('EDITOR-5 two people write one title, and each is told of the other', async () => {
    await edit('Sales');
    const ben = await stage.harness.join('Ben');
    const { id } = stage.widget('Sales');
    const field = (await stage.page.find('#editor-title')) as HTMLInputElement;
    field.focus();
    field.setSelectionRange(5, 5);
    ben.shows({ editing: { widget: id, field: 'title' } });
    await stage.page.find('app-widget-editor footer', 'Ben edits this too');
    ben.edit((dashboard) => editText(dashboard, ['widgets', id, 'title'], 'All Sales'));
    await until('their letters', () => field.value === 'All Sales');
    field.setRangeText(' now', field.selectionStart ?? 0, field.selectionEnd ?? 0, 'end');
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await stage.server('both', ({ widgets }) => widgets[id]?.title === 'All Sales now');
    await until('Ben has both', () => ben.dashboard.widgets[id]?.title === 'All Sales now');
    await stage.page.find('app-widget-editor h2', 'All Sales now');
  });

  it('EDITOR-6 names a column or dataset that was chosen and is gone, and says when the widget is', async () => {
    await edit('Revenue by country');
    const ben = await stage.harness.join('Ben');
    const { id } = stage.widget('Revenue by country');
    const value = String(settings('Revenue by country')['value']);
    ben.edit((dashboard) => replaceAt(dashboard, ['datasets', stage.dataset('Countries'), 'columns', value], undefined));
    await stage.page.find('app-widget-editor option', 'Deleted column');
    ben.edit((dashboard) => removeWidgets(dashboard, [id]));
    await stage.page.find('app-widget-editor .gone', 'This widget was deleted.');
    await stage.page.click('app-widget-editor button', 'Close the editor');
    await until('it is closed', () => stage.page.see('app-widget-editor') === undefined);
  });

  it('EDITOR-7 follows the widget that is selected, and opens its data', async () => {
    await edit('Sales');
    (await stage.section('Orders')).querySelector('.card')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await stage.page.find('app-widget-editor h2', 'Orders');
    await stage.page.click('app-widget-editor button', 'Open the data');
    await stage.page.find('app-dataset-sheet section', 'Data: Daily sales');
  });
});
