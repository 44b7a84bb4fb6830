import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { checkpointHash, parseCheckpoint } from '../../server/evidence/checkpoint.ts';
import { Person } from '../person.ts';
import { ServerProcess } from '../server-process.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder } from '../test-server.ts';
import { filesIn, having } from './dump.ts';

const root = join(import.meta.dirname, '../..');
const folder = scratchFolder();
after(() => { folder.remove(); });
const database = join(folder.path, 'a.db');
const anchors = join(folder.path, 'anchors.jsonl');
const archiveDir = join(folder.path, 'archive');
const place = ['--store', `sqlite:${database}`, '--archive-dir', archiveDir, '--anchor-file', anchors];

/** A command of an operator. */
async function coboard(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['server/coboard.ts', ...args, ...place], { cwd: root });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

const serve = (): Promise<ServerProcess> => ServerProcess.start(['--port', '0', '--limits', '{"milestoneOps": 10}', ...place]);

test('EVIDENCE-19 an operator archives, erases, removes and verifies; what is wrong has a stable code, and a server that is at work is in the way', async () => {
  const server = await serve();
  const [ana, leaver] = [await Person.signIn(server.url, 'Ana'), await Person.signIn(server.url, 'Wilhelmína Özdemir')];
  const [shared, gone] = [await ana.create('Shared'), await ana.create('Xanthippus')];
  const own = await leaver.create('Own');
  await ana.share(shared, { people: { [leaver.user.id]: 'editor' } });
  const client = new StockClient(leaver);
  await client.connected();
  await client.subscribe(shared);
  for (let i = 0; i < 25; i += 1) await client.submit(shared, [{ p: ['title'], t: 'text0', o: [{ p: 0, i: String(i % 10) }] }]);
  await client.close();

  for (const command of [['erase-person', '--user', leaver.user.id], ['purge', '--dashboard', gone], ['rotate-key']]) {
    const { code, out } = await coboard(...command);
    assert.deepEqual([code, out.startsWith("SERVER_AT_WORK: ")], [2, true], out);
  }
  await server.signal('SIGKILL');
  assert.match((await coboard('purge', '--dashboard', gone)).out, /^SERVER_AT_WORK: .*--alone/);

  // the clock says that they are a day old, or the policy that they are old at once
  const day = await coboard('archive', '--archive-after-days', '1');
  assert.deepEqual([day.code, day.out.startsWith("0 changes are in 0 more files")], [0, true], day.out);
  assert.deepEqual([(await coboard('archive')).code, (await coboard('archive')).out.startsWith('OPTION_INVALID: ')], [2, true]);

  const purged = await coboard('purge', '--dashboard', gone, '--why', 'asked for', '--by', ana.user.id, '--alone');
  assert.deepEqual([purged.code, purged.out.trim()], [0, '1 removed for good.']);
  assert.deepEqual(having(filesIn(folder.path), 'Xanthippus'), []);
  const heirless = await coboard('erase-person', '--user', leaver.user.id, '--alone');
  assert.deepEqual([heirless.code, heirless.out.startsWith('LAST_OWNER: '), heirless.out.includes(own)], [2, true, true]);
  const erased = await coboard('erase-person', '--user', leaver.user.id, '--heir', ana.user.id, '--alone');
  assert.equal(erased.code, 0, erased.out);
  for (const mark of [leaver.user.id, leaver.user.name]) assert.deepEqual(having(filesIn(folder.path), mark), [], mark);

  const sound = await coboard('verify', '--anchors', anchors);
  assert.equal(sound.code, 0, sound.out);
  assert.match(sound.out, new RegExp(`1 dashboard was deleted for good, as was signed: ${gone}\\.`));
  for (const [args, words] of [
    [['verify', '--dashboard', 'tpyo'], /^NOT_FOUND: There is no dashboard tpyo/], [['purge', '--dashboard', 'tpyo', '--alone'], /^NOT_FOUND: /],
    [['purge', '--alone'], /^OPTION_INVALID: /], [['purge', '--bin', '--dashboard', 'a', '--alone'], /^OPTION_INVALID: /],
    [['purge', '--dashboard', shared, '--by', 'nobody', '--alone'], /^OPTION_INVALID: --by/], [['erase-person', '--alone'], /^OPTION_INVALID: --user/],
    [['erase-person', '--user', ana.user.id, '--heir', ana.user.id, '--alone'], /^OPTION_INVALID: /],
  ] as const) {
    const { code, out } = await coboard(...args);
    assert.deepEqual([code, words.test(out)], [2, true], out);
  }
  assert.equal((await coboard('verify', '--dashboard', gone)).code, 0);
  assert.deepEqual([(await coboard('purge', '--bin', '--alone')).out.trim()], ['0 removed for good.']);

  // the new key is told to the outside too
  assert.equal((await coboard('rotate-key', '--alone')).code, 0);
  const told = JSON.parse(readFileSync(anchors, 'utf8').trim().split('\n').at(-1) ?? '') as { n: number; hash: string };
  const kept = new DatabaseSync(database);
  const [last] = kept.prepare("SELECT value FROM settings WHERE key LIKE 'checkpoint:%' ORDER BY key DESC LIMIT 1").all() as { value: string }[];
  kept.close();
  const checkpoint = parseCheckpoint(last?.value ?? '');
  assert.ok(checkpoint?.nextKey !== undefined);
  assert.deepEqual([told.n, told.hash], [checkpoint.n, checkpointHash(checkpoint)]);
  assert.ok(!existsSync(`${join(folder.path, 'signing-key.pem')}.next`) && readdirSync(folder.path).some((name) => name.startsWith('signing-key.pem.before-')));
  assert.equal((await coboard('verify', '--anchors', anchors)).code, 0);

  // and a server goes on with all of it
  const again = await serve();
  const { body } = await ana.at(again.url).call('GET', '/api/dashboards');
  assert.deepEqual((body['dashboards'] as { id: string; role: string }[]).map(({ id, role }) => [id, role]).sort(), [[shared, 'owner'], [own, 'owner']].sort());
  assert.equal(await again.signal('SIGTERM'), 0);
  assert.equal((await coboard('verify', '--anchors', anchors)).code, 0);
});
