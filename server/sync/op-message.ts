import { authorMeta, type AuthoredOp } from './op-author.ts';

/** An op as every client gets it: ShareDB's fields, and in `m` who made it. */
export function opMessage(c: string, d: string, op: object): object {
  const { v, src, seq, op: edit, create, del, ...rest } = op as AuthoredOp & Record<string, unknown>;
  const m = authorMeta(rest);
  return {
    a: 'op', c, d, v, src, seq,
    ...('op' in op ? { op: edit } : {}), ...(create === undefined ? {} : { create }), ...(del === true ? { del } : {}), ...(m ? { m } : {}),
  };
}
