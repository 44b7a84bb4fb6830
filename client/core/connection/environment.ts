import { NEVER, Observable } from 'rxjs';

/** What the machine around the core tells: whether it has a network, and that a person came back to it. */
export interface Environment {
  readonly online: boolean;
  readonly signals: Observable<'browserOnline' | 'browserOffline' | 'awake'>;
}

/** A machine that is always on, like a server. */
export const steadyEnvironment: Environment = { online: true, signals: NEVER };

/** A browser window. */
export function browserEnvironment(window: Window): Environment {
  return {
    get online() {
      return window.navigator.onLine;
    },
    signals: new Observable((subscriber) => {
      const ended = new AbortController();
      const on = (target: EventTarget, type: string, run: () => void): void => {
        target.addEventListener(type, run, { signal: ended.signal });
      };
      on(window, 'online', () => {
        subscriber.next('browserOnline');
      });
      on(window, 'offline', () => {
        subscriber.next('browserOffline');
      });
      const awake = (): void => {
        if (window.document.visibilityState === 'visible') subscriber.next('awake');
      };
      on(window, 'focus', awake);
      on(window, 'pageshow', awake);
      on(window.document, 'visibilitychange', awake);
      return () => {
        ended.abort();
      };
    }),
  };
}
