import { ChangeDetectionStrategy, Component, ElementRef, computed, inject } from '@angular/core';
import { Icon } from '@coboard/angular';
import { X } from 'lucide';
import { Toasts, type ToastAction } from './toasts';

@Component({
  selector: 'app-toast-host',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Icon],
  host: { '(pointerenter)': 'toasts.stay()', '(pointerleave)': 'left(":focus-within")', '(focusin)': 'toasts.stay()', '(focusout)': 'left(":hover")' },
  template: `
    @if (toasts.current(); as toast) {
      <section class="toast" aria-label="Notice" data-region="toast" tabindex="-1">
        <cb-icon [icon]="toast.icon" />
        <p>@for (part of parts(); track $index) {@if (part.bold) {<b>{{ part.text }}</b>} @else {{{ part.text }}}}</p>
        @for (action of toast.actions ?? []; track action.label) {
          <button type="button" (click)="run(action)">{{ action.label }}</button>
        }
        <button type="button" class="close" aria-label="Dismiss" (click)="toasts.dismiss()"><cb-icon [icon]="closeIcon" [size]="14" /></button>
      </section>
    }
  `,
  styles: `
    :host { position: fixed; left: calc(var(--rail) + 12px); bottom: 16px; z-index: var(--z-toast); max-width: calc(100vw - var(--rail) - 28px); }
    .toast {
      background: var(--inverse); color: var(--inverse-text); border-radius: 10px; padding: 9px 8px 9px 14px; display: flex; align-items: center; gap: 12px;
      box-shadow: var(--shadow-3); animation: toast-in var(--t-mid) var(--ease);
    }
    p { max-width: 46ch; }
    button { font-weight: var(--fw-semi); padding: 4px 9px; border-radius: 6px; background: color-mix(in oklab, var(--inverse-text) 14%, transparent); white-space: nowrap; flex: none; }
    button:hover { background: color-mix(in oklab, var(--inverse-text) 24%, transparent); }
    .close { background: none; padding: 6px; margin-left: -4px; }
    @keyframes toast-in { from { opacity: 0; transform: translateY(6px); } }
    @media (max-width: 639px) { :host { bottom: calc(72px + env(safe-area-inset-bottom)); left: 16px; right: 16px; max-width: none; } .toast { justify-content: space-between; } }
    @media (prefers-reduced-motion: reduce) { .toast { animation: none; } }
  `,
})
export class ToastHost {
  protected readonly toasts = inject(Toasts);
  protected readonly closeIcon = X;
  /** The words cut at the subject, which is drawn bold. */
  protected readonly parts = computed(() => {
    const toast = this.toasts.current();
    const at = toast?.subject === undefined ? -1 : toast.words.indexOf(toast.subject);
    if (toast?.subject === undefined || at < 0) return [{ text: toast?.words ?? '', bold: false }];
    return [
      { text: toast.words.slice(0, at), bold: false },
      { text: toast.subject, bold: true },
      { text: toast.words.slice(at + toast.subject.length), bold: false },
    ];
  });

  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  /** The pointer or the focus left; the toast stays while the other is still in it. */
  protected left(stillHere: ':hover' | ':focus-within'): void {
    if (!this.element.matches(stillHere)) this.toasts.leaveLater();
  }

  protected run(action: ToastAction): void {
    this.toasts.dismiss();
    action.run();
  }
}
