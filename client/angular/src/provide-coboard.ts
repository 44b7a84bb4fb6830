import { DestroyRef, inject, InjectionToken, makeEnvironmentProviders, provideEnvironmentInitializer, type EnvironmentProviders, type Provider } from '@angular/core';
import { Coboard, type CoboardOptions } from '@coboard/core';

/** An addition to {@link provideCoboard}. */
export interface CoboardFeature {
  readonly providers: readonly (Provider | EnvironmentProviders)[];
}

/** The client of the Coboard server that the application talks to. */
export const COBOARD = new InjectionToken<Coboard>('Coboard');

/**
 * Makes a Coboard server available to the application: `provideCoboard()` for the server that the page came from,
 * `provideCoboard({ url: 'https://boards.example.com' })` for another.
 */
export function provideCoboard(options: CoboardOptions = {}, ...features: CoboardFeature[]): EnvironmentProviders {
  return makeEnvironmentProviders([
    {
      provide: COBOARD,
      useFactory: () => {
        const coboard = new Coboard(options);
        inject(DestroyRef).onDestroy(() => {
          coboard.stop();
        });
        return coboard;
      },
    },
    ...features.flatMap(({ providers }) => providers),
  ]);
}

/** Connects as soon as the application starts, if somebody is signed in. */
export function withAutoStart(): CoboardFeature {
  return {
    providers: [
      provideEnvironmentInitializer(() => {
        // whoever needs the result calls start() and gets it; here nobody waits
        inject(COBOARD).start().catch(() => undefined);
      }),
    ],
  };
}

/** Has the browser ask before a page is left with edits that are neither saved nor kept on this device. */
export function withLeaveWarning(): CoboardFeature {
  return {
    providers: [
      provideEnvironmentInitializer(() => {
        const coboard = inject(COBOARD);
        const warn = (event: BeforeUnloadEvent): void => {
          const { pendingCount, isKept } = coboard.saving.value;
          if (pendingCount > 0 && !isKept) event.preventDefault();
        };
        window.addEventListener('beforeunload', warn);
        inject(DestroyRef).onDestroy(() => {
          window.removeEventListener('beforeunload', warn);
        });
      }),
    ],
  };
}

/** The client itself: its REST routes, who is signed in, signing in and out. */
export const injectCoboard = (): Coboard => inject(COBOARD);
