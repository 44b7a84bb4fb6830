import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The mark of Coboard, in the colors of the theme. It is decoration: the name stands beside it or on the link around it. */
@Component({
  selector: 'app-logo',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `
    <svg viewBox="0 0 26 26" [attr.width]="size()" [attr.height]="size()">
      <rect class="ground" width="26" height="26" rx="7" />
      <rect class="widget" x="6" y="6" width="6" height="9" rx="1.8" />
      <rect class="widget pale" x="6" y="17" width="6" height="3" rx="1.5" />
      <rect class="widget pale" x="14" y="6" width="6" height="3" rx="1.5" />
      <path class="cursor" d="M14 12.1c0-.8.9-1.2 1.5-.7l4.6 3.7c.7.5.4 1.5-.4 1.6l-2 .2-1 1.9c-.4.7-1.4.6-1.6-.2z" />
    </svg>
  `,
  styles: `
    :host { display: inline-block; flex: none; }
    .ground { fill: var(--ink); }
    .widget { fill: var(--ink-text); }
    .pale { opacity: .55; }
    .cursor { fill: var(--accent-fill); stroke: var(--ink-text); stroke-width: .9; stroke-linejoin: round; }
  `,
})
export class Logo {
  /** Pixels, both ways. */
  readonly size = input(26);
}
