import { CoboardError } from '../../../model/errors.ts';
import type { Append, OpMeta, SnapshotWrite, StoredOp, StoredSnapshot } from '../store.ts';

export interface OpRow { v: number; src: string | null; seq: number | null; body: string; m: string | null }
export interface SnapshotRow { id: string; v: number; type: string | null; data: string | null; m: string | null }

type Text = string | null;
export type OpRowIn = readonly [collection: string, id: string, v: number, src: Text, seq: number | null, body: string, m: Text];
export type SnapshotRowIn = readonly [collection: string, id: string, v: number, type: Text, data: Text, m: Text];

const json = (value: unknown): Text => (value === undefined || value === null ? null : JSON.stringify(value));

/** An entry as a row, or why it cannot be stored (it holds what JSON cannot). */
export function toRow({ collection, id, op }: Append): OpRowIn | Error {
  const { v, src = null, seq = null, m, ...body } = op;
  if (!Number.isSafeInteger(v)) return new CoboardError('OP_INVALID', 'An op needs its version.');
  try {
    return [collection, id, v, src, seq, JSON.stringify(body), json(m)];
  } catch (error) {
    return new CoboardError('OP_INVALID', 'The op cannot be written as JSON.', { cause: error });
  }
}

export function toSnapshotRow({ collection, snapshot: { id, v, type, data, m } }: SnapshotWrite): SnapshotRowIn | Error {
  try {
    return [collection, id, v, type, type === null ? null : json(data), json(m)];
  } catch (error) {
    return error instanceof Error ? error : new Error('The snapshot cannot be written as JSON.');
  }
}

export function toOp({ v, src, seq, body, m }: OpRow): StoredOp {
  const op = { v, ...(JSON.parse(body) as object) } as StoredOp;
  if (src !== null) op.src = src;
  if (seq !== null) op.seq = seq;
  if (m !== null) op.m = JSON.parse(m) as OpMeta;
  return op;
}

export function toSnapshot({ id, v, type, data, m }: SnapshotRow): StoredSnapshot {
  return {
    id, v, type,
    ...(data === null ? {} : { data: JSON.parse(data) as unknown }),
    m: m === null ? null : (JSON.parse(m) as Record<string, unknown>),
  };
}
