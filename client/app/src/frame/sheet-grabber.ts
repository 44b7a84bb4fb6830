import { ChangeDetectionStrategy, Component, computed, input, model, output } from '@angular/core';

/** How much of the screen a sheet has: its head alone, about a third, or most of it. */
export type SheetSize = 'least' | 'half' | 'full';

const sizes = ['least', 'half', 'full'] as const satisfies readonly SheetSize[];
const nextWords: Readonly<Record<SheetSize, string>> = { least: 'show some', half: 'show more', full: 'put away' };
/** What is moved less than this is a tap. */
const tapPx = 8;
const swipePx = 40;

/** On the upper edge of a sheet from below: a tap or a swipe makes it larger or smaller, a swipe down from the smallest closes it. */
@Component({
  selector: 'app-sheet-grabber',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `<button type="button" [attr.aria-label]="label()" [attr.aria-expanded]="size() !== 'least'" (pointerdown)="held($event)" (pointermove)="moved($event)" (pointerup)="released($event)" (pointercancel)="dropped()" (click)="clicked($event)" (keydown.arrowup)="step(1, $event)" (keydown.arrowdown)="step(-1, $event)"><i></i></button>`,
  styles: `
    /* as high as a thumb, under the head of the sheet */
    :host { display: block; flex: none; height: 12px; position: relative; }
    button { position: absolute; inset: 0 0 auto; height: var(--target-touch); display: grid; justify-items: center; padding-top: 6px; touch-action: none; cursor: grab; border-radius: 14px 14px 0 0; }
    button:focus-visible { outline-offset: -3px; }
    i { width: 36px; height: 4px; border-radius: 2px; background: var(--line-strong); }
  `,
})
export class SheetGrabber {
  /** What the sheet shows: "The changes". */
  readonly name = input.required<string>();
  readonly sheet = input.required<HTMLElement>();
  readonly size = model.required<SheetSize>();
  readonly closed = output();
  protected readonly label = computed(() => `${this.name()}: ${nextWords[this.size()]}`);
  private hold: { readonly y: number; readonly height: number } | null = null;
  private wasSwiped = false;

  protected held(event: PointerEvent): void {
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    this.hold = { y: event.clientY, height: this.sheet().getBoundingClientRect().height };
    this.wasSwiped = false;
  }

  /** The sheet follows the finger. */
  protected moved({ clientY }: PointerEvent): void {
    if (this.hold === null || (!this.wasSwiped && Math.abs(clientY - this.hold.y) < tapPx)) return;
    this.wasSwiped = true;
    this.sheet().style.height = `${String(Math.max(0, this.hold.height + this.hold.y - clientY))}px`;
  }

  protected released({ clientY }: PointerEvent): void {
    const by = this.hold === null ? 0 : this.hold.y - clientY;
    this.dropped();
    if (Math.abs(by) < swipePx) return;
    if (by < 0 && this.size() === 'least') this.closed.emit();
    else this.turn(by > 0 ? 1 : -1);
  }

  protected dropped(): void {
    this.hold = null;
    this.sheet().style.height = '';
  }

  /** The next one, and from the largest to the smallest. */
  protected clicked(event: Event): void {
    event.stopPropagation();
    if (!this.wasSwiped) this.size.set(sizes[(sizes.indexOf(this.size()) + 1) % sizes.length] ?? 'half');
    this.wasSwiped = false;
  }

  protected step(by: 1 | -1, event: Event): void {
    event.preventDefault();
    this.turn(by);
  }

  private turn(by: 1 | -1): void {
    this.size.update((size) => sizes[sizes.indexOf(size) + by] ?? size);
  }
}
