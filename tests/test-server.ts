import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildServer, type CoboardServer, type Surroundings } from '../server/build-server.ts';
import { defaultOptions, type Options } from '../server/config/options.ts';

/** A folder of its own that goes with the test. */
export function scratchFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'coboard-'));
  return { path, remove: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** Starts a server in this process, on a free port, by default with a database in memory. */
export async function startServer(options: Partial<Options> = {}, surroundings: Partial<Surroundings> = {}): Promise<CoboardServer> {
  const server = await buildServer(
    { ...defaultOptions, port: 0, store: 'sqlite::memory:', clientDir: '/nonexistent', ...options },
    { log: pino({ level: 'silent' }), version: '0.0.0', ...surroundings },
  );
  await server.start();
  return server;
}
