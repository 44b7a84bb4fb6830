import json0 from 'ot-json0';
import { applyText } from '../../../model/apply-shared.ts';
import type { Op, Path, TextComponent } from '../../../model/json0.ts';
import { pathsTouch } from '../../../model/op-paths.ts';
import { movePosition, textEdit } from '../../../model/text-edit.ts';

/** A caret or a selection, in UTF-16 units. */
export interface TextSelection {
  readonly start: number;
  readonly end: number;
}

/** What a field is to show. */
export interface ShownText {
  readonly text: string;
  readonly selection: TextSelection;
}

/** Where a selection goes under somebody else's components; a caret stays where it was, in front of what comes in right at it. */
export function moveSelection({ start, end }: TextSelection, components: readonly TextComponent[]): TextSelection {
  const movedStart = movePosition(start, components);
  return { start: movedStart, end: start === end ? movedStart : Math.max(movedStart, movePosition(end, components)) };
}

/**
 * What an op does to the text at a path, as text components; null if it does something else to it, like replacing it or what it
 * stands in. Empty: nothing.
 */
export function textComponentsAt(op: Op, path: Path): readonly TextComponent[] | null {
  const found: TextComponent[] = [];
  for (const component of op) {
    const isText = 'si' in component || 'sd' in component;
    const at = isText ? component.p.slice(0, -1) : component.p;
    if (!pathsTouch(at, path)) continue;
    if (at.length !== path.length) return null;
    if ('t' in component) found.push(...component.o);
    else if ('si' in component) found.push({ p: Number(component.p.at(-1)), i: component.si });
    else if ('sd' in component) found.push({ p: Number(component.p.at(-1)), d: component.sd });
    else return null;
  }
  return found;
}

/** Transforms text components so that they apply after others. */
function transformText(components: readonly TextComponent[], others: readonly TextComponent[], side: 'left' | 'right'): readonly TextComponent[] {
  if (components.length === 0 || others.length === 0) return components;
  const wrap = (o: readonly TextComponent[]): Op => [{ p: ['text'], t: 'text0', o }];
  return textComponentsAt(json0.type.transform(wrap(components), wrap(others), side), ['text']) ?? [];
}

/**
 * One text field between a person and the shared text: what they type becomes text components, what others type moves their
 * caret. While an input method composes a character, the field must not be touched: what others type is held back, and what
 * was composed is merged with it at the end.
 */
export class TextMerge {
  /** The shared text. */
  private shared: string;
  /** The text that the field shows: while composing, an older one. */
  private shown: string;
  private composing = false;
  private held: TextComponent[] = [];

  constructor(text: string) {
    this.shared = text;
    this.shown = text;
  }

  get text(): string {
    return this.shared;
  }

  get isComposing(): boolean {
    return this.composing;
  }

  compositionStarts(): void {
    this.composing = true;
  }

  /** The field now shows another text because of the person: the components that do it to the shared text. */
  typed(text: string, caret?: number): readonly TextComponent[] {
    if (this.composing) return [];
    const components = textEdit(this.shown, text, caret);
    this.shown = text;
    this.shared = text;
    return components;
  }

  /**
   * The input method is done and the field shows `text`: the components that do it to the shared text, and what the field is to
   * show, with what others typed meanwhile.
   */
  compositionEnds(text: string, selection: TextSelection): { readonly components: readonly TextComponent[]; readonly shown: ShownText } {
    this.composing = false;
    const own = textEdit(this.shown, text, selection.end);
    const components = transformText(own, this.held, 'left');
    const others = transformText(this.held, own, 'right');
    this.held = [];
    this.shared = applyText(this.shared, components);
    this.shown = this.shared;
    return { components, shown: { text: this.shared, selection: moveSelection(selection, others) } };
  }

  /**
   * Somebody else's components arrived: what the field is to show, or null for nothing new (while composing). `selection` is
   * where the person's caret is.
   */
  received(components: readonly TextComponent[], selection: TextSelection): ShownText | null {
    if (components.length === 0) return null;
    this.shared = applyText(this.shared, components);
    if (this.composing) {
      this.held.push(...components);
      return null;
    }
    this.shown = this.shared;
    return { text: this.shared, selection: moveSelection(selection, components) };
  }

  /** The shared text is another one, whatever happened to it. */
  replaced(text: string, selection: TextSelection): ShownText | null {
    return this.received(textEdit(this.shared, text), selection);
  }
}
