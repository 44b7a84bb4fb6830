import { NEVER, Observable } from 'rxjs';
import { Alarm, systemClock, type Clock } from '../../../model/clock.ts';

/** What the machine around the core tells: whether it has a network, and that a person came back to it. */
export interface Environment {
  readonly online: boolean;
  readonly signals: Observable<'browserOnline' | 'browserOffline' | 'awake'>;
}

/** A machine that is always on, like a server. */
export const steadyEnvironment: Environment = { online: true, signals: NEVER };

const tickMs = 2_000;
/**
 * A tick that comes so much later than it should, by the date, for on many machines nothing else goes on meanwhile: the machine slept, and a window
 * that was in front all the time hears of nothing else. Where only the clock was set, one looks once too often.
 */
const sleptMs = 5_000;

/** A browser window. */
export function browserEnvironment(window: Window, clock: Clock = systemClock): Environment {
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
      const ticking = new Alarm(clock);
      const tick = (): void => {
        const since = clock.now();
        ticking.set(tickMs, () => {
          if (clock.now() - since > tickMs + sleptMs) awake();
          tick();
        });
      };
      tick();
      return () => {
        ticking.clear();
        ended.abort();
      };
    }),
  };
}
