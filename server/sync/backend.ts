import ShareDB from 'sharedb';
import type Agent from 'sharedb/lib/agent.js';
import type { OpAuthor } from '../../model/protocol.ts';
import { StoreDb } from '../store/store-db.ts';
import type { Store } from '../store/store.ts';
import type { AuthoredOp } from './op-author.ts';

/** An op that is durable now, and what its document is after it. */
export interface Committed {
  readonly collection: string;
  readonly id: string;
  /** The version that the op made. */
  readonly v: number;
  /** The document after it; undefined for one that was deleted. */
  readonly data: unknown;
  readonly by: OpAuthor | null;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** From accepting the op to its being durable. */
  readonly tookMs: number;
}

export interface SyncHooks {
  /** Who speaks through an agent; null for the server itself, which names the author on the op. */
  readonly authorOf: (agent: Agent) => OpAuthor | null;
  /** Called in the order of versions, before the op's sender is told. */
  readonly committed: (op: Committed) => void;
  readonly log: { readonly warn: (words: string) => void; readonly debug: (words: string) => void };
  readonly now: () => number;
}

/** The part of ShareDB's submit request that the typings of version 5 leave out or narrow. */
interface Submit {
  readonly agent: Agent;
  readonly collection: string;
  readonly id: string;
  /** ShareDB takes it from the machine's clock, and from it the times in the log. */
  start: number;
  readonly op: AuthoredOp & { m?: { ts?: number; u?: string; n?: string } };
  readonly snapshot: { readonly v: number; readonly data: unknown } | null;
}

/** ShareDB on a store: it orders, transforms and publishes ops; each is stamped with its author and told when it is durable. */
export function createBackend(store: Store, { authorOf, committed, log, now }: SyncHooks): ShareDB {
  quiet(log);
  const backend = new ShareDB({
    db: new StoreDb(store),
    // presence is the roster's: see server/presence
    presence: false,
    errorHandler: (error) => {
      log.warn(error.message);
    },
  });
  backend.use('submit', (context, next) => {
    const request = context as unknown as Submit;
    const { agent, op } = request;
    request.start = now();
    op.m = { ...op.m, ts: request.start };
    const author = authorOf(agent) ?? op.by;
    if (author !== undefined) {
      op.by = { id: author.id, name: author.name };
      Object.assign(op.m, { u: author.id, n: author.name });
    }
    next();
  });
  backend.use('afterWrite', (context, next) => {
    const { collection, id, op, snapshot, start } = context as unknown as Submit;
    if (snapshot) committed({ collection, id, v: snapshot.v, data: snapshot.data, by: op.by ?? null, at: start, tookMs: now() - start });
    next();
  });
  return backend;
}

/** ShareDB logs the stack of each refusal to the console; that is told to the client and counted, so it is for debugging only. */
function quiet(log: SyncHooks['log']): void {
  const words = (parts: readonly unknown[]): string => parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  ShareDB.logger.setMethods({
    info: (...parts) => {
      log.debug(words(parts));
    },
    warn: (...parts) => {
      log.debug(words(parts));
    },
    error: (...parts) => {
      log.warn(words(parts));
    },
  });
}
