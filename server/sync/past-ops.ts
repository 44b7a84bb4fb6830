import type Agent from 'sharedb/lib/agent.js';
import { CoboardError } from '../../model/errors.ts';
import type { StoredOp } from '../store/store.ts';
import { isSink, type SharedSink } from './feed.ts';
import { innerLimits, serverLimits } from '../../model/limits.ts';
import { OpMessages } from './op-messages.ts';
import { firstWithin } from '../store/op-size.ts';
import { partsOf } from './sharedb-types.ts';
import { publicOp } from './submission.ts';

export interface PastOpsParts {
  /** The durable ops with `from` <= version < `to`. */
  readonly readOps: (collection: string, id: string, from: number, to: number, bytesMax: number) => Promise<StoredOp[]>;
  readonly mayReceive: (agent: Agent, collection: string, id: string) => boolean;
}

/**
 * Sends the ops of a document with `from` <= version < `to`: a page in each turn, so that others' messages are taken in between, and
 * none before the socket has room for it. Of all that one socket asked for one page at a time is in memory: the others wait unread.
 * @throws CoboardError NOT_FOUND when its reader may no longer have them
 */
export function sendPastOps(parts: PastOpsParts, agent: Agent, collection: string, id: string, from: number, to: number): Promise<void> {
  const { stream } = partsOf(agent);
  const sending = (lastOf.get(stream) ?? Promise.resolve()).then(() => sendPages(parts, agent, collection, id, from, to));
  // who comes next does not care how it ended
  lastOf.set(stream, sending.catch(() => undefined));
  return sending;
}

/** The end of what each socket waits for. */
const lastOf = new WeakMap<object, Promise<void>>();

async function sendPages({ readOps, mayReceive }: PastOpsParts, agent: Agent, collection: string, id: string, from: number, to: number): Promise<void> {
  const { stream } = partsOf(agent);
  for (let at = from; at < to;) {
    // what waited here may be for a socket that is gone
    if (partsOf(agent).closed) return;
    const ops = firstWithin(await readOps(collection, id, at, Math.min(to, at + innerLimits.missedPageOps), serverLimits.opsPageBytesMax), serverLimits.opsPageBytesMax);
    if (ops.length === 0) return;
    for (let isSent = false; !isSent;) {
      if (partsOf(agent).closed) return;
      if (!mayReceive(agent, collection, id)) throw new CoboardError('NOT_FOUND');
      isSent = send(stream, agent, collection, id, ops);
      if (!isSent && isSink(stream)) await drained(stream);
    }
    at += ops.length;
    if (at < to) await new Promise((resolve) => { setImmediate(resolve); });
  }
}

function send(stream: object, agent: Agent, collection: string, id: string, ops: readonly StoredOp[]): boolean {
  if (isSink(stream)) return stream.sendShared(new OpMessages(collection, id, ops));
  partsOf(agent)._sendOps(collection, id, ops.map(publicOp));
  return true;
}

export const drained = (sink: SharedSink): Promise<void> => new Promise((resolve) => { sink.onceDrained(resolve); });
