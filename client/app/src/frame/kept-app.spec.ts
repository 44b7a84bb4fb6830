import { TestBed } from '@angular/core/testing';
import { CoboardHarness, until } from '@coboard/angular/testing';
import { loadsOf } from '../../worker/page-loads';
import { Toasts } from '../toasts/toasts';
import { KeptApp, LOAD_ANEW } from './kept-app';
import { NewerVersion } from './newer-version';

class FakeWorker extends EventTarget {
  state: ServiceWorkerState = 'installing';
  readonly told: unknown[] = [];

  postMessage(message: unknown): void {
    this.told.push(message);
  }

  becomes(state: ServiceWorkerState): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

class FakeRegistration extends EventTarget {
  installing: FakeWorker | null = null;
  waiting: FakeWorker | null = null;
  isUnregistered = false;
  /** What the server has when it is asked. */
  next: FakeWorker | null = null;

  update(): Promise<void> {
    this.installing = this.next;
    this.next = null;
    if (this.installing !== null) this.dispatchEvent(new Event('updatefound'));
    return Promise.resolve();
  }

  unregister(): Promise<boolean> {
    this.isUnregistered = true;
    return Promise.resolve(true);
  }
}

class FakeWorkers extends EventTarget {
  readonly registration = new FakeRegistration();
  controller: FakeWorker | null = new FakeWorker();

  register(): Promise<FakeRegistration> {
    return Promise.resolve(this.registration);
  }
}

describe('HOME the app on this device', () => {
  let harness: CoboardHarness;
  let workers: FakeWorkers;
  let app: KeptApp;
  let loads: number;

  beforeEach(async () => {
    harness = new CoboardHarness({ template: 'sales-overview' });
    loads = 0;
    TestBed.configureTestingModule({ providers: [harness.provide(), { provide: LOAD_ANEW, useValue: () => { loads += 1; } }] });
    workers = new FakeWorkers();
    await harness.start();
    app = TestBed.inject(KeptApp);
  });

  afterEach(() => {
    TestBed.inject(Toasts).dismiss();
    harness.stop();
  });

  const follow = (): Promise<void> => app.follow(workers as unknown as ServiceWorkerContainer);
  const words = (): string | undefined => TestBed.inject(Toasts).current()?.words;

  /** A newer worker comes, and is all here. */
  async function newer(): Promise<FakeWorker> {
    const { registration } = workers;
    const worker = (registration.next = new FakeWorker());
    await registration.update();
    registration.installing = null;
    registration.waiting = worker;
    worker.becomes('installed');
    return worker;
  }

  it('HOME-60 offers a newer version quietly for as long as it waits, also to a window that finds one waiting, and takes it only when asked', async () => {
    await follow();
    const fixture = TestBed.createComponent(NewerVersion);
    fixture.autoDetectChanges();
    const button = (): HTMLButtonElement | null => (fixture.nativeElement as HTMLElement).querySelector('button');
    expect(button()).toBeNull();
    const worker = await newer();
    await until('it is offered', button);
    expect(words()).toBe('Coboard was updated. Reload when it suits you.');
    TestBed.inject(Toasts).dismiss();
    await fixture.whenStable();
    expect(button()).not.toBeNull();
    expect([worker.told, loads]).toEqual([[], 0]);
    button()?.click();
    await until('it is told', () => worker.told.length === 1);
    expect([worker.told, loads]).toEqual([[{ type: 'SKIP_WAITING' }], 0]);
    workers.dispatchEvent(new Event('controllerchange'));
    expect(loads).toBe(1);
  });

  it('HOME-61 a window that is opened while one waits is offered it, and the first worker of all is no newer version', async () => {
    workers.registration.waiting = new FakeWorker();
    await follow();
    expect(app.isNewer()).toBeTrue();
    workers.dispatchEvent(new Event('controllerchange'));
    expect(loads).withContext('another window took it: this one goes on').toBe(0);

    TestBed.resetTestingModule().configureTestingModule({ providers: [harness.provide(), { provide: LOAD_ANEW, useValue: () => { loads += 1; } }] });
    app = TestBed.inject(KeptApp);
    workers = new FakeWorkers();
    workers.controller = null;
    await follow();
    await newer();
    workers.dispatchEvent(new Event('controllerchange'));
    expect([app.isNewer(), loads]).toEqual([false, 0]);
  });

  it('HOME-62 where edits live in this window only, it says so and does not reload before they are saved', async () => {
    const { coboard, id } = harness;
    await follow();
    const worker = await newer();
    const live = coboard.openDashboard(id);
    await until('it is there', () => live.state.value.status === 'ready');
    harness.dropConnection({ stay: true });
    live.edit(({ title }) => [{ p: ['title'], od: title, oi: 'Kept' }]);
    TestBed.tick();
    expect(app.words()).toBe('Coboard was updated. 1 edit is in this window only: reload when all is saved.');
    expect(await app.reload()).toBeFalse();
    expect(worker.told).toEqual([]);
    harness.reconnect();
    await until('it is saved', () => coboard.saving.value.pendingCount === 0);
    TestBed.tick();
    expect(await app.reload()).toBeTrue();
    expect(worker.told.length).toBe(1);
    coboard.closeDashboard(live);
  });

  it('HOME-63 a page that is too old loads the newest version, and goes to the server where that cannot be had', async () => {
    await follow();
    const { registration } = workers;
    const worker = (registration.next = new FakeWorker());
    const taking = app.takeNewest();
    await until('it is asked for', () => registration.installing !== null);
    expect(loads).toBe(0);
    worker.becomes('installed');
    await taking;
    expect(worker.told).toEqual([{ type: 'SKIP_WAITING' }]);
    workers.dispatchEvent(new Event('controllerchange'));
    expect(loads).toBe(1);

    registration.installing = null;
    await app.takeNewest();
    expect(loads).withContext('there is none').toBe(2);

    const broken = (registration.next = new FakeWorker());
    const giving = app.takeNewest();
    await until('it is asked for', () => registration.installing !== null);
    broken.becomes('redundant');
    await giving;
    expect([registration.isUnregistered, loads]).toEqual([true, 3]);
  });

  it('HOME-64 a page of the app is told from another build’s by what it loads, and from a foreign page', () => {
    const html = '<!doctype html><base href="/"><link rel="stylesheet" href="styles-AB12CD34.css" media="print"><link rel="icon" href="icon.svg"><app-root></app-root><link rel="modulepreload" href="chunk-1.js"><script src="/main-2.js" type="module"></script><script src="https://other.example/x.js"></script>';
    expect(loadsOf(html)).toEqual(['/styles-AB12CD34.css', '/chunk-1.js', '/main-2.js']);
    expect(loadsOf('<!doctype html><title>Sign in to the network</title><script src="portal.js"></script>')).toBeNull();
  });
});
