import { DestroyRef, Directive, ElementRef, computed, effect, inject, input, untracked } from '@angular/core';
import { TextMerge, moveSelection, replaceAt, textCharsMax, textComponentsAt, valueAt, type DashboardChange, type Dashboard, type Op, type Path, type ShownText, type TextComponent, type TextSelection } from '@coboard/core';
import type { DashboardRef } from '../dashboard/inject-dashboard';
import type { PresenceRef } from '../presence/inject-presence';
import { CaretOverlay, type DrawnCaret, type TextField } from './caret-overlay';

/** A caret of somebody else, and what they last said of it: in between it moves with the text. */
interface FollowedCaret extends DrawnCaret {
  readonly said: string;
}

/**
 * Binds an `<input>` or `<textarea>` to a text of the dashboard that several people may type in at once. Their letters come in
 * without moving one's own caret, their carets are shown, and nothing is touched while an input method composes a character.
 */
@Directive({
  selector: '[cbSharedText]',
  host: {
    '(input)': 'typed($event)',
    '(compositionstart)': 'merge.compositionStarts()',
    '(compositionend)': 'composed()',
    '(focus)': 'focused()',
    '(blur)': 'blurred()',
    '(keydown)': 'undoKey($event)',
    '(beforeinput)': 'undoCommand($event)',
  },
})
export class SharedText {
  readonly path = input.required<Path>({ alias: 'cbSharedText' });
  readonly of = input.required<DashboardRef>({ alias: 'cbSharedTextOf' });
  /** Where others see one's caret, and one sees theirs. */
  readonly presence = input<PresenceRef | null>(null, { alias: 'cbSharedTextPresence' });
  /** The widget (or dataset) that the text belongs to, for the ring that says who edits it. */
  readonly widget = input('', { alias: 'cbSharedTextWidget' });

  protected merge = new TextMerge('');
  private readonly field = inject<ElementRef<TextField>>(ElementRef).nativeElement;
  private readonly isThere = computed(() => this.of().dashboard() !== null);
  /** What of the path the presence names: without the widget, which it names by itself. */
  private readonly fieldName = computed(() => (this.path()[0] === 'widgets' ? this.path().slice(2) : this.path()).join('.'));
  private carets = new Map<string, FollowedCaret>();
  private overlay: CaretOverlay | null = null;
  private applying = false;
  private hasFocus = false;
  private readonly tellCaret = (): void => {
    if (this.hasFocus && !this.merge.isComposing) this.presence()?.update({ editing: this.editing() });
  };

  constructor() {
    effect(() => {
      this.path();
      if (this.isThere()) untracked(() => {
        this.begin();
      });
    });
    effect((onCleanup) => {
      const subscription = this.of().changes.subscribe((change) => {
        this.changed(change);
      });
      onCleanup(() => {
        subscription.unsubscribe();
      });
    });
    effect(() => {
      this.field.readOnly = !this.of().canEdit();
      this.field.maxLength = textCharsMax(this.path());
    });
    effect(() => {
      this.followCarets(this.presence());
    });
    inject(DestroyRef).onDestroy(() => {
      if (this.hasFocus) this.blurred();
      this.overlay?.remove();
    });
  }

  protected typed(event: Event): void {
    // Chrome says so on the event, also for the first letter of a composition
    if (this.merge.isComposing || (event as InputEvent).isComposing) return;
    const selection = this.selection();
    this.submit(this.merge.typed(this.field.value, selection.end));
  }

  protected composed(): void {
    const { components, shown } = this.merge.compositionEnds(this.field.value, this.selection());
    this.show(shown);
    this.submit(components);
  }

  protected focused(): void {
    this.hasFocus = true;
    this.field.ownerDocument.addEventListener('selectionchange', this.tellCaret);
    this.presence()?.update({ editing: this.editing() });
  }

  protected blurred(): void {
    this.hasFocus = false;
    this.field.ownerDocument.removeEventListener('selectionchange', this.tellCaret);
    this.presence()?.update({ editing: null, typing: false });
  }

  /** A browser's own undo would undo what others typed as well. */
  protected undoKey(event: Event): void {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event as KeyboardEvent;
    if ((!ctrlKey && !metaKey) || altKey) return;
    const isRedo = key === 'y' || (shiftKey && key.toLowerCase() === 'z');
    if (!isRedo && key !== 'z') return;
    event.preventDefault();
    event.stopPropagation();
    if (isRedo) this.of().redo();
    else this.of().undo();
  }

  protected undoCommand(event: Event): void {
    const { inputType } = event as InputEvent;
    if (inputType !== 'historyUndo' && inputType !== 'historyRedo') return;
    event.preventDefault();
    if (inputType === 'historyRedo') this.of().redo();
    else this.of().undo();
  }

  private begin(): void {
    const text = this.sharedText();
    this.merge = new TextMerge(text);
    if (this.field.value !== text) this.field.value = text;
    this.carets.clear();
    this.followCarets(this.presence());
  }

  private sharedText(): string {
    const value = valueAt(this.of().dashboard(), this.path());
    return typeof value === 'string' ? value : '';
  }

  private submit(components: readonly TextComponent[]): void {
    if (components.length === 0) return;
    if (!this.edit(components)) {
      this.show(this.merge.replaced(this.sharedText(), this.selection()));
      return;
    }
    this.moveCarets(components);
    this.presence()?.typed(this.editing());
  }

  private edit(components: readonly TextComponent[]): boolean {
    this.applying = true;
    try {
      return this.of().edit((dashboard) => this.opFor(dashboard, components));
    } finally {
      this.applying = false;
    }
  }

  private opFor(dashboard: Dashboard, components: readonly TextComponent[]): Op {
    const path = this.path();
    // a cell that was empty has no text yet to edit
    return typeof valueAt(dashboard, path) === 'string' ? [{ p: path, t: 'text0', o: components }] : replaceAt(dashboard, path, this.merge.text);
  }

  private changed({ op, paths }: DashboardChange): void {
    if (this.applying || paths.length === 0) return;
    const selection = this.selection();
    const components = op.length === 0 ? null : textComponentsAt(op, this.path());
    if (components === null) this.show(this.merge.replaced(this.sharedText(), selection));
    else {
      this.show(this.merge.received(components, selection));
      this.moveCarets(components);
    }
  }

  private show(shown: ShownText | null): void {
    if (shown === null) return;
    const { field } = this;
    if (field.value !== shown.text) {
      const { scrollTop, scrollLeft } = field;
      field.value = shown.text;
      // a field that is not in use keeps no caret, and setting one would take the focus in some browsers
      if (this.hasFocus) field.setSelectionRange(shown.selection.start, shown.selection.end);
      Object.assign(field, { scrollTop, scrollLeft });
    }
    this.drawCarets();
  }

  private selection(): TextSelection {
    const { selectionStart, selectionEnd, value } = this.field;
    return { start: selectionStart ?? value.length, end: selectionEnd ?? value.length };
  }

  private editing(): { widget: string; field: string; caret: [number, number] } {
    const { start, end } = this.selection();
    return { widget: this.widget(), field: this.fieldName(), caret: [start, end] };
  }

  private followCarets(presence: PresenceRef | null): void {
    const [widget, name] = [this.widget(), this.fieldName()];
    const carets = new Map<string, FollowedCaret>();
    for (const { user, self, stale, windows } of presence?.people() ?? []) {
      if (self || stale) continue;
      for (const { id, value: { editing } } of windows) {
        if (editing?.widget !== widget || editing.field !== name || !editing.caret) continue;
        const [start, end] = editing.caret;
        const said = `${String(start)} ${String(end)}`;
        const known = this.carets.get(id);
        carets.set(id, known?.said === said ? known : { name: user.name, color: user.color, start: Math.min(start, end), end: Math.max(start, end), said });
      }
    }
    this.carets = carets;
    this.drawCarets();
  }

  private moveCarets(components: readonly TextComponent[]): void {
    if (components.length === 0 || this.carets.size === 0) return;
    for (const [id, caret] of this.carets) this.carets.set(id, { ...caret, ...moveSelection(caret, components) });
    this.drawCarets();
  }

  private drawCarets(): void {
    if (this.carets.size === 0) {
      this.overlay?.remove();
      this.overlay = null;
      return;
    }
    this.overlay ??= new CaretOverlay(this.field);
    this.overlay.draw(this.field.value, [...this.carets.values()]);
  }
}
