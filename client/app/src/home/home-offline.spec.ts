import { TestBed } from '@angular/core/testing';
import { setSetting, type Coboard, type Dashboard, type Op } from '@coboard/core';
import { Subject } from 'rxjs';
import { replaceAt } from '../../../../model/edits';
import { MemoryDevice, MemoryStore } from '../../../core/local/memory-store';
import { FakeServer, type FakeDashboard } from '../../../core/testing/index';
import { AppStage, until } from '../session/testing/app-stage';
import { Home } from './home';

const cards = 'app-dashboard-card .name';
const menuOf = (title: string): [string, string] => ['button.more', `More about ${title}`];

describe('HOME page without a network', () => {
  let server: FakeServer;
  let coboard: Coboard;
  let stage: AppStage;
  let device: MemoryDevice;
  let signals: Subject<'browserOnline' | 'browserOffline' | 'awake'>;

  const only = (): FakeDashboard | undefined => [...server.dashboards.values()].at(-1);
  const marks = (): string[] => stage.texts('app-dashboard-card .unsaved');
  const goOffline = (): void => {
    server.isDown = true;
    signals.next('browserOffline');
  };
  const goOnline = (): void => {
    server.isDown = false;
    signals.next('browserOnline');
  };

  function board(title: string): string {
    const id = server.addDashboard({ owner: 'Ana', everyone: null });
    const made = server.dashboard(id);
    made.data = { ...made.data, title };
    return id;
  }

  /** Ana's window in a browser that keeps things. */
  async function open(address = '/'): Promise<void> {
    signals = new Subject();
    coboard = server.clientIn(server.session('Ana'), { environment: { online: true, signals }, store: () => new MemoryStore(device, 'kept') });
    await coboard.start();
    await until('online', () => coboard.connection.state.value.status === 'online');
    stage = await AppStage.open(coboard, address, { '': Home });
  }

  beforeEach(() => {
    localStorage.clear();
    server = new FakeServer();
    device = new MemoryDevice();
  });

  afterEach(() => {
    coboard.stop();
  });

  it('HOME-20 makes a dashboard, which opens at once; its card says that it is not saved yet until the server has it', async () => {
    board('Before');
    await open();
    await stage.find(cards, 'Before');
    expect(marks()).toEqual([]);
    goOffline();
    await stage.click('app-template-cards button', 'Service health');
    await until('it is open', () => stage.router.url.startsWith('/d/'));
    await stage.router.navigateByUrl('/');
    await stage.find(cards, 'Service health');
    expect(stage.texts(cards)).toEqual(['Service health', 'Before']);
    expect(marks()).toEqual(['Not saved yet']);
    expect(stage.all('app-dashboard-card')[0]?.querySelectorAll('app-miniature').length).toBe(1);
    await stage.find('app-frame-connection .pill', 'Offline · 1 edit kept here');
    expect(coboard.saving.value.pendingCount).toBe(1);
    goOnline();
    await until('the server has it', () => only()?.data.title === 'Service health');
    await until('nothing is said any more', () => marks().length === 0 && coboard.saving.value.pendingCount === 0);
    expect(stage.texts(cards)).toEqual(['Service health', 'Before']);
  });

  it('HOME-21 renames by menu and key, offline too where the dashboard is on this device, and says so where it is not', async () => {
    const [here, away] = [board('On this device'), board('Never opened')];
    await open();
    const live = coboard.openDashboard(here);
    await until('it is kept', () => device.copies.has(here));
    coboard.closeDashboard(live);
    await stage.click(...menuOf('On this device'));
    await stage.click('[role=menuitem]', 'Rename');
    await stage.type('app-rename-dialog input', 'First name');
    await stage.click('app-rename-dialog button', 'Rename');
    await stage.find(cards, 'First name');
    await until('the server has it', () => server.dashboard(here).data.title === 'First name');

    goOffline();
    const card = await stage.find(`[data-id="${here}"]`);
    card.focus();
    stage.press(card, 'F2');
    const field = await stage.type('app-rename-dialog input', ' Second name ');
    field.form?.requestSubmit();
    await stage.find(cards, 'Second name');
    await until('it says that it is not saved', () => marks().join() === 'Not saved yet');
    await stage.click(...menuOf('Never opened'));
    await stage.click('[role=menuitem]', 'Rename');
    await stage.type('app-rename-dialog input', 'Anything');
    await stage.click('app-rename-dialog button', 'Rename');
    await stage.find('.toast p', 'Never opened is not on this device yet. You can rename it when there is a connection.');
    expect(server.dashboard(here).data.title).toBe('First name');
    goOnline();
    await until('the server has it', () => server.dashboard(here).data.title === 'Second name');
    expect(server.dashboard(away).data.title).toBe('Never opened');
    await until('nothing is said any more', () => marks().length === 0);
  });

  it('HOME-22 deletes, undoes and brings back; what was made and deleted here alone waits in the bin of this device', async () => {
    const id = board('Old funnel');
    await open();
    await stage.find(cards, 'Old funnel');
    goOffline();
    await stage.click(...menuOf('Old funnel'));
    await stage.click('[role=menuitem]', 'Delete');
    await until('it is gone', () => stage.texts(cards).length === 0);
    await stage.click('.toast button', 'Undo');
    await stage.find(cards, 'Old funnel');
    expect(marks()).toEqual([]);
    await stage.click(...menuOf('Old funnel'));
    await stage.click('[role=menuitem]', 'Delete');
    await stage.click('app-template-cards button', 'Blank');
    await until('it is open', () => stage.router.url.startsWith('/d/'));
    await stage.router.navigateByUrl('/');
    await stage.click(...menuOf('Untitled dashboard'));
    await stage.click('[role=menuitem]', 'Delete');
    await stage.router.navigateByUrl('/?bin=1');
    const [first, second] = [await stage.find('app-dashboard-bin li', 'Untitled dashboard'), await stage.find('app-dashboard-bin li', 'Old funnel')];
    expect(first.textContent).toContain('kept for 30 more days on this device');
    expect(first.querySelector('.unsaved')).toBeNull();
    expect(second.querySelector('.unsaved')?.textContent).toBe('Not saved yet');
    goOnline();
    await until('the server deleted it', () => server.dashboard(id).deletedAt !== null);
    expect(server.dashboards.size).toBe(1);
    await stage.click('app-dashboard-bin button', 'Bring back Old funnel');
    await stage.click('app-dashboard-bin button', 'Bring back Untitled dashboard');
    await until('both are there', () => server.dashboard(id).deletedAt === null && server.dashboards.size === 2);
  });

  it('HOME-23 says that the server did not take a dashboard, keeps it here, and tries again', async () => {
    board('Before');
    await open();
    server.refuseNextRequest('DOCUMENT_FULL');
    await stage.click('app-template-cards button', 'Launch room');
    await stage.find('.toast p', 'Launch room could not be saved. The dashboard is full. It is kept here.');
    await stage.router.navigateByUrl('/');
    await stage.find('.unsaved', 'Could not be saved');
    const write = spyOn(navigator.clipboard, 'writeText').and.resolveTo();
    await stage.click(...menuOf('Launch room'));
    await stage.click('[role=menuitem]', 'Copy it');
    await until('it is copied', () => write.calls.count() === 1);
    expect((JSON.parse(write.calls.first().args[0]) as { title: string }).title).toBe('Launch room');
    await stage.click(...menuOf('Launch room'));
    await stage.click('[role=menuitem]', 'Try to save again');
    await until('the server has it', () => only()?.data.title === 'Launch room');
    await until('nothing is said any more', () => marks().length === 0);
  });

  it('HOME-24 shows nobody as here when the server was last asked long ago, and asks before signing out loses what waits', async () => {
    const id = board('Shared');
    server.setRole(id, 'Ben', 'editor');
    const ben = server.client('Ben');
    await ben.start();
    ben.openPresence(id).update({ idle: false });
    await until('Ben is there', () => server.peopleIn(id).length === 1);
    await open();
    await stage.find('.about.here', 'Ben is here');
    goOffline();
    window.dispatchEvent(new Event('focus'));
    await stage.find('.stale', 'You see the dashboards as of just now');
    expect(stage.see('.about.here')).toBeUndefined();
    await coboard.wishes?.delete(id, 'Shared');
    await stage.click('app-user-menu .wide');
    await stage.click('[role=menuitem]', 'Sign out');
    await stage.find('app-sign-out-question h2', 'Sign out and lose 1 edit?');
    await stage.click('app-sign-out-question button', 'Stay');
    expect(coboard.wishes?.list.value.length).toBe(1);
    ben.stop();
  });

  it('HOME-30 asks before signing out loses what another window has not sent, and goes to the sign-in page when another window signs out', async () => {
    const id = board('Shared');
    await open();
    const other = server.clientIn(server.session('Ana'), { store: () => new MemoryStore(device, 'kept') });
    await other.start();
    const live = other.openDashboard(id);
    await until('it is there', () => live.state.value.status === 'ready');
    other.connection.pause();
    live.edit((dashboard) => replaceAt(dashboard, ['title'], 'Not sent'));
    await until('it is kept', () => device.outboxes.size === 1);
    await stage.click('app-user-menu .wide');
    await stage.click('[role=menuitem]', 'Sign out');
    await stage.find('app-sign-out-question h2', 'Sign out and lose 1 edit?');
    await stage.click('app-sign-out-question button', 'Stay');
    expect(coboard.user.value?.name).toBe('Ana');
    await other.signOut();
    await until('it is at the sign-in page', () => stage.router.url === '/sign-in');
    expect([coboard.user.value, device.outboxes.size, device.values.size]).toEqual([null, 0, 0]);
    other.stop();
  });

  it('HOME-67 what others chose differently while edits of a closed window waited is counted on the card, and a toast leads there', async () => {
    const id = server.addDashboard({ owner: 'Ana', template: 'sales-overview' });
    const [kpi = ''] = Object.entries(server.dashboard(id).data.widgets).find(([, { kind }]) => kind === 'kpi') ?? [];
    const unit = (value: string) => (dashboard: Dashboard): Op => setSetting(dashboard, kpi, 'unit', value);
    await open();
    const live = coboard.openDashboard(id);
    await until('it is kept', () => device.copies.has(id));
    server.cut('Ana', { stay: true });
    live.edit(unit('kr'));
    await until('the edit is kept', () => device.outboxes.size === 1);
    coboard.stop();
    device.claimed.clear();
    const ben = server.client('Ben');
    await ben.start();
    const bens = ben.openDashboard(id);
    await until('it is there', () => bens.state.value.status === 'ready');
    bens.edit(unit('$'));
    await until('it is saved', () => bens.pendingCount.value === 0);

    TestBed.resetTestingModule();
    coboard = server.clientIn(server.session('Ana'), { store: () => new MemoryStore(device, 'kept') });
    await coboard.start();
    stage = await AppStage.open(coboard, '/', { '': Home });
    await stage.find(cards, 'Sales overview');
    expect(stage.see('app-dashboard-card .eye')).toBeUndefined();
    server.restore('Ana');
    coboard.connection.tryNow();
    await stage.find('.toast p', '1 thing needs your eye in Sales overview.');
    expect((await stage.find('app-dashboard-card .eye')).textContent.trim()).toBe('1 needs your eye');
    await stage.click('.toast button', 'Look');
    await until('it is open', () => stage.router.url === `/d/${id}?panel=eye`);
    ben.stop();
  });

  it('HOME-68 whoever paused can resume at home, whoever is signed out can sign in, and nothing is offered that does nothing there', async () => {
    board('Before');
    await open();
    await stage.find('app-frame-connection .pill', 'Saved');
    coboard.connection.pause();
    await stage.click('app-frame-connection .pill', 'Paused by you');
    await stage.click('app-frame-connection [role=dialog] button', 'Resume');
    await until('online', () => coboard.connection.state.value.status === 'online');
    goOffline();
    await stage.click('app-template-cards button', 'Blank');
    await until('it is open', () => stage.router.url.startsWith('/d/'));
    await stage.router.navigateByUrl('/');
    await stage.click('app-frame-connection .pill', 'Offline · 1 edit kept here');
    await stage.find('app-frame-connection [role=dialog] button', 'Try now');
    expect(stage.texts('app-frame-connection [role=dialog] button')).toEqual(['Try now']);
    goOnline();
    await until('all is saved', () => coboard.saving.value.pendingCount === 0);
    server.endSession('Ana');
    // the card is open still
    await stage.find('app-frame-connection .pill', 'Sign in again');
    await stage.click('app-frame-connection [role=dialog] button', 'Sign in');
    await until('the sign-in', () => stage.router.url.startsWith('/sign-in'));
  });
});
