import { Duplex } from 'node:stream';
import type { SharedSink } from '../../../server/sync/feed.ts';
import type { SharedMessages } from '../../../server/sync/shared-messages.ts';
import type { SimClock } from './sim-clock.ts';

type Handler = ((event: { readonly data: string }) => void) | null;

/** The server's end. */
class ServerStream extends Duplex implements SharedSink {
  private readonly socket: SimSocket;

  constructor(socket: SimSocket) {
    super({ objectMode: true });
    this.socket = socket;
  }

  override _read(): void { /* it is pushed to */ }

  override _write(message: object, _encoding: string, callback: () => void): void {
    this.socket.toClient(JSON.stringify(message));
    callback();
  }

  takesMore(): boolean {
    return this.socket.takesMore();
  }

  sendShared(messages: SharedMessages): boolean {
    return this.socket.toClientShared(messages);
  }

  onceDrained(go: () => void): void {
    this.socket.onceDrained(go);
  }
}

/** A connection between a ShareDB client and a server: in order, with delays, until it is cut; what is on its way then is lost. */
export class SimSocket {
  readyState = 1;
  onopen: (() => void) | null = null;
  onmessage: Handler = null;
  onclose: ((reason: unknown) => void) | null = null;
  onerror: ((error: unknown) => void) | null = null;
  readonly stream: ServerStream;
  private readonly clock: SimClock;
  private readonly chance: () => number;
  private readonly lastAt = { up: 0, down: 0 };
  private drained: (() => void)[] = [];
  private isLagging = false;

  constructor(clock: SimClock, chance: () => number) {
    this.clock = clock;
    this.chance = chance;
    this.stream = new ServerStream(this);
  }

  get isCut(): boolean {
    return this.readyState === 3;
  }

  /** From the client. */
  send(data: string): void {
    this.later('up', () => { this.stream.push(JSON.parse(data)); });
  }

  toClient(data: string): void {
    this.later('down', () => this.onmessage?.({ data }));
  }

  takesMore(): boolean {
    if (this.isLagging) return false;
    if (this.chance() < 0.03) {
      this.isLagging = true;
      this.clock.setTimer(() => {
        this.isLagging = false;
        const { drained } = this;
        this.drained = [];
        for (const go of drained) go();
      }, this.chance() * 100);
      return false;
    }
    return true;
  }

  toClientShared({ texts }: SharedMessages): boolean {
    if (!this.takesMore()) return false;
    for (const text of texts) this.toClient(text);
    return true;
  }

  onceDrained(go: () => void): void {
    this.drained.push(go);
  }

  close(): void {
    this.cut();
  }

  cut(): void {
    if (this.isCut) return;
    this.readyState = 3;
    this.stream.push(null);
    this.stream.emit('close');
    this.onclose?.('cut');
  }

  private later(way: 'up' | 'down', go: () => void): void {
    if (this.isCut) return;
    const at = Math.max(this.lastAt[way], this.clock.passed + (this.chance() < 0.7 ? 0 : Math.floor(this.chance() * 30)));
    this.lastAt[way] = at;
    this.clock.setTimer(() => {
      if (!this.isCut) go();
    }, at - this.clock.passed);
  }
}
