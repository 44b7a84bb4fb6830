import { LiveAnnouncer } from '@angular/cdk/a11y';
import { TestBed } from '@angular/core/testing';
import { Trash2 } from 'lucide';
import { ToastHost } from './toast-host';
import { Toasts } from './toasts';

describe('TOAST host', () => {
  let toasts: Toasts;
  let host: HTMLElement;
  let announced: jasmine.Spy;

  beforeEach(() => {
    jasmine.clock().install();
    const fixture = TestBed.createComponent(ToastHost);
    host = fixture.nativeElement as HTMLElement;
    toasts = TestBed.inject(Toasts);
    announced = spyOn(TestBed.inject(LiveAnnouncer), 'announce').and.resolveTo();
  });

  afterEach(() => {
    toasts.dismiss();
    jasmine.clock().uninstall();
  });

  const words = (): string | null => {
    TestBed.tick();
    return host.querySelector('p')?.textContent ?? null;
  };
  const undo = { label: 'Undo', run: () => undefined };

  it('TOAST-1 says what happened with its subject in bold, aloud too, and leaves by itself', () => {
    toasts.show({ icon: Trash2, words: 'Deleted Orders', subject: 'Orders' });
    expect(words()).toBe('Deleted Orders');
    expect(host.querySelector('b')?.textContent).toBe('Orders');
    expect(announced).toHaveBeenCalledOnceWith('Deleted Orders', 'polite');
    jasmine.clock().tick(5_900);
    expect(words()).toBe('Deleted Orders');
    jasmine.clock().tick(200);
    expect(words()).toBeNull();
  });

  it('TOAST-2 stays longer with something to do, and only the newest is there', () => {
    toasts.show({ icon: Trash2, words: 'Deleted Orders', actions: [undo] });
    jasmine.clock().tick(9_000);
    toasts.show({ icon: Trash2, words: 'Deleted Sales', actions: [undo] });
    jasmine.clock().tick(9_900);
    expect(words()).toBe('Deleted Sales');
    jasmine.clock().tick(200);
    expect(words()).toBeNull();
  });

  it('TOAST-3 stays while somebody points at it or has the focus in it', () => {
    toasts.show({ icon: Trash2, words: 'Deleted Orders', actions: [undo] });
    words();
    host.dispatchEvent(new PointerEvent('pointerenter'));
    host.querySelector('button')?.focus();
    host.dispatchEvent(new PointerEvent('pointerleave'));
    jasmine.clock().tick(60_000);
    expect(words()).toBe('Deleted Orders');
    (document.activeElement as HTMLElement).blur();
    jasmine.clock().tick(10_100);
    expect(words()).toBeNull();
  });

  it('TOAST-4 a refusal interrupts what is read aloud', () => {
    toasts.show({ icon: Trash2, words: 'Not accepted', urgent: true });
    expect(announced).toHaveBeenCalledOnceWith('Not accepted', 'assertive');
  });

  it('TOAST-5 an action is done once and takes the toast away, and so does dismissing', () => {
    let done = 0;
    toasts.show({ icon: Trash2, words: 'Deleted Orders', actions: [{ label: 'Undo', run: () => { done += 1; } }] });
    words();
    host.querySelector('button')?.click();
    expect([done, words()]).toEqual([1, null]);
    toasts.show({ icon: Trash2, words: 'Deleted Sales' });
    words();
    host.querySelector<HTMLElement>('[aria-label=Dismiss]')?.click();
    expect(words()).toBeNull();
  });

  it('TOAST-6 news waits until what stands there could be read, and what is done oneself does not', () => {
    jasmine.clock().mockDate(new Date());
    toasts.show({ icon: Trash2, words: 'Back online', isNews: true });
    expect(words()).toBe('Back online');
    toasts.show({ icon: Trash2, words: 'You can view this', isNews: true });
    toasts.show({ icon: Trash2, words: 'Somebody asks', isNews: true });
    expect(words()).toBe('Back online');
    jasmine.clock().tick(3_100);
    expect(words()).toBe('You can view this');
    toasts.show({ icon: Trash2, words: 'Deleted Orders' });
    expect(words()).toBe('Deleted Orders');
    jasmine.clock().tick(3_100);
    expect(words()).toBe('Somebody asks');
  });
});
