import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Limiting } from '../../model/limits.ts';

/** What Node says of a head or a body that did not arrive in its time. */
const tooLate = 'ERR_HTTP_REQUEST_TIMEOUT';

/**
 * Counts connections that are ended for their number or their slowness: a head or a body that does not arrive, and an answer that nobody takes. Node ends
 * them, by the server's timeouts; one that rests after a complete answer has hit no limit.
 */
export function countConnections(server: Server, { limits: { connectionsMax }, hit }: Limiting): void {
  server.maxConnections = connectionsMax;
  // ended by Node before a byte of it is read
  server.on('drop', () => { hit('connectionsMax'); });
  /** Whose head is here, and whose answer is not through. */
  const busy = new WeakSet<Duplex>();
  /** Whose last answer is through, and nothing has come since. */
  const resting = new WeakSet<Duplex>();
  server.prependListener('request', ({ socket }, response) => {
    busy.add(socket);
    resting.delete(socket);
    response.once('finish', () => {
      busy.delete(socket);
      resting.add(socket);
    });
  });
  server.prependListener('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    if (code === tooLate) hit(busy.has(socket) ? 'requestTimeoutMs' : 'headTimeoutMs');
  });
  // who listens ends it
  server.on('timeout', (socket: Socket) => {
    if (!resting.has(socket)) hit('requestTimeoutMs');
    socket.destroy();
  });
}
