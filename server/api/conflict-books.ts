import { emptyBook, mergedBooks, parseBook, toldBook, type ConflictBook } from '../../model/conflict-book.ts';
import type { Clock } from '../../model/clock.ts';
import type { Store } from '../store/store.ts';

export interface ConflictBooksParts {
  readonly store: Pick<Store, 'readSetting' | 'writeSetting'>;
  readonly clock: Clock;
  /** Whether somebody is known here: who was erased must not come back from a device that still knows them. */
  readonly isKnown: (userId: string) => Promise<boolean>;
  /** A person's book of a dashboard has something new. */
  readonly changed: (userId: string, dashboard: string) => void;
}

/** What of each person's edits and others' could not both stand, so that it is the same on all of their devices. */
export class ConflictBooks {
  private readonly parts: ConflictBooksParts;
  /** One exchange at a time for each book: it is read, merged and written. */
  private readonly working = new Map<string, Promise<unknown>>();

  constructor(parts: ConflictBooksParts) {
    this.parts = parts;
  }

  /** Takes in what one device knows, and gives what all of them know. */
  async exchange(userId: string, dashboard: string, given: ConflictBook): Promise<ConflictBook> {
    const key = `conflicts/${userId}/${dashboard}`;
    const before = this.working.get(key) ?? Promise.resolve();
    const work = before.catch(() => undefined).then(() => this.merge(key, given));
    this.working.set(key, work);
    try {
      const { book, isNew } = await work;
      if (isNew) this.parts.changed(userId, dashboard);
      return book;
    } finally {
      if (this.working.get(key) === work) this.working.delete(key);
    }
  }

  private async merge(key: string, given: ConflictBook): Promise<{ book: ConflictBook; isNew: boolean }> {
    const { store, clock } = this.parts;
    const kept = await store.readSetting(key);
    const known = kept === null ? emptyBook : parseBook(JSON.parse(kept));
    const book = toldBook(mergedBooks(known, await this.nameless(given), clock.now()));
    const isNew = JSON.stringify(book) !== JSON.stringify(known);
    if (isNew) await store.writeSetting(key, JSON.stringify(book));
    return { book, isNew };
  }

  /** A book that names nobody who is not known here. */
  private async nameless(book: ConflictBook): Promise<ConflictBook> {
    const strangers = new Set<string>();
    for (const id of new Set(book.open.map(({ by }) => by?.id ?? ''))) if (id !== '' && !(await this.parts.isKnown(id))) strangers.add(id);
    if (strangers.size === 0) return book;
    return { ...book, open: book.open.map((conflict) => (strangers.has(conflict.by?.id ?? '') ? { ...conflict, by: null } : conflict)) };
  }
}
