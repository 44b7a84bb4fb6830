import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Socket as EngineSocket } from 'engine.io';
import { closingWord } from '../../model/closing-word.ts';
import { closeCodes } from '../../model/errors.ts';
import type { SharedMessages } from '../sync/shared-messages.ts';
import type { ServerSocket } from './server-socket.ts';
import { linesOf } from './frames.ts';
import { textsOf, type Wire, type Wrote } from './wire.ts';

const [open, closing, closed] = [1, 2, 3] as const;

/** As of WebSocket: the client said goodbye, and gave no code; the connection ended without any. */
const [noCode, lost] = [1005, 1006] as const;

/**
 * A long-polling session of engine.io as a socket and its wire. engine.io has no close codes, so the last message takes the code along;
 * and it takes what it was given for sent, so what polls have not taken yet is counted here.
 */
export class PollingSocket extends EventEmitter implements ServerSocket, Wire {
  readyState: number = open;
  private readonly engine: EngineSocket;
  private readonly wrote: Wrote;
  private readonly goodbyeMs: number;
  /** Written, and not given to a poll yet. */
  private queuedBytes = 0;
  /** Given to a poll whose answer the network has not taken yet. */
  private leavingBytes = 0;
  private poll: ServerResponse | null = null;
  private closeCode: number | null = null;
  private goodbye: NodeJS.Timeout | undefined;
  private isPaused = false;
  private waiting: (() => void)[] = [];

  /** @param goodbyeMs how long its client may take to fetch the goodbye */
  constructor(engine: EngineSocket, goodbyeMs: number, wrote: Wrote) {
    super();
    this.engine = engine;
    this.goodbyeMs = goodbyeMs;
    this.wrote = wrote;
    engine.on('message', (data: string | Buffer = '') => {
      if (this.readyState === open) this.emit('message', typeof data === 'string' ? Buffer.from(data) : data, false);
    });
    engine.on('heartbeat', () => this.emit('pong'));
    engine.on('flush', () => {
      this.leavingBytes += this.queuedBytes;
      this.queuedBytes = 0;
    });
    engine.once('close', (reason: string) => {
      this.ended(reason === 'ping timeout' ? closeCodes.heartbeatMissed : reason === 'transport close' ? noCode : lost);
    });
  }

  get isOpen(): boolean {
    return this.readyState === open;
  }

  get waitingBytes(): number {
    return this.queuedBytes + this.leavingBytes;
  }

  write(items: readonly (string | SharedMessages)[]): void {
    for (const lines of linesOf(textsOf(items))) this.send(lines);
  }

  onDrained(run: () => void): void {
    this.on('drained', run);
  }

  onClosed(run: () => void): void {
    this.once('close', run);
  }

  /** A poll came, whose answer is this one. @returns false if the one before is not through: no client of ours does that */
  takePoll(response: ServerResponse): boolean {
    if (this.poll !== null) return false;
    // its client is gone already, and nothing will say so any more
    if (response.destroyed) {
      this.terminate();
      return true;
    }
    this.poll = response;
    response.once('close', () => {
      this.poll = null;
      this.leavingBytes = 0;
      // what an answer that was cut had with it is lost, and the client knows; one that has the goodbye with it was the last
      if (!response.writableFinished || (this.readyState === closing && this.queuedBytes === 0)) this.terminate();
      else this.emit('drained');
    });
    return true;
  }

  /** Resolves when what came before is heard. @returns false if somebody waits already */
  async whenHeard(): Promise<boolean> {
    if (!this.isPaused) return true;
    if (this.waiting.length > 0) return false;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
    return true;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    const { waiting } = this;
    this.waiting = [];
    for (const go of waiting) go();
  }

  close(code: number, reason: string): void {
    if (this.readyState !== open) return;
    this.closeCode = code;
    this.readyState = closing;
    this.send(closingWord(code, reason));
    this.goodbye = setTimeout(() => { this.terminate(); }, this.goodbyeMs).unref();
  }

  terminate(): void {
    if (this.readyState === closed) return;
    // engine.io's own ways to close wait for a poll, up to 30 s; a poll that hangs is answered by this
    (this.engine.transport as unknown as { onClose(): void }).onClose();
  }

  addEventListener(event: 'message' | 'close', listener: (event: object) => void): void {
    this.on(event, (data: unknown) => { listener({ data }); });
  }

  removeEventListener(): void { /* only what listens to the end is ever removed, and there is one end */ }

  private send(text: string): void {
    const bytes = Buffer.byteLength(text);
    this.queuedBytes += bytes;
    this.wrote(1, bytes);
    this.engine.send(text, { compress: false });
  }

  private ended(code: number): void {
    clearTimeout(this.goodbye);
    this.readyState = closed;
    this.resume();
    this.emit('close', this.closeCode ?? code);
  }
}
