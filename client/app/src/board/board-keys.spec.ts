import { removeWidgets } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from './testing/board-stage';

const focused = (): string | null => document.activeElement?.getAttribute('aria-label') ?? null;

describe('BOARD keys', () => {
  let stage: BoardStage;

  beforeEach(async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
  });

  afterEach(() => {
    stage.harness.stop();
  });

  const selected = (): string[] => stage.sections().filter((section) => section.querySelector('app-widget-frame.selected') !== null).map((section) => section.getAttribute('aria-label') ?? '').sort();

  it('BOARD-19 moves and resizes the widget that has the focus, others making room, within what it may be', async () => {
    await stage.focus('Conversion');
    stage.key('ArrowRight');
    await stage.placed('Conversion', { x: 7, y: 0 });
    await stage.placed('Open tickets', { x: 9, y: 3 });
    await stage.server('both', () => stage.widget('Conversion').box.x === 7 && stage.widget('Open tickets').box.y === 3);
    stage.key('ArrowDown', { shiftKey: true });
    stage.key('ArrowLeft', { shiftKey: true });
    await stage.placed('Conversion', { x: 7, w: 2, h: 4 });
    stage.key('ArrowLeft', { shiftKey: true });
    stage.key('ArrowUp');
    await stage.placed('Conversion', { x: 7, y: 0, w: 2, h: 4 });
    expect(focused()).toBe('Conversion');
  });

  it('BOARD-46 does nothing with what one goes on typing when somebody takes the field away, until something is pressed', async () => {
    await stage.click('button', 'Write in the note');
    await until('the field', () => document.activeElement instanceof HTMLTextAreaElement);
    const ben = await stage.harness.join('Ben');
    const [id = ''] = Object.entries(ben.dashboard.widgets).find(([, { title }]) => title === 'What we see') ?? [];
    ben.edit((dashboard) => removeWidgets(dashboard, [id]));
    await until('it is gone', () => !stage.names().includes('What we see'));
    const press = (key: string): boolean => document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    for (const key of ['n', 's', '2', '?', 'v']) expect(press(key)).toBeTrue();
    document.body.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    expect(press('?')).toBeFalse();
    await stage.page.find('app-key-help');
  });

  it('BOARD-20 moves all that are selected, and they keep their places to each other at the edge', async () => {
    await stage.focus('Orders');
    stage.key('a', { ctrlKey: true });
    await until('all are selected', () => selected().length === stage.sections().length);
    const before = JSON.stringify(stage.names().map((name) => stage.drawn(name)));
    stage.key('ArrowRight');
    stage.key('ArrowUp');
    expect(JSON.stringify(stage.names().map((name) => stage.drawn(name)))).toBe(before);
    stage.key('ArrowDown');
    await stage.placed('Sales', { x: 0, y: 4 });
    await stage.placed('Orders', { x: 3, y: 1 });
  });

  it('BOARD-21 walks from widget to widget in reading order', async () => {
    await stage.focus('Orders');
    stage.key('ArrowRight', { altKey: true });
    expect(focused()).toBe('Conversion');
    stage.key('ArrowUp', { altKey: true });
    stage.key('ArrowLeft', { altKey: true });
    expect(focused()).toBe('Revenue online');
    stage.key('ArrowLeft', { altKey: true });
    expect(focused()).toBe('Revenue online');
    expect(stage.widget('Orders').box).toEqual({ x: 3, y: 0, w: 3, h: 3 });
  });

  it('BOARD-22 deletes, the focus going on to the next widget, and takes back and makes again', async () => {
    await stage.focus('Conversion');
    stage.key('Delete');
    await until('it is gone', () => !stage.names().includes('Conversion'));
    expect(focused()).toBe('Open tickets');
    await stage.toast('Deleted Conversion');
    stage.key('z', { ctrlKey: true });
    await stage.section('Conversion');
    stage.key('Z', { ctrlKey: true, shiftKey: true });
    await until('it is gone again', () => !stage.names().includes('Conversion'));
    stage.key('z', { metaKey: true });
    await stage.section('Conversion');
    stage.key('y', { ctrlKey: true });
    await until('and again', () => !stage.names().includes('Conversion'));
  });

  it('BOARD-23 keeps the focus on the board when the last widget in order is deleted', async () => {
    await stage.focus('Share by country');
    stage.key('Backspace');
    await until('it is gone', () => !stage.names().includes('Share by country'));
    expect(focused()).toBe('What we see');
  });

  it('BOARD-24 duplicates what is selected, opens the editor, and steps back one thing at a time', async () => {
    await stage.focus('Conversion');
    stage.key(' ', { code: 'Space' });
    await until('it is selected', () => selected().join() === 'Conversion');
    stage.key('d', { ctrlKey: true });
    await until('there are two', () => stage.names().filter((name) => name === 'Conversion').length === 2);
    await until('the copy is selected', () => selected().join() === 'Conversion');
    await stage.focus('Orders');
    stage.key('Enter');
    await stage.page.find('app-widget-editor h2', 'Orders');
    expect(selected()).toEqual(['Orders']);
    stage.key('Escape', {}, await stage.section('Orders'));
    await until('the editor is closed', () => stage.page.see('app-widget-editor') === undefined);
    expect(selected()).toEqual(['Orders']);
    stage.key('Escape', {}, await stage.section('Orders'));
    await until('nothing is selected', () => selected().length === 0);
  });

  it('BOARD-25 goes to tabs by number, and shares, adds and helps by letter', async () => {
    stage.key('2', {}, document.body);
    await stage.section('All orders');
    stage.key('9', {}, document.body);
    stage.key('1', {}, document.body);
    await stage.section('Sales');
    stage.key('?', {}, document.body);
    await stage.page.find('#keys-title', 'Keys');
    stage.key('Escape');
    await until('the help is closed', () => stage.page.see('#keys-title') === undefined);
    stage.key('s', {}, document.body);
    await stage.page.find('[role=dialog] h2', 'Share');
  });

  it('BOARD-26 leaves single keys to fields and dialogs', async () => {
    const title = await stage.page.find('app-board-bar input');
    title.focus();
    for (const key of ['v', '2', 'n', '?', 'Delete', 'Escape']) stage.key(key, {}, title);
    expect(stage.page.router.url).toContain('edit=1');
    expect(stage.page.see('.gallery')).toBeUndefined();
    stage.key('?', {}, document.body);
    await stage.page.find('#keys-title');
    for (const key of ['v', '2', 'n']) stage.key(key, {}, document.body);
    await stage.page.find('[role=toolbar]');
    expect(stage.page.see('.gallery')).toBeUndefined();
    expect(stage.names()).toContain('Sales');
  });

  it('BOARD-27 moves nothing in view mode', async () => {
    stage.key('v', {}, document.body);
    await until('no tools', () => stage.page.see('[role=toolbar]') === undefined);
    const before = JSON.stringify(stage.dashboard);
    const section = await stage.section('Conversion');
    for (const key of ['ArrowRight', 'Delete', 'Enter']) stage.key(key, {}, section);
    stage.key('d', { ctrlKey: true }, section);
    expect(JSON.stringify(stage.dashboard)).toBe(before);
    expect(stage.names()).toContain('Conversion');
    expect(stage.page.see('app-widget-editor')).toBeUndefined();
  });
});
