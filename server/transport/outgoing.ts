import type { Limiting } from '../../model/limits.ts';
import type { SharedMessages } from '../sync/shared-messages.ts';
import type { TurnEnd } from './turn-end.ts';
import type { Wire } from './wire.ts';

export interface OutgoingParts {
  readonly wire: Wire;
  readonly turnEnd: TurnEnd;
  readonly limiting: Limiting;
  /** It does not take what it is sent, or not soon enough. */
  readonly tooSlow: () => void;
}

/**
 * What leaves through one socket: everything of a turn in one write, for our own client in one frame. Messages that many sockets
 * are given are encoded once.
 */
export class Outgoing {
  private readonly parts: OutgoingParts;
  private queue: (string | SharedMessages)[] = [];
  private queuedChars = 0;
  private readonly flushLater = (): void => { this.flush(); };
  private drained: (() => void)[] = [];
  private lagTimer: NodeJS.Timeout | null = null;

  constructor(parts: OutgoingParts) {
    this.parts = parts;
    parts.wire.onDrained(() => {
      this.caughtUp();
    });
    parts.wire.onClosed(() => {
      this.queue = [];
      this.queuedChars = 0;
      // who waits finds it closed
      this.caughtUp();
    });
  }

  /** A message for this socket alone. */
  send(json: string): void {
    const { wire, limiting: { limits, hit } } = this.parts;
    if (wire.waitingBytes + this.queuedChars > limits.socketBufferBytesMax) {
      hit('socketBufferBytesMax');
      this.parts.tooSlow();
    }
    this.add(json, json.length);
  }

  /** Whether it can be sent what readers share. */
  private get hasRoom(): boolean {
    return this.lagTimer === null && this.parts.wire.waitingBytes + this.queuedChars <= this.parts.limiting.limits.readerLagBytesMax;
  }

  /** Whether the socket keeps up; if not, it is cut off unless it catches up in time. */
  takesMore(): boolean {
    if (this.lagTimer !== null) return false;
    // what is sent to a socket that is closing is lost anyway
    if (this.hasRoom || !this.parts.wire.isOpen) return true;
    const { limiting: { limits, hit } } = this.parts;
    hit('readerLagBytesMax');
    this.lagTimer = setTimeout(() => {
      hit('readerLagMsMax');
      this.parts.tooSlow();
    }, limits.readerLagMsMax);
    return false;
  }

  /** @returns false if the socket is too far behind: nothing of it is kept */
  sendShared(messages: SharedMessages): boolean {
    if (!this.takesMore()) return false;
    this.add(messages, messages.chars);
    return true;
  }

  /** Calls back when the socket has taken everything, or is closed. */
  onceDrained(go: () => void): void {
    this.drained.push(go);
  }

  /** Writes what waits now, such as before a goodbye. */
  flush(): void {
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    this.queuedChars = 0;
    // what is written to a socket that is closing is lost anyway
    if (!this.parts.wire.isOpen) return;
    try {
      this.parts.wire.write(queue);
    } catch (error) {
      // its reader has a gap now
      this.parts.tooSlow();
      throw error;
    }
    // what the network took at once is never told of
    if (this.drained.length + (this.lagTimer === null ? 0 : 1) > 0 && this.parts.wire.waitingBytes === 0) this.caughtUp();
  }

  private add(item: string | SharedMessages, chars: number): void {
    this.queuedChars += chars;
    if (this.queue.length === 0) this.parts.turnEnd.add(this.flushLater);
    this.queue.push(item);
  }

  private caughtUp(): void {
    this.endLag();
    const { drained } = this;
    this.drained = [];
    for (const go of drained) go();
  }

  private endLag(): void {
    if (this.lagTimer !== null) clearTimeout(this.lagTimer);
    this.lagTimer = null;
  }
}
