import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, test } from 'node:test';
import { MongoClient } from 'mongodb';
import { Archives } from '../../server/archive/archives.ts';
import { publicKeyOf } from '../../server/evidence/checkpoint.ts';
import { signingKey } from '../../server/evidence/signing-key.ts';
import { MongoStore } from '../../server/store/mongo/mongo-store.ts';
import type { FullStore } from '../../server/store/open-store.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { findMongod, startMongod } from '../real-mongod.ts';
import { scratchFolder } from '../test-server.ts';
import { filesIn, having, mongoDump, rowsOf } from './dump.ts';
import { verified } from './evidence-log.ts';
import type { KilledJob } from './killed-job.ts';
import { leaversName, leaveTraces, type Left } from './leaving.ts';

const place = await findMongod();
const mongod = 'skip' in place ? null : await startMongod(place);
const root = scratchFolder();
const scene = join(root.path, 'scene');
const dayMs = 24 * 3_600_000;
/** All jobs are done at the same moment, so that their ends can be compared. */
const now = Date.now() + dayMs;
let left: Left;
after(async () => {
  await mongod?.stop();
  root.remove();
});

type Job = KilledJob['job'];

/** Does a job on what is in a folder; gives the steps that it said, and whether it died. */
function attempt(folder: string, job: Job, step: number | null, address = `sqlite:${join(folder, 'a.db')}`): Promise<{ readonly steps: string[]; readonly died: boolean }> {
  const given: KilledJob = { address, keyFile: join(folder, 'key.pem'), archiveDir: join(folder, 'archive'), now, job, die: step === null ? null : { step } };
  return new Promise((resolve, reject) => {
    // what was compiled once is not compiled again for each of them
    const env = { ...process.env, NODE_COMPILE_CACHE: join(root.path, 'compiled') };
    execFile(process.execPath, [join(import.meta.dirname, 'killed-job.ts'), JSON.stringify(given)], { timeout: 60_000, env }, (error, stdout, stderr) => {
      if (error && error.signal !== 'SIGKILL') reject(new Error(stderr));
      else resolve({ steps: stdout.trim().split('\n'), died: error !== null });
    });
  });
}

/** The rows, and what is in the archives, by file. */
const endOf = (folder: string): unknown => ({ rows: rowsOf(join(folder, 'a.db')), archives: existsSync(join(folder, 'archive')) ? [...filesIn(join(folder, 'archive'))].map(([name, bytes]) => [name.slice(folder.length), bytes.toString('base64')]) : [] });

async function soundIn(folder: string, store: FullStore = new SqliteStore(join(folder, 'a.db'))): Promise<string[]> {
  await store.start();
  try {
    const report = await verified(store, { archives: new Archives(store, join(folder, 'archive')), ownKey: publicKeyOf(signingKey(join(folder, 'key.pem'))) });
    assert.equal(report.isSound, true, JSON.stringify(report.documents.flatMap(({ id, findings }) => findings.map((finding) => [id, finding]))));
    return report.documents.map(({ collection, id, ops }) => `${collection}/${id}: ${String(ops)}`);
  } finally {
    await store.stop();
  }
}

/** A copy of a folder for one attempt. */
function copyOf(from: string, name: string): string {
  const folder = join(root.path, name);
  rmSync(folder, { recursive: true, force: true });
  cpSync(from, folder, { recursive: true });
  return folder;
}

/** The first and the last time that each step is taken. */
const endsOf = (steps: readonly string[]): (readonly [i: number, name: string])[] => [...steps.entries()].filter(([i, name]) => steps.indexOf(name) === i || steps.lastIndexOf(name) === i);

/** Kills a job at each of its steps and does it again: the end is that of one that was not disturbed. */
async function killAtEachStep(from: string, job: Job, check: (folder: string) => void): Promise<number> {
  const calm = copyOf(from, 'calm');
  const { steps } = await attempt(calm, job, null);
  const documents = await soundIn(calm);
  check(calm);
  const end = endOf(calm);
  for (const [i, name] of endsOf(steps)) {
    const folder = copyOf(from, 'killed');
    const { died } = await attempt(folder, job, i + 1);
    assert.ok(died, `step ${String(i + 1)}, ${name}`);
    assert.equal((await attempt(folder, job, null)).died, false);
    assert.deepEqual(await soundIn(folder), documents, `killed at step ${String(i + 1)}, ${name}`);
    check(folder);
    assert.deepEqual(endOf(folder), end, `killed at step ${String(i + 1)}, ${name}`);
  }
  return steps.length;
}

before(async () => {
  const store = new SqliteStore(join(scene, 'a.db'));
  left = await leaveTraces(store, { signingKey: join(scene, 'key.pem'), limits: { milestoneOps: 4, housekeepingDelayMs: dayMs } });
  await store.stop();
});

test('EVIDENCE-11 archiving that is killed at any step is gone on with, and nothing is lost or left', async () => {
  const steps = await killAtEachStep(scene, { archiveOpsMax: 6 }, (folder) => {
    assert.ok(readdirSync(join(folder, 'archive')).every((name) => name.endsWith('.gz')));
  });
  assert.ok(steps > 20);
});

test('EVIDENCE-12 erasing that is killed at any step is gone on with, and nothing of the person is left', async () => {
  const archived = copyOf(scene, 'archived');
  await attempt(archived, { archiveOpsMax: 8 }, null);
  const steps = await killAtEachStep(archived, { erase: left.user.id, heir: left.ana.id }, (folder) => {
    for (const mark of [left.user.id, leaversName]) assert.deepEqual(having(filesIn(folder), mark), [], mark);
  });
  assert.ok(steps > 20);
});

test('EVIDENCE-13 removing for good that is killed at any step is gone on with, and nothing of the dashboard is left', async () => {
  const archived = copyOf(scene, 'archived');
  await attempt(archived, { archiveOpsMax: 8 }, null);
  const steps = await killAtEachStep(archived, { remove: left.shared }, (folder) => {
    assert.ok(!readdirSync(join(folder, 'archive')).some((name) => name.includes(left.shared)));
  });
  assert.ok(steps > 10);
});

test('EVIDENCE-28 what archiving left on the disk when it was killed goes with the person, and with the dashboard', async () => {
  const calm = copyOf(scene, 'calm');
  const { steps } = await attempt(calm, { archiveOpsMax: 6 }, null);
  for (const name of ['part', 'file']) {
    const last = steps.lastIndexOf(name);
    const begun = copyOf(scene, 'begun');
    assert.ok((await attempt(begun, { archiveOpsMax: 6 }, last + 1)).died);
    const names = readdirSync(join(begun, 'archive'));
    const records = (rowsOf(join(begun, 'a.db'))['settings'] ?? []).filter((row) => String((row as { key: unknown }).key).startsWith('archive:')).length;
    assert.equal(names.length, records + 1, 'a file that no record names');
    const erased = copyOf(begun, 'erased');
    await attempt(erased, { erase: left.user.id, heir: left.ana.id }, null);
    for (const mark of [left.user.id, leaversName]) assert.deepEqual(having(filesIn(erased), mark), [], `${name}: ${mark}`);
    assert.equal(readdirSync(join(erased, 'archive')).length, records);
    for (const id of new Set(names.map((file) => file.split('.')[1] ?? ''))) await attempt(begun, { remove: id }, null);
    assert.deepEqual(readdirSync(join(begun, 'archive')), [], name);
  }
});

test('EVIDENCE-15 the same over MongoDB, which has no transactions here: what is killed is gone on with', { skip: 'skip' in place ? place.skip : false }, async () => {
  const folder = join(root.path, 'mongo');
  const first = mongod?.database('killed') ?? '';
  const store = new MongoStore(first);
  const theirs = await leaveTraces(store, { signingKey: join(folder, 'key.pem'), limits: { milestoneOps: 4, housekeepingDelayMs: dayMs } });
  let count = 0;
  const jobs: readonly (readonly [job: Job, mark: string])[] = [[{ archiveOpsMax: 8 }, ''], [{ erase: theirs.user.id, heir: theirs.ana.id }, leaversName], [{ remove: theirs.shared }, '']];
  let from = { address: first, folder };
  for (const [job, mark] of jobs) {
    const calm = { address: await copiedDatabase(from.address, (count += 1)), folder: copyOf(from.folder, `mongo-${String(count)}`) };
    const { steps } = await attempt(calm.folder, job, null, calm.address);
    const documents = await soundIn(calm.folder, new MongoStore(calm.address));
    for (const [i, name] of [...steps.entries()].filter(([at, step]) => steps.indexOf(step) === at)) {
      const place = { address: await copiedDatabase(from.address, (count += 1)), folder: copyOf(from.folder, 'mongo-killed') };
      assert.ok((await attempt(place.folder, job, i + 1, place.address)).died);
      assert.equal((await attempt(place.folder, job, null, place.address)).died, false, name);
      assert.deepEqual(await soundIn(place.folder, new MongoStore(place.address)), documents, name);
      if (mark !== '') assert.deepEqual(having(new Map([...filesIn(place.folder), ...await mongoDump(place.address)]), mark), [], name);
    }
    // the next job finds what this one has done
    from = calm;
  }
});

/** A database of its own with everything that is in another. */
async function copiedDatabase(address: string, n: number): Promise<string> {
  const copy = mongod?.database(`killed-${String(n)}`) ?? '';
  const [from, to] = [await MongoClient.connect(address), await MongoClient.connect(copy)];
  for (const { collectionName } of await from.db().collections()) {
    const documents = await from.db().collection(collectionName).find().toArray();
    if (documents.length > 0) await to.db().collection(collectionName).insertMany(documents);
  }
  await Promise.all([from.close(), to.close()]);
  return copy;
}

test('EVIDENCE-14 changing the key is safe to be killed at any step and to be repeated: there is a key at every moment, and the old one vouches once', async () => {
  for (const [step, name] of ['made', 'vouched', 'kept', 'replaced'].entries()) {
    const folder = copyOf(scene, 'killed');
    const key = (): string => publicKeyOf(signingKey(join(folder, 'key.pem')));
    const old = key();
    assert.ok((await attempt(folder, { rotate: true }, step + 1)).died, name);
    assert.ok(existsSync(join(folder, 'key.pem')));
    const halfway = existsSync(join(folder, 'key.pem.next')) ? readFileSync(join(folder, 'key.pem.next'), 'utf8') : null;
    assert.equal((await attempt(folder, { rotate: true }, null)).died, false, name);
    assert.notEqual(key(), old);
    if (halfway !== null) assert.equal(readFileSync(join(folder, 'key.pem'), 'utf8'), halfway, 'it is the one that was made first');
    await soundIn(folder);
    const vouched = checkpointsOf(folder).filter((text) => text.includes('"nextKey"')).length;
    assert.equal(vouched, name === 'replaced' ? 2 : 1, 'killed when all was done, it is done once more');
  }
});

function checkpointsOf(folder: string): string[] {
  const database = new DatabaseSync(join(folder, 'a.db'));
  const rows = database.prepare("SELECT value FROM settings WHERE key LIKE 'checkpoint:%'").all() as { value: string }[];
  database.close();
  return rows.map(({ value }) => value);
}
