import type { ObjectId } from 'mongodb';
import type { OpMeta, StoredOp, StoredSnapshot } from '../store.ts';

/** An op as sharedb-mongo keeps it, in `o_COLLECTION`: `d` is the document, `o` the `_id` of the op before it. */
export interface OpDocument {
  readonly _id: ObjectId;
  readonly d: string;
  readonly v: number;
  readonly o?: ObjectId | null;
  readonly src?: string;
  readonly seq?: number;
  readonly op?: unknown;
  readonly create?: { type: string; data?: unknown };
  readonly del?: true;
  readonly m?: OpMeta;
}

/** A snapshot as sharedb-mongo keeps it: the data's keys beside its own; `_o` is the `_id` of the op that made it. */
export interface SnapshotDocument {
  readonly _id: string;
  readonly _v: number;
  readonly _type?: string | null;
  readonly _m?: Record<string, unknown> | null;
  readonly _o?: ObjectId | null;
  readonly _data?: unknown;
}

/** A milestone as sharedb-milestone-mongo keeps it, in `m_COLLECTION`. */
export interface MilestoneDocument {
  readonly d: string;
  readonly v: number;
  readonly type: string | null;
  readonly data?: unknown;
  readonly m: Record<string, unknown> | null;
}

export function toOp({ v, src, seq, op, create, del, m }: OpDocument): StoredOp {
  return {
    v,
    ...(src == null ? {} : { src }), ...(seq == null ? {} : { seq }),
    ...(op === undefined ? {} : { op }), ...(create == null ? {} : { create }), ...(del === true ? { del } : {}),
    ...(m == null ? {} : { m }),
  };
}

export function toSnapshot({ _id: id, _v: v, _type, _m, _o: link, _data: bare, ...data }: SnapshotDocument): StoredSnapshot {
  const type = _type ?? null;
  return { id, v, type, ...(type === null ? {} : { data: bare ?? data }), m: _m ?? null, link };
}

export function fromSnapshot({ id, v, type, data, m, link }: StoredSnapshot): SnapshotDocument {
  const isMap = typeof data === 'object' && data !== null && !Array.isArray(data);
  const own = type === null || data === undefined ? {} : isMap ? data : { _data: data };
  return { ...own, _id: id, _type: type, _v: v, _m: m, _o: link as ObjectId | undefined ?? null };
}
