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
  private readonly flushLater = (): void => { this.flush(); };
  private drained: (() => void)[] = [];
  private lagTimer: NodeJS.Timeout | null = null;

  constructor(parts: OutgoingParts) {
    this.parts = parts;
    parts.wire.onDrained(() => {
      this.caughtUp();
    });
    parts.wire.onClosed(() => {
      this.endLag();
      this.drained = [];
      this.queue = [];
    });
  }

  /** A message for this socket alone. */
  send(json: string): void {
    const { wire, limiting: { limits, hit } } = this.parts;
    if (wire.waitingBytes > limits.socketBufferBytesMax) {
      hit('socketBufferBytesMax');
      this.parts.tooSlow();
    }
    this.add(json);
  }

  /** @returns false if the socket is too far behind: nothing of it is kept */
  sendShared(messages: SharedMessages): boolean {
    if (this.lagTimer !== null) return false;
    const { wire, limiting: { limits, hit } } = this.parts;
    if (wire.waitingBytes > limits.readerLagBytesMax) {
      hit('readerLagBytesMax');
      this.lagTimer = setTimeout(() => {
        hit('readerLagMsMax');
        this.parts.tooSlow();
      }, limits.readerLagMsMax);
      return false;
    }
    this.add(messages);
    return true;
  }

  /** Calls back when the socket has taken everything. */
  onceDrained(go: () => void): void {
    this.drained.push(go);
  }

  /** Writes what waits now, such as before a goodbye. */
  flush(): void {
    const { queue } = this;
    if (queue.length === 0) return;
    this.queue = [];
    // what is written to a socket that is closing is lost anyway
    if (this.parts.wire.isOpen) this.parts.wire.write(queue);
  }

  private add(item: string | SharedMessages): void {
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
