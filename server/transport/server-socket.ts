import type { EventEmitter } from 'node:events';

/**
 * What the server does with a socket, whichever way its messages travel; a WebSocket of `ws` is one. It emits `message` (data, isBinary),
 * `pong` when its client has shown that it is there, `error`, and `close` with the code.
 */
export interface ServerSocket extends EventEmitter {
  /** As of WebSocket: 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Takes no more from the client until {@link resume}. */
  pause(): void;
  resume(): void;
  close(code: number, reason: string): void;
  /** Ends it without a goodbye. */
  terminate(): void;
  addEventListener(event: 'message' | 'close', listener: (event: object) => void): void;
  removeEventListener(event: 'message' | 'close', listener: (event: object) => void): void;
}
