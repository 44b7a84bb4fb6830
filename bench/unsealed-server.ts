/** The server as `server/main.ts` runs it, but without a seal on any op: what sealing costs is the difference. */
import { pino } from 'pino';
import { buildServer } from '../server/build-server.ts';
import { readOptions } from '../server/config/read-options.ts';
import { Sealer } from '../server/evidence/sealer.ts';
import type { StoredOp } from '../server/store/store.ts';

/** Leaves ops as they are: no seal, and the author in the open as before there were references. */
class NoSealer extends Sealer {
  override ready(): undefined {
    return undefined;
  }

  override reference(): undefined {
    return undefined;
  }

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
