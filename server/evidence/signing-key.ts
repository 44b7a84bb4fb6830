import { createPrivateKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { closeSync, copyFileSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CoboardError } from '../../model/errors.ts';

/** Where the key is if no option says so: beside the database file. Null for a database in memory, whose key is kept nowhere either. */
export function keyPath(option: string | null, store: string): string | null {
  if (option !== null) return option;
  if (store === 'sqlite::memory:') return null;
  return store.startsWith('sqlite:') ? join(dirname(store.slice('sqlite:'.length)), 'signing-key.pem') : 'data/signing-key.pem';
}

/**
 * The key that checkpoints are signed with, from a file (PEM, PKCS 8) that is made where there is none; without a path one of its own. It does not belong into the store:
 * who can write there could sign what they wrote.
 * @throws CoboardError OPTION_INVALID if the file cannot be read or made, or is no Ed25519 key
 */
export function signingKey(path: string | null): KeyObject {
  if (path === null) return generateKeyPairSync('ed25519').privateKey;
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw invalid(path, error);
    return writeNewKey(path);
  }
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`it is ${String(key.asymmetricKeyType)}`);
    return key;
  } catch (error) {
    throw invalid(path, error);
  }
}

/** Makes a new key and writes it, unless there is one by now: all of it or nothing, and on the disk. */
function writeNewKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(draft, 'wx', 0o600);
    writeSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
    fsyncSync(file);
    closeSync(file);
    linkSync(draft, path);
  } catch (error) {
    // another server made it at the same time
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return signingKey(path);
    throw invalid(path, error);
  } finally {
    rmSync(draft, { force: true });
  }
  return privateKey;
}

/**
 * Has another key in the place of the one that there is, which stays beside it. It may be ended at any point and run again: there is a key
 * at every moment, and the next one is the same until it has taken its place.
 * @param vouch has the old one say that the next one signs from here on
 */
export async function rotateKey(path: string, now: number, vouch: (old: KeyObject, next: KeyObject) => Promise<void>, passed: (step: string) => void = () => undefined): Promise<KeyObject> {
  const old = signingKey(path);
  const next = signingKey(`${path}.next`);
  passed('made');
  await vouch(old, next);
  passed('vouched');
  copyFileSync(path, `${path}.before-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`);
  passed('kept');
  renameSync(`${path}.next`, path);
  passed('replaced');
  return next;
}

const invalid = (path: string, cause: unknown): CoboardError =>
  new CoboardError('OPTION_INVALID', `The signing key cannot be used (${path}): ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
