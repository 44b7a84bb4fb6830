import type { Turns } from '../sync/turns.ts';

/** Lets a crowd that comes at once in over many turns of the event loop, in the order in which it came, so that those who are in go on meanwhile. */
export class Entrance {
  private readonly turns: Turns;
  private readonly atOnceMax: number;
  private readonly waiting: (() => Promise<void>)[] = [];
  private entering = 0;
  private isSet = false;

  /** @param atOnceMax so many are looked at side by side */
  constructor(turns: Turns, atOnceMax: number) {
    this.turns = turns;
    this.atOnceMax = atOnceMax;
  }

  /** @param enter must not reject */
  come(enter: () => Promise<void>): void {
    this.waiting.push(enter);
    this.goOn();
  }

  private goOn(): void {
    while (this.entering < this.atOnceMax && this.waiting.length > 0) {
      if (this.turns.isOver) {
        this.goOnLater();
        return;
      }
      this.entering += 1;
      void this.waiting.shift()?.().finally(() => {
        this.entering -= 1;
        this.goOn();
      });
    }
  }

  private goOnLater(): void {
    if (this.isSet) return;
    this.isSet = true;
    this.turns.next(() => {
      this.isSet = false;
      this.goOn();
    });
  }
}
