import type { StoredOp } from '../store/store.ts';
import { opSize } from '../store/op-size.ts';

/** The recent ops of a document in memory, one for each version without a gap: those with `first` <= version < `end`. */
export class OpWindow {
  private readonly opsMax: number;
  private readonly bytesMax: number;
  private ops: StoredOp[] = [];
  /** What each holds. */
  private sizes: number[] = [];
  private held = 0;
  private start: number;

  /**
   * @param start the version of the first op to come
   * @param opsMax it keeps at least this many, and at most twice as many
   * @param bytesMax about what they may hold: of larger ones it keeps fewer
   */
  constructor(start: number, opsMax: number, bytesMax: number) {
    this.start = start;
    this.opsMax = opsMax;
    this.bytesMax = bytesMax;
  }

  get first(): number {
    return this.start;
  }

  get end(): number {
    return this.start + this.ops.length;
  }

  /** About what they hold. */
  get bytes(): number {
    return this.held;
  }

  /** Gives about what it holds. */
  push(op: StoredOp): number {
    const size = opSize(op);
    this.ops.push(op);
    this.sizes.push(size);
    this.held += size;
    return size;
  }

  at(version: number): StoredOp | undefined {
    return this.ops[version - this.start];
  }

  /** The ops with `from` <= version < `to`, as far as they are here. */
  slice(from: number, to: number): StoredOp[] {
    return to <= this.start ? [] : this.ops.slice(Math.max(0, from - this.start), to - this.start);
  }

  /** The version of a client's op; null if it is not here. */
  find(src: string, seq: number): number | null {
    for (let i = this.ops.length - 1; i >= 0; i--) {
      const op = this.ops[i];
      if (op?.src === src && op.seq === seq) return op.v;
    }
    return null;
  }

  /** Forgets the ops from a version on: they were not committed. */
  cut(from: number): void {
    const left = Math.max(0, from - this.start);
    for (const size of this.sizes.splice(left)) this.held -= size;
    this.ops.length = Math.min(left, this.ops.length);
  }

  /** Forgets the oldest ones, of those before a version. */
  trim(before: number): void {
    let dropped = this.ops.length > 2 * this.opsMax ? this.ops.length - this.opsMax : 0;
    if (this.held > this.bytesMax) {
      let left = this.held;
      for (let i = 0; i < this.sizes.length && left > this.bytesMax / 2; i++) {
        left -= this.sizes[i] ?? 0;
        dropped = Math.max(dropped, i + 1);
      }
    }
    dropped = Math.min(dropped, before - this.start);
    if (dropped <= 0) return;
    this.ops.splice(0, dropped);
    for (const size of this.sizes.splice(0, dropped)) this.held -= size;
    this.start += dropped;
  }
}
