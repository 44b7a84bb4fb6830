import WebSocketJSONStream from '@teamwork/websocket-json-stream';
import type { RawData } from 'ws';
import { closeCodes } from '../../model/errors.ts';
import type { Limiting } from '../../model/limits.ts';
import type { SharedSink } from '../sync/feed.ts';
import type { SharedMessages } from '../sync/shared-messages.ts';
import { hearInTurns } from './hear-in-turns.ts';
import { nestsDeeper } from './nesting.ts';
import { Outgoing } from './outgoing.ts';
import type { ServerSocket } from './server-socket.ts';
import type { Turns } from '../sync/turns.ts';
import type { TurnEnd } from './turn-end.ts';
import type { Wire } from './wire.ts';

export interface SocketStreamParts {
  /** The socket's rate. */
  readonly messages: { tryTake(): boolean };
  readonly wire: Wire;
  readonly turnEnd: TurnEnd;
  /** How long the messages of all sockets may take in one turn. */
  readonly hearing: Turns;
  readonly limiting: Limiting;
  /** The socket is closed for what it did. */
  readonly closing: (code: number) => void;
}

/**
 * The JSON stream between a socket and ShareDB, with what must be checked before a message is even parsed: its size, the rate,
 * and that it is a JSON object. A reader that falls too far behind is left out of what all readers get, and cut off if it does not
 * catch up, so that it cannot fill the server's memory.
 */
export class SocketStream extends WebSocketJSONStream implements SharedSink {
  /** When the frame came that is being looked at, in ms of `performance`. */
  receivedAt = 0;
  private readonly outgoing: Outgoing;
  private readonly closing: (code: number) => void;
  private readonly messages: SocketStreamParts['messages'];
  private readonly limiting: Limiting;
  private refusedWith: number | null = null;

  constructor(ws: ServerSocket, { messages, wire, turnEnd, hearing, limiting, closing }: SocketStreamParts) {
    super(ws);
    this.closing = closing;
    this.messages = messages;
    this.limiting = limiting;
    // the base class listens already: what it does comes behind our checks
    const [take] = ws.listeners('message') as ((data: RawData, isBinary: boolean) => void)[];
    ws.removeAllListeners('message');
    hearInTurns(ws, hearing, (data, isBinary, receivedAt) => {
      this.receivedAt = receivedAt;
      if (this.admits(data)) take?.call(ws, data, isBinary);
    });
    this.outgoing = new Outgoing({
      wire, turnEnd, limiting,
      tooSlow: () => {
        this.refuse(closeCodes.readerTooSlow, 'reader too slow');
      },
    });
  }

  /** Whether a frame may be parsed. */
  private admits(data: RawData): boolean {
    if (this.isRefused) return false;
    const { limits: { messageBytesMax, messageDepthMax }, hit } = this.limiting;
    const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : new Uint8Array(data);
    if (bytes.length > messageBytesMax) {
      hit('messageBytesMax');
      this.refuse(closeCodes.messageTooLarge, 'message too large');
    } else if (!this.messages.tryTake()) {
      hit('messagesPerSecondMax');
      this.refuse(closeCodes.tooFast, 'too many messages');
    } else if (nestsDeeper(bytes, messageDepthMax)) {
      hit('messageDepthMax');
      this.refuse(closeCodes.messageInvalid, 'nested too deep');
    }
    return !this.isRefused;
  }

  private get isRefused(): boolean {
    return this.refusedWith !== null;
  }

  /** Closes the socket for what it did, after what it was told already. */
  refuse(code: number, reason: string): void {
    if (this.refusedWith !== null) return;
    this.refusedWith = code;
    this.closing(code);
    this.outgoing.flush();
    this.ws.close(code, reason);
  }

  takesMore(): boolean {
    return this.outgoing.takesMore();
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
