import { ChangeDetectionStrategy, Component, computed, input, output, signal } from '@angular/core';
import type { Dashboard, PresentPerson } from '@coboard/core';
import { Avatar } from './avatar';
import { placeWords } from './person-place';

const cardId = (userId: string): string => `cb-person-${userId}`;

/** Who else is here: an avatar each, those who do not fit behind a number, and on hover or focus who they are and what they do. */
@Component({
  selector: 'cb-presence-bar',
  changeDetection: ChangeDetectionStrategy.OnPush,
  imports: [Avatar],
  host: { role: 'list', 'aria-label': 'People here', '(keydown.escape)': 'open.set(null)' },
  template: `
    @for (one of shown(); track one.person.user.id) {
      <div class="who" role="listitem" (pointerenter)="open.set(one.person.user.id)" (pointerleave)="open.set(null)">
        <button type="button" [attr.aria-label]="one.person.user.name + ', ' + one.place" (focus)="open.set(one.person.user.id)" (blur)="open.set(null)" (click)="personClick.emit(one.person)">
          <cb-avatar aria-hidden="true" [person]="one.person.user" [editing]="one.person.editing !== null && !one.person.stale" [idle]="one.person.idle || one.person.stale" [size]="size()" />
        </button>
        @if (open() === one.person.user.id) {
          <div class="card" role="tooltip" [id]="one.cardId">
            <cb-avatar aria-hidden="true" [person]="one.person.user" [size]="32" />
            <div class="words"><b>{{ one.person.user.name }}</b><span>{{ one.place }}</span>@if (one.windows > 1) { <span>In {{ one.windows }} windows</span> }</div>
          </div>
        }
      </div>
    }
    @if (more().length > 0) {
      <div class="who" role="listitem" (pointerenter)="open.set(rest)" (pointerleave)="open.set(null)">
        <button type="button" class="more" [attr.aria-label]="more().length + ' more people'" [style.--size.px]="size()" (focus)="open.set(rest)" (blur)="open.set(null)">+{{ more().length }}</button>
        @if (open() === rest) {
          <ul class="card list" role="tooltip">
            @for (one of more(); track one.person.user.id) { <li><cb-avatar aria-hidden="true" [person]="one.person.user" [size]="20" />{{ one.person.user.name }}<span>{{ one.place }}</span></li> }
          </ul>
        }
      </div>
    }
  `,
  styles: `
    :host { display: inline-flex; align-items: center; gap: 6px; }
    .who { position: relative; display: inline-flex; animation: arrive var(--t-mid) var(--ease); }
    button { display: grid; place-items: center; border: 0; padding: 0; background: none; font: inherit; border-radius: 50%; cursor: default; color: inherit; }
    button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; }
    .more { inline-size: var(--size); block-size: var(--size); background: var(--sunken); box-shadow: inset 0 0 0 1px var(--line-strong); color: var(--text-2); font-size: var(--fs-xs); font-weight: var(--fw-semi); font-variant-numeric: tabular-nums; }
    .card { position: absolute; inset-block-start: calc(100% + 8px); inset-inline-end: -8px; z-index: var(--z-tooltip); display: flex; gap: 10px; align-items: center; padding: 10px 14px 10px 10px; white-space: nowrap;
      background: var(--raised); color: var(--text); border-radius: var(--r-l); box-shadow: var(--shadow-2); pointer-events: none; animation: appear var(--t-mid) var(--ease); }
    .words { display: grid; line-height: var(--lh-m); }
    .words b { font-weight: var(--fw-semi); }
    .words span, .list span { color: var(--text-3); font-size: var(--fs-s); }
    .list { display: grid; gap: 6px; margin: 0; list-style: none; padding-inline-end: 12px; }
    .list li { display: flex; align-items: center; gap: 8px; }
    @keyframes appear { from { opacity: 0; translate: 0 -4px; } }
    @keyframes arrive { from { opacity: 0; scale: .8; } }
    @media (prefers-reduced-motion: reduce) { .who, .card { animation: none; } }
  `,
})
export class PresenceBar {
  readonly people = input.required<readonly PresentPerson[]>();
  /** Names what somebody works on. */
  readonly dashboard = input<Dashboard | null>(null);
  /** How many avatars stand there before the rest becomes a number. */
  readonly max = input(6);
  readonly size = input(26);
  readonly includeSelf = input(false);
  readonly personClick = output<PresentPerson>();

  /** The id of the person whose card is open, or {@link rest}. */
  protected readonly open = signal<string | null>(null);
  protected readonly rest = '…';
  private readonly others = computed(() =>
    this.people()
      .filter(({ self }) => this.includeSelf() || !self)
      .map((person) => ({ person, place: placeWords(person, this.dashboard()), windows: person.windows.length, cardId: cardId(person.user.id) })),
  );
  protected readonly shown = computed(() => this.others().slice(0, this.max()));
  protected readonly more = computed(() => this.others().slice(this.max()));
}
