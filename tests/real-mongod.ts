import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { MongoBinary } from 'mongodb-memory-server-core';
import { freePort } from './free-port.ts';

/** A real MongoDB for tests. */
export interface RealMongod {
  /** An address with a database name of its own. */
  database(name: string): string;
  /** Its process, if it was started here; null for a running server. */
  readonly process: ChildProcess | null;
  stop(): Promise<void>;
}

/** Where a real mongod is to be had, or why there is none. */
export type MongodPlace = { readonly address: string } | { readonly binary: string } | { readonly skip: string };

/** Looks for one: a running server, a given binary, one on PATH, one downloaded. */
export async function findMongod(env: NodeJS.ProcessEnv = process.env): Promise<MongodPlace> {
  const address = env['COBOARD_TEST_MONGO_URL'];
  if (address !== undefined && address !== '') return { address };
  const binary = env['MONGOMS_SYSTEM_BINARY'];
  if (binary !== undefined && binary !== '') return { binary };
  try {
    return { binary: execFileSync('which', ['mongod'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() };
  } catch {
    // not on PATH
  }
  try {
    return { binary: await MongoBinary.getPath({ version: '8.0.4' }) };
  } catch (error) {
    return { skip: `no mongod: none in COBOARD_TEST_MONGO_URL or MONGOMS_SYSTEM_BINARY, none on PATH, and the download failed (${firstLine(error)})` };
  }
}

const firstLine = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';

/** Starts (or reaches) the mongod that was found. */
export async function startMongod(place: Exclude<MongodPlace, { skip: string }>): Promise<RealMongod> {
  if ('address' in place) return running(place.address);
  const folder = mkdtempSync(join(tmpdir(), 'coboard-mongod-'));
  const port = await freePort();
  const child = spawn(place.binary, ['--port', String(port), '--dbpath', folder, '--bind_ip', '127.0.0.1'], { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => { resolve(); }));
  const address = `mongodb://127.0.0.1:${String(port)}/`;
  // the process must not outlive a test that forgets it
  process.once('exit', () => child.kill('SIGKILL'));
  await answering(address, ended);
  return {
    database: (name) => `${address}${name}`,
    process: child,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function answering(address: string, ended: Promise<void>): Promise<void> {
  const client = new MongoClient(address, { serverSelectionTimeoutMS: 30_000 });
  const failed = ended.then(() => { throw new Error('mongod ended before it answered'); });
  await Promise.race([client.connect(), failed]).finally(() => client.close());
}

/** A server that runs already: each test run uses databases of its own and drops them. */
function running(address: string): RealMongod {
  const used: string[] = [];
  const suffix = `${Date.now().toString(36)}-${String(process.pid)}`;
  const withDatabase = (name: string): string => address.replace(/^(mongodb(?:\+srv)?:\/\/[^/?]+)\/?[^?]*/, `$1/${name}`);
  return {
    database: (name) => {
      used.push(`${name}-${suffix}`);
      return withDatabase(`${name}-${suffix}`);
    },
    process: null,
    stop: async () => {
      const client = await new MongoClient(address).connect();
      for (const name of used) await client.db(name).dropDatabase();
      await client.close();
    },
  };
}
