/**
 * The one socket that ShareDB's client connection ever sees. Real sockets come and go below it, so that ShareDB keeps its
 * documents, its client id and what is pending over every reconnect.
 */
export class ShareDbSocket {
  /** As of WebSocket: 1 open, 3 closed. */
  readyState = 3;
  onopen: (() => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((reason: unknown) => void) | null = null;
  onerror: ((error: unknown) => void) | null = null;
  private sink: ((data: string) => void) | null = null;

  /** A real socket is open. */
  open(send: (data: string) => void): void {
    this.sink = send;
    this.readyState = 1;
    this.onopen?.();
  }

  /** Hands a parsed message up. */
  receive(message: object): void {
    this.onmessage?.({ data: message });
  }

  /** The real socket is gone. */
  lose(): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.sink = null;
    this.onclose?.('lost');
  }

  send(data: string): void {
    this.sink?.(data);
  }

  close(): void {
    this.lose();
  }
}
