#!/usr/bin/env node
/**
 * Verifies an export of Coboard's history. Needs Node 18 or newer, and nothing of Coboard: docs/EVIDENCE.md says what is computed here, so that
 * anyone can write their own.
 *
 *   node verify-export.mjs FILE [--key PUBLIC_KEY]... [--anchors FILE]
 *
 * Exit code 0: nothing was altered, nothing is missing. 1: something was; it is named. 2: the file is no export.
 */
import { createHash, createPublicKey, verify } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** JSON as RFC 8785 writes it: keys sorted by UTF-16 units, no spaces, numbers and strings as JavaScript writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.keys(value).sort().filter((key) => value[key] !== undefined).map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(',')}}`;
}

const sha256 = (text) => createHash('sha256').update(text).digest('base64url');

function isSignedBy(key, bytes, signature) {
  try {
    return verify(null, bytes, createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: key }, format: 'jwk' }), Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

/** Reads an export; gives what is wrong with it, in words, and figures. */
export async function verifyExport(file, { keys = [], anchors = [] } = {}) {
  const faults = [];
  const documents = new Map();
  const missing = new Set();
  const digest = createHash('sha256');
  const anchored = new Map(anchors.map(({ n, hash }) => [n, hash]));
  let lines = 0;
  let ops = 0;
  let checkpoints = 0;
  let isChainSound = true;
  let before = null;
  let header = null;
  let end = null;
  const checkpointFault = (n, words) => {
    if (isChainSound) faults.push(`checkpoint ${n} ${words}`);
    isChainSound = false;
  };
  for await (const text of createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Infinity })) {
    let line;
    try {
      line = JSON.parse(text);
    } catch {
      throw new Error(`line ${lines + 1} is not JSON`);
    }
    if (header === null && (line.type !== 'export' || line.format !== 'coboard-evidence' || line.version !== 1)) throw new Error('this is no export of version 1');
    if (end !== null) faults.push('there are lines behind the end');
    if (line.type === 'end') {
      end = line;
      continue;
    }
    digest.update(`${text}\n`);
    lines += 1;
    if (line.type === 'export') {
      header = line;
      for (const { c, d } of line.documents) documents.set(`${c}/${d}`, { seal: '', next: 0, seals: new Map(), fault: null, covered: 0, unsealed: 0 });
    } else if (line.type === 'op') {
      ops += 1;
      const name = `${line.op.c}/${line.op.d}`;
      const document = documents.get(name);
      if (document === undefined) {
        faults.push(`${name} is not one of the documents that were exported`);
        continue;
      }
      if (document.fault !== null) continue;
      const seal = sha256(`${document.seal}\n${canonical(line.op)}`);
      if (line.op.v !== document.next) document.fault = `change ${document.next} is missing`;
      else if (line.h === null && (document.next > document.unsealed || line.op.m.r !== undefined)) document.fault = `change ${document.next} has lost its seal`;
      else if (line.h !== null && line.h !== seal) document.fault = `change ${document.next} is not what was sealed`;
      if (line.h === null) document.unsealed = document.next + 1;
      document.seal = seal;
      document.next += 1;
      document.seals.set(document.next, seal);
    } else if (line.type === 'person') {
      if (sha256(`${line.salt}\n${line.id}\n${line.name}`).slice(0, 24) !== line.r) faults.push(`${line.name} is not who stands behind the reference ${line.r}`);
    } else if (line.type === 'checkpoint') {
      const { checkpoint } = line;
      const { sig, ...signed } = checkpoint ?? {};
      const allowed = before === null ? (keys.length > 0 ? keys : [signed.key]) : [...keys, before.nextKey ?? before.key];
      if (signed.n !== checkpoints) checkpointFault(checkpoints, 'is missing');
      else if (signed.before !== (before === null ? '' : sha256(canonical(before)))) checkpointFault(checkpoints, 'does not stand behind the one before');
      else if (!allowed.includes(signed.key) || !isSignedBy(signed.key, Buffer.from(canonical(signed)), sig)) checkpointFault(checkpoints, 'is not signed by who may');
      else if (anchored.has(checkpoints) && anchored.get(checkpoints) !== sha256(canonical(checkpoint))) checkpointFault(checkpoints, 'is not the one that was anchored');
      if (!isChainSound) continue;
      checkpoints += 1;
      before = checkpoint;
      for (const { c, d, v, h } of signed.heads) {
        const document = documents.get(`${c}/${d}`);
        if (document === undefined && header.complete && !missing.has(`${c}/${d}`)) faults.push(`${c}/${d} is missing`);
        if (document === undefined) missing.add(`${c}/${d}`);
        if (document === undefined || document.fault !== null) continue;
        if (document.next < v) document.fault = `changes ${document.next} to ${v - 1} are missing`;
        else if (document.seals.get(v) !== h) document.fault = `changes ${document.covered} to ${v - 1} are not those that were signed for`;
        else document.covered = Math.max(document.covered, v);
      }
    }
  }
  if (header === null) throw new Error('the file is empty');
  if (end === null) faults.push('the end of the file is missing');
  else {
    const hash = digest.digest();
    const allowed = [...keys, ...(before === null ? [] : [before.nextKey ?? before.key])];
    if (hash.toString('base64url') !== end.sha256 || end.lines !== lines) faults.push('the file is not as it was written');
    if (!isSignedBy(end.key, Buffer.from(end.sha256, 'base64url'), end.sig) || (allowed.length > 0 && !allowed.includes(end.key))) faults.push('the file is not signed by who may');
  }
  for (const n of anchored.keys()) if (n >= checkpoints) checkpointFault(checkpoints, 'was anchored and is missing');
  for (const [name, { fault }] of documents) if (fault !== null) faults.push(`${name}: ${fault}`);
  const uncovered = [...documents.values()].reduce((sum, { next, covered }) => sum + next - covered, 0);
  return { faults, documents: documents.size, ops, checkpoints, uncovered, at: header.at };
}

function argumentsOf(args) {
  const given = { file: null, keys: [], anchors: [] };
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--key') given.keys.push(args[(i += 1)]);
    else if (args[i] === '--anchors') given.anchors = readFileSync(args[(i += 1)], 'utf8').split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
    else given.file = args[i];
  }
  return given;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  try {
    const { file, ...given } = argumentsOf(process.argv.slice(2));
    if (file === null) throw new Error('usage: node verify-export.mjs FILE [--key PUBLIC_KEY]... [--anchors FILE]');
    const { faults, documents, ops, checkpoints, uncovered, at } = await verifyExport(file, given);
    for (const fault of faults) console.log(fault);
    console.log(`${ops} changes of ${documents} documents, ${checkpoints} checkpoints, exported ${new Date(at).toISOString()}${uncovered > 0 ? `; ${uncovered} changes at the end are not under a checkpoint yet` : ''}`);
    console.log(faults.length === 0 ? 'None altered, none missing.' : 'NOT SOUND');
    process.exitCode = faults.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
