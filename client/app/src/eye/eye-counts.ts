import { Injectable, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import { injectCoboard } from '@coboard/angular';
import { limits } from '@coboard/core';
import { Eye } from 'lucide';
import { Toasts } from '../toasts/toasts';

interface Waiting {
  readonly id: string;
  /** When the other edit came; milliseconds since 1970. */
  readonly theirsAt: number;
}

/** By when what the person's other devices know is here too. */
const exchangedMs = 1_500;

const isWaiting = (value: unknown): value is Waiting => typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'theirsAt' in value && typeof value.theirsAt === 'number';

/** How many things need the person's eye on dashboards that are not open, as this device knows; and says so when there is a new one. */
@Injectable({ providedIn: 'root' })
export class EyeCounts {
  private readonly coboard = injectCoboard();
  private readonly toasts = inject(Toasts);
  private readonly router = inject(Router);
  private readonly counts = signal<ReadonlyMap<string, number>>(new Map());
  private readonly beganAt = Date.now();
  private readonly told = new Set<string>();

  start(): void {
    this.coboard.user.subscribe(() => { this.counts.set(new Map()); });
    this.coboard.connection.notices.subscribe((notice) => {
      if (notice.type !== 'conflicts') return;
      void this.heard(notice.d);
      setTimeout(() => { void this.heard(notice.d); }, exchangedMs);
    });
  }

  of(dashboard: string): number {
    return this.counts().get(dashboard) ?? 0;
  }

  /** Looks what waits on some dashboards. */
  async look(dashboards: readonly string[]): Promise<void> {
    const whose = this.coboard.user.value?.id;
    const found = await Promise.all(dashboards.map(async (id) => [id, (await this.conflicts(id)).length + (await this.refusedCount(id))] as const));
    if (whose === this.coboard.user.value?.id) this.counts.update((counts) => new Map([...counts, ...found]));
  }

  /** The server has something new of a dashboard; whoever has it open sees it there. */
  private async heard(dashboard: string): Promise<void> {
    await this.look([dashboard]);
    const fresh = (await this.conflicts(dashboard)).filter(({ id, theirsAt }) => theirsAt >= this.beganAt && !this.told.has(id));
    for (const { id } of fresh) this.told.add(id);
    if (fresh.length === 0 || this.router.url.startsWith(`/d/${dashboard}`)) return;
    const title = (await this.title(dashboard)).trim();
    this.toasts.show({
      icon: Eye, isNews: true, words: `${fresh.length === 1 ? '1 thing needs' : `${String(fresh.length)} things need`} your eye in ${title || 'a dashboard'}.`, ...(title === '' ? {} : { subject: title }),
      actions: [{ label: 'Look', run: () => { void this.router.navigateByUrl(`/d/${dashboard}?panel=eye`); } }],
    });
  }

  /** As the list of the home page says that was seen last; empty for not known. */
  private async title(dashboard: string): Promise<string> {
    const list = await this.coboard.kept('dashboards') as { readonly dashboards?: readonly { readonly id: string; readonly title: string }[] } | null;
    return list?.dashboards?.find(({ id }) => id === dashboard)?.title ?? '';
  }

  private async conflicts(dashboard: string): Promise<readonly Waiting[]> {
    const book = await this.coboard.kept(`conflicts:${dashboard}`);
    const open = typeof book === 'object' && book !== null && 'open' in book && Array.isArray(book.open) ? book.open.filter(isWaiting) : [];
    return open.filter(({ theirsAt }) => theirsAt > Date.now() - limits.conflictDurationMs);
  }

  private async refusedCount(dashboard: string): Promise<number> {
    const kept = await this.coboard.kept(`refused:${dashboard}`);
    return Array.isArray(kept) ? kept.length : 0;
  }
}
