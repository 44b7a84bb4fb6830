import { EventEmitter } from 'node:events';
import type { SharedMessages } from './shared-messages.ts';

/** A socket that takes what readers share; see `transport/socket-stream.ts`. */
export interface SharedSink {
  /** Whether it takes more; if not, it is too far behind and says when it has caught up. */
  takesMore(): boolean;
  /** @returns false while it takes nothing more */
  sendShared(messages: SharedMessages): boolean;
  onceDrained(go: () => void): void;
}

export const isSink = (stream: object): stream is object & SharedSink => 'sendShared' in stream;

/**
 * One reader's end of a document's room: what ShareDB's agent takes for an op stream. Ops go straight to the reader's socket where it
 * takes shared messages, and as events otherwise.
 */
export class Feed extends EventEmitter {
  /** The version up to which its reader has everything. */
  version: number;
  open = true;
  sink: SharedSink | null = null;
  /** While it is filled from the log it takes nothing from the room. */
  isCatchingUp = false;
  /** The room's. */
  readonly key: string;
  private readonly closed: (feed: Feed) => void;
  private early: object[] | null = [];
  private awaited: { readonly v: number; readonly otherwise: () => void }[] = [];

  constructor(key: string, version: number, closed: (feed: Feed) => void) {
    super();
    this.key = key;
    this.version = version;
    this.closed = closed;
  }

  override on(event: string, listener: (...args: unknown[]) => void): this {
    super.on(event, listener);
    if (event === 'data' && this.early !== null) {
      const { early } = this;
      this.early = null;
      for (const data of early) listener(data);
    }
    return this;
  }

  /** An op of its reader is answered by being fed to them; calls back if the feed is closed before it comes to that. */
  answers(v: number, otherwise: () => void): void {
    this.awaited = this.awaited.filter((one) => one.v >= this.version);
    if (v >= this.version) this.awaited.push({ v, otherwise });
  }

  pushData(data: object): void {
    if (!this.open) return;
    if (this.early === null) this.emit('data', data);
    else this.early.push(data);
  }

  destroy(): void {
    if (!this.open) return;
    this.open = false;
    this.closed(this);
    for (const { v, otherwise } of this.awaited) if (v >= this.version) otherwise();
    this.awaited = [];
    // as a stream does: the agent may be in the middle of putting another in its place
    process.nextTick(() => {
      this.emit('end');
      this.emit('close');
    });
  }
}
