/** The server as `server/main.ts` runs it, but without a seal on any op: what hashing costs is the difference. People stand in its log by references too. */
import { pino } from 'pino';
import { buildServer } from '../server/build-server.ts';
import { readOptions } from '../server/config/read-options.ts';
import { Sealer } from '../server/evidence/sealer.ts';
import type { StoredOp } from '../server/store/store.ts';

/** Puts no seal on ops. */
class NoSealer extends Sealer {
  override sealed(_before: string, _collection: string, _id: string, op: StoredOp): StoredOp {
    return op;
  }

  override behind(): string {
    return '';
  }
}

const options = readOptions({ args: process.argv.slice(2), env: {}, readFile: () => '' });
const server = await buildServer(options, { log: pino({ level: 'silent' }), version: '0.0.0', sealer: (identities) => new NoSealer(identities) });
await server.start();
process.once('SIGTERM', () => { void server.stop().then(() => process.exit(0)); });
console.log(`Coboard without seals is ready at ${server.url}`);
