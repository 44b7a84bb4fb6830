import { TestBed } from '@angular/core/testing';
import { COBOARD } from '@coboard/angular';
import { until } from '@coboard/angular/testing';
import type { Coboard } from '@coboard/core';
import { MemoryDevice, MemoryStore } from '../../../core/local/memory-store';
import { FakeServer } from '../../../core/testing/index';
import { Toasts } from '../toasts/toasts';
import { KeepingNotice } from './keeping-notice';

describe('HOME what the browser keeps', () => {
  let server: FakeServer;
  let coboard: Coboard;

  beforeEach(() => {
    localStorage.clear();
    server = new FakeServer();
  });

  afterEach(() => {
    TestBed.inject(Toasts).dismiss();
    coboard.stop();
    localStorage.clear();
  });

  /** A window that starts anew; what is shown first. */
  async function open(keeping: 'kept' | 'memory'): Promise<string | undefined> {
    TestBed.resetTestingModule();
    const device = new MemoryDevice();
    coboard = server.clientIn(server.session('Ana'), { store: () => new MemoryStore(device, keeping) });
    TestBed.configureTestingModule({ providers: [{ provide: COBOARD, useValue: coboard }] });
    TestBed.inject(KeepingNotice).start();
    await coboard.start();
    await until('online', () => coboard.connection.state.value.status === 'online');
    return TestBed.inject(Toasts).current()?.words;
  }

  it('HOME-65 a browser that keeps nothing says so once, while there is a connection, and one that keeps edits does not', async () => {
    expect(await open('kept')).toBeUndefined();
    coboard.stop();
    expect(await open('memory')).toBe('This browser keeps nothing: unsaved edits live as long as this window.');
    coboard.stop();
    expect(await open('memory')).toBeUndefined();
  });

  it('HOME-66 where edits are kept, the browser is asked once not to throw them away, when there are any', async () => {
    const persisted = spyOn(navigator.storage, 'persisted').and.resolveTo(false);
    const persist = spyOn(navigator.storage, 'persist').and.resolveTo(false);
    const id = server.addDashboard({ owner: 'Ana' });
    const edit = async (): Promise<void> => {
      const live = coboard.openDashboard(id);
      await until('it is there', () => live.state.value.status === 'ready');
      live.edit(({ title }) => [{ p: ['title'], od: title, oi: `${title}!` }]);
      await until('it is saved', () => live.pendingCount.value === 0);
    };
    await open('memory');
    await edit();
    expect(persisted.calls.count()).toBe(0);
    coboard.stop();
    await open('kept');
    expect(persisted.calls.count()).toBe(0);
    await edit();
    await until('it is asked', () => persist.calls.count() === 1);
    coboard.stop();
    await open('kept');
    await edit();
    await until('it has looked', () => persisted.calls.count() === 2);
    expect(persist.calls.count()).toBe(1);
  });
});
