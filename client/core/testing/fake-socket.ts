import type { Clock } from '../../../model/clock.ts';
import type { ClientSocket } from '../connection/socket.ts';

/** The server's end of a socket in memory. */
export interface ServerEnd {
  /** Something came from the client. */
  receive(message: unknown): void;
  closed(): void;
}

/**
 * A socket between a client and the fake server, in memory: what is sent arrives in order, later, as on a network. `delayMs` is
 * asked for each message.
 */
export class FakeSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;

  private readonly clock: Clock;
  private readonly delayMs: () => number;
  private server: ServerEnd | null = null;
  private isClosed = false;
  private lastArrivalAt = 0;
  private onTheWay = 0;

  constructor(clock: Clock, delayMs: () => number) {
    this.clock = clock;
    this.delayMs = delayMs;
  }

  /** Whether no message is on its way, in either direction. */
  get isQuiet(): boolean {
    return this.isClosed || this.onTheWay === 0;
  }

  /** Accepts the connection. */
  accept(server: ServerEnd): void {
    this.later(() => {
      this.server = server;
      this.onopen?.(undefined as never);
    });
  }

  /** Sends from the server to the client. */
  deliver(message: object): void {
    const data = JSON.stringify(message);
    this.later(() => this.onmessage?.({ data }));
  }

  /** From the client to the server. */
  send(data: string): void {
    this.later(() => this.server?.receive(JSON.parse(data)));
  }

  close(): void {
    this.end(1005);
  }

  /** Ends the connection from the server's side, or by an accident in between (1006). */
  end(code: number): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.server?.closed();
    this.clock.setTimer(() => this.onclose?.({ code, reason: '' }), 0);
  }

  private later(run: () => void): void {
    // never before what was sent earlier
    this.lastArrivalAt = Math.max(this.lastArrivalAt, this.clock.elapsed() + this.delayMs());
    this.onTheWay += 1;
    this.clock.setTimer(() => {
      this.onTheWay -= 1;
      if (!this.isClosed) run();
    }, this.lastArrivalAt - this.clock.elapsed());
  }
}
