import { computed, signal } from '@angular/core';
import { injectCoboard } from '@coboard/angular';
import { AdminApi, type AuditEntry, type AuditFilter, type Changes } from '@coboard/core/admin';
import { errorWords } from '../session/error-words';

const pageLines = 60;

/** What a line is made of, once it was asked for. */
export interface Opened {
  readonly changes: Changes | null;
  readonly failure: string | null;
}

export const keyOf = ({ collection, dashboard, from }: Pick<AuditEntry, 'collection' | 'dashboard' | 'from'>): string => `${collection}/${dashboard}/${String(from)}`;

/** The lines of the audit log that are listed, page by page, and those that are open. Call it where things are injected. */
export class AuditList {
  readonly api = new AdminApi(injectCoboard().api);
  readonly filter = signal<AuditFilter>({});
  readonly entries = signal<readonly AuditEntry[]>([]);
  readonly isLoading = signal(true);
  /** What went wrong, in words; null: nothing. */
  readonly failure = signal<string | null>(null);
  /** Something was changed since the list was read. */
  readonly isBehind = signal(false);
  readonly hasMore = computed(() => this.cursor() !== null);
  private readonly cursor = signal<string | null>(null);
  private readonly opened = signal<ReadonlyMap<string, Opened>>(new Map());
  /** An answer to what was asked before is not shown. */
  private asked = 0;

  setFilter(filter: AuditFilter): void {
    this.filter.set(filter);
    this.entries.set([]);
    void this.reload();
  }

  reload(): Promise<void> {
    this.isBehind.set(false);
    this.opened.set(new Map());
    return this.fetch(null);
  }

  async more(): Promise<void> {
    if (!this.isLoading() && this.cursor() !== null) await this.fetch(this.cursor());
  }

  /** Looks whether there is anything new; the list stays as it is. */
  async look(): Promise<void> {
    const asked = this.asked;
    const [first] = this.entries();
    if (this.isLoading() || this.failure() !== null) return;
    const { entries: [newest] } = await this.api.log(this.filter(), null, 1);
    if (asked === this.asked && newest !== undefined && (first === undefined || keyOf(newest) !== keyOf(first) || newest.to !== first.to)) this.isBehind.set(true);
  }

  openedOf(entry: AuditEntry): Opened | undefined {
    return this.opened().get(keyOf(entry));
  }

  toggle(entry: AuditEntry): void {
    const key = keyOf(entry);
    if (this.opened().has(key)) {
      this.opened.update((opened) => new Map([...opened].filter(([other]) => other !== key)));
      return;
    }
    const put = (what: Opened): void => { this.opened.update((opened) => new Map(opened).set(key, what)); };
    put({ changes: null, failure: null });
    this.api.changes(entry).then(
      (changes) => { if (this.opened().has(key)) put({ changes, failure: null }); },
      (error: unknown) => { if (this.opened().has(key)) put({ changes: null, failure: errorWords(error) }); },
    );
  }

  private async fetch(cursor: string | null): Promise<void> {
    const asked = (this.asked += 1);
    this.isLoading.set(true);
    try {
      const page = await this.api.log(this.filter(), cursor, pageLines);
      if (asked !== this.asked) return;
      // one that went on while pages were read stands where it was read first
      const there = new Set(cursor === null ? [] : this.entries().map(keyOf));
      this.entries.update((entries) => (cursor === null ? page.entries : [...entries, ...page.entries.filter((entry) => !there.has(keyOf(entry)))]));
      this.cursor.set(page.cursor);
      this.failure.set(null);
    } catch (error) {
      if (asked === this.asked) this.failure.set(errorWords(error));
    } finally {
      if (asked === this.asked) this.isLoading.set(false);
    }
  }
}
