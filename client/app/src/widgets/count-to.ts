import { ChangeDetectionStrategy, Component, DestroyRef, effect, inject, input, signal, untracked } from '@angular/core';

const durationMs = 320;

/** A number that counts to its new value in 320 ms, at once under reduced motion and on the first drawing. */
@Component({
  selector: 'app-count-to',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: '{{ text()(shown()) }}',
})
export class CountTo {
  readonly value = input.required<number>();
  readonly text = input.required<(value: number) => string>();
  protected readonly shown = signal(0);
  private frame = 0;
  private begun = false;

  constructor() {
    effect(() => {
      const target = this.value();
      untracked(() => {
        this.countTo(target);
      });
    });
    inject(DestroyRef).onDestroy(() => {
      cancelAnimationFrame(this.frame);
    });
  }

  private countTo(target: number): void {
    cancelAnimationFrame(this.frame);
    const from = this.shown();
    if (!this.begun || document.hidden || matchMedia('(prefers-reduced-motion: reduce)').matches) {
      this.begun = true;
      this.shown.set(target);
      return;
    }
    const start = performance.now();
    const step = (now: number) => {
      const part = Math.min(1, Math.max(0, (now - start) / durationMs));
      this.shown.set(part === 1 ? target : from + (target - from) * (1 - (1 - part) ** 3));
      if (part < 1) this.frame = requestAnimationFrame(step);
    };
    this.frame = requestAnimationFrame(step);
  }
}
