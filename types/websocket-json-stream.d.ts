declare module '@teamwork/websocket-json-stream' {
  import type { Duplex } from 'node:stream';
  import type { WebSocket } from 'ws';

  /** A duplex object stream over a WebSocket: JSON messages in both directions. */
  class WebSocketJSONStream extends Duplex {
    constructor(ws: WebSocket);
    readonly ws: WebSocket;
    _final(callback: (error?: Error | null) => void): void;
    _send(json: string, callback: (error?: Error | null) => void): void;
  }
  export default WebSocketJSONStream;
}
