/** Plain ShareDB 7 on a WebSocket, with nothing of Coboard's but (if a file is given) its store. Prints its port. Argument: `memory` or a path. */
import type { AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import WebSocketJSONStream from '@teamwork/websocket-json-stream';
import ShareDB from 'sharedb';
import { WebSocketServer } from 'ws';
import { templates } from '../model/templates/templates.ts';
import { SqliteStore } from '../server/store/sqlite/sqlite-store.ts';
import { StoreDb } from '../server/store/store-db.ts';
import { done } from '../tests/stock-client.ts';

const [kind = 'memory'] = process.argv.slice(2);
let db: ShareDB.DB = new ShareDB.MemoryDB();
if (kind !== 'memory') {
  const store = new SqliteStore(kind);
  await store.start();
  db = new StoreDb(store);
}
const backend = new ShareDB({ db });
const doc = backend.connect().get('dashboards', 'bench');
await done((callback) => { doc.create(templates['launch-room'].build({ today: '2026-11-20', random: () => 0.5 }), callback); });
const http = createHttpServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  backend.listen(new WebSocketJSONStream(socket));
});
http.listen(0, '127.0.0.1', () => {
  console.log(`ready at http://127.0.0.1:${String((http.address() as AddressInfo).port)}`);
});
process.once('SIGTERM', () => process.exit(0));
