import { Alarm, type Clock } from '../../../model/clock.ts';
import { linesOf, readMessage, type IncomingMessage } from './server-messages.ts';

export interface InboxParts {
  readonly clock: Clock;
  readonly receive: (message: IncomingMessage) => void;
  /** What came is no message: nothing behind it is read. */
  readonly malformed: () => void;
  /** After there were more than could be handled at once, all are. */
  readonly emptied: () => void;
}

/** How long messages are handled without a pause, where none takes longer by itself; with the message that ends it, about half a frame of a screen. */
const sliceMs = 5;

/** Messages from the server, handled in their order, so many at a time that a screen is never late for them. */
export class Inbox {
  private readonly parts: InboxParts;
  private readonly pause: Alarm;
  private lines: string[] = [];
  private at = 0;
  private isHandling = false;
  /** How long a message took lately; milliseconds. With thousands of edits that wait, each takes a while. */
  private lastMs = 0;

  constructor(parts: InboxParts) {
    this.parts = parts;
    this.pause = new Alarm(parts.clock);
  }

  /** Whether there are some that had to wait. */
  get isBehind(): boolean {
    return this.pause.isSet;
  }

  /** A frame came. */
  add(frame: unknown): void {
    this.lines.push(...linesOf(frame));
    if (!this.pause.isSet && !this.isHandling) this.handle();
  }

  /** Forgets what is not handled: the connection that it came by has ended. */
  clear(): void {
    this.pause.clear();
    this.lines = [];
    this.at = 0;
  }

  private handle(): void {
    this.isHandling = true;
    try {
      this.handleSlice();
    } finally {
      this.isHandling = false;
    }
  }

  private handleSlice(): void {
    const { clock, receive, malformed, emptied } = this.parts;
    const until = clock.elapsed() + sliceMs;
    const { lines } = this;
    for (let begun = clock.elapsed(), handled = 0; this.at < lines.length; handled += 1) {
      // one that would take too long for what is left is for the next slice
      if (handled > 0 && begun + this.lastMs >= until) {
        this.pause.set(0, () => {
          this.handle();
          if (!this.pause.isSet) emptied();
        });
        return;
      }
      const message = readMessage(lines[this.at++] ?? '');
      if (message === null) {
        malformed();
        this.clear();
        return;
      }
      receive(message);
      const ended = clock.elapsed();
      this.lastMs = Math.max(ended - begun, this.lastMs * 0.8);
      begun = ended;
      // what a message did may have ended the connection
      if (lines !== this.lines) return;
    }
    this.clear();
  }
}
