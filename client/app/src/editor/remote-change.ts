import { DestroyRef, Directive, ElementRef, Renderer2, effect, inject, input, untracked } from '@angular/core';
import { pathsTouch, setSetting, valueAt, type Json, type Path } from '@coboard/core';
import { BoardSession } from '../board/board-session';

const shownMs = 6_000;

/**
 * Says below a field that somebody else just changed it, and what it was, with a way back, for 6 s. The focus and the caret stay
 * where they are; the field glows once in the person's color.
 */
@Directive({ selector: '[appRemoteChange]' })
export class RemoteChange {
  readonly path = input.required<Path>({ alias: 'appRemoteChange' });
  private readonly board = inject(BoardSession);
  private readonly element = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly renderer = inject(Renderer2);
  private whisper: HTMLElement | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    const known = { value: undefined as unknown };
    effect(() => {
      const path = this.path();
      untracked(() => {
        known.value = valueAt(this.board.dashboard(), path);
        this.clear();
      });
    });
    const changes = this.board.changes.subscribe((change) => {
      const before = known.value;
      known.value = valueAt(this.board.dashboard(), this.path());
      const mine = change.source === 'local' || change.author === null;
      if (mine || before === known.value || !change.paths.some((path) => pathsTouch(path, this.path()))) return;
      this.say(change.author.name, this.board.colorOf(change.author.id), before as Json | undefined);
    });
    inject(DestroyRef).onDestroy(() => {
      changes.unsubscribe();
      this.clear();
    });
  }

  private say(name: string, color: string, before: Json | undefined): void {
    this.clear();
    const whisper = this.renderer.createElement('p') as HTMLElement;
    whisper.className = 'remote-change';
    whisper.style.setProperty('--who', `var(--${color})`);
    const was = plainWords(before);
    whisper.append(Object.assign(document.createElement('b'), { textContent: `${name}, just now` }));
    if (was !== '' && was.length < 24) whisper.append(` was ${was} `);
    if (before !== undefined && this.path()[2] === 'settings') {
      const undo = Object.assign(document.createElement('button'), { type: 'button', textContent: 'Undo' });
      undo.addEventListener('click', () => {
        const [, widget, , key] = this.path();
        this.board.edit((dashboard) => setSetting(dashboard, String(widget), String(key), before));
        this.clear();
      });
      whisper.append(' ', undo);
    }
    this.renderer.appendChild(this.element, whisper);
    this.renderer.addClass(this.element, 'remote-glow');
    this.element.style.setProperty('--who', `var(--${color})`);
    this.whisper = whisper;
    this.timer = setTimeout(() => {
      this.clear();
    }, shownMs);
  }

  private clear(): void {
    clearTimeout(this.timer);
    this.whisper?.remove();
    this.whisper = null;
    this.renderer.removeClass(this.element, 'remote-glow');
  }
}

/** A value in words; empty for what is no single value. */
function plainWords(value: Json | undefined): string {
  if (value === null || value === '') return 'nothing';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}
