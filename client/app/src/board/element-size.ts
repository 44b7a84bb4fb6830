import { DestroyRef, inject, signal, type Signal } from '@angular/core';

/** An element's inner width in pixels, as it changes, for as long as the injection context lives. */
export function elementWidth(element: HTMLElement): Signal<number> {
  const width = signal(element.clientWidth);
  const observer = new ResizeObserver(([entry]) => {
    if (entry) width.set(entry.contentRect.width);
  });
  observer.observe(element);
  inject(DestroyRef).onDestroy(() => {
    observer.disconnect();
  });
  return width.asReadonly();
}

/** Whether a media query holds, as it changes. */
export function mediaMatches(query: string): Signal<boolean> {
  const media = matchMedia(query);
  const matches = signal(media.matches);
  const listener = (): void => {
    matches.set(media.matches);
  };
  media.addEventListener('change', listener);
  inject(DestroyRef).onDestroy(() => {
    media.removeEventListener('change', listener);
  });
  return matches.asReadonly();
}
