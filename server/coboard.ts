import { createWriteStream, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Readable } from 'node:stream';
import { CoboardError } from '../model/errors.ts';
import { systemClock } from '../model/clock.ts';
import { innerLimits, serverLimits } from '../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../model/protocol.ts';
import { ArchivedStore } from './archive/archived-store.ts';
import { Archiver } from './archive/archiver.ts';
import { Archives } from './archive/archives.ts';
import { checkOptions } from './config/check-options.ts';
import { readOptions } from './config/read-options.ts';
import { anchoring, parseAnchors, readAnchors } from './evidence/anchors.ts';
import { CheckpointWriter, type CheckpointWriterParts } from './evidence/checkpoint-writer.ts';
import { publicKeyOf } from './evidence/checkpoint.ts';
import { exportLines } from './evidence/export.ts';
import { reportWords } from './evidence/report-words.ts';
import { serversAtWork } from './evidence/leftovers.ts';
import { keyPath, rotateKey, signingKey } from './evidence/signing-key.ts';
import { documentIds, verify } from './evidence/verify.ts';
import { checkHistory } from './history/history-check.ts';
import { HistoryWriter } from './history/history-writer.ts';
import { subjectCollections } from './history/subject.ts';
import { DashboardRemover } from './retention/dashboard-remover.ts';
import { PersonEraser } from './retention/person-eraser.ts';
import { closeUpkeep, openUpkeep, type Upkeep } from './retention/upkeep.ts';
import { openStore, type FullStore } from './store/open-store.ts';

const usage = `Coboard beside a server, running or not. All take the server's options, such as --store, --signing-key and --config.

  verify [--dashboard ID] [--anchors FILE] [--key PUBLIC_KEY]... [--json]
      Recomputes the whole history. Exit code 0: none altered, none missing; 1: what is found is named. Left out, --anchors is --anchor-file, and
      who may sign is the key that is there and those that vouched for it.
  verify-history [--dashboard ID] [--rebuild]
      Makes the lines of the history anew and compares those that people read with them. They are made of the log and are no part of what is
      sealed. --rebuild: puts what the log makes in their place; stop the servers first.
  export --out FILE [--dashboard ID]... [--no-people]
      Writes the history with its proof into a file, for tools/verify-export.mjs. Without --dashboard: everything.
  rotate-key
      Makes a new signing key and has the old one vouch for it; the old one is kept beside it. Stop the servers first. May be repeated.
  adopt-key
      Goes on with the key that there is where the one before is lost. Nobody vouches for it: verify names the place unless --key says it.
  key
      Prints the public key.
  erase-person --user ID [--heir ID]
      Takes a person out of everything that is kept; what they did stays, and the history stays sound. --heir gets the dashboards that nobody
      else owns. Stop the servers first. May be repeated.
  archive
      Moves changes that are older than --archive-after-days to files in --archive-dir; they are read there as before. Servers may run.
  purge --dashboard ID... [--why TEXT] [--by ID]
  purge --bin
      Deletes dashboards for good, with everything that is kept of them; a signed tombstone stays. --bin: all that were deleted and can not be
      brought back any more. Who and why stand in the signed history for good, so a text names nobody. Stop the servers first. May be repeated.

Those that need the servers stopped refuse where one is at work or crashed; --alone says that none runs.`;

const dayMs = 24 * 3_600_000;

const own = {
  dashboard: { type: 'string', multiple: true },
  anchors: { type: 'string' },
  key: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  out: { type: 'string' },
  people: { type: 'boolean' },
  user: { type: 'string' },
  heir: { type: 'string' },
  why: { type: 'string' },
  by: { type: 'string' },
  bin: { type: 'boolean' },
  rebuild: { type: 'boolean' },
  alone: { type: 'boolean' },
} as const;

const [command, ...args] = process.argv.slice(2);
// what is ours; everything else is an option of the server
const { values: given, tokens } = parseArgs({ args, options: own, strict: false, tokens: true, allowNegative: true });
const ours = new Set(tokens.filter((token) => token.kind === 'option' && Object.hasOwn(own, token.name)).flatMap((token) => (token.kind === 'option' && token.value !== undefined && !token.inlineValue ? [token.index, token.index + 1] : [token.index])));
const options = (): ReturnType<typeof readOptions> => readOptions({ args: args.filter((_, i) => !ours.has(i)), env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : typeof value === 'string' ? [value] : []);

async function withStore<T>(run: (store: FullStore) => Promise<T>): Promise<T> {
  const store = openStore(options().store);
  await store.start();
  try {
    return await run(store);
  } finally {
    await store.stop();
  }
}

const anchor = (): CheckpointWriterParts['anchor'] => anchoring({ file: options().anchorFile, url: options().anchorUrl, fetch });
const warn = (words: string): void => { console.error(words); };
const required = (name: string, value: unknown): string => {
  if (typeof value === 'string' && value !== '') return value;
  throw new CoboardError('OPTION_INVALID', `--${name} is missing.`);
};

/** A server that is at work knows what is about to be gone, and would write it again. */
async function refuseBesideServers(store: FullStore): Promise<void> {
  if (given.alone === true || !(await serversAtWork(store))) return;
  throw new CoboardError('SERVER_AT_WORK');
}

async function withUpkeep<T>(run: (upkeep: Upkeep) => Promise<T>, isBesideServers = false): Promise<T> {
  const { signingKey: path, store: address, archiveDir } = options();
  return withStore(async (store) => {
    if (!isBesideServers) await refuseBesideServers(store);
    const upkeep = await openUpkeep({ store, key: signingKey(keyPath(path, address)), archiveDir, clock: systemClock, anchor: anchor(), warn });
    try {
      return await run(upkeep);
    } finally {
      await closeUpkeep(upkeep);
    }
  });
}

/** Whether anything is kept of a dashboard. */
async function isThere(store: FullStore, archives: Archives, id: string): Promise<boolean> {
  for (const collection of [dashboardsCollection, accessCollection]) if (await store.keeping.has(collection, id) || (await archives.of(collection, id)).length > 0) return true;
  return false;
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async verify() {
    const [dashboard, ...more] = strings(given.dashboard);
    if (more.length > 0) throw new CoboardError('OPTION_INVALID', 'One dashboard at a time, or all of them.');
    const { anchorFile, archiveDir, signingKey: keyFile, store: place } = options();
    const anchors = typeof given.anchors === 'string' ? parseAnchors(readFileSync(given.anchors, 'utf8')) : await readAnchors(anchorFile);
    const keys = strings(given.key);
    const path = keyPath(keyFile, place);
    // never made here: a key that is new has signed nothing
    const ownKey = keys.length === 0 && path !== null && existsSync(path) ? publicKeyOf(signingKey(path)) : null;
    let told = 0;
    const report = await withStore((store) => verify({
      store, archives: new Archives(store, archiveDir), anchors, now: () => performance.now(),
      ...(keys.length > 0 ? { keys } : {}), ...(ownKey === null ? {} : { ownKey }), ...(dashboard === undefined ? {} : { dashboard }),
      progress: (ops) => {
        if (!process.stderr.isTTY || ops - told < 10_000) return;
        told = ops;
        process.stderr.write(`\r${ops.toLocaleString('en')} changes`);
      },
    }));
    if (told > 0) process.stderr.write('\r');
    console.log(given.json === true ? JSON.stringify(report, null, 2) : reportWords(report).join('\n'));
    if (given.json !== true) console.log(keys.length > 0 ? `Signed by ${keys.join(', ')} or who they vouch for.` : ownKey === null ? 'No key is known here: whoever signed first is believed. Say which with --key.' : `Signed by ${ownKey} or before it by who vouched for it.`);
    if (!report.isSound) process.exitCode = 1;
  },
  async 'verify-history'() {
    const [wanted] = strings(given.dashboard);
    const found = await withUpkeep(async ({ store, engine, identities }) => {
      const parts = { index: store.history, settings: store, engine, identities, clock: systemClock, limits: serverLimits };
      const writer = new HistoryWriter({ ...parts, list: (collection) => store.listSnapshots(collection), log: { warn } });
      const wrong: string[] = [];
      for (const collection of subjectCollections) {
        for await (const id of wanted === undefined ? store.keeping.listIds(collection) : [wanted]) {
          const line = await checkHistory(parts, { collection, id });
          if (line === null) continue;
          wrong.push(`${collection}/${id}: the line of change ${String(line.v)} ${{ altered: 'was altered', added: 'was put in', missing: 'is missing' }[line.what]}.`);
          if (given.rebuild === true) await writer.rebuild({ collection, id });
        }
      }
      writer.stop();
      return wrong;
    }, given.rebuild !== true);
    for (const words of found) console.log(words);
    console.log(found.length === 0 ? 'The history says what the log says.' : given.rebuild === true ? 'Made anew.' : 'NOT WHAT THE LOG SAYS');
    if (found.length > 0 && given.rebuild !== true) process.exitCode = 1;
  },
  async export() {
    if (typeof given.out !== 'string') throw new CoboardError('OPTION_INVALID', 'Where to: --out FILE.');
    const { signingKey: path, store: address, archiveDir } = options();
    const file = given.out;
    await withStore(async (store) => {
      const wanted = strings(given.dashboard);
      const archives = new Archives(store, archiveDir);
      for (const id of wanted) if (!(await isThere(store, archives, id))) throw new CoboardError('NOT_FOUND', `There is no dashboard ${id}.`);
      const ids = [...wanted];
      if (wanted.length === 0) ids.push(...await documentIds(store));
      const documents = ids.flatMap((id) => [[dashboardsCollection, id], [accessCollection, id]] as const);
      const lines = exportLines({ store: new ArchivedStore(store, archives), key: signingKey(keyPath(path, address)), documents, isComplete: wanted.length === 0, withPeople: given.people !== false, now: () => Date.now() });
      // whoever finds the file finds all of it
      const draft = `${file}.part`;
      try {
        await pipeline(Readable.from(lines), createWriteStream(draft));
        renameSync(draft, file);
      } finally {
        rmSync(draft, { force: true });
      }
    });
    console.log(`Written to ${file}. Verify it with: node tools/verify-export.mjs ${file}`);
  },
  async 'rotate-key'() {
    const { signingKey: path, store: address } = options();
    const place = keyPath(path, address);
    if (place === null) throw new CoboardError('OPTION_INVALID', 'A database in memory has no key to keep.');
    const next = await withStore(async (store) => {
      await refuseBesideServers(store);
      return rotateKey(place, Date.now(), (old, following) => new CheckpointWriter({ store, clock: systemClock, key: old, limits: serverLimits, anchor: anchor(), log: { warn } }).rotate(following));
    });
    console.log(`The history is signed with ${publicKeyOf(next)} from here on.`);
  },
  async 'adopt-key'() {
    const { signingKey: path, store: address } = options();
    const key = signingKey(keyPath(path, address));
    await withStore(async (store) => {
      const writer = new CheckpointWriter({ store, clock: systemClock, key, adopts: true, limits: serverLimits, anchor: anchor(), log: { warn } });
      await writer.adopt();
    });
    console.log(`The history goes on with ${publicKeyOf(key)}, which the key before it did not vouch for: verify with --key ${publicKeyOf(key)}.`);
  },
  async 'erase-person'() {
    const user = required('user', given.user);
    const { edited, ops, altered, unreached, records, mentioned } = await withUpkeep((upkeep) => new PersonEraser(upkeep).erase(user, typeof given.heir === 'string' ? given.heir : null));
    console.log(`Erased: ${String(edited)} dashboards edited, ${String(ops)} changes of the past and ${String(records)} other records without them now.`);
    if (unreached.length > 0) {
      console.log(`Not done: these cannot be read to their end. Mend them (a backup, --archive-dir) or remove them for good (purge), and erase again.\n${unreached.join('\n')}`);
      process.exitCode = 1;
    }
    if (altered.length > 0) console.log(`Not what was sealed before already, and found by verify as before: ${altered.join(', ')}.`);
    if (mentioned.length > 0) console.log(`People wrote a word that is their name too on: ${mentioned.join(', ')}. Only people know whether it is them.`);
  },
  async archive() {
    const { archiveAfterDays } = options();
    checkOptions(options());
    if (archiveAfterDays === 0) throw new CoboardError('OPTION_INVALID', 'What is old: --archive-after-days.');
    const { files, ops, bytes } = await withUpkeep((upkeep) => new Archiver(upkeep, { afterMs: archiveAfterDays * dayMs, opsMax: serverLimits.archiveOpsMax, warn }).run(), true);
    console.log(`${ops.toLocaleString('en')} changes are in ${String(files)} more files (${bytes.toLocaleString('en')} bytes).`);
  },
  async purge() {
    const ids = strings(given.dashboard);
    if ((given.bin === true) === (ids.length > 0)) throw new CoboardError('OPTION_INVALID', 'Either --dashboard ID or --bin.');
    const removed = await withUpkeep(async (upkeep) => {
      const remover = new DashboardRemover(upkeep);
      const { identities } = upkeep;
      const by = typeof given.by === 'string' ? (await identities.referencesOf(given.by)).at(-1) : null;
      if (by === undefined) throw new CoboardError('OPTION_INVALID', '--by: nobody of that id has edited anything.');
      await remover.resume();
      for (const id of ids) await remover.remove(id, { by, why: typeof given.why === 'string' ? given.why.slice(0, innerLimits.purgeWhyCharsMax) : '' });
      const done = given.bin === true ? await remover.empty(options().purgeAfterDays * dayMs) : ids;
      await upkeep.store.keeping.scrub();
      return done;
    });
    console.log(`${String(removed.length)} removed for good.`);
  },
  key() {
    const { signingKey: path, store: address } = options();
    console.log(publicKeyOf(signingKey(keyPath(path, address))));
    return Promise.resolve();
  },
};

const run = Object.hasOwn(commands, command ?? '') ? commands[command ?? ''] : undefined;
if (run === undefined) {
  console.log(usage);
  process.exitCode = command === undefined || command === '--help' ? 0 : 2;
} else {
  await run().catch((error: unknown) => {
    console.error(error instanceof CoboardError ? `${error.code}: ${error.message}` : error);
    process.exitCode = 2;
  });
}
