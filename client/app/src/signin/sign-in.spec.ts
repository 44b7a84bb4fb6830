import { CoboardError, NetworkError, type Coboard } from '@coboard/core';
import { FakeServer } from '../../../core/testing/index';
import { AppStage, until } from '../session/testing/app-stage';
import { SignIn } from './sign-in';
import { wayOn } from './way-on';

describe('SIGNIN', () => {
  let server: FakeServer;
  let coboard: Coboard;
  let stage: AppStage;

  const open = async (address = '/sign-in'): Promise<void> => {
    stage = await AppStage.open(coboard, address, { 'sign-in': SignIn });
  };
  const submit = async (): Promise<void> => {
    await stage.click('button[type=submit]');
  };

  beforeEach(() => {
    localStorage.clear();
    server = new FakeServer();
    coboard = server.client(null);
  });

  afterEach(() => {
    coboard.stop();
  });

  it('SIGNIN-1 asks for a name and goes home with it; next time the name stands there, selected', async () => {
    await open();
    const field = await stage.type('#name', '  Ana  Duarte ');
    expect((await stage.find('button[type=submit]')).textContent.trim()).toBe('Continue as Ana Duarte');
    field.form?.requestSubmit();
    await until('home', () => stage.router.url === '/');
    expect(coboard.user.value?.name).toBe('Ana  Duarte');
    await coboard.signOut();
    await stage.router.navigateByUrl('/sign-in');
    const again = (await stage.find('#name')) as HTMLInputElement;
    await until('the focus is there', () => document.activeElement === again);
    expect([again.value, again.selectionStart, again.selectionEnd]).toEqual(['Ana  Duarte', 0, 11]);
  });

  it('SIGNIN-2 says under the field why a name was not taken, and keeps what was typed', async () => {
    spyOn(coboard.api, 'signIn').and.rejectWith(new CoboardError('NAME_INVALID'));
    await open();
    const field = await stage.type('#name', 'Ana');
    await submit();
    await stage.find('#wrong', 'A name has 1 to 60 visible characters.');
    expect([field.value, field.getAttribute('aria-invalid')]).toEqual(['Ana', 'true']);
    expect(document.activeElement).toBe(field);
    await stage.type('#name', '  ');
    expect(stage.see('#wrong')?.textContent).toBe('');
    await submit();
    await stage.find('#wrong', 'Type a name first.');
  });

  it('SIGNIN-3 says when the server cannot be reached, and goes on at Try again or when the network is back', async () => {
    const asking = spyOn(coboard.api, 'config').and.rejectWith(new NetworkError({ cause: null }));
    await open();
    await stage.find('h1', 'Coboard cannot be reached');
    await stage.click('button', 'Try again');
    expect(asking.calls.count()).toBe(2);
    await stage.find('button[aria-busy=false]', 'Try again');
    asking.and.callThrough();
    window.dispatchEvent(new Event('online'));
    await stage.find('#name');
  });

  it('SIGNIN-4 goes on to where one wanted to go, if that is a page of this app', async () => {
    await open('/sign-in?then=%2Fother%3Fa%3D1');
    await stage.type('#name', 'Ana');
    await submit();
    await until('there', () => stage.router.url === '/other?a=1');
  });

  it('SIGNIN-5 follows no way on that leads to another site or back to signing in', () => {
    for (const bad of [undefined, '', 'other', 'https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', '/sign-in', '/sign-in?then=/x', 'javascript:alert(1)']) {
      expect(wayOn(bad)).withContext(String(bad)).toBe('/');
    }
    expect(wayOn('/d/abc?edit=1')).toBe('/d/abc?edit=1');
  });

  it('SIGNIN-6 lets whoever is signed in already pass', async () => {
    coboard = server.client('Ana');
    await open('/sign-in?then=%2Fother');
    await until('there', () => stage.router.url === '/other');
  });

  it('SIGNIN-7 takes a token where another site signs people in, and says in words when it is not accepted', async () => {
    spyOn(coboard.api, 'config').and.resolveTo({ auth: 'jwt', version: '1' });
    const signIn = spyOn(coboard.api, 'signIn').and.rejectWith(new CoboardError('SESSION_EXPIRED'));
    await open();
    await stage.find('.about', 'you sign in there');
    expect(stage.see('#name')).toBeUndefined();
    await stage.type('#token', ' Bearer abc.def.ghi\n');
    await submit();
    await stage.find('#wrong', 'This token has expired.');
    expect(signIn.calls.mostRecent().args).toEqual([{ token: 'abc.def.ghi' }]);
  });

  it('SIGNIN-8 says that a session ended where that is why one is here', async () => {
    await open('/sign-in?ended=1&then=%2Fother');
    await stage.find('.lead', 'Your session ended.');
  });
});
