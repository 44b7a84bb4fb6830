import { NetworkError, type Coboard } from '@coboard/core';
import { FakeServer } from '../../../core/testing/index';
import { AppStage, until } from '../session/testing/app-stage';
import { Home } from './home';

const cards = 'app-dashboard-card .name';
const menuOf = (title: string): [string, string] => ['button.more', `More about ${title}`];

describe('HOME page', () => {
  let server: FakeServer;
  let coboard: Coboard;
  let stage: AppStage;

  /** Ana's home page. */
  async function open(address = '/'): Promise<void> {
    await coboard.start();
    stage = await AppStage.open(coboard, address, { '': Home });
  }

  function board(owner: string, title: string, everyone: 'viewer' | 'editor' | null = null, template: 'blank' | 'sales-overview' = 'blank'): string {
    const id = server.addDashboard({ owner, everyone, template });
    const made = server.dashboard(id);
    made.data = { ...made.data, title };
    return id;
  }

  beforeEach(() => {
    localStorage.clear();
    server = new FakeServer();
    coboard = server.client('Ana');
  });

  afterEach(() => {
    coboard.stop();
  });

  it('HOME-7 shows what one can see, with those that others are on first, and never oneself as a visitor', async () => {
    board('Ana', 'Alone');
    const shared = board('Ben', 'Launch', 'editor');
    board('Ben', 'Private');
    const ben = server.client('Ben');
    await ben.start();
    ben.openPresence(shared).update({ idle: false });
    coboard.openPresence(shared).update({ idle: false });
    await until('Ben is there', () => server.peopleIn(shared).some(({ name }) => name === 'Ben'));
    await open();
    await stage.find('h2', 'People are here now');
    expect(stage.texts(cards)).toEqual(['Launch', 'Alone']);
    expect(stage.see('.about.here')?.textContent).toBe('Ben is here');
    ben.stop();
  });

  it('HOME-8 finds as one types, opens the first with Enter, and says when nothing is found', async () => {
    const sales = board('Ana', 'Zebra', null, 'sales-overview');
    board('Ana', 'Orders');
    await open();
    await stage.find(cards, 'Zebra');
    const field = await stage.type('app-sidebar input', 'largest');
    await stage.find('.about', 'Widget: Largest orders');
    expect(stage.texts(cards)).toEqual(['Zebra']);
    await stage.type('app-sidebar input', 'qq');
    await stage.find('.message', 'No dashboard or widget is called “qq”');
    await stage.type('app-sidebar input', 'largest');
    stage.press(field, 'Enter');
    await until('the dashboard is open', () => stage.router.url === `/d/${sales}`);
  });

  it('HOME-9 makes a dashboard from a template and opens it for editing', async () => {
    await open();
    await stage.click('.first app-template-cards button', 'Sales overview');
    await until('the new one is open', () => stage.router.url.startsWith('/d/'));
    const id = stage.router.url.slice(3).replace('?edit=1', '');
    await until('the server has it', () => server.dashboards.has(id));
    expect(stage.router.url).toBe(`/d/${id}?edit=1`);
    expect(server.dashboard(id).data.title).toBe('Sales overview');
  });

  it('HOME-10 deletes at once, moves the focus on, and brings back with Undo', async () => {
    board('Ana', 'Keep');
    const id = board('Ana', 'Old funnel');
    await open();
    await stage.click(...menuOf('Old funnel'));
    await stage.click('[role=menuitem]', 'Delete');
    await until('the card is gone', () => stage.texts(cards).join() === 'Keep');
    await until('the focus is on the next card', () => document.activeElement?.textContent.includes('Keep'));
    await until('the server deleted it', () => server.dashboard(id).deletedAt !== null);
    expect((await stage.find('.toast p')).textContent).toBe('Deleted Old funnel');
    await stage.click('.toast button', 'Undo');
    await until('it is back', () => server.dashboard(id).deletedAt === null && stage.texts(cards).includes('Old funnel'));
  });

  it('HOME-11 puts a card back and says so when the server does not delete it', async () => {
    board('Ana', 'Old funnel');
    await open();
    server.refuseNextRequest('FORBIDDEN');
    await stage.click(...menuOf('Old funnel'));
    await stage.click('[role=menuitem]', 'Delete');
    await stage.find('.toast p', 'Old funnel could not be deleted and is back.');
    await until('the card is back', () => stage.texts(cards).join() === 'Old funnel');
  });

  it('HOME-12 offers to delete only what one owns, and to share both', async () => {
    board('Ben', 'Launch', 'editor');
    await open();
    await stage.click(...menuOf('Launch'));
    await stage.find('[role=menuitem]', 'Who has access');
    expect(stage.see('[role=menuitem]', 'Delete')).toBeUndefined();
  });

  it('HOME-13 shows large templates to whoever has nothing yet', async () => {
    await open();
    expect((await stage.find('.first')).textContent).toContain('Nothing here yet');
    expect(stage.texts('.first .words .name')).toEqual(['Blank', 'Sales overview', 'Service health', 'Launch room']);
    expect(stage.all('.first app-miniature').length).toBe(3);
  });

  it('HOME-14 says that the server cannot be reached, tries again, and keeps a list that it has', async () => {
    board('Ana', 'Alone');
    const asking = spyOn(coboard.api, 'dashboards').and.rejectWith(new NetworkError({ cause: null }));
    await open();
    await stage.find('.message h2', 'Coboard cannot be reached');
    asking.and.callThrough();
    await stage.click('.message button', 'Try again');
    await stage.find(cards, 'Alone');
    asking.and.rejectWith(new NetworkError({ cause: null }));
    window.dispatchEvent(new Event('focus'));
    await stage.find('.stale', 'You see the dashboards as of just now');
    expect(stage.texts(cards)).toEqual(['Alone']);
  });

  it('HOME-15 takes in what is new when one comes back to the page', async () => {
    board('Ana', 'Alone');
    await open();
    await stage.find(cards, 'Alone');
    board('Ben', 'Fresh', 'viewer');
    window.dispatchEvent(new Event('focus'));
    await stage.find(cards, 'Fresh');
  });

  it('HOME-16 is walked with arrows, and the search field is a key away', async () => {
    for (const title of ['C', 'B', 'A']) board('Ana', title);
    await open();
    await stage.find(cards, 'A');
    const [first, second] = stage.all('app-dashboard-card [data-card]');
    if (!first || !second) throw new Error('no two cards');
    first.focus();
    stage.press(first, 'ArrowRight');
    expect(document.activeElement).toBe(second);
    stage.press(second, 'Home');
    expect(document.activeElement).toBe(first);
    stage.press(first, '/');
    const field = await stage.find('app-sidebar input');
    expect(document.activeElement).toBe(field);
    stage.press(field, 'ArrowDown');
    expect(document.activeElement).toBe(first);
    stage.press(first, 'k', { ctrlKey: true });
    expect(document.activeElement).toBe(field);
  });

  it('HOME-17 filters by mine and shared, and keeps the list form on this device', async () => {
    board('Ana', 'Mine');
    board('Ben', 'Theirs', 'viewer');
    await open();
    await stage.find(cards, 'Mine');
    await stage.click('.filters button', 'Shared with me');
    expect(stage.texts(cards)).toEqual(['Theirs']);
    await stage.click('.filters button', 'Mine');
    expect(stage.texts(cards)).toEqual(['Mine']);
    await stage.click('.segments button', 'List');
    expect(stage.all('app-dashboard-card.row').length).toBe(1);
    expect(localStorage.getItem('coboard.home.form')).toBe('list');
  });

  it('HOME-18 shows what was deleted, and brings it back', async () => {
    const id = board('Ana', 'Old funnel');
    const deleted = (await coboard.api.dashboards()).map((one) => ({ ...one, deletedAt: Date.now() - 3 * 60_000 }));
    const asking = spyOn(coboard.api, 'dashboards').and.resolveTo(deleted);
    await open('/?bin=1');
    expect((await stage.find('app-dashboard-bin li')).textContent).toContain('Deleted 3 min ago, kept for 30 more days');
    asking.and.callThrough();
    await stage.click('app-dashboard-bin button', 'Bring back Old funnel');
    await stage.find('.toast p', 'Old funnel is back');
    await stage.click('.toast button', 'Open');
    await until('it is open', () => stage.router.url === `/d/${id}`);
  });

  it('HOME-19 asks to sign in again when the session is over, and knows the way back', async () => {
    await open('/?bin=1');
    await stage.find('app-dashboard-bin');
    await coboard.api.signOut();
    window.dispatchEvent(new Event('focus'));
    await until('the sign-in page', () => stage.router.url === '/sign-in?ended=1&then=%2F%3Fbin%3D1');
  });
});
