import type { Socket as EngineSocket } from 'engine.io-client';
import { readClosingWord } from '../../../model/closing-word.ts';
import { pollingPath, protocolHeader } from '../../../model/protocol.ts';
import type { ClientSocket, OpenSocket } from './socket.ts';

/** As of WebSocket: it ended, and nobody knows why. */
const lostCode = 1006;

/**
 * The live connection over HTTP long polling, for networks that let no WebSocket through. What it is made of (engine.io's client) is loaded
 * when the first one is opened. `token` is a bearer token that is read anew for each socket; null where the session's cookie does it.
 */
export function pollingSockets(token: () => string | null): OpenSocket {
  return (url, [protocol]) => new PollingSocket(new URL(url), { ...(protocol === undefined ? {} : { [protocolHeader]: protocol }), ...authorization(token()) });
}

const authorization = (token: string | null): Record<string, string> => (token === null ? {} : { authorization: `Bearer ${token}` });

/** A session of engine.io as a WebSocket. */
class PollingSocket implements ClientSocket {
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { readonly data: unknown }) => void) | null = null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  private engine: EngineSocket | null = null;
  private isEnded = false;

  constructor(url: URL, extraHeaders: Record<string, string>) {
    import('engine.io-client').then(
      ({ Socket }) => {
        if (this.isEnded) return;
        const engine = new Socket(url.origin.replace(/^ws/, 'http'), {
          path: pollingPath, addTrailingSlash: false, query: Object.fromEntries(url.searchParams), transports: ['polling'], upgrade: false, extraHeaders,
        });
        this.engine = engine;
        engine.on('open', () => {
          if (!this.isEnded) this.onopen?.(undefined as never);
        });
        engine.on('message', (data: unknown) => {
          if (!this.isEnded) this.take(data);
        });
        engine.on('error', () => {
          // a close follows
        });
        engine.on('close', () => {
          this.end(lostCode, '');
        });
      },
      () => {
        this.end(lostCode, 'not loaded');
      },
    );
  }

  send(data: string): void {
    this.engine?.send(data);
  }

  close(): void {
    this.isEnded = true;
    this.engine?.close();
  }

  private take(data: unknown): void {
    const word = typeof data === 'string' ? readClosingWord(data) : null;
    if (word === null) this.onmessage?.({ data });
    else this.end(word.code, word.reason);
  }

  private end(code: number, reason: string): void {
    if (this.isEnded) return;
    this.close();
    this.onclose?.({ code, reason });
  }
}
