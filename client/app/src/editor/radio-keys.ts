import { Directive, ElementRef, inject } from '@angular/core';

const steps: Readonly<Partial<Record<string, number>>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** Arrow keys in a group of radio buttons: each goes to the next one and chooses it, around the ends. */
@Directive({ selector: '[role=radiogroup][appRadioKeys]', host: { '(keydown)': 'walk($event)' } })
export class RadioKeys {
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  protected walk(event: Event): void {
    const step = steps[(event as KeyboardEvent).key];
    const radios = [...this.element.querySelectorAll<HTMLElement>('[role=radio]')];
    const at = radios.findIndex((radio) => radio === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    const next = radios[(at + step + radios.length) % radios.length];
    next?.focus();
    next?.click();
  }
}
