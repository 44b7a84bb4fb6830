import { addRows, inOrder, removeRows, replaceAt, setCell, type Cell, type Dataset } from '@coboard/core';
import { until, type HarnessPerson } from '@coboard/angular/testing';
import { BoardStage, type BoardStageOptions } from '../board/testing/board-stage';

describe('DATA sheet', () => {
  let stage: BoardStage;
  let ben: HarnessPerson;
  let grid: HTMLElement;

  afterEach(() => {
    stage.harness.stop();
  });

  /** The countries: a name, the revenue, the one of last week. */
  async function open(options: BoardStageOptions = {}): Promise<void> {
    stage = await BoardStage.open({ query: '?edit=1', ...options });
    ben = await stage.harness.join('Ben');
    await stage.page.click('app-tab-strip button', 'Data');
    await stage.page.click('[role=menuitem]', 'Countries');
    grid = await stage.page.find('[role=grid]');
    await until('the sheet has the keys', () => document.activeElement === grid);
  }

  const dataset = (): Dataset => stage.dashboard.datasets[stage.dataset('Countries')] ?? { title: '', columns: {}, rows: {} };
  const columns = (): string[] => inOrder(dataset().columns).map(([id]) => id);
  const rows = (): string[] => inOrder(dataset().rows).map(([id]) => id);
  /** The cells as the server has them. */
  const cells = (): Cell[][] => inOrder(dataset().rows).map(([, row]) => columns().map((id) => row.cells[id] ?? null));
  const cell = (row: number, column: number): HTMLElement => document.getElementById(`cell-${String(row)}-${String(column)}`) ?? document.body;
  const active = (): string => grid.getAttribute('aria-activedescendant')?.replace('cell-', '') ?? '';
  const field = (): HTMLInputElement | undefined => stage.page.see('.cell-input') as HTMLInputElement | undefined;
  const selected = (): number => stage.page.all('[role=gridcell].selected').length;

  function press(row: number, column: number, shiftKey = false): void {
    cell(row, column).dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true, shiftKey, buttons: 1 }));
    stage.key('Shift', {}, document.body);
  }

  /** Types as a keyboard does: the first key goes to the grid, the others into the field that it opened. */
  function type(text: string): void {
    for (const letter of text) {
      const target = document.activeElement;
      stage.key(letter);
      if (target instanceof HTMLInputElement) {
        target.setRangeText(letter, target.selectionStart ?? 0, target.selectionEnd ?? 0, 'end');
        target.dispatchEvent(new Event('input', { bubbles: true }));
      }
    }
  }

  function clip(kind: 'copy' | 'cut' | 'paste', text = '', target: EventTarget = grid): { readonly text: string; readonly taken: boolean } {
    const data = new DataTransfer();
    if (text !== '') data.setData('text/plain', text);
    const event = new ClipboardEvent(kind, { clipboardData: data, bubbles: true, cancelable: true });
    target.dispatchEvent(event);
    return { text: data.getData('text/plain'), taken: event.defaultPrevented };
  }

  it('DATA-15 is walked with arrows, Home, End, pages and Tab, and draws a range with Shift', async () => {
    await open();
    expect(active()).toBe('0-0');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) stage.key(key);
    expect(active()).toBe('1-2');
    stage.key('Tab');
    expect(active()).toBe('2-0');
    stage.key('Tab', { shiftKey: true });
    expect(active()).toBe('1-2');
    stage.key('Home');
    stage.key('ArrowDown', { ctrlKey: true });
    expect(active()).toBe('6-0');
    stage.key('PageUp');
    stage.key('End');
    expect(active()).toBe('0-2');
    stage.key('ArrowDown', { shiftKey: true });
    stage.key('ArrowLeft', { shiftKey: true });
    expect([active(), selected()]).toEqual(['1-1', 4]);
    await stage.page.find('footer', 'Sum 324,400');
    press(3, 0);
    press(5, 1, true);
    expect([active(), selected()]).toEqual(['5-1', 6]);
    stage.key('Escape', {}, grid);
    await until('it is closed', () => stage.page.see('app-dataset-sheet') === undefined);
  });

  it('DATA-16 what is typed replaces a cell, Enter goes below and Tab to the right, and charts answer at once', async () => {
    await open();
    press(0, 1);
    type('1500');
    await stage.server('the number, before it is done', () => cells()[0]?.[1] === 1_500);
    stage.key('Enter');
    expect([active(), field()]).toEqual(['1-1', undefined]);
    type('-2.5');
    stage.key('Tab');
    expect(active()).toBe('1-2');
    await stage.server('both', () => cells()[0]?.[1] === 1_500 && cells()[1]?.[1] === -2.5);
    expect(document.activeElement).toBe(grid);
  });

  it('DATA-17 Escape takes back what was typed over a cell', async () => {
    await open();
    const before = JSON.stringify(cells());
    press(0, 1);
    type('77');
    await stage.server('what is typed', () => cells()[0]?.[1] === 77);
    stage.key('Escape');
    await stage.server('the number of before', () => JSON.stringify(cells()) === before);
    press(0, 0);
    type('Xy');
    await stage.server('what is typed', () => cells()[0]?.[0] === 'Xy');
    stage.key('Escape');
    await stage.server('the text of before', () => JSON.stringify(cells()) === before);
    expect([active(), document.activeElement]).toEqual(['0-0', grid]);
    press(0, 1);
    stage.key('F2');
    expect(field()?.value).toBe('92400');
    type('0');
    stage.key('Escape');
    await stage.server('nothing changed', () => JSON.stringify(cells()) === before);
  });

  it('DATA-18 keeps what fits no number as it was typed, and Enter in the last row adds one', async () => {
    await open();
    press(6, 1);
    type('many');
    stage.key('Enter');
    await stage.server('the text, and a row', () => cells()[6]?.[1] === 'many' && cells().length === 8);
    expect(active()).toBe('7-1');
  });

  it('DATA-19 what is pasted falls on the cells from the active one on, and grows rows', async () => {
    await open();
    press(6, 0);
    expect(clip('paste', 'Belgium\t1,500\nNorway\t2.5e3\n"Two\nlines"\t\n').taken).toBeTrue();
    await stage.server('all', () => JSON.stringify(cells().slice(6)) === JSON.stringify([['Belgium', 1_500, 17_100], ['Norway', 2_500, null], ['Two\nlines', null, null]]));
    await until('what was pasted is selected', () => selected() === 6 && active() === '8-1');
  });

  it('DATA-20 says what did not fit, and leaves the cells alone where there is no text to paste', async () => {
    await open();
    const before = JSON.stringify(cells());
    press(0, 2);
    clip('paste');
    await stage.harness.settle();
    expect(JSON.stringify(cells())).toBe(before);
    clip('paste', '1\t2');
    await stage.toast('1 column did not fit. Add columns first, then paste again.');
    clip('paste', '1\t2\t3');
    await stage.toast('2 columns did not fit.');
    await stage.server('what fits', () => cells()[0]?.[2] === 1);
  });

  it('DATA-21 copies a range for other spreadsheets, cuts, fills down and clears', async () => {
    await open();
    press(0, 0);
    press(1, 1, true);
    expect(clip('copy').text).toBe('Germany\t92400\nFrance\t74100');
    stage.key('d', { ctrlKey: true });
    await stage.server('the first row twice', () => JSON.stringify(cells().slice(0, 2)) === JSON.stringify([['Germany', 92_400, 88_000], ['Germany', 92_400, 69_900]]));
    expect(clip('cut').text).toBe('Germany\t92400\nGermany\t92400');
    await stage.server('nothing there', () => JSON.stringify(cells().slice(0, 2)) === JSON.stringify([[null, null, 88_000], [null, null, 69_900]]));
    press(2, 0);
    stage.key('Delete');
    await stage.server('nothing there either', () => cells()[2]?.[0] === null);
    stage.key('z', { ctrlKey: true });
    await stage.server('the name again', () => cells()[2]?.[0] === 'Spain');
  });

  it('DATA-22 adds, renames and deletes columns, and what is copied or pasted in their names stays there', async () => {
    await open();
    await stage.page.click('button', 'Add a column');
    const name = (await stage.page.find('.rename')) as HTMLInputElement;
    await until('the name has the focus', () => document.activeElement === name);
    expect([clip('copy', '', name).taken, clip('paste', 'x', name).taken]).toEqual([false, false]);
    name.value = 'Note';
    name.dispatchEvent(new Event('input', { bubbles: true }));
    stage.key('Enter', {}, name);
    await stage.server('the column', () => Object.values(dataset().columns).some((column) => column.name === 'Note' && column.type === 'text'));
    expect(document.activeElement).toBe(grid);
    await stage.page.click('.head-more', 'More for Note');
    await stage.page.click('[role=menuitem]', 'Delete column');
    await stage.server('three columns', () => columns().length === 3);
    await stage.page.click('.head-more', 'More for Country');
    await stage.page.click('[role=menuitem]', 'Rename');
    await until('its name has the focus', () => document.activeElement?.classList.contains('rename'));
  });

  it('DATA-23 a column that becomes another type takes along what fits, and keeps the rest as it was typed', async () => {
    await open();
    ben.edit((dashboard) => [
      ...setCell(dashboard, stage.dataset('Countries'), rows()[0] ?? '', columns()[0] ?? '', '1,200'),
      ...setCell(dashboard, stage.dataset('Countries'), rows()[1] ?? '', columns()[0] ?? '', 'about 5'),
    ]);
    await stage.harness.settle();
    await stage.page.click('.head-more', 'More for Country');
    await stage.page.click('[role=menuitem]', 'Number');
    await stage.server('numbers', () => cells()[0]?.[0] === 1_200);
    expect(cells()[1]?.[0]).toBe('about 5');
    expect(cells()[2]?.[0]).toBe('Spain');
  });

  it('DATA-24 adds and deletes rows, and the dataset with a way back', async () => {
    await open();
    await stage.page.click('.add-row');
    await stage.server('a row', () => rows().length === 8);
    await stage.page.click('button', 'Delete row 8');
    await stage.server('it is gone', () => rows().length === 7);
    await stage.page.click('app-dataset-sheet header button', 'More');
    await stage.page.click('[role=menuitem]', 'Delete dataset');
    await stage.toast('Deleted Countries');
    await until('the sheet is closed', () => stage.page.see('app-dataset-sheet') === undefined);
    await stage.page.find('.broken', 'Its dataset was deleted.');
    await stage.page.click('.toast button', 'Undo');
    await stage.server('it is back', () => rows().length === 7);
  });

  it('DATA-25 shows which cells others are in, and they see one’s own', async () => {
    await open();
    const path = ['datasets', stage.dataset('Countries'), 'rows', rows()[2] ?? '', 'cells', columns()[1] ?? ''].join('.');
    ben.shows({ editing: { widget: stage.dataset('Countries'), field: path } });
    await until('the ring', () => cell(2, 1).classList.contains('theirs'));
    expect(cell(2, 1).querySelector('.flag')?.textContent).toBe('Ben');
    expect(cell(2, 1).getAttribute('aria-description')).toBe('Ben is here');
    await stage.page.find('app-dataset-sheet header cb-avatar');
    press(4, 1);
    const people = ben.coboard.openPresence(stage.harness.id).people;
    await until('Ben sees where', () => people.value.some(({ user, windows }) => user.name === 'Ana' && windows.some(({ value }) => value.editing?.field.includes(rows()[4] ?? '?'))));
  });

  it('DATA-26 keeps to its cells when others delete rows above them, and takes the next where one’s own is deleted', async () => {
    await open();
    press(3, 0);
    press(4, 0, true);
    ben.edit((dashboard) => removeRows(dashboard, stage.dataset('Countries'), [rows()[0] ?? '']));
    await until('they moved up', () => active() === '3-0');
    stage.key('Delete');
    await stage.server('both are empty', () => cells().map(([name]) => name).join() === 'France,Spain,,,Austria,Belgium');
    ben.edit((dashboard) => removeRows(dashboard, stage.dataset('Countries'), [rows()[3] ?? '']));
    await until('the next one', () => rows().length === 5 && stage.page.all('[role=row]').length === 6);
    expect(active()).toBe('3-0');
  });

  it('DATA-27 closes the field of a cell that others delete, so that nothing is typed into another one', async () => {
    await open();
    press(3, 0);
    stage.key('F2');
    expect(field()?.value).toBe('Italy');
    ben.edit((dashboard) => removeRows(dashboard, stage.dataset('Countries'), [rows()[3] ?? '']));
    await until('the field is closed', () => field() === undefined);
    await until('the sheet has the keys', () => document.activeElement === grid);
    await stage.harness.settle();
    expect(cells().map(([name]) => name)).toEqual(['Germany', 'France', 'Spain', 'Poland', 'Austria', 'Belgium']);
  });

  it('DATA-28 two people in one cell of text merge by letter', async () => {
    await open();
    press(3, 0);
    stage.key('F2');
    ben.edit((dashboard) => setCell(dashboard, stage.dataset('Countries'), rows()[3] ?? '', columns()[0] ?? '', 'North Italy'));
    await until('their letters', () => field()?.value === 'North Italy');
    type('!');
    stage.key('Enter');
    await stage.server('both', () => cells()[3]?.[0] === 'North Italy!');
  });

  it('DATA-29 lets who may only view walk and copy, and change nothing', async () => {
    await open({ as: 'Cem', everyone: 'viewer' });
    const before = JSON.stringify(stage.dashboard);
    press(1, 1);
    for (const key of ['5', 'Enter', 'F2', 'Delete']) stage.key(key);
    stage.key('d', { ctrlKey: true });
    clip('paste', '1\t2');
    cell(1, 1).dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
    expect(clip('cut').text).toBe('74100');
    await stage.harness.settle();
    expect([JSON.stringify(stage.dashboard) === before, field(), grid.getAttribute('aria-readonly')]).toEqual([true, undefined, 'true']);
    for (const selector of ['.add-row', '.head-more', '[aria-label="Add a column"]', 'app-dataset-sheet input']) expect(stage.page.see(selector)).withContext(selector).toBeUndefined();
    await stage.page.find('app-dataset-sheet footer', 'You can look, not change');
  });

  it('DATA-30 rows that others add come below, and what they change is seen at once', async () => {
    await open();
    ben.edit((dashboard) => addRows(dashboard, stage.dataset('Countries'), [{ cells: { [columns()[0] ?? '']: 'Norway' } }]));
    await until('the row', () => cell(7, 0).textContent.trim() === 'Norway');
    ben.edit((dashboard) => replaceAt(dashboard, ['datasets', stage.dataset('Countries'), 'title'], 'Lands'));
    await until('the title', () => grid.getAttribute('aria-label') === 'Lands');
  });
});
