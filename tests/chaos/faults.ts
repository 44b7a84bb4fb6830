import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RealRedis } from '../real-redis.ts';
import type { MongoProxy } from './mongo-proxy.ts';
import type { RestartableMongod, RestartableServer } from './restartable.ts';

/** What can be broken. */
export interface Breakable {
  readonly servers: readonly RestartableServer[];
  readonly mongod?: RestartableMongod;
  readonly proxy?: MongoProxy;
  readonly redis?: RealRedis;
  /** A small file system of its own that holds the SQLite file. */
  readonly disk?: string;
  /** Sets the server's clock; it runs in this process then. */
  readonly jump?: (ms: number) => void;
  /** How long Redis stays away at most, in ms. */
  readonly redisGoneMsMax: number;
  /** While nothing is broken, as long as it says. */
  readonly chance: () => number;
}

export interface Fault {
  readonly name: string;
  /** Whether a stage has what it breaks. */
  readonly isPossible: (stage: Breakable) => boolean;
  /** Breaks something and mends it again. */
  readonly strike: (stage: Breakable) => Promise<void>;
}

const some = (chance: () => number, leastMs: number, mostMs: number): Promise<void> => sleep(leastMs + chance() * (mostMs - leastMs));

async function endAndBack(server: RestartableServer | undefined, signal: 'SIGKILL' | 'SIGTERM', chance: () => number): Promise<void> {
  if (!server) return;
  const code = await server.end(signal);
  if (signal === 'SIGTERM' && code !== 0) throw new Error(`a server that was told to stop ended with ${String(code)}: ${server.log}`);
  await some(chance, 0, 200);
  await server.up();
}

/** Spoils some inserts; comes back when they have met their fate or none comes by. */
async function spoiled({ proxy, chance }: Breakable, ...fates: Parameters<MongoProxy['spoil']>): Promise<void> {
  if (!proxy) return;
  const wanted = proxy.met + fates.length;
  proxy.spoil(...fates);
  for (let waitedMs = 0; proxy.met < wanted && waitedMs < 2_000; waitedMs += 20) await sleep(20);
  proxy.heal();
  await some(chance, 50, 200);
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

const hasProxy = ({ proxy }: Breakable): boolean => proxy !== undefined;

export const faults: readonly Fault[] = [
  { name: 'server killed', isPossible: ({ servers }) => servers.length > 0, strike: ({ servers: [server], chance }) => endAndBack(server, 'SIGKILL', chance) },
  { name: 'second server killed', isPossible: ({ servers }) => servers.length > 1, strike: ({ servers: [, second], chance }) => endAndBack(second, 'SIGKILL', chance) },
  {
    name: 'SIGTERM under load', isPossible: ({ servers }) => servers.length > 0,
    strike: ({ servers, chance }) => endAndBack(servers[Math.floor(chance() * servers.length)], 'SIGTERM', chance),
  },
  {
    name: 'mongod killed', isPossible: ({ mongod }) => mongod !== undefined,
    strike: async ({ mongod, chance }) => {
      await mongod?.kill();
      await some(chance, 0, 500);
      await mongod?.up();
    },
  },
  {
    name: 'mongod slow', isPossible: hasProxy,
    strike: async ({ proxy, chance }) => {
      if (proxy) proxy.delayMs = 20 + chance() * 300;
      await some(chance, 200, 800);
      proxy?.heal();
    },
  },
  {
    name: 'connections to mongod cut', isPossible: hasProxy,
    strike: async ({ proxy, chance }) => {
      proxy?.cutAll();
      await some(chance, 50, 200);
    },
  },
  { name: 'cut in the middle of a write', isPossible: hasProxy, strike: (stage) => spoiled(stage, { kind: 'cut in the middle' }) },
  { name: 'cut after a write, before its answer', isPossible: hasProxy, strike: (stage) => spoiled(stage, { kind: 'cut before the answer' }) },
  { name: 'NotWritablePrimary', isPossible: hasProxy, strike: (stage) => spoiled(stage, ...times(3, () => ({ kind: 'refused', code: 10_107, codeName: 'NotWritablePrimary' } as const))) },
  { name: 'ShutdownInProgress', isPossible: hasProxy, strike: (stage) => spoiled(stage, ...times(3, () => ({ kind: 'refused', code: 91, codeName: 'ShutdownInProgress' } as const))) },
  {
    name: 'Redis killed', isPossible: ({ redis }) => redis !== undefined,
    strike: async ({ redis, redisGoneMsMax, chance }) => {
      await redis?.kill();
      await some(chance, 100, redisGoneMsMax);
      await redis?.up();
    },
  },
  {
    name: 'disk full', isPossible: ({ disk }) => disk !== undefined,
    strike: async ({ disk = '', chance }) => {
      const pieces: string[] = [];
      // takes all that is left, a piece at a time
      try {
        for (;;) {
          pieces.push(join(disk, `ballast${String(pieces.length)}`));
          writeFileSync(pieces.at(-1) ?? '', Buffer.alloc(64_000));
        }
      } catch {
        await some(chance, 200, 800);
      }
      for (const piece of pieces) rmSync(piece, { force: true });
    },
  },
  {
    name: 'clock jumped', isPossible: ({ jump }) => jump !== undefined,
    strike: async ({ jump, chance }) => {
      jump?.((chance() - 0.5) * 7_200_000);
      await some(chance, 100, 300);
    },
  },
];
