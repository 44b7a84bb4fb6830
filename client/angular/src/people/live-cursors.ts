import { ChangeDetectionStrategy, Component, DestroyRef, computed, effect, inject, input, signal, untracked } from '@angular/core';
import type { PresentPerson } from '@coboard/core';

/** How the grid maps to pixels: how far it is from one column, and from one row, to the next. */
export interface GridMetrics {
  readonly columnStepPx: number;
  readonly rowStepPx: number;
}

/** Where a pointer is over a grid, in columns and rows. `grid` is the element that column 0 and row 0 begin in. */
export function gridPoint(event: { readonly clientX: number; readonly clientY: number }, grid: Element, { columnStepPx, rowStepPx }: GridMetrics): { x: number; y: number } {
  const { left, top } = grid.getBoundingClientRect();
  const round = (value: number): number => Math.round(value * 1_000) / 1_000;
  return { x: round((event.clientX - left) / columnStepPx), y: round((event.clientY - top) / rowStepPx) };
}

/** One cursor, where it is drawn. */
interface DrawnCursor {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly x: number;
  readonly y: number;
  readonly movedAt: number;
  /** It jumped by more than a screen: gliding there would be a streak. */
  readonly jumped: boolean;
}

const labelShownMs = 3_000;
const cursorShownMs = 20_000;

/**
 * Other people's cursors over a grid. Lay it over the grid, at the same place and as large; it takes no clicks. Positions are in
 * columns and rows, so they point at the same thing on every screen. One's own is never drawn.
 */
@Component({
  selector: 'cb-live-cursors',
  changeDetection: ChangeDetectionStrategy.OnPush,
  host: { 'aria-hidden': 'true' },
  template: `
    @for (cursor of drawn(); track cursor.id) {
      <div class="cursor" [class.jumped]="cursor.jumped" [class.quiet]="cursor.quiet" [style.--who]="'var(--' + cursor.color + ')'" [style.translate]="cursor.x * metrics().columnStepPx + 'px ' + cursor.y * metrics().rowStepPx + 'px'">
        <svg width="18" height="18" viewBox="0 0 18 18"><path d="M2 2l5.1 13.2 2-5.9 5.9-2z" fill="var(--who)" stroke="#fff" stroke-width="1.4" stroke-linejoin="round" /></svg>
        <span>{{ cursor.name }}</span>
      </div>
    }
  `,
  styles: `
    :host { position: absolute; inset: 0; pointer-events: none; z-index: var(--z-cursor); contain: layout style; }
    .cursor { position: absolute; inset-block-start: -2px; left: -2px; will-change: translate; transition: translate var(--t-cursor) cubic-bezier(.3, 1.1, .5, 1); animation: arrive var(--t-fast); }
    .cursor.jumped { transition: none; }
    svg { display: block; filter: drop-shadow(0 1px 2px rgb(10 12 24 / .28)); }
    span {
      position: absolute; left: 13px; top: 16px; height: 19px; padding: 0 7px; border-radius: 3px 9px 9px 9px; background: var(--who); color: var(--p-text);
      font-size: var(--fs-xs); font-weight: var(--fw-semi); line-height: 19px; letter-spacing: 0; white-space: nowrap; transition: opacity var(--t-mid);
    }
    .quiet span { opacity: 0; }
    @keyframes arrive { from { opacity: 0; } }
    @media (prefers-reduced-motion: reduce) { .cursor { transition: none; } }
  `,
})
export class LiveCursors {
  readonly people = input.required<readonly PresentPerson[]>();
  /** The tab in view: only cursors on it are drawn. */
  readonly tab = input.required<string>();
  readonly metrics = input.required<GridMetrics>();

  private readonly cursors = signal<readonly DrawnCursor[]>([]);
  private readonly now = signal(Date.now());
  protected readonly drawn = computed(() =>
    this.cursors().filter(({ movedAt }) => this.now() - movedAt < cursorShownMs).map((cursor) => ({ ...cursor, quiet: this.now() - cursor.movedAt >= labelShownMs })),
  );

  constructor() {
    effect(() => {
      const people = this.people();
      const tab = this.tab();
      untracked(() => {
        this.now.set(Date.now());
        this.cursors.set(this.follow(people, tab));
      });
    });
    this.fade();
  }

  /** The cursors now; those that stand where they stood keep the time when they last moved. */
  private follow(people: readonly PresentPerson[], tab: string): DrawnCursor[] {
    const before = new Map(this.cursors().map((cursor) => [cursor.id, cursor]));
    const { columnStepPx, rowStepPx } = this.metrics();
    return people.filter(({ self, stale }) => !self && !stale).flatMap(({ user, windows }) =>
      windows.flatMap(({ id, value: { cursor } }) => {
        if (cursor?.tab !== tab) return [];
        const known = before.get(id);
        if (known?.x === cursor.x && known.y === cursor.y) return [{ ...known, color: user.color, name: user.name }];
        const farPx = known === undefined ? 0 : Math.max(Math.abs(cursor.x - known.x) * columnStepPx, Math.abs(cursor.y - known.y) * rowStepPx);
        return [{ id, name: user.name, color: user.color, x: cursor.x, y: cursor.y, movedAt: Date.now(), jumped: farPx > window.innerHeight }];
      }),
    );
  }

  /** Looks again when the next label or cursor is to fade. */
  private fade(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    effect(() => {
      const now = this.now();
      const next = this.cursors().flatMap(({ movedAt }) => [movedAt + labelShownMs, movedAt + cursorShownMs]).filter((at) => at > now);
      clearTimeout(timer);
      if (next.length === 0) return;
      timer = setTimeout(() => {
        this.now.set(Date.now());
      }, Math.min(...next) - now);
    });
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(timer);
    });
  }
}
