import { Subject, type Observable } from 'rxjs';
import { mergedBooks, parseBook, toldBook, type ConflictBook } from '../../../model/conflict-book.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';

export interface ConflictShelfParts {
  readonly clock: Clock;
  /** What this device keeps by a name; null for nothing. */
  readonly read: (name: string) => Promise<unknown>;
  readonly write: (name: string, value: unknown) => Promise<void>;
  /** Gives the server a person's book of a dashboard, and gets that of all their devices. */
  readonly exchange: (dashboard: string, book: ConflictBook) => Promise<unknown>;
}

/** A dashboard's book after it was exchanged with the person's other devices. */
export interface ExchangedBook {
  readonly dashboard: string;
  readonly book: ConflictBook;
}

/** The server is told of what changes in one go no more often than this. */
const gapMs = 1_000;

const nameOf = (dashboard: string): string => `conflicts:${dashboard}`;

/** Keeps the person's conflicts, on this device at once and on the server as soon as it can be reached, so that they are the same everywhere. */
export class ConflictShelf {
  readonly exchanged: Observable<ExchangedBook>;
  private readonly exchangedSubject = new Subject<ExchangedBook>();
  private readonly parts: ConflictShelfParts;
  /** What is to be kept and is not yet, by dashboard. */
  private readonly due = new Map<string, ConflictBook>();
  /** When the server was told last, and when it is to be told next, by dashboard. */
  private readonly told = new Map<string, { readonly at: number; readonly next: Alarm }>();
  private working: Promise<unknown> = Promise.resolve();

  constructor(parts: ConflictShelfParts) {
    this.parts = parts;
    this.exchanged = this.exchangedSubject;
  }

  /** What this device knows. */
  async load(dashboard: string): Promise<ConflictBook> {
    return parseBook(await this.parts.read(nameOf(dashboard)));
  }

  /** Something changed: keeps it here, then tells the other devices. */
  keep(dashboard: string, book: ConflictBook): void {
    const isWaiting = this.due.has(dashboard);
    // the latest says everything: a hundred at once are written and sent together
    this.due.set(dashboard, book);
    if (isWaiting) return;
    this.inOrder(async () => {
      const latest = this.due.get(dashboard) ?? book;
      this.due.delete(dashboard);
      // another tab may have written too
      await this.parts.write(nameOf(dashboard), mergedBooks(await this.load(dashboard), latest, this.parts.clock.now()));
    });
    this.exchangeSoon(dashboard);
  }

  private exchangeSoon(dashboard: string): void {
    const { clock } = this.parts;
    const told = this.told.get(dashboard) ?? { at: -gapMs, next: new Alarm(clock) };
    if (told.next.isSet) return;
    const waitMs = told.at + gapMs - clock.elapsed();
    if (waitMs > 0) {
      told.next.set(waitMs, () => { this.exchangeSoon(dashboard); });
      return;
    }
    this.told.set(dashboard, { ...told, at: clock.elapsed() });
    this.exchange(dashboard);
  }

  /** Gets what other devices know, and gives them what this one knows; without a server nothing happens. */
  exchange(dashboard: string): void {
    this.inOrder(async () => {
      const book = await this.load(dashboard);
      const answer = parseBook(await this.parts.exchange(dashboard, toldBook(book)));
      const merged = mergedBooks(await this.load(dashboard), answer, this.parts.clock.now());
      await this.parts.write(nameOf(dashboard), merged.open.length + merged.settled.length === 0 ? null : merged);
      this.exchangedSubject.next({ dashboard, book: merged });
    });
  }

  private inOrder(work: () => Promise<void>): void {
    // what fails is tried again with the next change, and when there is a connection again
    this.working = this.working.then(work).catch(() => undefined);
  }
}

