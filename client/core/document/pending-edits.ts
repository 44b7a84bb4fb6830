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
  /** How many edits there are of each thing: with thousands of them, none is counted again for one that goes. */
  private readonly things = new Map<string, number>();

  /** Adds an edit; call with the ticket when it is through or refused. */
  add(op: Op): symbol {
    const ticket = Symbol('edit');
    const touched = JSON.stringify(opPaths(op));
    this.open.set(ticket, { op, touched });
    this.things.set(touched, (this.things.get(touched) ?? 0) + 1);
    return ticket;
  }

  settle(ticket: symbol): void {
    const touched = this.open.get(ticket)?.touched;
    if (touched === undefined) return;
    this.open.delete(ticket);
    const left = (this.things.get(touched) ?? 1) - 1;
    if (left === 0) this.things.delete(touched);
    else this.things.set(touched, left);
  }

  /** How many different things are not saved yet. */
  get count(): number {
    return this.things.size;
  }

  /** The edits themselves, as they were made, the oldest first. */
  get ops(): readonly Op[] {
    return [...this.open.values()].map(({ op }) => op);
  }
}
