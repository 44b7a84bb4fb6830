import { limits } from '../../../model/limits.ts';
import { Alarm, type Clock } from '../../../model/clock.ts';
import type { ClientSocket } from './socket.ts';

export interface LiveProbeParts {
  readonly clock: Clock;
  readonly random: () => number;
  readonly timeoutMs: number;
  /** About how long until the next try. */
  readonly retryMs: () => number;
  readonly open: () => ClientSocket;
  /** A first word came through a socket; from here on it is not the probe's any more. */
  readonly through: (socket: ClientSocket, firstFrame: unknown) => void;
}

/**
 * Tries WebSockets from time to time beside a connection that works without. One that opens is not enough: some proxies let it open and
 * nothing through it, so the server's first word is waited for.
 */
export class LiveProbe {
  private readonly parts: LiveProbeParts;
  private readonly next: Alarm;
  private readonly timeout: Alarm;
  private socket: ClientSocket | null = null;
  private triedAt = -Infinity;
  private isOn = false;

  constructor(parts: LiveProbeParts) {
    this.parts = parts;
    this.next = new Alarm(parts.clock);
    this.timeout = new Alarm(parts.clock);
  }

  start(): void {
    this.isOn = true;
    this.wait();
  }

  stop(): void {
    this.isOn = false;
    this.next.clear();
    this.giveUp();
  }

  /** There is a sign that the network may be another one now. */
  soon(): void {
    if (this.isOn && this.parts.clock.elapsed() - this.triedAt >= limits.liveRetryMinMs) this.try();
  }

  /** Many clients behind one proxy do not try at the same moment: between a half and one and a half of the time. */
  private wait(): void {
    const { random, retryMs } = this.parts;
    this.next.set(Math.round(retryMs() * (0.5 + random())), () => { this.try(); });
  }

  private try(): void {
    const { clock, timeoutMs, open, through } = this.parts;
    this.triedAt = clock.elapsed();
    this.giveUp();
    this.wait();
    let socket: ClientSocket;
    try {
      socket = open();
    } catch {
      // an address or a policy that a browser refuses by throwing
      return;
    }
    this.socket = socket;
    const ended = (): void => {
      if (this.socket === socket) this.giveUp();
    };
    this.timeout.set(timeoutMs, ended);
    socket.onclose = ended;
    socket.onerror = () => {
      // a close follows; `ws` ends the process if nobody listens
    };
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      this.stop();
      through(socket, data);
    };
  }

  private giveUp(): void {
    const { socket } = this;
    this.socket = null;
    this.timeout.clear();
    socket?.close();
  }
}
