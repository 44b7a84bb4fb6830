/** Plain ShareDB 7 on a WebSocket, with nothing of Coboard's. Prints its port. Argument: `memory`, the path of a SQLite file, or the address of a MongoDB; then the number of documents, and `dataset` for one in each. */
import type { AddressInfo } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import WebSocketJSONStream from '@teamwork/websocket-json-stream';
import { MongoClient } from 'mongodb';
import ShareDB from 'sharedb';
import ShareDbMongo from 'sharedb-mongo';
import { WebSocketServer } from 'ws';
import { done } from '../tests/stock-client.ts';
import { benchDashboard, template } from './bench-document.ts';
import { PlainSqliteDb } from './plain-sqlite-db.ts';

/** sharedb-mongo as it comes. */
function mongoDb(address: string): ShareDB.DB {
  const connecting = new MongoClient(address).connect();
  return new ShareDbMongo((callback) => {
    connecting.then((client) => { callback(null, client); }, callback);
  }) as unknown as ShareDB.DB;
}

const [kind = 'memory', documents = '1', content = 'template'] = process.argv.slice(2);
const db = kind === 'memory' ? new ShareDB.MemoryDB() : kind.startsWith('mongodb:') ? mongoDb(kind) : new PlainSqliteDb(kind);
const backend = new ShareDB({ db, presence: true });
for (let i = 0; i < Number(documents); i++) {
  const doc = backend.connect().get('dashboards', `bench${String(i)}`);
  await done((callback) => { doc.create(content === 'dataset' ? benchDashboard() : template(), callback); });
}
const http = createHttpServer();
new WebSocketServer({ server: http, perMessageDeflate: false }).on('connection', (socket) => {
  // readers that go while they are written to are no reason to end
  socket.on('error', () => undefined);
  const stream = new WebSocketJSONStream(socket);
  stream.on('error', () => undefined);
  backend.listen(stream);
});
http.listen(0, '127.0.0.1', () => {
  console.log(`ready at http://127.0.0.1:${String((http.address() as AddressInfo).port)}`);
});
process.once('SIGTERM', () => process.exit(0));
