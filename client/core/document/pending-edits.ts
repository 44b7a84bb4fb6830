import type { Op } from '../../../model/json0.ts';
import { opPaths } from '../../../model/op-paths.ts';

interface PendingEdit {
  readonly op: Op;
  /** What it touches. */
  readonly touched: string;
}

/** Edits on their way, by what they touch: twenty letters typed into one title are one edit to the person who typed them. */
export class PendingEdits {
  private readonly open = new Map<symbol, PendingEdit>();

  /** Adds an edit; call with the ticket when it is through or refused. */
  add(op: Op): symbol {
    const ticket = Symbol('edit');
    this.open.set(ticket, { op, touched: JSON.stringify(opPaths(op)) });
    return ticket;
  }

  settle(ticket: symbol): void {
    this.open.delete(ticket);
  }

  /** How many different things are not saved yet. */
  get count(): number {
    return new Set([...this.open.values()].map(({ touched }) => touched)).size;
  }

  /** The edits themselves, as they were made, the oldest first. */
  get ops(): readonly Op[] {
    return [...this.open.values()].map(({ op }) => op);
  }
}
