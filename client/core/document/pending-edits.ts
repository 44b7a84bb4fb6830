import type { Op } from '../../../model/json0.ts';

interface PendingEdit {
  readonly op: Op;
  /** What it touches; as several where it was several edits once. */
  readonly things: readonly string[];
}

/** Edits on their way, by what they touch: twenty letters typed into one title are one edit to the person who typed them. */
export class PendingEdits {
  private readonly open = new Map<symbol, PendingEdit>();
  /** How many edits there are of each thing: with thousands of them, none is counted again for one that goes. */
  private readonly things = new Map<string, number>();

  /** Adds an edit; call with the ticket when it is through or refused. */
  add(op: Op, things: readonly string[]): symbol {
    const ticket = Symbol('edit');
    this.open.set(ticket, { op, things });
    for (const thing of things) this.things.set(thing, (this.things.get(thing) ?? 0) + 1);
    return ticket;
  }

  settle(ticket: symbol): void {
    const { things = [] } = this.open.get(ticket) ?? {};
    this.open.delete(ticket);
    for (const thing of things) {
      const left = (this.things.get(thing) ?? 1) - 1;
      if (left === 0) this.things.delete(thing);
      else this.things.set(thing, left);
    }
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
