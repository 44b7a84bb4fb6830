import type { Doc } from 'sharedb/lib/client/connection.js';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { Role } from '../../../model/protocol.ts';
import type { OpMessage } from '../connection/server-messages.ts';
import type { Journal } from '../local/journal.ts';

export interface KeptCopyParts {
  readonly doc: Doc;
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'keepCopy' | 'logged'>;
  /** One's own role; null where what is here is not the server's any more. */
  readonly role: () => Role | null;
}

/** A copy is written this long after a change. */
const delayMs = 3_000;

/** Keeps a dashboard as the server has it on this device: a copy now and then, and every op of the log. */
export class KeptCopy {
  private readonly parts: KeptCopyParts;
  private readonly writing: Alarm;
  /** Whether there is one. */
  private exists = false;
  /** One is to be made as soon as nothing is on its way. */
  private isDue = false;

  constructor(parts: KeptCopyParts) {
    this.parts = parts;
    this.writing = new Alarm(parts.clock);
  }

  /** It was there already. */
  found(): void {
    this.exists = true;
  }

  /** The document has changed: at once where there is none yet, so that no edit is kept without what it was made on. */
  changed(): void {
    if (!this.exists) this.write();
    else if (!this.writing.isSet) this.writing.set(delayMs, () => { this.write(); });
  }

  /** Nothing is on its way. */
  settled(): void {
    if (this.isDue) this.changed();
  }

  /** An op of the log came; the document takes it after this. */
  logged({ v, src, seq, op, m }: OpMessage): void {
    const { doc: { inflightOp }, journal } = this.parts;
    const isOwn = inflightOp !== null && inflightOp.src === src && inflightOp.seq === seq;
    journal.logged({ v, src, seq, op: op ?? (isOwn ? inflightOp.op : undefined), by: m?.u });
  }

  /** Writes what is due, and nothing more. */
  stop(): void {
    if (this.writing.isSet) this.write();
    this.writing.clear();
  }

  private write(): void {
    const { doc, journal, role } = this.parts;
    const mine = role();
    if (mine === null || doc.type === null || doc.version === null) return;
    this.isDue = doc.hasWritePending();
    if (this.isDue) return;
    this.exists = true;
    journal.keepCopy(doc.version, doc.data, mine);
  }
}
