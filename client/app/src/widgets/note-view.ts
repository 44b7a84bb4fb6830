import { ChangeDetectionStrategy, Component, ElementRef, computed, effect, inject, input, signal, viewChild } from '@angular/core';
import { SharedText } from '@coboard/angular';
import type { WidgetOf } from '@coboard/core';
import { BoardSession } from '../board/board-session';
import { markdownHtml } from './markdown';

/** A note: Markdown to read, and its text to write together. */
@Component({
  selector: 'app-note-view',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [SharedText],
  template: `
    @if (board !== null && editable() && writing()) {
      <div class="paper">
        <textarea
          #field aria-label="Text of the note" placeholder="Write together. Markdown works." spellcheck="true"
          [cbSharedText]="path()" [cbSharedTextOf]="board.live" [cbSharedTextPresence]="board.presence" [cbSharedTextWidget]="id()"
          (blur)="writing.set(false)" (keydown.escape)="stop($event)"></textarea>
      </div>
    } @else {
      <div class="read" [class.writable]="editable()">
        @if (settings().text.trim() === '') { <p class="t3">{{ editable() ? 'Click to write. Markdown works.' : 'Nothing written yet.' }}</p> } @else { <div class="md" [innerHTML]="html()"></div> }
        @if (editable()) { <button type="button" class="over" aria-label="Write in the note" (click)="writing.set(true)"></button> }
      </div>
    }
  `,
  styles: `
    :host { display: block; height: 100%; min-height: 0; }
    .read { height: 100%; overflow: auto; scrollbar-width: thin; position: relative; }
    .over { position: absolute; inset: 0; width: 100%; min-height: 100%; cursor: text; }
    .over:focus-visible { outline-offset: -2px; }
    .paper { position: relative; height: 100%; }
    textarea { width: 100%; height: 100%; resize: none; outline: none; line-height: 19.5px; scrollbar-width: thin; display: block; }
  `,
})
export class NoteView {
  readonly id = input.required<string>();
  readonly settings = input.required<WidgetOf<'note'>['settings']>();
  readonly editable = input(false);
  /** Null in the gallery, where nothing is written. */
  protected readonly board = inject(BoardSession, { optional: true });
  protected readonly writing = signal(false);
  protected readonly html = computed(() => markdownHtml(this.settings().text));
  protected readonly path = computed(() => ['widgets', this.id(), 'settings', 'text']);
  private readonly field = viewChild<ElementRef<HTMLTextAreaElement>>('field');
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;

  constructor() {
    effect(() => {
      this.field()?.nativeElement.focus();
    });
  }

  protected stop(event: Event): void {
    event.stopPropagation();
    this.writing.set(false);
    this.element.closest<HTMLElement>('section')?.focus();
  }
}
