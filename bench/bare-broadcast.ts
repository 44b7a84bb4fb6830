/** A bare WebSocket server that sends what it is sent to everybody: the least that a fan-out can cost. Prints its address. */
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
sockets.on('connection', (socket) => {
  socket.on('error', () => undefined);
  socket.on('message', (data) => {
    for (const each of sockets.clients) each.send(data, { binary: false });
  });
});
sockets.on('listening', () => {
  console.log(`ready at http://127.0.0.1:${String((sockets.address() as AddressInfo).port)}`);
});
process.once('SIGTERM', () => process.exit(0));
