import { Injectable, inject, isDevMode } from '@angular/core';
import { RefreshCw } from 'lucide';
import { Toasts } from '../toasts/toasts';

const lookEveryMs = 3_600_000;

/** Has the app itself kept on this device, so that it opens without a network, and says when there is a newer one. */
@Injectable({ providedIn: 'root' })
export class KeptApp {
  private readonly toasts = inject(Toasts);

  /** Keeps it from now on; the page is there first. */
  start(): void {
    if (isDevMode() || !('serviceWorker' in navigator)) return;
    const { serviceWorker } = navigator;
    const register = async (): Promise<void> => {
      const registration = await serviceWorker.register('/service-worker.js');
      registration.addEventListener('updatefound', () => {
        const worker = registration.installing;
        worker?.addEventListener('statechange', () => {
          // without one before there is nothing that it is newer than
          if (worker.state === 'installed' && serviceWorker.controller !== null) this.tell();
        });
      });
      setInterval(() => { registration.update().catch(() => undefined); }, lookEveryMs);
    };
    const begin = (): void => {
      // a browser that refuses is as good as it was without
      register().catch(() => undefined);
    };
    if (document.readyState === 'complete') begin();
    else addEventListener('load', begin, { once: true });
  }

  private tell(): void {
    this.toasts.show({
      icon: RefreshCw, words: 'Coboard was updated. Reload when it suits you; your edits are kept.', actions: [{ label: 'Reload', run: () => { location.reload(); } }],
    });
  }
}
