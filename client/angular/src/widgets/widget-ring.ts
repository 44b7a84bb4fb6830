import { ChangeDetectionStrategy, Component, DestroyRef, computed, effect, inject, input, signal, untracked } from '@angular/core';
import type { Editor } from '@coboard/core';
import { initialOf } from '../people/avatar';
import { editorTag, type EditorTag, type Mover } from './editor-words';

/** The ring does not flicker when somebody goes from one field to the next. */
const staysMs = 2_000;

/**
 * A ring in the color of whoever edits a widget, with a tag that says who. Put it into an element that is positioned and as large
 * as the widget; it takes no clicks.
 */
@Component({
  selector: 'cb-widget-ring',
  changeDetection: ChangeDetectionStrategy.OnPush,
  template: `
    @if (shown(); as tag) {
      <div class="ring" [class.leaving]="leaving()" [style.--who]="'var(--' + tag.color + ')'">
        <span class="tag"><i class="initial" aria-hidden="true">{{ initial() }}</i>{{ tag.words }}@if (tag.writing) { <i class="dots" aria-hidden="true"><i></i><i></i><i></i></i> }</span>
      </div>
    }
  `,
  styles: `
    :host { position: absolute; inset: 0; pointer-events: none; border-radius: inherit; z-index: var(--z-ring); }
    .ring { position: absolute; inset: 0; border-radius: inherit; box-shadow: 0 0 0 2px var(--who); animation: ring-in var(--t-fast) var(--ease); transition: opacity var(--t-mid) var(--ease); }
    .ring.leaving { opacity: 0; }
    .tag {
      position: absolute; inset-inline-start: 10px; inset-block-start: -10px; block-size: 18px; padding: 0 7px 0 3px; border-radius: 9px; max-inline-size: calc(100% - 20px); overflow: hidden;
      display: inline-flex; align-items: center; gap: 4px; white-space: nowrap; background: var(--who); color: var(--p-text); font-size: var(--fs-xs); font-weight: var(--fw-semi); letter-spacing: 0;
    }
    .initial { inline-size: 12px; block-size: 12px; border-radius: 50%; display: inline-grid; place-items: center; flex: none; background: rgb(255 255 255 / .26); font-size: 8px; font-style: normal; }
    .dots { display: inline-flex; gap: 2px; }
    .dots i { inline-size: 3px; block-size: 3px; border-radius: 50%; background: var(--p-text); animation: writes 1.2s infinite; }
    .dots i:nth-child(2) { animation-delay: .15s; }
    .dots i:nth-child(3) { animation-delay: .3s; }
    @keyframes ring-in { from { opacity: 0; } }
    @keyframes writes { 0%, 60%, 100% { opacity: .4; } 30% { opacity: 1; } }
    @media (prefers-reduced-motion: reduce) { .dots i { animation: none; } }
    @media (forced-colors: active) { .ring { outline: 2px solid Highlight; } }
  `,
})
export class WidgetRing {
  readonly editors = input.required<readonly Editor[]>();
  /** Who drags the widget now. */
  readonly mover = input<Mover | null>(null);

  private readonly tag = computed(() => editorTag(this.editors(), this.mover()), { equal: sameTag });
  protected readonly shown = signal<EditorTag | null>(null);
  protected readonly leaving = signal(false);
  protected readonly initial = computed(() => initialOf(this.shown()?.name ?? ''));

  constructor() {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const tag = this.tag();
      untracked(() => {
        clearTimeout(timer);
        if (tag !== null) {
          this.leaving.set(false);
          this.shown.set(tag);
        } else if (this.shown() !== null) {
          timer = setTimeout(() => {
            this.leaving.set(true);
            timer = setTimeout(() => {
              this.shown.set(null);
            }, fadesMs);
          }, staysMs);
        }
      });
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(timer);
    });
  }
}

const fadesMs = 200;

function sameTag(a: EditorTag | null, b: EditorTag | null): boolean {
  return a === b || (a !== null && b !== null && a.words === b.words && a.color === b.color && a.writing === b.writing);
}
