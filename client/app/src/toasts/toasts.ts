import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import { LiveAnnouncer } from '@angular/cdk/a11y';
import type { IconNode } from '@coboard/angular';

/** One thing that a toast offers to do. */
export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly icon: IconNode;
  /** Said in full; `subject` is the part of it that is drawn bold. */
  readonly words: string;
  readonly subject?: string;
  readonly actions?: readonly ToastAction[];
  /** A refusal interrupts; everything else is polite. */
  readonly urgent?: boolean;
  /** It came by itself and answers nothing that was just done: it waits until what stands there could be read. */
  readonly isNews?: boolean;
}

const plainMs = 6_000;
const withActionsMs = 10_000;
const readingMs = 3_000;
const newsMax = 3;

/** What just happened and how to take it back: one at a time, the newest. */
@Injectable({ providedIn: 'root' })
export class Toasts {
  readonly current = signal<Toast | null>(null);
  private readonly announcer = inject(LiveAnnouncer);
  private timer: ReturnType<typeof setTimeout> | undefined;
  private shownAt = -Infinity;
  private news: readonly Toast[] = [];
  private newsTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      clearTimeout(this.timer);
      clearTimeout(this.newsTimer);
    });
  }

  show(toast: Toast): void {
    const leftMs = this.current() === null ? 0 : this.shownAt + readingMs - performance.now();
    if (toast.isNews === true && (leftMs > 0 || this.news.length > 0)) {
      this.news = [...this.news, toast].slice(-newsMax);
      this.newsTimer ??= setTimeout(() => { this.showNews(); }, Math.max(0, leftMs));
      return;
    }
    this.draw(toast);
  }

  private showNews(): void {
    this.newsTimer = undefined;
    const [next, ...rest] = this.news;
    this.news = rest;
    if (next === undefined) return;
    this.draw(next);
    if (rest.length > 0) this.newsTimer = setTimeout(() => { this.showNews(); }, readingMs);
  }

  private draw(toast: Toast): void {
    this.shownAt = performance.now();
    this.current.set(toast);
    void this.announcer.announce(toast.words, toast.urgent === true ? 'assertive' : 'polite');
    this.leaveLater(toast);
  }

  dismiss(): void {
    clearTimeout(this.timer);
    this.current.set(null);
  }

  /** A toast stays while someone points at it or has the focus in it. */
  stay(): void {
    clearTimeout(this.timer);
  }

  leaveLater(toast: Toast | null = this.current()): void {
    clearTimeout(this.timer);
    if (toast === null) return;
    this.timer = setTimeout(
      () => {
        this.current.set(null);
      },
      (toast.actions?.length ?? 0) > 0 ? withActionsMs : plainMs,
    );
  }
}
