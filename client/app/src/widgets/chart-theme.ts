import { DOCUMENT, Injectable, computed, inject, signal, DestroyRef } from '@angular/core';

/** The tokens that charts draw with, read from the page once a theme. */
export interface ChartTheme {
  readonly series: readonly string[];
  readonly mute: string;
  readonly text: string;
  readonly text2: string;
  readonly text3: string;
  readonly line: string;
  readonly lineSoft: string;
  readonly surface: string;
  readonly raised: string;
  readonly sunken: string;
  readonly font: string;
  readonly dark: boolean;
}

/** Light or dark, as the person chose or their system says; charts are drawn on canvas and cannot follow CSS by themselves. */
@Injectable({ providedIn: 'root' })
export class ThemeReader {
  private readonly document = inject(DOCUMENT);
  private readonly version = signal(0);

  readonly theme = computed<ChartTheme>(() => {
    this.version();
    const root = this.document.documentElement;
    const style = getComputedStyle(root);
    const role = (name: string) => style.getPropertyValue(`--${name}`).trim();
    return {
      series: [1, 2, 3, 4, 5, 6, 7, 8].map((i) => role(`s${i}`)),
      mute: role('s-mute'), text: role('text'), text2: role('text-2'), text3: role('text-3'), line: role('line'), lineSoft: role('line-soft'),
      surface: role('surface'), raised: role('raised'), sunken: role('sunken'), font: role('font'),
      dark: style.colorScheme.includes('dark'),
    };
  });

  constructor() {
    const changed = () => {
      this.version.update((version) => version + 1);
    };
    const observer = new MutationObserver(changed);
    observer.observe(this.document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    const media = matchMedia('(prefers-color-scheme: dark)');
    media.addEventListener('change', changed);
    inject(DestroyRef).onDestroy(() => {
      observer.disconnect();
      media.removeEventListener('change', changed);
    });
  }
}
