import type { EditReason, OpAuthor, OpOrigin } from '../../model/protocol.ts';

/** From which sign-in the server was told to do something, and why; where that is known. */
export interface ServerOrigin {
  readonly session?: string;
  readonly why?: EditReason;
}

/**
 * Who made an op, and in view of what, rides on it in memory, because ShareDB drops an op's metadata before it publishes it. The store
 * keeps it as `m.u`, `m.n`, `m.b` and `m.l`; sockets send it as `m: {u: {id, name}, b, l}`.
 */
export interface AuthoredOp {
  by?: OpAuthor;
  /** What goes with an author whom the server names; see {@link ServerOrigin}. */
  from?: ServerOrigin;
  origin?: OpOrigin;
}

/** The `m` of an op message to a client. */
export function authorMeta({ by, origin }: AuthoredOp): OpOrigin & { readonly u: OpAuthor } | undefined {
  return by === undefined ? undefined : { u: { id: by.id, name: by.name }, ...origin };
}
