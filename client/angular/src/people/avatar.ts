import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** What of a person an avatar draws. `color` is a role of the tokens, `p1` to `p12`. */
export interface AvatarPerson {
  readonly name: string;
  readonly color: string;
}

/** The first letter of a name, whatever script it is in. */
export function initialOf(name: string): string {
  const [first] = new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(name.trim());
  return (first?.segment ?? '?').toLocaleUpperCase();
}

/** A person as a disc in their color with their initial: ringed while they edit, pale while they are away, square for a bot. */
@Component({
  selector: 'cb-avatar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: {
    role: 'img',
    '[attr.aria-label]': 'person().name',
    '[class.editing]': 'editing()',
    '[class.idle]': 'idle()',
    '[class.bot]': 'bot()',
    '[style.--who]': "'var(--' + person().color + ')'",
    '[style.--size.px]': 'size()',
  },
  template: '{{ initial() }}',
  styles: `
    :host {
      inline-size: var(--size); block-size: var(--size); border-radius: 50%; display: inline-grid; place-items: center; flex: none; user-select: none;
      background: var(--who); color: var(--p-text); font-size: calc(var(--size) * .42); font-weight: var(--fw-semi); line-height: 1; letter-spacing: 0;
      transition: opacity var(--t-mid) var(--ease), box-shadow var(--t-mid) var(--ease);
    }
    :host(.editing) { box-shadow: 0 0 0 2px var(--on, var(--chrome)), 0 0 0 3.5px var(--who); }
    :host(.idle) { opacity: .5; }
    :host(.bot) { border-radius: 7px; }
    @media (forced-colors: active) { :host { border: 1px solid; } :host(.editing) { outline: 2px solid Highlight; outline-offset: 2px; } }
  `,
})
export class Avatar {
  readonly person = input.required<AvatarPerson>();
  /** Pixels, both ways. */
  readonly size = input(26);
  readonly editing = input(false);
  readonly idle = input(false);
  readonly bot = input(false);
  protected readonly initial = computed(() => initialOf(this.person().name));
}
