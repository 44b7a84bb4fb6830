declare module '@teamwork/websocket-json-stream' {
  import type { Duplex } from 'node:stream';

  /** What it uses of a WebSocket. */
  export interface JsonStreamSocket {
    readonly readyState: number;
    close(code: number, reason: string): void;
    addEventListener(event: 'message' | 'close', listener: (event: object) => void): void;
    removeEventListener(event: 'message' | 'close', listener: (event: object) => void): void;
  }

  /** A duplex object stream over a WebSocket: JSON messages in both directions. */
  class WebSocketJSONStream extends Duplex {
    constructor(ws: JsonStreamSocket);
    readonly ws: JsonStreamSocket;
    _final(callback: (error?: Error | null) => void): void;
    _send(json: string, callback: (error?: Error | null) => void): void;
  }
  export default WebSocketJSONStream;
}
