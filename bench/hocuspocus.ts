/** Hocuspocus (Yjs), the other kind: documents in memory, no order, no log. Prints its address. */
import { Server } from '@hocuspocus/server';
import { freePort } from '../tests/free-port.ts';

const port = await freePort();
const server = new Server({ port, address: '127.0.0.1', quiet: true });
await server.listen();
console.log(`ready at http://127.0.0.1:${String(port)}`);
process.once('SIGTERM', () => process.exit(0));
