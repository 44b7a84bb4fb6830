import { innerLimits } from '../../model/limits.ts';
import type { HistoryLine } from '../store/history-index.ts';
import { settledKey } from '../history/subject.ts';
import { namelessData, type Leaver } from './nameless.ts';
import type { Upkeep } from './upkeep.ts';

type Book = Readonly<Record<string, unknown>> & { readonly open?: readonly BookEntry[] };
interface BookEntry { readonly path?: readonly unknown[]; readonly parts?: readonly { readonly path?: readonly unknown[] }[]; readonly by?: { readonly id?: unknown } | null }

/** Takes a person out of what is kept beside the logs. */
export class RecordEraser {
  private readonly upkeep: Upkeep;

  constructor(upkeep: Upkeep) {
    this.upkeep = upkeep;
  }

  /** Everything but who they are. Gives the number of records. */
  async erase(leaver: Leaver): Promise<number> {
    const { store, passed } = this.upkeep;
    let count = await this.eraseHistories(leaver);
    passed('histories');
    count += await this.change('accessRequests/', (value) => withoutRequests(value, leaver));
    count += await this.change('conflicts/', (value, key) => (key.startsWith(`conflicts/${leaver.id}/`) ? null : withoutConflicts(value, leaver)));
    passed('notices');
    count += await this.change('device:', (value) => ((JSON.parse(value) as { readonly user?: unknown }).user === leaver.id ? null : value));
    passed('devices');
    await store.keeping.removeSetAside(leaver.id);
    return count;
  }

  /** Who they are, and last the salt that proves that a reference is theirs. */
  async eraseNames(userId: string): Promise<void> {
    const { store, passed } = this.upkeep;
    await store.removeSetting(`user:${userId}`);
    await this.change('identity:', (value) => ((JSON.parse(value) as { readonly id?: unknown }).id === userId ? null : value));
    passed('names');
    await store.removeSetting(`salt:${userId}`);
    passed('salt');
  }

  /** Writes settings anew, or removes them for null. */
  private async change(prefix: string, change: (value: string, key: string) => string | null): Promise<number> {
    const { store } = this.upkeep;
    const changed: (readonly [key: string, value: string | null])[] = [];
    for await (const [key, value] of store.listSettings(prefix)) {
      const after = change(value, key);
      if (after !== value) changed.push([key, after]);
    }
    for (const [key, value] of changed) await (value === null ? store.removeSetting(key) : store.writeSetting(key, value));
    return changed.length;
  }

  /** Histories that have a name of theirs in them are made again from the log, which does not have it any more. */
  private async eraseHistories({ id, names }: Leaver): Promise<number> {
    const { store } = this.upkeep;
    // as they stand in JSON
    const marks = [id, ...names].map((mark) => JSON.stringify(mark).slice(1, -1).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase());
    const named = new Set<string>();
    let after: Pick<HistoryLine, 'until' | 'id' | 'from'> | undefined;
    for (;;) {
      const lines = await store.history.read({ facets: [], count: innerLimits.historyPageLines, ...(after === undefined ? {} : { after }) });
      for (const line of lines) {
        const text = JSON.stringify([line.facets, line.body]).normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
        if (!named.has(line.id) && marks.some((mark) => text.includes(mark))) named.add(line.id);
      }
      after = lines.at(-1);
      if (after === undefined || lines.length < innerLimits.historyPageLines) break;
    }
    for (const dashboard of named) {
      await store.removeSetting(settledKey(dashboard));
      await store.history.cut(dashboard, 0);
    }
    return named.size;
  }
}

function withoutRequests(value: string, { id }: Leaver): string {
  const kept = JSON.parse(value) as { readonly requests: readonly { readonly user: { readonly id: string } }[] };
  const requests = kept.requests.filter(({ user }) => user.id !== id);
  return requests.length === kept.requests.length ? value : JSON.stringify({ ...kept, requests });
}

/** Somebody else's notices, without the name; one that is about the name itself is gone. */
function withoutConflicts(value: string, leaver: Leaver): string {
  const book = JSON.parse(value) as Book;
  const isAboutName = ({ path = [], parts = [] }: BookEntry): boolean => [path, ...parts.map((part) => part.path ?? [])].some((each) => each.at(-1) === 'doneBy');
  const text = JSON.stringify(book.open ?? []);
  if (![leaver.id, ...leaver.names].some((mark) => text.includes(JSON.stringify(mark)))) return value;
  const open = (book.open ?? []).filter((entry) => !isAboutName(entry)).map((entry) => {
    const cleaned = namelessData('dashboards', entry, leaver) as BookEntry;
    return cleaned.by?.id === leaver.id ? { ...cleaned, by: null } : cleaned;
  });
  return JSON.stringify({ ...book, open });
}
