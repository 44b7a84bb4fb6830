import type { Op } from '../../../model/json0.ts';
import { swiftJson0 } from '../document/swift-json0.ts';
import { thingsOf, type LocalCopy, type LocalEdit, type LoggedOp, type Outbox } from './local-store.ts';
import { isNear, type MetOp } from './restored-meetings.ts';
import { atOnce, type Slices } from './slices.ts';

/** Edits that are not saved yet, as one op on the document after those before them. */
export interface RestoredOp {
  op: Op;
  /** Their numbers in the outbox. */
  readonly edits: readonly number[];
  /** What they touch, each as it is counted. */
  readonly things: readonly string[];
  /** The version that the oldest of them was made at. */
  readonly base: number;
  /** How the server knows it, if it was sent already. */
  readonly sent: { readonly src: string; readonly seq: number } | null;
}

/** An edit that is in the server's log, as the op of a version. */
export interface SettledEdit {
  readonly n: number;
  readonly v: number;
}

export type Restored =
  | { readonly status: 'restored'; readonly version: number; readonly data: unknown; readonly pending: readonly RestoredOp[]; readonly settled: readonly SettledEdit[]; readonly met: readonly MetOp[] }
  /** The ops with `from` <= version < `to` are needed and not here. */
  | { readonly status: 'gap'; readonly from: number; readonly to: number };

/** With thousands of edits, all of them are too many for one slice. */
const movedInOne = 50;

/**
 * A dashboard as it was when its tab ended: what the server had, and one's own edits behind it, moved past everything that the server
 * had sent since they were made. Pure. `settled` are edits that turn out to be in the server's log, `met` what others did that they
 * may have to do with.
 */
export const restore = (...kept: Parameters<typeof restoring>): Restored => atOnce(restoring(...kept));

/** The same, in slices. */
export function* restoring(copy: LocalCopy, ops: readonly LoggedOp[], outbox: Pick<Outbox, 'edits' | 'sendings' | 'seen'>): Slices<Restored> {
  const { edits, sendings, seen = 0 } = outbox;
  const logged = new Map(ops.map((op) => [op.v, op]));
  const pending: RestoredOp[] = [];
  const settled: SettledEdit[] = [];
  const met: MetOp[] = [];
  let data = structuredClone(copy.data);
  let next = 0;
  let v = Math.min(copy.version, ...edits.map((edit) => edit.v));
  for (;; v++) {
    for (let edit = edits[next]; edit?.v === v; edit = edits[next]) {
      add(pending, edit, sendings);
      next += 1;
      yield;
    }
    const op = logged.get(v);
    if (op === undefined) break;
    if (v >= copy.version && op.op) data = swiftJson0.apply(data, structuredClone(op.op));
    const [first] = pending;
    if (first?.sent && first.sent.src === op.src && first.sent.seq === op.seq) settled.push(...(pending.shift()?.edits ?? []).map((n) => ({ n, v })));
    else if (op.op) {
      const mine = yield* moveAll(pending, op.op);
      if (mine.length > 0) met.push({ v, mine, theirs: op.op, by: op.by ?? null, isKnown: v < seen });
    }
    yield;
  }
  const needed = Math.max(copy.version, edits[next]?.v ?? 0);
  return v < needed ? { status: 'gap', from: v, to: needed } : { status: 'restored', version: v, data, pending, settled, met };
}

/** An edit joins those that were sent with it; others stay for themselves. */
function add(pending: RestoredOp[], edit: LocalEdit, sendings: Outbox['sendings']): void {
  const { n, v, op, b: base = v } = edit;
  const things = thingsOf(edit);
  const sending = sendings.find(({ last }) => last >= n);
  const sent = sending ? { src: sending.src, seq: sending.seq } : null;
  const last = pending.at(-1);
  if (sent && last?.sent?.src === sent.src && last.sent.seq === sent.seq) {
    pending[pending.length - 1] = { op: swiftJson0.compose(last.op, structuredClone(op)), edits: [...last.edits, n], things: [...last.things, ...things], base: Math.min(last.base, base), sent };
  } else {
    pending.push({ op: structuredClone(op), edits: [n], things, base, sent });
  }
}

/** Gives those that are near what the op changes, as they are before it; nearly all of them have nothing to do with it. */
function* moveAll(pending: RestoredOp[], earlier: Op): Slices<Op[]> {
  const near: Op[] = [];
  let other = earlier;
  for (const [i, each] of pending.entries()) {
    if (isNear(each.op, earlier)) near.push(each.op);
    [each.op, other] = swiftJson0.transformX(each.op, other);
    if (i % movedInOne === movedInOne - 1) yield;
  }
  return near;
}
