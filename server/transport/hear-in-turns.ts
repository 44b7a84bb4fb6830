import type { RawData } from 'ws';
import type { Turns } from '../sync/turns.ts';
import type { ServerSocket } from './server-socket.ts';

/** Takes a message; `receivedAt` in ms of `performance`. */
export type Take = (data: RawData, isBinary: boolean, receivedAt: number) => void;

/**
 * Takes the messages of a socket in their order, one in a turn, and of all sockets only as many as a slice of the turn has time for:
 * one read may bring a thousand of them. While some of its messages wait, no more are read from the socket; what came before its end is
 * taken before its end.
 */
export function hearInTurns(ws: ServerSocket, turns: Turns, take: Take): void {
  let waiting: Parameters<Take>[] = [];
  let isTaking = false;
  const goOn = (): void => {
    const next = waiting.shift();
    if (next === undefined) {
      isTaking = false;
      ws.resume();
      return;
    }
    turns.next(goOn);
    take(...next);
  };
  ws.on('message', (data: RawData, isBinary: boolean) => {
    const receivedAt = performance.now();
    if (isTaking || turns.isOver) {
      waiting.push([data, isBinary, receivedAt]);
      ws.pause();
      if (!isTaking) turns.next(goOn);
      isTaking = true;
      return;
    }
    isTaking = true;
    turns.next(goOn);
    take(data, isBinary, receivedAt);
  });
  ws.prependListener('close', () => {
    const rest = waiting;
    waiting = [];
    for (const each of rest) take(...each);
  });
}
