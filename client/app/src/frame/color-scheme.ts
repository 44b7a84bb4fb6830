import { DOCUMENT, Injectable, effect, inject, signal } from '@angular/core';

export type Scheme = 'system' | 'light' | 'dark';
const key = 'coboard.theme';

/** Light, dark, or as the system says; kept on this device. */
@Injectable({ providedIn: 'root' })
export class ColorScheme {
  private readonly document = inject(DOCUMENT);
  readonly scheme = signal<Scheme>(this.stored());

  constructor() {
    effect(() => {
      const scheme = this.scheme();
      const { dataset } = this.document.documentElement;
      if (scheme === 'system') delete dataset['theme'];
      else dataset['theme'] = scheme;
      try {
        localStorage.setItem(key, scheme);
      } catch {
        // private windows may refuse storage; the choice then holds until the page is closed
      }
    });
  }

  /** The next of system, light, dark. */
  next(): void {
    this.scheme.update((scheme) => (scheme === 'system' ? 'light' : scheme === 'light' ? 'dark' : 'system'));
  }

  private stored(): Scheme {
    try {
      const stored = localStorage.getItem(key);
      return stored === 'light' || stored === 'dark' ? stored : 'system';
    } catch {
      return 'system';
    }
  }
}
