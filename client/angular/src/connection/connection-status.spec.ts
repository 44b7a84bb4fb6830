import { ChangeDetectionStrategy, Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { closeCodes } from '@coboard/core';
import type { ConnectionAction } from '@coboard/core/view';
import { Subject } from 'rxjs';
import { injectDashboard } from '../dashboard/inject-dashboard';
import { COBOARD } from '../provide-coboard';
import { ConnectionStatus, PAGE_RELOAD, type ConnectionForm } from './connection-status';

@Component({
  selector: 'cb-test-status',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [ConnectionStatus],
  template: '<cb-connection-status [form]="form()" [dashboard]="board" [without]="without()" (signIn)="asked.push(\'sign in\')" (copyEdits)="asked.push(\'copy\')" /><button id="outside">x</button>',
})
class TestStatus {
  readonly form = signal<ConnectionForm>('compact');
  readonly id = signal('');
  readonly board = injectDashboard(() => this.id() || null);
  readonly without = signal<readonly ConnectionAction[]>([]);
  readonly asked: string[] = [];
}

describe('ConnectionStatus', () => {
  let harness: CoboardHarness;
  const show = async (form: ConnectionForm) => {
    const fixture = TestBed.createComponent(TestStatus);
    fixture.componentInstance.form.set(form);
    fixture.componentInstance.id.set(harness.id);
    fixture.autoDetectChanges();
    await fixture.whenStable();
    const root = fixture.nativeElement as HTMLElement;
    const status = root.querySelector<HTMLElement>('cb-connection-status');
    if (status === null) throw new Error('nothing is shown');
    return { fixture, status, root, button: (words: string) => [...status.querySelectorAll('button')].find((one) => one.textContent.includes(words)) };
  };
  beforeEach(async () => {
    harness = new CoboardHarness();
    TestBed.configureTestingModule({ providers: [harness.provide()] });
    await harness.start();
  });
  afterEach(() => {
    harness.stop();
  });

  it('NG-8 the compact form says a word, and opens a card that closes by Escape or a click elsewhere', async () => {
    const { status, button, root } = await show('compact');
    await until('saved', () => status.textContent.includes('Saved'));
    const opener = button('Saved');
    expect(opener?.getAttribute('aria-expanded')).toBe('false');
    opener?.click();
    await until('open', () => status.querySelector('[role=dialog]')?.textContent.includes('Online, all saved'));
    status.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await until('closed', () => status.querySelector('[role=dialog]') === null);
    expect(document.activeElement).toBe(opener ?? null);
    opener?.click();
    await until('open again', () => status.querySelector('[role=dialog]'));
    root.querySelector('#outside')?.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
    await until('closed by the click', () => status.querySelector('[role=dialog]') === null);
  });

  it('NG-9 one can pause and resume; meanwhile the banner says so', async () => {
    const full = await show('full');
    const banner = await show('banner');
    await until('online', () => full.button('Pause'));
    expect(banner.status.textContent.trim()).toBe('');
    full.button('Pause')?.click();
    await until('paused', () => full.status.textContent.includes('Paused by you'));
    await until('the banner says so', () => banner.status.querySelector('[role=status]')?.textContent.includes('Live updates are paused'));
    banner.button('Resume')?.click();
    await until('online again', () => full.status.textContent.includes('Online'));
    await until('the banner goes', () => banner.status.textContent.trim() === '');
  });

  it('NG-10 a session that ended asks to sign in; the same in every form, never by color alone', async () => {
    const forms = await Promise.all((['minimal', 'compact', 'full', 'banner'] as const).map((form) => show(form)));
    harness.server.endSession('Ana');
    for (const { status } of forms) await until('it says so', () => /[Ss]ign/.test(status.textContent + (status.querySelector('[role=img]')?.getAttribute('aria-label') ?? '')));
    expect(forms.map(({ status }) => status.querySelector('svg') !== null)).toEqual([true, true, true, true]);
    forms[2]?.button('Sign in')?.click();
    expect(forms[2]?.fixture.componentInstance.asked).toEqual(['sign in']);
  });

  it('NG-31 whatever state it is in, the four forms agree on it, and every button has a name', async () => {
    harness.stop();
    const signals = new Subject<'browserOnline' | 'browserOffline' | 'awake'>();
    const coboard = harness.server.client('Ana', { online: true, signals });
    TestBed.resetTestingModule().configureTestingModule({ providers: [{ provide: COBOARD, useValue: coboard }] });
    const forms = await Promise.all((['minimal', 'compact', 'full', 'banner'] as const).map((form) => show(form)));
    const [minimal, compact, full, banner] = forms.map(({ status }) => status);
    const agree = async (title: string, word: string, sentence: string, tone: string): Promise<void> => {
      await until(title, () => full?.textContent.includes(title) && (banner?.querySelector('p')?.textContent ?? '') === sentence);
      expect(minimal?.querySelector('[role=img]')?.getAttribute('aria-label')).toBe(title);
      expect(compact?.querySelector('.pill')?.getAttribute('aria-label')).toBe(`${word}, connection`);
      for (const { status } of forms) {
        expect(status.classList).toContain(tone);
        for (const button of status.querySelectorAll('button')) expect(button.textContent.trim()).not.toBe('');
      }
    };
    await agree('Not connected', 'Not connected', '', 'calm');
    await coboard.start();
    await agree('Online, all saved', 'Saved', '', 'good');
    signals.next('browserOffline');
    await agree('Offline', 'Offline', 'You are offline. Keep working: your edits are kept in this window and sent when you are back.', 'warn');
    signals.next('browserOnline');
    await agree('Online, all saved', 'Saved', '', 'good');
    coboard.connection.pause();
    await agree('Paused by you', 'Paused by you', 'Live updates are paused.', 'calm');
    coboard.connection.resume();
    await until('online', () => coboard.connection.state.value.status === 'online');
    harness.server.close('Ana', closeCodes.originRefused);
    await agree('Not connected', 'Not connected', 'The server does not accept a connection from this page.', 'bad');
    coboard.connection.tryNow();
    await until('online', () => coboard.connection.state.value.status === 'online');
    harness.server.close('Ana', closeCodes.clientTooOld);
    await agree('Too old', 'Reload to go on', 'Coboard was updated. Reload to go on.', 'warn');
    coboard.stop();
  });

  it('NG-11 edits that are on their way are counted, and access that was taken away is an alert', async () => {
    const { fixture, status } = await show('banner');
    const compact = await show('compact');
    const { board } = fixture.componentInstance;
    await until('it is there', () => board.dashboard());
    harness.dropConnection({ stay: true });
    board.edit((dashboard) => [{ p: ['title'], od: dashboard.title, oi: 'Kept' }]);
    expect(harness.coboard.saving.value.pendingCount).toBe(1);
    await until('it is told', () => /Saving 1|Reconnecting|kept/.test(compact.status.textContent));
    harness.reconnect();
    await until('it is saved', () => compact.status.textContent.includes('Saved') && harness.dashboard.title === 'Kept');
    harness.server.setRole(harness.id, 'Ana', null, 'Ben');
    await until('no access', () => status.querySelector('[role=alert]')?.textContent.includes('You no longer have access'));
  });

  it('NG-60 without access only the edits of that dashboard are told as not sent, and a dashboard that is gone is not told as taken away', async () => {
    const { fixture, status } = await show('banner');
    await until('it is there', () => fixture.componentInstance.board.dashboard());
    const other = harness.server.addDashboard({ owner: 'Ana' });
    const live = harness.coboard.openDashboard(other);
    await until('the other is there', () => live.state.value.status === 'ready');
    harness.server.deleteDashboard(harness.id);
    await until('it is gone', () => fixture.componentInstance.board.state().status === 'gone');
    harness.dropConnection({ stay: true });
    live.edit(({ title }) => [{ p: ['title'], od: title, oi: 'Elsewhere' }]);
    expect(harness.coboard.saving.value.pendingCount).toBe(1);
    await fixture.whenStable();
    expect(status.textContent.trim()).toBe('');
    fixture.componentInstance.form.set('full');
    await until('the card says so', () => status.textContent.includes('It does not exist, or is not shared with you'));
    expect(status.querySelector('button')).toBeNull();
    harness.coboard.closeDashboard(live);
  });

  it('NG-61 reloading is done the application’s way, and what would come to nothing where it stands is not offered', async () => {
    let reloads = 0;
    TestBed.overrideProvider(PAGE_RELOAD, { useValue: () => { reloads += 1; } });
    const { fixture, button } = await show('full');
    await until('online', () => button('Pause'));
    fixture.componentInstance.without.set(['pause']);
    await until('it is not offered', () => button('Pause') === undefined);
    harness.server.close('Ana', closeCodes.clientTooOld);
    (await until('too old', () => button('Reload'))).click();
    expect(reloads).toBe(1);
  });
});
