import type { Dashboard } from '@coboard/core';
import { until } from '@coboard/angular/testing';
import { BoardStage } from './testing/board-stage';

describe('BOARD page', () => {
  let stage: BoardStage;

  afterEach(() => {
    stage.harness.stop();
  });

  it('BOARD-5 shows that it loads, then the first tab, and names the page after the dashboard', async () => {
    stage = await BoardStage.open({ delayMs: 20, drawn: false });
    expect(stage.page.see('[aria-busy=true]', 'Loading the dashboard')).toBeDefined();
    await stage.section('Sales');
    expect(stage.page.see('[aria-busy=true]')).toBeUndefined();
    expect(stage.names()).toContain('Revenue online');
    expect(stage.names()).not.toContain('All orders');
    expect(document.title).toContain('Sales overview');
  });

  it('BOARD-6 says that a dashboard is not there, or who took the access away', async () => {
    stage = await BoardStage.open({ everyone: 'editor', as: 'Ben', query: '?edit=1' });
    await stage.section('Sales');
    stage.harness.server.setRole(stage.harness.id, 'Ben', null, 'Ana');
    const words = await stage.page.find('.message', 'This dashboard does not exist, or you have no access.');
    expect(words.textContent).toContain('Ana removed your access.');
    expect(stage.sections()).toEqual([]);
    expect(stage.page.see('.segments')).toBeUndefined();
  });

  it('BOARD-47 lets whoever has no access ask for it, shows an owner that somebody does, and opens when they agree', async () => {
    stage = await BoardStage.open({ everyone: null, as: 'Ben', drawn: false });
    await stage.click('.message button', 'Ask for access');
    await stage.page.find('.message', 'If it exists, its owners see that you ask.');
    const { requests } = stage.harness.server.dashboard(stage.harness.id);
    expect(requests.map(({ user, role }) => [user.name, role])).toEqual([['Ben', 'viewer']]);
    stage.harness.server.setRole(stage.harness.id, 'Ben', 'viewer');
    await stage.section('Sales');
  });

  it('BOARD-48 has a dot on the share button of an owner while somebody asks for access', async () => {
    stage = await BoardStage.open({ everyone: 'viewer' });
    expect(stage.page.see('.share .dot')).toBeUndefined();
    const ben = await stage.harness.join('Ben');
    await ben.coboard.api.askForAccess(stage.harness.id, { role: 'editor', note: '' });
    await until('the dot is there', () => stage.page.see('.share .dot') !== undefined);
    expect(stage.page.see('app-board-bar .share')?.getAttribute('aria-label')).toBe('Share, somebody asks for access');
    stage.harness.server.dashboard(stage.harness.id).requests = [];
    stage.harness.server.tellOwners(stage.harness.server.dashboard(stage.harness.id));
    await until('the dot is gone', () => stage.page.see('.share .dot') === undefined);
  });

  it('BOARD-7 says what failed, with its code, where a dashboard cannot be read', async () => {
    stage = await BoardStage.open({ drawn: false, delayMs: 5, dashboard: { schema: 99, title: 'Later' } as unknown as Dashboard });
    await stage.page.find('.message h2', 'The dashboard could not be opened.');
    expect(stage.page.texts('.message .pill')).toEqual(['SCHEMA_TOO_NEW']);
  });

  it('BOARD-8 tells on an empty tab what can be done there', async () => {
    stage = await BoardStage.open({ template: 'blank' });
    await stage.page.find('.message h2', 'Nothing on this tab yet');
    await stage.page.click('.message button', 'Add widget');
    await stage.page.find('.gallery');
  });

  it('BOARD-9 lets who may only view look at everything and change nothing', async () => {
    stage = await BoardStage.open({ everyone: 'viewer', as: 'Ben', template: 'launch-room', query: '?edit=1' });
    await stage.section('Before we go');
    expect(stage.page.texts('app-board-bar .pill').includes('View only')).toBeTrue();
    stage.key('e');
    stage.key('n');
    expect(stage.page.see('.segments')).toBeUndefined();
    expect(stage.page.see('[role=toolbar]')).toBeUndefined();
    expect(stage.page.see('.gallery')).toBeUndefined();
    expect(stage.page.see('app-board-bar input')).toBeUndefined();
    expect(stage.page.all('app-checklist-view input').every((box) => (box as HTMLInputElement).disabled)).toBeTrue();
    const before = JSON.stringify(stage.dashboard);
    stage.key('z', { ctrlKey: true });
    stage.key('Delete', {}, await stage.section('Before we go'));
    expect(JSON.stringify(stage.dashboard)).toBe(before);
  });

  it('BOARD-10 goes into edit mode and out of it by button and by key, and keeps it in the address', async () => {
    stage = await BoardStage.open();
    expect(stage.page.see('[role=toolbar]')).toBeUndefined();
    await stage.page.click('.segments button', 'Edit');
    await stage.page.find('[role=toolbar]', 'Tools of Sales');
    expect(stage.page.router.url).toContain('edit=1');
    stage.key('v');
    await until('no tools', () => stage.page.see('[role=toolbar]') === undefined);
    expect(stage.page.router.url).not.toContain('edit');
    stage.key('E');
    await stage.page.find('[role=toolbar]');
  });

  it('BOARD-11 ends edit mode at once for whom the right to edit was taken', async () => {
    stage = await BoardStage.open({ as: 'Ben', query: '?edit=1' });
    await stage.page.find('[role=toolbar]');
    stage.page.press(await stage.focus('Sales'), 'Enter');
    await stage.page.find('app-widget-editor');
    stage.harness.server.dashboard(stage.harness.id).everyone = null;
    stage.harness.server.setRole(stage.harness.id, 'Ben', 'viewer');
    await stage.page.find('.pill', 'View only');
    await until('no tools and no editor', () => stage.page.see('[role=toolbar]') === undefined && stage.page.see('app-widget-editor') === undefined);
  });

  it('BOARD-12 says that the connection is gone, lets one go on, and saves all when it is back', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    expect(stage.page.see('main .bar')).toBeUndefined();
    stage.harness.dropConnection({ stay: true });
    await stage.page.find('main .bar');
    await until('the edge tells too', () => stage.page.see('.sheet.offline'));
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    await until('it moved here', () => stage.drawn('Conversion')?.y === 1);
    expect(stage.widget('Conversion').box.y).toBe(0);
    stage.harness.reconnect();
    await stage.server('the move', () => stage.widget('Conversion').box.y === 1);
    await until('all is well', () => stage.page.see('main .bar') === undefined && stage.page.see('.sheet.offline') === undefined);
  });

  it('BOARD-13 takes the title letter by letter, and leaves the field by Enter', async () => {
    stage = await BoardStage.open();
    const field = await stage.page.type('app-board-bar input', 'Sales of the week');
    await stage.server('the title', ({ title }) => title === 'Sales of the week');
    stage.page.press(field, 'Enter');
    expect(document.activeElement).not.toBe(field);
    const ben = await stage.harness.join('Ben');
    ben.edit(() => [{ p: ['title'], t: 'text0', o: [{ p: 0, i: 'All ' }] }]);
    await until('the title of others', () => field.value === 'All Sales of the week' && document.title.includes('All Sales of the week'));
  });

  it('BOARD-14 goes to the tab that somebody looks at when one presses their face', async () => {
    stage = await BoardStage.open();
    const ben = await stage.harness.join('Ben');
    ben.shows({ tab: stage.tab('Orders') });
    await stage.page.click('cb-presence-bar button', 'On Orders');
    await stage.section('All orders');
    expect(stage.page.router.url).toContain(`tab=${stage.tab('Orders')}`);
  });

  it('BOARD-15 offers undo and redo with what they would do', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    const undo = (await stage.page.find('.undo button', 'Undo')) as HTMLButtonElement;
    expect(undo.disabled).toBeTrue();
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    await until('there is something to take back', () => !undo.disabled);
    expect(undo.title).toContain('Take back: moved Conversion');
    undo.click();
    await stage.server('the way back', () => stage.widget('Conversion').box.y === 0);
    await stage.click('.undo button', 'Redo');
    await stage.server('the move again', () => stage.widget('Conversion').box.y === 1);
  });

  it('BOARD-16 says what the server refused, puts it back, and gives it to the clipboard', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    stage.harness.refuseNext('OP_RESULT_INVALID');
    const written = spyOn(navigator.clipboard, 'writeText').and.resolveTo();
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    await stage.toast('The server did not accept 1 edit. Conversion is back as it was.');
    await stage.placed('Conversion', { y: 0 });
    expect(stage.widget('Conversion').box.y).toBe(0);
    await stage.page.click('.toast button', 'Copy it');
    expect(written.calls.mostRecent().args[0]).toContain('Conversion');
  });

  it('EYE-25 leads from the banner of a session that ended to the sign-in, and back here', async () => {
    stage = await BoardStage.open();
    stage.harness.server.endSession('Ana');
    await stage.click('main .bar button', 'Sign in');
    await until('the sign-in', () => stage.page.router.url.startsWith('/sign-in'));
    expect(decodeURIComponent(stage.page.router.url)).toContain(`then=/d/${stage.harness.id}`);
  });

  it('EYE-26 edits of a dashboard that one has lost can be copied, from the banner while they are on their way, and from the toast when they come back', async () => {
    stage = await BoardStage.open({ as: 'Ben', query: '?edit=1' });
    const { server, id } = stage.harness;
    const written = spyOn(navigator.clipboard, 'writeText').and.resolveTo();
    await stage.focus('Conversion');
    server.delayMs = 500;
    stage.key('ArrowDown');
    server.dashboard(id).everyone = null;
    server.setRole(id, 'Ben', null, 'Ana');
    await stage.page.find('main .bar', 'You no longer have access. 1 edit was not sent.');
    await stage.click('main .bar button', 'Copy edits');
    await until('it is copied', () => written.calls.count() === 1);
    await stage.page.find('.message app-refused-list li');
    await stage.click('.toast button', 'Copy it');
    await until('it is copied again', () => written.calls.count() === 2);
    for (const [text] of written.calls.allArgs()) expect(text).toContain('moved Conversion');
  });

  it('BOARD-17 offers to try again what may be accepted later', async () => {
    stage = await BoardStage.open({ query: '?edit=1' });
    stage.harness.refuseNext('INTERNAL');
    await stage.focus('Conversion');
    stage.key('ArrowDown');
    await stage.toast('Conversion is back as it was.');
    await stage.placed('Conversion', { y: 0 });
    await stage.page.click('.toast button', 'Try again');
    await stage.server('the move', () => stage.widget('Conversion').box.y === 1);
  });

  it('BOARD-18 is one column where the screen is narrow, and widgets change places by buttons', async () => {
    const ask = window.matchMedia.bind(window);
    spyOn(window, 'matchMedia').and.callFake((query) => ask(query === '(max-width: 639px)' ? 'all' : query));
    stage = await BoardStage.open();
    await stage.section('Sales');
    expect(stage.page.see('.column')).toBeDefined();
    await stage.page.click('nav.bottom button', 'Edit');
    expect(stage.names().slice(0, 3)).toEqual(['Revenue online', 'Orders', 'Conversion']);
    await stage.page.click('[role=toolbar] button', 'Move Orders up');
    await until('they changed places', () => stage.names().slice(0, 3).join() === 'Orders,Revenue online,Conversion');
    await stage.page.click('[role=toolbar] button', 'Move Orders down');
    await until('and again', () => stage.names().slice(0, 3).join() === 'Revenue online,Orders,Conversion');
  });
});
