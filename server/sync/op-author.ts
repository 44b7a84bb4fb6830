import type { OpAuthor } from '../../model/protocol.ts';

/**
 * Who made an op rides on it in memory as `by`, because ShareDB drops an op's metadata before it publishes it. The store keeps
 * it as `m.u` and `m.n`; sockets send it as `m: {u: {id, name}}`.
 */
export interface AuthoredOp {
  by?: OpAuthor;
}

/** The `m` of an op message to a client. */
export function authorMeta(op: AuthoredOp): { readonly u: OpAuthor } | undefined {
  return op.by === undefined ? undefined : { u: { id: op.by.id, name: op.by.name } };
}
