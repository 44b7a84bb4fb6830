import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { systemClock } from '../../model/clock.ts';
import { Person } from '../person.ts';
import { findMongod } from '../real-mongod.ts';
import { RealRedis, redisMissing } from '../real-redis.ts';
import { runSeed, seededChance } from '../simulation/seed.ts';
import { scratchFolder, startServer } from '../test-server.ts';
import { chaos } from './chaos-run.ts';
import { faults, type Breakable } from './faults.ts';
import { MongoProxy } from './mongo-proxy.ts';
import { RestartableMongod, RestartableServer } from './restartable.ts';

const seed = runSeed();
/** In all, over the stages below; left out: each kind of each stage once. */
const wanted = process.env['COBOARD_TEST_CHAOS_FAULTS'];
const place = await findMongod();
const missing = 'skip' in place ? place.skip : 'address' in place ? 'the mongod is not ours to kill' : null;

async function run(t: TestContext, stage: Omit<Breakable, 'chance' | 'redisGoneMsMax'>, urls: readonly string[], share: number): Promise<void> {
  const chance = seededChance(seed);
  const names = ['Ana', 'Ben', 'Chiyo', 'Dev', 'Eva'];
  const people = await Promise.all(names.map((name, i) => Person.signIn(urls[i % urls.length] ?? '', name)));
  const breakable = { ...stage, chance, redisGoneMsMax: wanted === undefined ? 1_000 : 30_000 };
  const kinds = faults.filter(({ isPossible }) => isPossible(breakable)).length;
  const count = wanted === undefined ? kinds : Math.ceil(Number(wanted) * share);
  const report = await chaos({
    stage: breakable, people, chance, faults: count, faultsARound: wanted === undefined ? kinds : 8,
    progress: (words) => { if (wanted !== undefined || words.includes(' took ')) console.log(`${t.name.slice(0, 7)}: ${words}`); },
  });
  console.log(`${JSON.stringify(report)} (COBOARD_SEED=${String(seed)})`);
}

test(`CHAOS-1 a server on SQLite that is killed, told to stop, or finds its disk full loses nothing (COBOARD_SEED=${String(seed)})`, async (t) => {
  const folder = scratchFolder();
  const disk = smallDisk();
  t.after(() => {
    disk?.remove();
    folder.remove();
  });
  if (!disk) t.diagnostic('no small disk can be mounted here: a full disk is left to the simulation');
  const server = await RestartableServer.start(['--store', `sqlite:${join(disk?.path ?? folder.path, 'chaos.db')}`]);
  t.after(() => server.stop());
  await run(t, { servers: [server], ...(disk ? { disk: disk.path } : {}) }, [server.url], 0.25);
});

test(`CHAOS-2 two servers, MongoDB and Redis that are killed, cut off and slow lose nothing (COBOARD_SEED=${String(seed)})`, { skip: missing ?? redisMissing() ?? false }, async (t) => {
  if (!('binary' in place)) return;
  const mongod = await RestartableMongod.start(place.binary);
  t.after(() => mongod.stop());
  const proxy = await MongoProxy.before(mongod.port);
  t.after(() => { proxy.stop(); });
  const redis = await RealRedis.start();
  t.after(() => redis.kill());
  const args = ['--store', `mongodb://127.0.0.1:${String(proxy.port)}/chaos?directConnection=true`, '--redis', redis.url];
  const servers = [await RestartableServer.start(args), await RestartableServer.start(args)];
  t.after(() => Promise.all(servers.map((server) => server.stop())));
  await run(t, { servers, mongod, proxy, redis }, servers.map(({ url }) => url), 0.65);
});

test(`CHAOS-3 a clock that jumps back and forth loses nothing and nobody (COBOARD_SEED=${String(seed)})`, async (t) => {
  const folder = scratchFolder();
  let offset = 0;
  const server = await startServer({ store: `sqlite:${join(folder.path, 'clock.db')}` }, { clock: { ...systemClock, now: () => Date.now() + offset } });
  t.after(async () => {
    await server.stop();
    folder.remove();
  });
  await run(t, { servers: [], jump: (ms) => { offset += ms; } }, [server.url], 0.1);
});

/** A file system of a few megabytes, where one may mount one. */
function smallDisk(): { readonly path: string; remove(): void } | null {
  const path = mkdtempSync(join(tmpdir(), 'coboard-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', path], { stdio: 'ignore' });
  } catch {
    rmSync(path, { recursive: true, force: true });
    return null;
  }
  return {
    path,
    remove: () => {
      execFileSync('umount', ['-l', path], { stdio: 'ignore' });
      rmSync(path, { recursive: true, force: true });
    },
  };
}
