import { DOCUMENT, DestroyRef, inject } from '@angular/core';
import { exhaustMap, filter, fromEvent, interval, merge, startWith } from 'rxjs';

const refreshIntervalMs = 10_000;

/** Runs a question now, every 10 s while the page is seen, and whenever somebody comes back to it; never two at once. */
export function keepFresh(ask: () => Promise<void>): void {
  const document = inject(DOCUMENT);
  const window = document.defaultView;
  const asking = merge(interval(refreshIntervalMs), fromEvent(document, 'visibilitychange'), window === null ? [] : merge(fromEvent(window, 'focus'), fromEvent(window, 'online')))
    .pipe(
      filter(() => document.visibilityState === 'visible'),
      startWith(null),
      exhaustMap(ask),
    )
    .subscribe();
  inject(DestroyRef).onDestroy(() => {
    asking.unsubscribe();
  });
}
