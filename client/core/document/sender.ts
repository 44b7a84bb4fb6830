import type { Subscription } from 'rxjs';
import type { Doc, PendingOp } from 'sharedb/lib/client/connection.js';
import type { Clock } from '../../../model/clock.ts';
import { dashboardsCollection, type EditReason, type OpExtra } from '../../../model/protocol.ts';
import type { Connection } from '../connection/connection.ts';

export interface SenderParts {
  readonly doc: Doc;
  readonly connection: Connection;
  readonly clock: Clock;
  /** An op is about to be sent, under these numbers. Undefined: nothing has to be waited for. */
  readonly keep: (op: PendingOp, src: string, seq: number) => Promise<void> | undefined;
  /** The version that the oldest edit in an op was made at. */
  readonly baseOf: (op: PendingOp) => number;
  readonly whyOf: (op: PendingOp) => EditReason | undefined;
}

/** What an op has from when it is sent first. */
export const numbers = ['sentAt', 'src', 'seq'] as const;

/**
 * Decides when a document's ops leave, in place of ShareDB's own `flush`: one at a time; not before it is kept on this device under the
 * numbers that the server will know it by; and only when the document has heard everything that happened while it was away, so that the
 * server need not bring it forward. An op that may have been sent before is the one in flight from the start, so that it is recognised
 * when it comes back.
 */
export class Sender {
  private readonly parts: SenderParts;
  private readonly keeping = new Set<PendingOp>();
  private readonly listening: Subscription;
  private sent: PendingOp | null = null;
  /** The server does not let it hear what happens: why an op is refused then, it says to that op. */
  private isDeaf = false;

  constructor(parts: SenderParts) {
    this.parts = parts;
    const { doc } = parts;
    doc.flush = () => { this.flush(); };
    const subscribed = doc._handleSubscribe.bind(doc);
    doc._handleSubscribe = (error, snapshot) => {
      this.isDeaf = error != null;
      subscribed(error, snapshot);
      this.flush();
    };
    this.listening = parts.connection.caughtUp.subscribe(() => { this.flush(); });
  }

  stop(): void {
    this.listening.unsubscribe();
  }

  /** Sends the op in flight again, which the server did not take; under new numbers where those of `foreign`, which it was, are no good any more. */
  again(foreign: PendingOp | null): void {
    const { doc } = this.parts;
    this.sent = null;
    if (foreign !== null && doc.inflightOp === foreign) {
      for (const key of numbers) Reflect.deleteProperty(foreign, key);
      doc.pendingOps.unshift(foreign);
      doc.inflightOp = null;
    }
    this.flush();
  }

  /** Sends what can be sent now. */
  flush(): void {
    const { doc, connection, baseOf, whyOf } = this.parts;
    if (!connection.sharedb.canSend || doc.paused) return;
    if (doc.inflightOp === null) {
      const [next] = doc.pendingOps;
      if (next === undefined || this.keeping.has(next)) return;
      if (next.seq === undefined && this.keep(next)) return;
      doc.inflightOp = doc.pendingOps.shift() ?? null;
      this.sent = null;
    }
    const { inflightOp } = doc;
    if (inflightOp === null || this.sent === inflightOp || connection.isBehind || !(doc.subscribed || this.isDeaf)) return;
    this.sent = inflightOp;
    const { src, seq, op } = inflightOp;
    // as ShareDB's own, with what its author had seen
    connection.sharedb.send({ a: 'op', c: dashboardsCollection, d: doc.id, v: doc.version, src, seq, x: { b: baseOf(inflightOp), l: inflightOp.lines, w: whyOf(inflightOp) } satisfies OpExtra, op });
  }

  /** Gives an op its numbers and has it kept; says whether that takes time. */
  private keep(next: PendingOp): boolean {
    const { connection: { sharedb }, clock, keep } = this.parts;
    const src = sharedb.id ?? '';
    // from here on nothing is composed into it
    next.sentAt = clock.now();
    next.src = src;
    next.seq = sharedb.seq++;
    const kept = keep(next, src, next.seq);
    if (kept === undefined) return false;
    this.keeping.add(next);
    void kept.then(() => {
      this.keeping.delete(next);
      this.flush();
    });
    return true;
  }
}
