import { Dialog } from '@angular/cdk/dialog';
import { TestBed } from '@angular/core/testing';
import { COBOARD } from '@coboard/angular';
import { NetworkError, type Coboard, type Role } from '@coboard/core';
import { FakeServer } from '../../../core/testing/index';
import { AppStage, until } from '../session/testing/app-stage';
import { openShareDialog } from './share-dialog';

const roleOf = (name: string): [string, string] => ['app-choice-menu button', `Role of ${name}`];

describe('SHARE dialog', () => {
  let server: FakeServer;
  let coboard: Coboard;
  let stage: AppStage;
  let id: string;

  /** The dialog as a person sees it. */
  async function open(name: string): Promise<void> {
    coboard = server.client(name);
    await coboard.start();
    stage = await AppStage.open(coboard, '/', {});
    openShareDialog(TestBed.inject(Dialog), { id, title: 'Launch week' });
    await stage.find('.share .people');
  }

  const people = (): Readonly<Record<string, Role>> => Object.fromEntries(Object.entries(server.dashboard(id).people).map(([key, role]) => [key.replace('u-', ''), role]));
  const choose = async (where: [string, string], what: string): Promise<void> => {
    await stage.click(...where);
    await stage.click('[cdkMenu] button, .menu button', what);
  };

  beforeEach(() => {
    server = new FakeServer();
    for (const name of ['Ana', 'Ben', 'Farid Haddad']) server.user(name);
    id = server.addDashboard({ owner: 'Ana', everyone: null });
  });

  afterEach(() => {
    TestBed.inject(Dialog).closeAll();
    TestBed.inject(COBOARD).stop();
  });

  it('SHARE-1 suggests people as one types, and Enter gives the first the chosen role', async () => {
    await open('Ana');
    await choose(['app-invite-field app-choice-menu button', 'Role of the new person'], 'Can view');
    const field = await stage.type('app-invite-field input', 'far');
    await stage.find('[role=option][aria-selected=true]', 'Farid Haddad');
    expect(field.getAttribute('aria-expanded')).toBe('true');
    expect(document.getElementById(field.getAttribute('aria-activedescendant') ?? '')?.textContent).toContain('Farid Haddad');
    field.form?.requestSubmit();
    await until('Farid has access', () => people()['farid-haddad'] === 'viewer');
    await stage.find('.people .name', 'Farid Haddad');
    // the list and the field are drawn one after the other
    await until('the field is empty', () => field.value === '');
  });

  it('SHARE-13 takes one name after the other, as fast as they are typed', async () => {
    await open('Ana');
    for (const name of ['Ben', 'Gita', 'Farid Haddad']) (await stage.type('app-invite-field input', name)).form?.requestSubmit();
    await until('all have access', () => ['ben', 'gita', 'farid-haddad'].every((person) => people()[person] === 'editor'));
    const field = (await stage.find('app-invite-field input')) as HTMLInputElement;
    await until('the field is empty', () => field.value === '');
  });

  it('SHARE-2 gives access to somebody who was never here, by name', async () => {
    await open('Ana');
    const field = await stage.type('app-invite-field input', 'Gita');
    field.form?.requestSubmit();
    await until('Gita has access', () => people()['gita'] === 'editor');
    await stage.find('.people .name', 'Gita');
  });

  it('SHARE-3 does not take a beginning for a name while somebody could be meant', async () => {
    await open('Ana');
    const field = await stage.type('app-invite-field input', 'far');
    // before the suggestions came
    field.form?.requestSubmit();
    await stage.find('[role=option]', 'Farid Haddad');
    expect(Object.keys(people())).toEqual(['ana']);
    await stage.type('app-invite-field input', 'ana');
    field.form?.requestSubmit();
    await stage.find('.wrong', 'Ana is on the list already.');
    expect(people()['ana']).toBe('owner');
  });

  it('SHARE-4 changes a role and removes somebody, at once', async () => {
    Object.assign(server.dashboard(id).people, { [server.user('Ben').id]: 'editor' });
    await open('Ana');
    await choose(roleOf('Ben'), 'Can comment');
    await until('Ben may comment', () => people()['ben'] === 'commenter');
    await choose(roleOf('Ben'), 'Remove access');
    await until('Ben is gone', () => !('ben' in people()));
    expect(stage.see('.people .name', 'Ben')).toBeUndefined();
  });

  it('SHARE-5 keeps what another owner changed meanwhile', async () => {
    Object.assign(server.dashboard(id).people, { [server.user('Ben').id]: 'owner' });
    await open('Ana');
    Object.assign(server.dashboard(id).people, { [server.user('Farid Haddad').id]: 'viewer' });
    await choose(roleOf('Ben'), 'Can edit');
    await until('Ben may edit', () => people()['ben'] === 'editor');
    expect(people()['farid-haddad']).toBe('viewer');
    await stage.find('.people .name', 'Farid Haddad');
  });

  it('SHARE-6 opens a dashboard for everyone signed in, and closes it again', async () => {
    await open('Ana');
    const everyone: [string, string] = ['footer app-choice-menu button', 'Everyone signed in'];
    await choose(everyone, 'Can view');
    await until('everyone may view', () => server.dashboard(id).everyone === 'viewer');
    await stage.find('footer', 'Opens for everyone signed in');
    await choose(everyone, 'No access');
    await until('nobody else may', () => server.dashboard(id).everyone === null);
  });

  it('SHARE-7 says beside the last owner that a dashboard keeps one, and leaves the role', async () => {
    await open('Ana');
    await choose(roleOf('Ana'), 'Can view');
    const words = await stage.find('.person .wrong', 'A dashboard keeps at least one owner.');
    expect(words.closest('.person')?.textContent).toContain('Ana');
    expect((await stage.find(...roleOf('Ana'))).textContent).toBe('Owner');
    expect(people()['ana']).toBe('owner');
  });

  it('SHARE-8 takes a change back that did not reach the server, and says so there', async () => {
    await open('Ana');
    spyOn(coboard.api, 'setAccess').and.rejectWith(new NetworkError({ cause: null }));
    await choose(['footer app-choice-menu button', 'Everyone signed in'], 'Can edit');
    await stage.find('footer .wrong', 'Sharing needs a connection. Try again when you are back online.');
    expect((await stage.find('footer app-choice-menu button', 'Everyone signed in')).textContent).toBe('No access');
  });

  it('SHARE-12 says plainly that sharing needs a connection', async () => {
    coboard = server.client('Ana');
    await coboard.start();
    stage = await AppStage.open(coboard, '/', {});
    server.isDown = true;
    const dialog = TestBed.inject(Dialog);
    openShareDialog(dialog, { id, title: 'Launch week' });
    await stage.find('.share .message', 'Sharing needs a connection. Try again when you are back online.');
    dialog.closeAll();
    coboard.connection.pause();
    const made = (await coboard.wishes?.create(server.dashboard(id).data)) ?? '';
    server.isDown = false;
    openShareDialog(dialog, { id: made, title: 'New' });
    await stage.find('.share .message', 'Sharing needs a connection: this dashboard is not saved yet.');
    coboard.connection.resume();
    await until('it is created', () => server.dashboards.has(made));
    await stage.click('.share .message button', 'Try again');
    await stage.find('.share .people .name', 'Ana');
  });

  it('SHARE-9 shows others who has access and whom to ask, without controls that would be refused', async () => {
    Object.assign(server.dashboard(id).people, { [server.user('Ben').id]: 'viewer' });
    await open('Ben');
    await stage.find('.locked', 'You can view this dashboard. Ask Ana to change who has access.');
    expect(stage.all('app-choice-menu, app-invite-field').length).toBe(0);
    expect(stage.texts('.people .said')).toEqual(['Can view', 'Owner']);
  });

  it('SHARE-11 shows owners who asks for what, at once, and a decision takes it away', async () => {
    await open('Ana');
    expect(stage.see('.asking')).toBeUndefined();
    const ben = server.client('Ben');
    await ben.start();
    await ben.api.askForAccess(id, { role: 'editor', note: 'For the plan' });
    const row = await stage.find('.asking li', 'Ben asks to edit');
    expect(row.textContent).toContain('“For the plan”');
    await stage.click('.asking button', 'View only');
    await until('Ben may view', () => people()['ben'] === 'viewer');
    await until('it is decided', () => stage.see('.asking') === undefined && server.dashboard(id).requests.length === 0);
    await ben.api.askForAccess(id, { role: 'editor', note: '' });
    await stage.find('.asking li', 'Ben asks to edit');
    await stage.click('.asking button', 'Decline');
    await until('it is declined', () => server.dashboard(id).requests.length === 0);
    expect(people()['ben']).toBe('viewer');
    ben.stop();
  });

  it('SHARE-10 takes only people who are known where a name alone is nobody', async () => {
    coboard = server.client('Ana');
    await coboard.start();
    spyOn(coboard.api, 'config').and.resolveTo({ auth: 'jwt', version: '1' });
    stage = await AppStage.open(coboard, '/', {});
    openShareDialog(TestBed.inject(Dialog), { id, title: 'Launch week' });
    const field = await stage.type('app-invite-field input', 'Gita');
    field.form?.requestSubmit();
    await stage.find('.wrong', 'Nobody of this name has signed in here yet.');
    expect(field.value).toBe('Gita');
    expect(Object.keys(people())).toEqual(['ana']);
  });
});
