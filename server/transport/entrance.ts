import type { Turns } from '../sync/turns.ts';

/** So many are looked at side by side, so that one whose session is slow to check keeps nobody waiting. */
const atOnceMax = 8;

/** Lets a crowd that comes at once in over many turns of the event loop, in the order in which it came, so that those who are in go on meanwhile. */
export class Entrance {
  private readonly turns: Turns;
  private readonly waiting: (() => Promise<void>)[] = [];
  private entering = 0;
  private isSet = false;

  constructor(turns: Turns) {
    this.turns = turns;
  }

  /** @param enter must not reject */
  come(enter: () => Promise<void>): void {
    this.waiting.push(enter);
    this.goOn();
  }

  private goOn(): void {
    while (this.entering < atOnceMax && this.waiting.length > 0) {
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
