import { Directive, ElementRef, effect, inject, input } from '@angular/core';

/**
 * A text that changes as a whole: another one appears in its place. The same text node with other words, aligned to the right,
 * would count as one that slid.
 */
@Directive({ selector: '[appFreshText]' })
export class FreshText {
  readonly text = input.required<string>({ alias: 'appFreshText' });
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  constructor() {
    effect(() => {
      this.element.replaceChildren(this.element.ownerDocument.createTextNode(this.text()));
    });
  }
}
