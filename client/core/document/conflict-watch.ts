import type { Subscription } from 'rxjs';
import type { Doc } from 'sharedb/lib/client/connection.js';
import type { Clock } from '../../../model/clock.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { ConflictLedger, type Meeting } from '../conflicts/conflict-ledger.ts';
import type { OpMessage } from '../connection/server-messages.ts';
import type { LiveDashboardParts } from './live-dashboard-parts.ts';
import type { Outbox } from './outbox.ts';

export interface ConflictWatchParts extends Pick<LiveDashboardParts, 'conflicts' | 'self'> {
  readonly doc: Doc;
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'hear' | 'rewrote'>;
  /** The dashboard with one's own edits; null where it is not known or to be fetched anew. */
  readonly shown: () => Dashboard | null;
}

/** Sees where what others do meets what one has done oneself, and has the ledger judge it. */
export class ConflictWatch {
  readonly ledger: ConflictLedger;
  /** What was kept is here. */
  readonly ready: Promise<void>;
  private readonly parts: ConflictWatchParts;
  private readonly listening: Subscription | undefined;

  constructor(parts: ConflictWatchParts) {
    this.parts = parts;
    const { clock, conflicts } = parts;
    const ledger = new ConflictLedger({ clock, keep: (book) => conflicts?.keep(book) });
    this.ledger = ledger;
    this.ready = (conflicts?.load() ?? Promise.resolve(null)).then((book) => { if (book !== null) ledger.take(book); }).catch(() => undefined);
    this.listening = conflicts?.exchanged.subscribe((book) => { ledger.take(book); });
  }

  stop(): void {
    this.listening?.unsubscribe();
  }

  /** An op of the log came; the document takes it after this. */
  logged({ src, seq, op, m, v }: OpMessage): void {
    const { doc: { inflightOp, pendingOps }, shown, self } = this.parts;
    const dashboard = shown();
    if (dashboard === null) return;
    const isAnswer = inflightOp !== null && inflightOp.src === src && inflightOp.seq === seq;
    const theirs = isAnswer ? (op ?? inflightOp.op) : op;
    if (theirs === undefined) return;
    const { u = null, b, l } = m ?? {};
    const isMine = isAnswer || (u !== null && u.id === self());
    if (isMine) this.ledger.saved(theirs, v);
    if (isAnswer) return;
    const mine = [...(inflightOp === null ? [] : [inflightOp]), ...pendingOps].flatMap((pending) => (pending.op === undefined ? [] : [pending.op]));
    const meeting = { mine, theirs, by: u, dashboard };
    if (mine.length > 0) this.met(meeting);
    if (b !== undefined && !isMine) this.ledger.missed({ ...meeting, base: b, lines: l ?? [], version: v });
  }

  /** Somebody else's op came to edits of one's own that did not know of it. */
  met(meeting: Meeting): void {
    const { outbox } = this.parts;
    outbox.hear(meeting.theirs);
    outbox.rewrote(this.ledger.met(meeting));
  }
}
