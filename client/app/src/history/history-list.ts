import { signal } from '@angular/core';
import type { DashboardHistory, HistoryEntry, HistoryFilter } from '@coboard/core/history';
import { errorWords } from '../session/error-words';

const pageLines = 60;

/** The lines of a history that are listed: what the filter lets through, the latest first, page by page. */
export class HistoryList {
  readonly entries = signal<readonly HistoryEntry[]>([]);
  readonly hasMore = signal(false);
  readonly filter = signal<HistoryFilter>({});
  readonly isLoading = signal(true);
  /** What went wrong, in words; null: nothing. */
  readonly failure = signal<string | null>(null);
  /** Something was changed since the list was read. */
  readonly isBehind = signal(false);
  private readonly history: Pick<DashboardHistory, 'page'>;
  private cursor: string | null = null;
  /** Counts what was asked for: an answer to something before is not drawn. */
  private asked = 0;
  private fetching: Promise<void> = Promise.resolve();

  constructor(history: Pick<DashboardHistory, 'page'>) {
    this.history = history;
  }

  stop(): void {
    this.asked += 1;
  }

  setFilter(filter: HistoryFilter): void {
    this.filter.set(filter);
    void this.reload();
  }

  reload(): Promise<void> {
    this.isLoading.set(true);
    return (this.fetching = this.fetch(null));
  }

  /** The next page, behind what is being fetched. Says whether there is anything new. */
  async more(): Promise<boolean> {
    const before = this.entries().length;
    await this.fetching;
    if (this.hasMore() && this.failure() === null && this.entries().length === before) {
      this.isLoading.set(true);
      await (this.fetching = this.fetch(this.cursor));
    }
    return this.entries().length > before;
  }

  /** Somebody edited: the newest lines are other ones now. Whoever reads further down is told, and nothing moves. */
  refresh(): void {
    if (this.entries().length <= pageLines) this.fetching = this.fetch(null);
    else this.look().catch(() => undefined);
  }

  private async look(): Promise<void> {
    const { asked } = this;
    const [first] = this.entries();
    const { entries: [newest] } = await this.history.page({ ...this.filter(), withAccess: true }, null, 1);
    const isSame = newest?.collection === first?.collection && newest?.from === first?.from && newest?.to === first?.to;
    if (asked === this.asked && !isSame) this.isBehind.set(true);
  }

  private async fetch(cursor: string | null): Promise<void> {
    const asked = (this.asked += 1);
    try {
      const page = await this.history.page({ ...this.filter(), withAccess: true }, cursor, pageLines);
      if (asked !== this.asked) return;
      const keys = new Set(cursor === null ? [] : this.entries().map(keyOf));
      // one that went on while pages were read stands where it was read first
      this.entries.update((entries) => (cursor === null ? page.entries : [...entries, ...page.entries.filter((entry) => !keys.has(keyOf(entry)))]));
      this.cursor = page.cursor;
      this.hasMore.set(page.cursor !== null);
      if (cursor === null) this.isBehind.set(false);
      this.failure.set(null);
    } catch (error) {
      if (asked === this.asked) this.failure.set(errorWords(error));
    } finally {
      if (asked === this.asked) this.isLoading.set(false);
    }
  }
}

/** What a line is told from the others by. */
export const keyOf = ({ collection, from }: Pick<HistoryEntry, 'collection' | 'from'>): string => `${collection}-${String(from)}`;
