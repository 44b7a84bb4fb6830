import WebSocketJSONStream from '@teamwork/websocket-json-stream';
import type { RawData, WebSocket } from 'ws';
import { closeCodes } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { TokenBucket } from '../gate/token-bucket.ts';

const bytesOf = (data: RawData): number => (Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength);

/**
 * The JSON stream between a socket and ShareDB, with what must be checked before a message is even parsed: its size, the rate,
 * and that it is a JSON object. A reader that falls too far behind is cut off, so that it cannot fill the server's memory.
 */
export class SocketStream extends WebSocketJSONStream {
  private refusedWith: number | null = null;

  constructor(ws: WebSocket, messages: TokenBucket) {
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
  }

  /** Closes the socket for what it did. */
  refuse(code: number, reason: string): void {
    if (this.refusedWith !== null) return;
    this.refusedWith = code;
    this.ws.close(code, reason);
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
    // from here on nothing more is buffered for it; `ws` cuts the connection if the goodbye does not get through either
    if (this.ws.bufferedAmount > limits.socketBufferBytesMax) this.refuse(closeCodes.readerTooSlow, 'reader too slow');
    // what is written to a socket that is closing is lost anyway, and no error of the stream
    if (this.ws.readyState !== this.ws.OPEN) {
      callback();
      return;
    }
    this.ws.send(json);
    callback();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    // what the base class could not parse; it would say "internal error"
    if (error) this.refuse(closeCodes.messageInvalid, 'not JSON');
    super._destroy(null, callback);
  }
}
