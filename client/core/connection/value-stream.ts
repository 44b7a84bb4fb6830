import type { Observable } from 'rxjs';

/** A stream that always has a value: a subscriber gets it at once, and `value` is the one now. */
export interface ValueStream<T> extends Observable<T> {
  readonly value: T;
}
