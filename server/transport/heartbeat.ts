import type { WebSocket } from 'ws';
import { closeCodes } from '../../model/errors.ts';

/**
 * Pings a socket at an interval and drops one that did not answer by the next time. Gives a function that ends it.
 * @param alive called at each answer
 */
export function heartbeat(ws: WebSocket, intervalMs: number, alive: () => void): () => void {
  let answered = true;
  const heard = (): void => {
    answered = true;
    alive();
  };
  ws.on('pong', heard);
  const timer = setInterval(() => {
    if (!answered) {
      ws.close(closeCodes.heartbeatMissed, 'heartbeat missed');
      ws.terminate();
      return;
    }
    answered = false;
    ws.ping();
  }, intervalMs);
  return () => {
    clearInterval(timer);
    ws.off('pong', heard);
  };
}
