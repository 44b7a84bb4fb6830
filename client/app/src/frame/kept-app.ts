import { DestroyRef, Injectable, InjectionToken, computed, inject, isDevMode, signal } from '@angular/core';
import { DOCUMENT } from '@angular/common';
import { injectConnection } from '@coboard/angular';
import { RefreshCw } from 'lucide';
import { Toasts } from '../toasts/toasts';

const lookEveryMs = 3_600_000;
/** A new version that takes longer to load is given up, and the page comes from the server alone. */
const patienceMs = 15_000;

/** Loads the page anew, whatever version that gives. */
export const LOAD_ANEW = new InjectionToken<() => void>('LoadAnew', {
  providedIn: 'root',
  factory: () => {
    const { defaultView } = inject(DOCUMENT);
    return () => defaultView?.location.reload();
  },
});

/** Has the app itself kept on this device, so that it opens without a network, and offers a newer one, which waits until it is asked for. */
@Injectable({ providedIn: 'root' })
export class KeptApp {
  private readonly toasts = inject(Toasts);
  private readonly loadAnew = inject(LOAD_ANEW);
  private readonly destroyed = inject(DestroyRef);
  private readonly saving = injectConnection().saving;
  private readonly isThere = signal(false);
  private workers: ServiceWorkerContainer | null = null;
  private registration: ServiceWorkerRegistration | null = null;
  private isReloading = false;

  /** Whether a newer version is on this device. */
  readonly isNewer = this.isThere.asReadonly();
  readonly words = computed(() => {
    const { pendingCount, isKept } = this.saving();
    if (pendingCount === 0 || isKept) return `Coboard was updated. Reload when it suits you${pendingCount === 0 ? '.' : '; your edits are kept.'}`;
    return `Coboard was updated. ${pendingCount === 1 ? '1 edit is' : `${String(pendingCount)} edits are`} in this window only: reload when all is saved.`;
  });

  /** Keeps it from now on; the page is there first. */
  start(): void {
    if (isDevMode() || !('serviceWorker' in navigator)) return;
    const { serviceWorker } = navigator;
    const begin = (): void => {
      // a browser that refuses is as good as it was without
      this.follow(serviceWorker).catch(() => undefined);
    };
    if (document.readyState === 'complete') begin();
    else addEventListener('load', begin, { once: true });
  }

  async follow(workers: ServiceWorkerContainer): Promise<void> {
    this.workers = workers;
    const registration = (this.registration = await workers.register('/service-worker.js'));
    // without one before there is nothing that it is newer than
    let isFirst = workers.controller === null;
    workers.addEventListener('controllerchange', () => {
      if (this.isReloading) this.loadAnew();
      // another window took it; what this one still has to load is kept for it
      else if (!isFirst) this.offer();
      isFirst = false;
    });
    registration.addEventListener('updatefound', () => {
      const worker = registration.installing;
      worker?.addEventListener('statechange', () => {
        if (worker.state === 'installed' && workers.controller !== null) this.offer();
      });
    });
    if (registration.waiting !== null && workers.controller !== null) this.offer();
    const looking = setInterval(() => { registration.update().catch(() => undefined); }, lookEveryMs);
    this.destroyed.onDestroy(() => { clearInterval(looking); });
  }

  /** Loads the page anew in the newest version. Edits that this window alone has are waited for; says whether it goes on. */
  async reload(): Promise<boolean> {
    const { pendingCount, isKept } = this.saving();
    if (pendingCount > 0 && !isKept) {
      this.toasts.show({ icon: RefreshCw, words: this.words() });
      return false;
    }
    await this.takeNewest();
    return true;
  }

  /** Loads the page anew in the newest version, whatever becomes of this window. */
  async takeNewest(): Promise<void> {
    const { registration, workers } = this;
    // the worker of another window's version is at work already
    if (registration === null || workers?.controller == null) {
      this.loadAnew();
      return;
    }
    try {
      const worker = registration.waiting ?? (await this.loaded(registration));
      if (worker === null) this.loadAnew();
      else {
        this.isReloading = true;
        worker.postMessage({ type: 'SKIP_WAITING' });
      }
    } catch {
      // it cannot be had: without a worker the page is the server's
      await registration.unregister();
      this.loadAnew();
    }
  }

  /** The worker of a newer version, once all of it is here; null where there is none, or nobody to ask. @throws Error if it cannot be had */
  private async loaded(registration: ServiceWorkerRegistration): Promise<ServiceWorker | null> {
    await registration.update().catch(() => undefined);
    const worker = registration.installing ?? registration.waiting;
    if (worker === null) return null;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => { reject(new Error('the new version takes too long')); }, patienceMs);
      const look = (): void => {
        if (worker.state === 'installing') return;
        clearTimeout(late);
        if (worker.state === 'redundant') reject(new Error('the new version could not be loaded'));
        else resolve(worker);
      };
      worker.addEventListener('statechange', look);
      look();
    });
  }

  private offer(): void {
    if (this.isThere()) return;
    this.isThere.set(true);
    this.toasts.show({ icon: RefreshCw, isNews: true, words: this.words(), actions: [{ label: 'Reload', run: () => { void this.reload(); } }] });
  }
}
