import { DestroyRef, Directive, ElementRef, Renderer2, booleanAttribute, effect, inject, input, signal } from '@angular/core';
import type { Path } from '@coboard/core';
import type { SetBy } from '@coboard/core/history';
import { BoardSession } from '../board/board-session';
import { FieldBlame } from './field-blame';

let count = 0;
const quotedMax = 40;

/**
 * Says at a field who set it last and when, while somebody points at it or has the focus in it; of a note, who wrote the sentence under the
 * pointer or the caret. Nothing moves for it, and screen readers read it as a description of the field.
 */
@Directive({
  selector: '[appBlame]',
  host: { class: 'blamed', '(pointermove)': 'pointed($event)', '(keyup)': 'moved($event)', '(pointerup)': 'moved($event)', '(focusin)': 'moved($event)', '(pointerleave)': 'pointedAt.set(null)' },
})
export class BlameLine {
  readonly path = input.required<Path>({ alias: 'appBlame' });
  /** Whether it is the long text of a note. */
  readonly bySentence = input(false, { alias: 'appBlameBySentence', transform: booleanAttribute });
  private readonly blame = inject(FieldBlame);
  private readonly board = inject(BoardSession);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef).nativeElement;
  private readonly renderer = inject(Renderer2);
  private readonly line = this.renderer.createElement('p') as HTMLElement;
  private readonly id = `blame-${String(count++)}`;
  /** Offsets in the text: where the pointer is, and where the caret. */
  protected readonly pointedAt = signal<number | null>(null);
  private readonly caret = signal<number | null>(null);

  constructor() {
    this.line.className = 'blame';
    this.line.id = this.id;
    this.line.append(document.createElement('i'), document.createElement('b'), document.createElement('span'));
    this.renderer.appendChild(this.host, this.line);
    effect(() => { this.draw(); });
    inject(DestroyRef).onDestroy(() => { this.line.remove(); });
  }

  protected pointed({ target, clientX, clientY }: PointerEvent): void {
    if (!this.bySentence() || !(target instanceof HTMLTextAreaElement)) return;
    const place = 'caretPositionFromPoint' in document ? document.caretPositionFromPoint(clientX, clientY) : null;
    this.pointedAt.set(place?.offsetNode === target ? place.offset : null);
  }

  protected moved({ target }: Event): void {
    if (this.bySentence() && target instanceof HTMLTextAreaElement) this.caret.set(target.selectionStart);
  }

  private draw(): void {
    const offset = this.bySentence() ? (this.pointedAt() ?? this.caret()) : null;
    const sentence = offset === null ? null : this.blame.sentenceAt(offset);
    const mark = sentence?.mark ?? this.blame.of(this.path());
    const [dot, name, rest] = this.line.children;
    this.line.hidden = mark === null;
    if (mark === null || !(dot instanceof HTMLElement) || !name || !rest) return;
    dot.style.background = colorOf(mark, this.board);
    name.textContent = this.blame.nameOf(mark);
    const words = sentence === null ? '' : ` “${cut(plainSentence(this.blame.text()?.slice(sentence.start, sentence.end) ?? ''))}”`;
    rest.textContent = `, ${this.blame.timeOf(mark)}${words}`;
    this.describe();
  }

  private describe(): void {
    for (const control of this.host.querySelectorAll('input, select, textarea, [role="radiogroup"]')) {
      const ids = (control.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id !== '');
      if (!ids.includes(this.id)) control.setAttribute('aria-describedby', [...ids, this.id].join(' '));
    }
  }
}

const cut = (text: string): string => (text.length > quotedMax ? `${text.slice(0, quotedMax).trimEnd()}…` : text);

/** A sentence of a note without the marks of Markdown around it. */
export const plainSentence = (text: string): string => text.replace(/^(?:[-*+>#]+\s+|\d+\.\s+)+(?:\[[ x]\]\s+)?/i, '').replaceAll(/\*\*|__|`/g, '');

/** The color of a person here; of who is not here, the quiet one. */
export function colorOf({ by }: SetBy, board: BoardSession): string {
  const here = by === null ? undefined : board.presence.people().find(({ user }) => user.id === by.id);
  return here === undefined ? 'var(--text-3)' : `var(--${here.user.color})`;
}
