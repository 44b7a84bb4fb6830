import { DestroyRef, inject, signal, type Signal } from '@angular/core';
import type { ValueStream } from '@coboard/core';

/** The value of a stream as a signal, for as long as the injection context lives. */
export function valueSignal<T>(stream: ValueStream<T>): Signal<T> {
  const value = signal(stream.value);
  const subscription = stream.subscribe((next) => {
    value.set(next);
  });
  inject(DestroyRef).onDestroy(() => {
    subscription.unsubscribe();
  });
  return value.asReadonly();
}
