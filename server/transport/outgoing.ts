import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Limiting } from '../../model/limits.ts';
import type { SharedMessages } from '../sync/shared-messages.ts';
import { frameOf, framesOf } from './frames.ts';
import type { TurnEnd } from './turn-end.ts';

export interface OutgoingParts {
  readonly ws: WebSocket;
  /** Whether the client takes many messages in one frame. */
  readonly takesMany: boolean;
  readonly turnEnd: TurnEnd;
  readonly limiting: Limiting;
  /** It does not take what it is sent, or not soon enough. */
  readonly tooSlow: () => void;
  readonly wrote: (frames: number, bytes: number) => void;
}

/**
 * What leaves through one socket: everything of a turn in one write, for our own client in one frame. Messages that many sockets
 * are given are encoded once. Goes around `ws` for writing, which would frame each message of each socket by itself; so sockets
 * must be without permessage-deflate.
 */
export class Outgoing {
  private readonly parts: OutgoingParts;
  private readonly socket: Socket;
  private queue: (string | SharedMessages)[] = [];
  private readonly flushLater = (): void => { this.flush(); };
  private drained: (() => void)[] = [];
  private lagTimer: NodeJS.Timeout | null = null;

  constructor(parts: OutgoingParts) {
    this.parts = parts;
    this.socket = (parts.ws as unknown as { readonly _socket: Socket })._socket;
    this.socket.on('drain', () => {
      this.caughtUp();
    });
    parts.ws.once('close', () => {
      this.endLag();
      this.drained = [];
      this.queue = [];
    });
  }

  /** A message for this socket alone. */
  send(json: string): void {
    const { ws, limiting: { limits, hit } } = this.parts;
    if (ws.bufferedAmount > limits.socketBufferBytesMax) {
      hit('socketBufferBytesMax');
      this.parts.tooSlow();
    }
    this.add(json);
  }

  /** @returns false if the socket is too far behind: nothing of it is kept */
  sendShared(messages: SharedMessages): boolean {
    if (this.lagTimer !== null) return false;
    const { ws, limiting: { limits, hit } } = this.parts;
    if (ws.bufferedAmount > limits.readerLagBytesMax) {
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
    const { ws, takesMany, wrote } = this.parts;
    // what is written to a socket that is closing is lost anyway
    if (ws.readyState !== ws.OPEN) return;
    const [only] = queue;
    const [form, encode] = takesMany ? (['one', frameOf] as const) : (['each', framesOf] as const);
    const isAlone = queue.length === 1 && only !== undefined && typeof only !== 'string';
    const texts = queue.flatMap((item) => (typeof item === 'string' ? item : item.texts));
    const buffer = isAlone ? only.encoded(form, encode) : encode(texts);
    wrote(takesMany ? 1 : texts.length, buffer.length);
    this.socket.write(buffer);
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
