import { createWriteStream, readFileSync, renameSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Readable } from 'node:stream';
import { CoboardError } from '../model/errors.ts';
import { systemClock } from '../model/clock.ts';
import { serverLimits } from '../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../model/protocol.ts';
import { readOptions } from './config/read-options.ts';
import { parseAnchors } from './evidence/anchors.ts';
import { CheckpointWriter } from './evidence/checkpoint-writer.ts';
import { publicKeyOf } from './evidence/checkpoint.ts';
import { exportLines } from './evidence/export.ts';
import { reportWords } from './evidence/report-words.ts';
import { keyPath, signingKey, writeNewKey } from './evidence/signing-key.ts';
import { documentIds, verify } from './evidence/verify.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';

const usage = `Coboard beside a server, running or not. All take the server's options, such as --store, --signing-key and --config.

  verify [--dashboard ID] [--anchors FILE] [--key PUBLIC_KEY]... [--json]
      Recomputes the whole history. Exit code 0: none altered, none missing; 1: what is found is named.
  export --out FILE [--dashboard ID]... [--no-people]
      Writes the history with its proof into a file, for tools/verify-export.mjs. Without --dashboard: everything.
  rotate-key
      Makes a new signing key and has the old one vouch for it; the old one is kept beside it. Stop the servers first.
  adopt-key
      Goes on with the key that there is where the one before is lost. Nobody vouches for it: verify names the place unless --key says it.
  key
      Prints the public key.`;

const own = {
  dashboard: { type: 'string', multiple: true },
  anchors: { type: 'string' },
  key: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  out: { type: 'string' },
  people: { type: 'boolean' },
} as const;

const [command, ...args] = process.argv.slice(2);
// what is ours; everything else is an option of the server
const { values: given, tokens } = parseArgs({ args, options: own, strict: false, tokens: true, allowNegative: true });
const ours = new Set(tokens.filter((token) => token.kind === 'option' && Object.hasOwn(own, token.name)).flatMap((token) => (token.kind === 'option' && token.value !== undefined && !token.inlineValue ? [token.index, token.index + 1] : [token.index])));
const options = (): ReturnType<typeof readOptions> => readOptions({ args: args.filter((_, i) => !ours.has(i)), env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : typeof value === 'string' ? [value] : []);

async function withStore<T>(run: (store: Store) => Promise<T>): Promise<T> {
  const store = openStore(options().store);
  await store.start();
  try {
    return await run(store);
  } finally {
    await store.stop();
  }
}

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async verify() {
    const [dashboard, ...more] = strings(given.dashboard);
    if (more.length > 0) throw new CoboardError('OPTION_INVALID', 'One dashboard at a time, or all of them.');
    const anchors = typeof given.anchors === 'string' ? parseAnchors(readFileSync(given.anchors, 'utf8')) : [];
    const keys = strings(given.key);
    let told = 0;
    const report = await withStore((store) => verify({
      store, anchors, now: () => performance.now(),
      ...(keys.length > 0 ? { keys } : {}), ...(dashboard === undefined ? {} : { dashboard }),
      progress: (ops) => {
        if (!process.stderr.isTTY || ops - told < 10_000) return;
        told = ops;
        process.stderr.write(`\r${ops.toLocaleString('en')} changes`);
      },
    }));
    if (told > 0) process.stderr.write('\r');
    console.log(given.json === true ? JSON.stringify(report, null, 2) : reportWords(report).join('\n'));
    if (!report.isSound) process.exitCode = 1;
  },
  async export() {
    if (typeof given.out !== 'string') throw new CoboardError('OPTION_INVALID', 'Where to: --out FILE.');
    const { signingKey: path, store: address } = options();
    const file = given.out;
    await withStore(async (store) => {
      const wanted = strings(given.dashboard);
      const ids = [...wanted];
      if (wanted.length === 0) ids.push(...await documentIds(store));
      const documents = ids.flatMap((id) => [[dashboardsCollection, id], [accessCollection, id]] as const);
      const lines = exportLines({ store, key: signingKey(keyPath(path, address)), documents, isComplete: wanted.length === 0, withPeople: given.people !== false, now: () => Date.now() });
      await pipeline(Readable.from(lines), createWriteStream(file));
    });
    console.log(`Written to ${file}. Verify it with: node tools/verify-export.mjs ${file}`);
  },
  async 'rotate-key'() {
    const { signingKey: path, store: address } = options();
    const place = keyPath(path, address);
    if (place === null) throw new CoboardError('OPTION_INVALID', 'A database in memory has no key to keep.');
    const old = signingKey(place);
    const next = writeNewKey(`${place}.next`);
    await withStore(async (store) => {
      const writer = new CheckpointWriter({ store, clock: systemClock, key: old, limits: serverLimits, anchor: () => Promise.resolve(), log: { warn: (words) => { console.error(words); } } });
      await writer.rotate(next);
    });
    renameSync(place, `${place}.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`);
    renameSync(`${place}.next`, place);
    console.log(`The history is signed with ${publicKeyOf(next)} from here on.`);
  },
  async 'adopt-key'() {
    const { signingKey: path, store: address } = options();
    const key = signingKey(keyPath(path, address));
    await withStore(async (store) => {
      const writer = new CheckpointWriter({ store, clock: systemClock, key, adopts: true, limits: serverLimits, anchor: () => Promise.resolve(), log: { warn: (words) => { console.error(words); } } });
      await writer.adopt();
    });
    console.log(`The history goes on with ${publicKeyOf(key)}, which the key before it did not vouch for: verify with --key ${publicKeyOf(key)}.`);
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
    console.error(error instanceof CoboardError ? error.message : error);
    process.exitCode = 2;
  });
}
