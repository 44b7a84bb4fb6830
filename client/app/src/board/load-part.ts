import { CircleAlert } from 'lucide';
import type { Toasts } from '../toasts/toasts';

/** Loads a part; null where that failed, which a toast tells then. */
export async function loadPart<T>(load: () => Promise<T>, toasts: Toasts): Promise<T | null> {
  try {
    return await load();
  } catch {
    toasts.show({ icon: CircleAlert, words: 'This could not be loaded. Try again when you are connected, or reload the page.', urgent: true });
    return null;
  }
}

/** Calls back when the page has nothing else to do. */
export function whenIdle(run: () => void): void {
  // Safari has no idle callbacks yet
  if ('requestIdleCallback' in window) window.requestIdleCallback(run, { timeout: 5_000 });
  else setTimeout(run, 1_000);
}
