import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { SharedMessages } from '../sync/shared-messages.ts';
import { frameOf, framesOf } from './frames.ts';

/** Counts what was written. */
export type Wrote = (frames: number, bytes: number) => void;

/** How messages leave through one socket. */
export interface Wire {
  readonly isOpen: boolean;
  /** Bytes that were written and that the network has not taken yet. */
  readonly waitingBytes: number;
  /** Writes what a turn brought, in order. */
  write(items: readonly (string | SharedMessages)[]): void;
  /** Calls back each time that everything was taken. */
  onDrained(run: () => void): void;
  onClosed(run: () => void): void;
}

/** The JSON texts of what is to be written. */
export const textsOf = (items: readonly (string | SharedMessages)[]): string[] => items.flatMap((item) => (typeof item === 'string' ? item : item.texts));

/**
 * The wire of a WebSocket. Goes around `ws` for writing, which would frame each message of each socket by itself; so sockets must be
 * without permessage-deflate.
 */
export class FrameWire implements Wire {
  private readonly ws: WebSocket;
  private readonly socket: Socket;
  private readonly takesMany: boolean;
  private readonly wrote: Wrote;

  /** `takesMany`: the client takes many messages in one frame. */
  constructor(ws: WebSocket, { takesMany, wrote }: { readonly takesMany: boolean; readonly wrote: Wrote }) {
    this.ws = ws;
    this.socket = (ws as unknown as { readonly _socket: Socket })._socket;
    this.takesMany = takesMany;
    this.wrote = wrote;
  }

  get isOpen(): boolean {
    return this.ws.readyState === this.ws.OPEN;
  }

  get waitingBytes(): number {
    return this.ws.bufferedAmount;
  }

  write(items: readonly (string | SharedMessages)[]): void {
    const [only] = items;
    const [form, encode] = this.takesMany ? (['one', frameOf] as const) : (['each', framesOf] as const);
    const isAlone = items.length === 1 && only !== undefined && typeof only !== 'string';
    const texts = textsOf(items);
    const buffer = isAlone ? only.encoded(form, encode) : encode(texts);
    this.wrote(this.takesMany ? 1 : texts.length, buffer.length);
    this.socket.write(buffer);
  }

  onDrained(run: () => void): void {
    this.socket.on('drain', run);
  }

  onClosed(run: () => void): void {
    this.ws.once('close', run);
  }
}
