import { DestroyRef, computed, effect, inject, signal, type Signal } from '@angular/core';
import type { ConnectionState, SavingState } from '@coboard/core';
import { connectionView, type ConnectionView, type NoAccess } from '@coboard/core/view';
import { COBOARD } from '../provide-coboard';
import { valueSignal } from '../value-signal';

/** The connection as signals, and what can be done with it. */
export interface ConnectionRef {
  readonly state: Signal<ConnectionState>;
  /** The state in words. */
  readonly view: Signal<ConnectionView>;
  /** How the edits of all open dashboards stand. */
  readonly saving: Signal<SavingState>;
  pause(): void;
  resume(): void;
  tryNow(): void;
}

/** Gives the connection. `noAccess` tells of a dashboard that one cannot see, so that the words say so. */
export function injectConnection(noAccess: () => NoAccess | null = () => null): ConnectionRef {
  const { connection, saving: savingStream } = inject(COBOARD);
  const state = valueSignal(connection.state);
  const saving = valueSignal(savingStream);
  const ticks = signal(0);
  const view = computed(() => {
    ticks();
    return connectionView({ state: state(), ...saving(), noAccess: noAccess() }, Date.now());
  });
  keepUp(view, () => {
    ticks.update((count) => count + 1);
  });
  return {
    state, view, saving,
    pause: () => {
      connection.pause();
    },
    resume: () => {
      connection.resume();
    },
    tryNow: () => {
      connection.tryNow();
    },
  };
}

/** Has a view computed again when it says that it changes by itself. */
function keepUp(view: Signal<ConnectionView>, again: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  effect(() => {
    const { changesAt } = view();
    clearTimeout(timer);
    if (changesAt !== null) timer = setTimeout(again, Math.max(0, changesAt - Date.now()));
  });
  inject(DestroyRef).onDestroy(() => {
    clearTimeout(timer);
  });
}
