import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';
import { Avatar, type AvatarPerson } from '@coboard/angular';

interface Face extends AvatarPerson {
  readonly id: string;
}

/** The people on a dashboard, overlapping; those who do not fit become a number. Decoration: the words beside it name them. */
@Component({
  selector: 'app-face-stack',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar],
  host: { 'aria-hidden': 'true', '[style.--size.px]': 'size()' },
  template: `
    @for (person of shown(); track person.id) { <cb-avatar [person]="person" [size]="size()" [title]="person.name" /> }
    @if (more() > 0) { <span class="more">+{{ more() }}</span> }
  `,
  styles: `
    :host { display: flex; flex: none; }
    :host > * { box-shadow: 0 0 0 2px var(--on, var(--surface)); border-radius: 50%; animation: arrive var(--t-mid) var(--ease); }
    :host > * + * { margin-inline-start: calc(var(--size) * -.2); }
    .more { width: var(--size); height: var(--size); display: grid; place-items: center; background: var(--sunken); color: var(--text-2); font-size: 9px; font-weight: var(--fw-semi); }
    @keyframes arrive { from { opacity: 0; scale: .7; } }
    @media (prefers-reduced-motion: reduce) { :host > * { animation: none; } }
  `,
})
export class FaceStack {
  readonly people = input.required<readonly Face[]>();
  readonly max = input(4);
  /** Of an avatar, in pixels. */
  readonly size = input(20);
  protected readonly shown = computed(() => this.people().slice(0, this.people().length > this.max() ? this.max() - 1 : this.max()));
  protected readonly more = computed(() => this.people().length - this.shown().length);
}
