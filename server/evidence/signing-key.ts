import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

/** Makes a new key and writes it; fails if there is one. */
export function writeNewKey(path: string): KeyObject {
  const { privateKey } = generateKeyPairSync('ed25519');
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // another server made it at the same time
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return signingKey(path);
    throw invalid(path, error);
  }
  return privateKey;
}

const invalid = (path: string, cause: unknown): CoboardError =>
  new CoboardError('OPTION_INVALID', `The signing key cannot be used (${path}): ${cause instanceof Error ? cause.message : String(cause)}.`, { cause });
