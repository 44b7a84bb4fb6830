import type { StoredOp } from '../store/store.ts';

/** The recent ops of a document in memory, one for each version without a gap: those with `first` <= version < `end`. */
export class OpWindow {
  private readonly opsMax: number;
  private ops: StoredOp[] = [];
  private start: number;

  /** @param start the version of the first op to come  @param opsMax it keeps at least this many, and at most twice as many */
  constructor(start: number, opsMax: number) {
    this.start = start;
    this.opsMax = opsMax;
  }

  get first(): number {
    return this.start;
  }

  get end(): number {
    return this.start + this.ops.length;
  }

  push(op: StoredOp): void {
    this.ops.push(op);
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
    this.ops.length = Math.max(0, from - this.start);
  }

  /** Forgets the oldest ones, of those before a version. */
  trim(before: number): void {
    if (this.ops.length <= 2 * this.opsMax) return;
    const dropped = Math.min(this.ops.length - this.opsMax, before - this.start);
    this.ops.splice(0, dropped);
    this.start += dropped;
  }
}
