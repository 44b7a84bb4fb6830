import { opSize, sizeOf } from '../store/op-size.ts';
import type { DocumentState } from './document-state.ts';
import type { StoredOp } from '../store/store.ts';

/** Small documents are not measured again and again. */
const leastMeasured = 10_000;

/**
 * About what a document holds in memory, without walking through it at each op: what ops bring is added to what was measured last, and it is
 * measured again only where that has doubled. So it is never less than it is, and little more than twice as much.
 */
export class SizeGauge {
  private measured = 0;
  private added = 0;

  get bytes(): number {
    return this.measured + this.added;
  }

  measure({ data }: DocumentState): void {
    this.measured = sizeOf(data);
    this.added = 0;
  }

  /** An op made the state what it is. */
  add(op: StoredOp, after: DocumentState, bytes = opSize(op)): void {
    this.added += bytes;
    if (op.del === true || this.added > Math.max(leastMeasured, this.measured)) this.measure(after);
  }
}
