import { Injectable, Injector, computed, inject, runInInjectionContext, signal } from '@angular/core';
import type { Dashboard, LiveDashboard } from '@coboard/core';
import type { Differences } from '@coboard/core/history';
import type { HistoryDesk } from '../history/history-desk';
import { Toasts } from '../toasts/toasts';
import { loadPart } from './load-part';

/** A moment of the dashboard that is shown instead of now. */
export interface ShownMoment {
  readonly version: number;
  /** Milliseconds since 1970. */
  readonly at: number | null;
  readonly dashboard: Dashboard;
  /** What is different now; null while it is not worked out. */
  readonly differences: Differences | null;
}

/** How a widget of a moment differs from now, for its mark. */
export interface Mark {
  readonly kind: 'changed' | 'removed';
  readonly words: string;
}

/** Whether the board shows now, or a moment of its past. What does that is loaded with the history. Provided by the board page. */
@Injectable()
export class TimeTravel {
  /** Null: now. */
  readonly shown = signal<ShownMoment | null>(null);
  readonly isPast = computed(() => this.shown() !== null);
  /** The open history; null while there is none. */
  readonly desk = signal<HistoryDesk | null>(null);
  private readonly injector = inject(Injector);
  private readonly toasts = inject(Toasts);
  private openings = 0;
  private readonly marks = computed(() => {
    const marks = new Map<string, Mark>();
    const differences = this.shown()?.differences;
    for (const [id, [words = 'draws other data', ...more]] of differences?.data ?? []) marks.set(id, { kind: 'changed', words: more.length === 0 ? words : `${words} and ${String(more.length)} more` });
    for (const id of differences?.removed ?? []) marks.set(id, { kind: 'removed', words: 'Removed since' });
    for (const [id, [words = 'changed', ...more]] of differences?.changed ?? []) marks.set(id, { kind: 'changed', words: more.length === 0 ? words : `${words} and ${String(more.length)} more` });
    return marks;
  });

  markOf(widget: string): Mark | null {
    return this.marks().get(widget) ?? null;
  }

  /** Opens the history of a dashboard; says whether it could be loaded. */
  async open(live: LiveDashboard, colorHere: (userId: string) => string | null): Promise<boolean> {
    if (this.desk()?.live === live) return true;
    this.close();
    const opening = (this.openings += 1);
    const part = await loadPart(() => import('../history/history-desk'), this.toasts);
    // closed meanwhile, or opened for another one
    if (part === null || opening !== this.openings) return false;
    this.desk.set(runInInjectionContext(this.injector, () => new part.HistoryDesk(live, this.shown, colorHere)));
    return true;
  }

  /** Back to now. */
  now(): void {
    this.desk()?.now();
    this.shown.set(null);
  }

  close(): void {
    this.openings += 1;
    this.desk()?.stop();
    this.desk.set(null);
    this.shown.set(null);
  }
}
