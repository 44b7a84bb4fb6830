import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino } from 'pino';
import { CoboardError } from '../model/errors.ts';
import { buildServer } from './build-server.ts';
import { optionsHelp } from './config/options-table.ts';
import { asksForHelp, readOptions } from './config/read-options.ts';

const args = process.argv.slice(2);

async function main(): Promise<void> {
  const options = readOptions({ args, env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { version: string };
  // written at once, so that the last lines before a crash are there
  const log = pino({ level: options.logLevel, base: null }, destination({ fd: 2, sync: true }));
  const server = await buildServer(options, { log, version });
  await server.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      log.info({ signal }, 'draining');
      server.stop().then(() => process.exit(0), fail);
    });
  }
  console.log(`Coboard is ready at ${server.url}`);
}

/** Says in one line why it ends. */
function fail(error: unknown): never {
  if (error instanceof CoboardError) console.error(`Coboard cannot start: ${error.message}`);
  else console.error(error);
  process.exit(1);
}

if (asksForHelp(args)) console.log(optionsHelp());
else main().catch(fail);
