/** Somebody else's caret in a field, in UTF-16 units of its text. */
export interface DrawnCaret {
  readonly name: string;
  /** A role of the tokens, `p1` to `p12`. */
  readonly color: string;
  readonly start: number;
  readonly end: number;
}

export type TextField = HTMLInputElement | HTMLTextAreaElement;

/** What decides where a letter stands in a field. */
const copied = [
  'boxSizing', 'borderTopWidth', 'borderRightWidth', 'borderBottomWidth', 'borderLeftWidth', 'paddingTop', 'paddingRight', 'paddingBottom', 'paddingLeft',
  'fontFamily', 'fontSize', 'fontWeight', 'fontStyle', 'fontStretch', 'fontVariant', 'fontFeatureSettings', 'fontVariationSettings', 'lineHeight', 'letterSpacing', 'wordSpacing',
  'textAlign', 'textIndent', 'textTransform', 'tabSize', 'direction',
] as const;

/**
 * Draws carets over a field whose text a page cannot look into: a copy of the field lies over it, its letters invisible, with the
 * carets between them. It takes no clicks and no room.
 */
export class CaretOverlay {
  private readonly field: TextField;
  private readonly layer: HTMLElement;
  private readonly text: HTMLElement;
  private readonly resized: ResizeObserver;
  private readonly follow = (): void => {
    this.text.style.translate = `${String(-this.field.scrollLeft)}px ${String(-this.field.scrollTop)}px`;
  };

  constructor(field: TextField) {
    this.field = field;
    const document = field.ownerDocument;
    this.layer = document.createElement('div');
    this.layer.className = 'cb-carets';
    this.layer.setAttribute('aria-hidden', 'true');
    this.text = document.createElement('div');
    this.layer.append(this.text);
    field.after(this.layer);
    field.addEventListener('scroll', this.follow);
    this.resized = new ResizeObserver(() => {
      this.place();
    });
    this.resized.observe(field);
    this.place();
  }

  draw(value: string, carets: readonly DrawnCaret[]): void {
    const document = this.field.ownerDocument;
    const parts: Node[] = [];
    let at = 0;
    const textTo = (end: number): string => {
      const text = value.slice(at, end);
      at = Math.max(at, end);
      return text;
    };
    for (const caret of [...carets].sort((a, b) => a.start - b.start)) {
      const end = Math.min(caret.end, value.length);
      const start = Math.min(caret.start, end);
      parts.push(document.createTextNode(textTo(start)));
      if (end > at) {
        const selected = document.createElement('span');
        selected.textContent = textTo(end);
        selected.style.setProperty('--who', `var(--${caret.color})`);
        selected.style.background = 'color-mix(in oklab, var(--who) 20%, transparent)';
        parts.push(selected);
      }
      parts.push(flag(document, caret));
    }
    // a last line that is empty has no height without something in it
    parts.push(document.createTextNode(`${value.slice(at)}\u200b`));
    this.text.replaceChildren(...parts);
    this.place();
  }

  remove(): void {
    this.resized.disconnect();
    this.field.removeEventListener('scroll', this.follow);
    this.layer.remove();
  }

  private place(): void {
    const { field } = this;
    const style = field.ownerDocument.defaultView?.getComputedStyle(field);
    if (!style) return;
    const isArea = field instanceof HTMLTextAreaElement;
    Object.assign(this.layer.style, {
      position: 'absolute', left: `${String(field.offsetLeft)}px`, top: `${String(field.offsetTop)}px`, width: `${String(field.offsetWidth)}px`, height: `${String(field.offsetHeight)}px`,
      // a flag may stand above a one-line field; a caret in what is scrolled out of it is not to be seen
      overflow: isArea ? 'hidden' : 'visible', clipPath: isArea ? 'none' : 'inset(-20px -2px -4px)', pointerEvents: 'none', color: 'transparent', zIndex: 'var(--z-ring)',
    });
    for (const property of copied) this.text.style[property] = style[property];
    Object.assign(this.text.style, {
      borderStyle: 'solid', borderColor: 'transparent', width: isArea ? `${String(field.clientWidth + borders(style))}px` : 'max-content', minHeight: '100%',
      whiteSpace: isArea ? 'pre-wrap' : 'pre', overflowWrap: isArea ? 'break-word' : 'normal',
      ...(isArea ? {} : { display: 'flex', alignItems: 'center', height: '100%' }),
    });
    this.follow();
  }
}

const borders = (style: CSSStyleDeclaration): number => parseFloat(style.borderLeftWidth) + parseFloat(style.borderRightWidth);

function flag(document: Document, { name, color }: DrawnCaret): HTMLElement {
  const caret = document.createElement('span');
  caret.className = 'cb-caret';
  caret.style.setProperty('--who', `var(--${color})`);
  Object.assign(caret.style, { display: 'inline-block', position: 'relative', width: '2px', height: '1.2em', margin: '0 -1px', verticalAlign: '-.22em', background: 'var(--who)' });
  const label = document.createElement('span');
  label.textContent = name;
  Object.assign(label.style, {
    position: 'absolute', left: '0', bottom: '100%', height: '14px', padding: '0 5px', borderRadius: '4px 4px 4px 0', background: 'var(--who)', color: 'var(--p-text)',
    font: '600 10px/14px var(--font)', letterSpacing: '0', textIndent: '0', textTransform: 'none', whiteSpace: 'nowrap',
  });
  caret.append(label);
  return caret;
}
