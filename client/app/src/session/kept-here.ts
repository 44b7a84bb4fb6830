import { effect, signal, type WritableSignal } from '@angular/core';

/** One of a few words that is kept on this device; the first of them until another is chosen. Call it where things are injected. */
export function keptHere<const T extends string>(key: string, choices: readonly [T, ...T[]]): WritableSignal<T> {
  const value = signal<T>(stored(key, choices));
  effect(() => {
    const chosen = value();
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // private windows may refuse storage; the choice then holds until the page is closed
    }
  });
  return value;
}

function stored<T extends string>(key: string, choices: readonly [T, ...T[]]): T {
  try {
    const kept = localStorage.getItem(key);
    return choices.find((choice) => choice === kept) ?? choices[0];
  } catch {
    return choices[0];
  }
}
