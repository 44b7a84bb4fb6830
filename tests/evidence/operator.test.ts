import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { checkpointHash, checkpointKey, listCheckpoints, signed } from '../../server/evidence/checkpoint.ts';
import { SqliteStore } from '../../server/store/sqlite/sqlite-store.ts';
import { Person } from '../person.ts';
import { ServerProcess } from '../server-process.ts';
import { StockClient } from '../stock-client.ts';
import { scratchFolder } from '../test-server.ts';
import { done } from '../stock-client.ts';

const root = join(import.meta.dirname, '../..');
const folder = scratchFolder();
after(() => { folder.remove(); });

/** Runs a program to its end. */
async function run(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root });
    return { code: 0, out: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout + stderr };
  }
}

const store = `sqlite:${join(folder.path, 'operator.db')}`;
const anchors = join(folder.path, 'anchors.jsonl');
const serve = (): Promise<ServerProcess> => ServerProcess.start(['--port', '0', '--store', store, '--anchor-file', anchors]);
const coboard = (...args: string[]) => run('server/coboard.ts', ...args, '--store', store);

async function write(url: string, name: string, title: string, id?: string): Promise<string> {
  const person = await Person.signIn(url, name);
  const dashboard = id ?? await person.create('Quarter');
  const client = new StockClient(person);
  await client.connected();
  const doc = await client.subscribe(dashboard);
  for (const letter of title) await done((callback) => { doc.submitOp([{ p: ['title'], t: 'text0', o: [{ p: 0, i: letter }] }], undefined, callback); });
  await client.close();
  return dashboard;
}

test('EVIDENCE-3 an operator verifies, exports and rotates the key; a crash leaves nothing without a checkpoint for long', async () => {
  const first = await serve();
  const id = await write(first.url, 'Ana', 'tseroF');
  await first.signal('SIGKILL');
  const crashed = await coboard('verify');
  assert.deepEqual([crashed.code, crashed.out.includes('not under a checkpoint yet'), crashed.out.includes('None altered, none missing.')], [0, true, true]);

  // the next server covers what the killed one could not
  const second = await serve();
  await write(second.url, 'Ana', 'lla ', id);
  assert.equal(await second.signal('SIGTERM'), 0);
  const stopped = await coboard('verify', '--anchors', anchors);
  assert.equal(stopped.code, 0);
  assert.ok(!stopped.out.includes('not under a checkpoint yet'), stopped.out);

  const before = (await coboard('key')).out.trim();
  assert.equal((await coboard('rotate-key')).code, 0);
  const now = (await coboard('key')).out.trim();
  assert.notEqual(now, before);
  const third = await serve();
  await write(third.url, 'Ben', 'yeH ', id).catch(() => write(third.url, 'Ana', 'yeH ', id));
  await third.signal('SIGTERM');
  assert.equal((await coboard('verify', '--key', before)).code, 0, 'the old key vouches for the new one');
  assert.equal((await coboard('verify', '--key', now)).code, 1, 'the first checkpoints are signed with the old one');

  // whoever gets the export needs nothing else
  const file = join(folder.path, 'history.jsonl');
  assert.equal((await coboard('export', '--out', file)).code, 0);
  const verifyFile = (path: string, ...args: string[]) => run('tools/verify-export.mjs', path, ...args);
  const verified = await verifyFile(file, '--key', before, '--anchors', anchors);
  assert.deepEqual([verified.code, verified.out.trim().split('\n').at(-1)], [0, 'None altered, none missing.'], verified.out);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  assert.ok(lines.some((line) => line.includes('"name":"Ana"')));
  const forged = (change: (lines: string[]) => string[]): string => {
    const path = join(folder.path, 'forged.jsonl');
    writeFileSync(path, `${change([...lines]).join('\n')}\n`);
    return path;
  };
  const opAt = lines.findIndex((line) => line.includes('"v":3'));
  for (const [what, words, path] of [
    ['a value', /dashboards\/\S+: change 3 is not what was sealed/, () => forged((all) => all.with(opAt, (all[opAt] ?? '').replace('"i":"', '"i":"!')))],
    ['an op that is gone', /change 3 is missing/, () => forged((all) => all.toSpliced(opAt, 1))],
    ['a name', /is not who stands behind/, () => forged((all) => all.map((line) => line.replace('"name":"Ana"', '"name":"Eve"')))],
    ['a checkpoint that is gone', /checkpoint 1 is missing/, () => forged((all) => all.filter((line) => !line.includes('"n":1,')))],
    ['the end', /the end of the file is missing/, () => forged((all) => all.slice(0, -1))],
  ] as const) {
    const found = await verifyFile(path());
    assert.equal(found.code, 1, what);
    assert.match(found.out, words);
    assert.match(found.out, what === 'the end' ? /NOT SOUND/ : /the file is not as it was written/);
  }
  assert.equal((await verifyFile(join(root, 'README.md'))).code, 2);

  const bare = join(folder.path, 'bare.jsonl');
  assert.equal((await coboard('export', '--out', bare, '--dashboard', id, '--no-people')).code, 0);
  assert.ok(!/Ana|Ben/.test(readFileSync(bare, 'utf8').replaceAll('Quarter', '')));
  assert.equal((await verifyFile(bare)).code, 0);
});

test('EVIDENCE-27 an operator’s verify believes the key that is there and the anchors that were written, and an export of nothing is refused', async () => {
  const path = join(folder.path, 'forged', 'copy.db');
  mkdirSync(join(folder.path, 'forged'));
  copyFileSync(join(folder.path, 'operator.db'), path);
  const key = join(folder.path, 'signing-key.pem');
  const verify = (...args: string[]) => run('server/coboard.ts', 'verify', '--store', `sqlite:${path}`, ...args);
  const own = (await coboard('key')).out.trim();
  const sound = await verify('--signing-key', key);
  assert.deepEqual([sound.code, sound.out.includes(`Signed by ${own}`)], [0, true], sound.out);
  const unknown = await verify();
  assert.deepEqual([unknown.code, unknown.out.includes('No key is known here')], [0, true]);

  // whoever has the database alone signs all of it anew
  const { privateKey } = generateKeyPairSync('ed25519');
  const copy = new SqliteStore(path);
  await copy.start();
  let before = '';
  for await (const [n, checkpoint, text] of listCheckpoints(copy)) {
    assert.ok(checkpoint, text);
    const made = signed({ n, at: checkpoint.at, before, heads: checkpoint.heads }, privateKey);
    before = checkpointHash(made);
    await copy.writeSetting(checkpointKey(n), JSON.stringify(made));
  }
  await copy.stop();
  assert.equal((await verify()).code, 0, 'nobody says which key is right');
  const forged = await verify('--signing-key', key);
  assert.deepEqual([forged.code, forged.out.includes('is not signed by who may')], [1, true], forged.out);
  const anchored = await verify('--anchor-file', anchors);
  assert.deepEqual([anchored.code, anchored.out.includes('is not the one that was anchored')], [1, true], anchored.out);

  const file = join(folder.path, 'nothing.jsonl');
  const nothing = await coboard('export', '--out', file, '--dashboard', 'nonsense');
  assert.deepEqual([nothing.code, nothing.out.includes('NOT_FOUND'), existsSync(file)], [2, true, false], nothing.out);
});
