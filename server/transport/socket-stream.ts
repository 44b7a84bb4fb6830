import WebSocketJSONStream from '@teamwork/websocket-json-stream';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { SharedSink } from '../sync/feed.ts';
import type { SharedMessages } from '../sync/shared-messages.ts';
import { Outgoing } from './outgoing.ts';
import type { TurnEnd } from './turn-end.ts';

const bytesOf = (data: RawData): number => (Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength);

export interface SocketStreamParts {
  /** The socket's rate. */
  readonly messages: { tryTake(): boolean };
  readonly takesMany: boolean;
  readonly turnEnd: TurnEnd;
  readonly wrote: (frames: number, bytes: number) => void;
}

/**
 * The JSON stream between a socket and ShareDB, with what must be checked before a message is even parsed: its size, the rate,
 * and that it is a JSON object. A reader that falls too far behind is left out of what all readers get, and cut off if it does not
 * catch up, so that it cannot fill the server's memory.
 */
export class SocketStream extends WebSocketJSONStream implements SharedSink {
  private readonly outgoing: Outgoing;
  private refusedWith: number | null = null;

  constructor(ws: WebSocket, { messages, takesMany, turnEnd, wrote }: SocketStreamParts) {
    // listens first, so that a frame that is refused here is not looked at any further
    let refuse: (code: number, reason: string) => void = () => undefined;
    ws.on('message', (data) => {
      if (bytesOf(data) > limits.messageBytesMax) refuse(closeCodes.messageTooLarge, 'message too large');
      else if (!messages.tryTake()) refuse(closeCodes.tooFast, 'too many messages');
    });
    super(ws);
    refuse = (code, reason) => {
      this.refuse(code, reason);
    };
    this.outgoing = new Outgoing({
      ws, takesMany, turnEnd, wrote,
      tooSlow: () => {
        this.refuse(closeCodes.readerTooSlow, 'reader too slow');
      },
    });
  }

  /** Closes the socket for what it did, after what it was told already. */
  refuse(code: number, reason: string): void {
    if (this.refusedWith !== null) return;
    this.refusedWith = code;
    this.outgoing.flush();
    this.ws.close(code, reason);
  }

  sendShared(messages: SharedMessages): boolean {
    return this.outgoing.sendShared(messages);
  }

  onceDrained(go: () => void): void {
    this.outgoing.onceDrained(go);
  }

  /** Takes a parsed message from the socket. */
  override push(value: unknown): boolean {
    if (value === null) return super.push(null);
    if (this.refusedWith !== null) return false;
    if (typeof value !== 'object' || Array.isArray(value)) {
      this.refuse(closeCodes.messageInvalid, 'not a message');
      return false;
    }
    return super.push(value);
  }

  override _send(json: string, callback: (error?: Error | null) => void): void {
    this.outgoing.send(json);
    callback();
  }

  override _final(callback: (error?: Error | null) => void): void {
    this.outgoing.flush();
    super._final(callback);
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // what the base class could not parse; it would say "internal error"
    if (error) this.refuse(closeCodes.messageInvalid, 'not JSON');
    super._destroy(null, callback);
  }
}
