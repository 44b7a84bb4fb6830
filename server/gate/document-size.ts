import { CoboardError } from '../../model/errors.ts';
import { limitingByDefault, type Limiting } from '../../model/limits.ts';

/**
 * Keeps documents below their largest size without measuring them at each op: it adds what ops bring to what was measured last,
 * and measures again only when that sum might be too much.
 */
export class DocumentSize {
  /** An upper bound for each document, in UTF-16 units of its JSON; least recently changed first. */
  private readonly bounds = new Map<string, number>();
  private readonly limiting: Limiting;

  constructor(limiting: Limiting = limitingByDefault) {
    this.limiting = limiting;
  }

  /** @throws CoboardError DOCUMENT_FULL if the document after the op would be too large */
  check(id: string, opSize: number, after: unknown): void {
    const before = this.bounds.get(id);
    let bound = (before ?? Infinity) + opSize;
    const { limits: { documentBytesMax, documentSizesMax }, hit } = this.limiting;
    if (bound > documentBytesMax) {
      bound = Buffer.byteLength(JSON.stringify(after));
      if (bound > documentBytesMax) {
        hit('documentBytesMax');
        throw new CoboardError('DOCUMENT_FULL', `A dashboard has at most ${String(documentBytesMax)} bytes.`);
      }
    }
    this.bounds.delete(id);
    this.bounds.set(id, bound);
    const [oldest] = this.bounds.keys();
    if (this.bounds.size > documentSizesMax && oldest !== undefined) this.bounds.delete(oldest);
  }
}
