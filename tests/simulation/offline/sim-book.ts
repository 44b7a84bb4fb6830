import { Subject } from 'rxjs';
import { emptyBook, mergedBooks, type ConflictBook } from '../../../model/conflict-book.ts';
import type { Clock } from '../../../model/clock.ts';

/** What a person is to decide on, as all their windows find it at once. */
export class SimBook {
  readonly exchanged = new Subject<ConflictBook>();
  private book = emptyBook;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  load(): Promise<ConflictBook> {
    return Promise.resolve(this.book);
  }

  keep(book: ConflictBook): void {
    this.book = mergedBooks(this.book, book, this.clock.now());
    this.exchanged.next(this.book);
  }
}
