import { EnvironmentInjector, createEnvironmentInjector } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { COBOARD, provideCoboard, withAutoStart, withLeaveWarning } from './provide-coboard';

describe('provideCoboard', () => {
  it('NG-25 the client connects when asked to start with the application, and stops with it', async () => {
    const harness = new CoboardHarness();
    const inner = createEnvironmentInjector([harness.provide(), ...withAutoStart().providers], TestBed.inject(EnvironmentInjector));
    await until('online', () => harness.coboard.connection.state.value.status === 'online');
    inner.destroy();
    harness.stop();

    const own = createEnvironmentInjector([provideCoboard({ url: 'http://127.0.0.1:1' })], TestBed.inject(EnvironmentInjector));
    const coboard = own.get(COBOARD);
    const stop = spyOn(coboard, 'stop').and.callThrough();
    own.destroy();
    expect(stop.calls.count()).toBe(1);
  });

  it('NG-26 a page with edits that are not saved asks before it is left', async () => {
    const harness = new CoboardHarness();
    await harness.start();
    // a real event of this kind would make Karma think that the page is left
    const listened = spyOn(window, 'addEventListener').and.callThrough();
    const inner = createEnvironmentInjector([harness.provide(), ...withLeaveWarning().providers], TestBed.inject(EnvironmentInjector));
    const [, warn] = listened.calls.allArgs().find(([type]) => type === 'beforeunload') ?? [];
    const asks = (): boolean => {
      const event = new Event('beforeunload', { cancelable: true });
      (warn as (event: Event) => void)(event);
      return event.defaultPrevented;
    };
    expect(asks()).toBeFalse();
    const live = inner.get(COBOARD).openDashboard(harness.id);
    await until('it is there', () => live.state.value.status === 'ready');
    harness.dropConnection({ stay: true });
    live.edit((dashboard) => [{ p: ['title'], od: dashboard.title, oi: 'New' }]);
    expect(asks()).toBeTrue();
    harness.reconnect();
    await harness.settle();
    expect(asks()).toBeFalse();
    inner.destroy();
    harness.stop();
  });
});
