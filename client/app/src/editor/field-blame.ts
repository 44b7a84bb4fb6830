import { DestroyRef, Injectable, computed, inject, signal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { valueAt, type DashboardChange, type Path } from '@coboard/core';
import type { SentenceBlame, SetBy, WidgetSetBy } from '@coboard/core/history';
import { interval } from 'rxjs';
import { BoardSession } from '../board/board-session';
import { timeWords } from '../home/time-words';
import { UserSession } from '../session/user-session';

/** A quiet while after an edit, until it is asked again who set what. */
const restMs = 1_500;
const minuteMs = 60_000;

/** What is known of the open widget. */
interface Known {
  readonly widget: string;
  readonly blame: WidgetSetBy;
}

/** The field that a path is part of: what is set by itself. */
const fieldOf = (path: Path): string => path.slice(0, path[2] !== 'settings' ? 3 : path[3] === 'items' ? 5 : 4).join('.');

/** Who set what of the open widget last, asked from the history and kept up as others edit. Provided by the widget editor. */
@Injectable()
export class FieldBlame {
  private readonly board = inject(BoardSession);
  private readonly session = inject(UserSession);
  private readonly api = injectCoboard().api;
  private readonly known = signal<Known | null>(null);
  /** What was set since that was asked. */
  private readonly fresh = signal<ReadonlyMap<string, SetBy>>(new Map());
  private readonly now = signal(Date.now());
  private widget = '';
  private asked = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** Every field that somebody set, the latest first. */
  readonly all = computed(() => {
    const known = this.known();
    const fields = new Map([...(known?.blame.fields ?? []), ...(known === null ? [] : this.fresh())]);
    return [...fields].map(([key, mark]) => ({ path: key.split('.'), mark })).sort((a, b) => b.mark.at - a.mark.at);
  });
  /** Who wrote which sentence of the note; empty while somebody is writing, and for what is no note. */
  readonly sentences = computed<readonly SentenceBlame<SetBy>[]>(() => {
    const known = this.known();
    const text = this.text();
    if (known?.blame.text == null || text === null || this.fresh().has(['widgets', known.widget, 'settings', 'text'].join('.'))) return [];
    return known.blame.text.length === text.length ? known.blame.text.sentences : [];
  });
  readonly text = computed(() => {
    const text = valueAt(this.board.dashboard(), ['widgets', this.known()?.widget ?? '', 'settings', 'text']);
    return typeof text === 'string' ? text : null;
  });

  constructor() {
    const changes = this.board.changes.subscribe((change) => { this.changed(change); });
    const ticking = interval(minuteMs / 2).subscribe(() => { this.now.set(Date.now()); });
    inject(DestroyRef).onDestroy(() => {
      this.asked += 1;
      clearTimeout(this.timer);
      changes.unsubscribe();
      ticking.unsubscribe();
    });
  }

  open(widget: string): void {
    this.widget = widget;
    this.known.set(null);
    this.fresh.set(new Map());
    this.askWhenSaved();
  }

  of(path: Path): SetBy | null {
    const key = fieldOf(path);
    return this.fresh().get(key) ?? this.known()?.blame.fields.get(key) ?? null;
  }

  sentenceAt(offset: number): SentenceBlame<SetBy> | null {
    return this.sentences().find(({ start, end }) => start <= offset && offset <= end) ?? null;
  }

  nameOf({ by }: SetBy): string {
    return by === null ? 'Somebody' : by.id === this.session.user()?.id ? 'You' : by.name;
  }

  timeOf({ at }: SetBy): string {
    return timeWords(at, Math.max(this.now(), at));
  }

  private changed({ paths, source, author }: DashboardChange): void {
    const touched = paths.filter(([root, id]) => root === undefined || (root === 'widgets' && (id === undefined || id === this.widget)));
    if (touched.length === 0) return;
    const by = source === 'local' ? this.session.user() : author;
    const mark: SetBy = { v: Number.MAX_SAFE_INTEGER, at: Date.now(), by: by && { id: by.id, name: by.name } };
    const fields = source === 'reload' ? [] : touched.filter(({ length }) => length > 2).map((path) => [fieldOf(path), mark] as const);
    if (fields.length > 0) this.fresh.update((fresh) => new Map([...fresh, ...fields]));
    this.askLater();
  }

  private askLater(): void {
    this.asked += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.askWhenSaved(); }, restMs);
  }

  /** What is on its way is in no history yet: not even the widget itself, if it was just added. */
  private askWhenSaved(): void {
    if (this.board.live.pendingCount() > 0) this.askLater();
    else void this.ask();
  }

  private async ask(): Promise<void> {
    const asked = (this.asked += 1);
    const [dashboard, widget] = [this.board.id(), this.widget];
    if (dashboard === null || this.board.away()) return;
    try {
      const { askWidgetBlame } = await import('@coboard/core/history');
      const blame = await askWidgetBlame(this.api, dashboard, widget);
      if (asked !== this.asked) return;
      this.known.set({ widget, blame });
      this.fresh.set(new Map());
      this.now.set(Date.now());
    } catch {
      // it is a help, and nothing that somebody waits for; the next edit asks again
    }
  }
}
