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
import { createReadStream, readFileSync, realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

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

/** The lines of a file. Only a line feed ends one: what people write may have other ends of lines in it. */
async function* linesOf(file) {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Reads an export; gives what is wrong with it, in words, and figures. */
export async function verifyExport(file, { keys = [], anchors = [] } = {}) {
  const reading = new Reading(keys, anchors);
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    let line = null;
    try {
      line = JSON.parse(text);
    } catch {
      // told below
    }
    if (number === 1) reading.begin(line);
    if (line?.type === 'end') reading.end ??= line;
    else {
      if (reading.end !== null) reading.faults.push('there are lines behind the end');
      reading.digest.update(`${text}\n`);
      reading.lines += 1;
      try {
        reading.take(line);
      } catch {
        reading.faults.push(`line ${number} cannot be read`);
      }
    }
  }
  return reading.report();
}

class Reading {
  faults = [];
  digest = createHash('sha256');
  lines = 0;
  end = null;
  documents = new Map();
  removed = new Map();
  lastHeads = new Map();
  /** Documents that only a checkpoint knows. */
  unknown = new Set();
  ops = 0;
  checkpoints = 0;
  isChainSound = true;
  before = null;
  /** Who made the ops, by reference; those whose person the file names; and those whose person was erased, as was signed. */
  authors = new Set();
  named = new Set();
  erased = new Set();
  /** Keys that another one has signed after. */
  retired = new Set();

  constructor(keys, anchors) {
    this.keys = keys;
    this.anchored = new Map(anchors.map(({ n, hash }) => [n, hash]));
  }

  begin(line) {
    if (line?.type !== 'export' || line.format !== 'coboard-evidence' || line.version !== 1 || !Array.isArray(line.documents)) throw new Error('this is no export of version 1');
    this.header = line;
    for (const { c, d } of line.documents) this.documents.set(`${c}/${d}`, { seal: '', next: 0, seals: new Map(), fault: null, covered: 0, unsealed: 0, amended: [] });
  }

  take(line) {
    if (line.type === 'op') this.takeOp(line);
    else if (line.type === 'person') this.takePerson(line);
    else if (line.type === 'checkpoint') this.takeCheckpoint(line.checkpoint);
    else if (line.type !== 'export') throw new Error('no line of ours');
  }

  takeOp({ op, h }) {
    this.ops += 1;
    if (typeof op.m.r === 'string') this.authors.add(op.m.r);
    const name = `${op.c}/${op.d}`;
    const document = this.documents.get(name);
    if (document === undefined) this.faults.push(`${name} is not one of the documents that were exported`);
    if (document === undefined || document.fault !== null) return;
    const seal = sha256(`${document.seal}\n${canonical(op)}`);
    if (op.v !== document.next) document.fault = `change ${document.next} is missing`;
    else if (h === null && (document.next > document.unsealed || op.m.r !== undefined)) document.fault = `change ${document.next} has lost its seal`;
    // a checkpoint has to say that a person was taken out of it
    else if (h !== null && h !== seal) document.amended.push({ v: op.v, before: document.seal, h, is: sha256(canonical(op)) });
    if (h === null || (h !== seal && op.m.r === undefined && document.next === document.unsealed)) document.unsealed = document.next + 1;
    document.seal = h ?? seal;
    document.next += 1;
    document.seals.set(document.next, document.seal);
  }

  takePerson({ r, id, name, salt }) {
    this.named.add(r);
    if (sha256(`${salt}\n${id}\n${name}`).slice(0, 24) !== r) this.faults.push(`${name} is not who stands behind the reference ${r}`);
  }

  takeCheckpoint(checkpoint) {
    const { sig, ...signed } = checkpoint ?? {};
    if (signed.n !== this.checkpoints) this.checkpointFault('is missing');
    else if (signed.before !== (this.before === null ? '' : sha256(canonical(this.before)))) this.checkpointFault('does not stand behind the one before');
    else if (!this.maySign(signed.key) || !isSignedBy(signed.key, Buffer.from(canonical(signed)), sig)) this.checkpointFault('is not signed by who may');
    else if (this.anchored.has(signed.n) && this.anchored.get(signed.n) !== sha256(canonical(checkpoint))) this.checkpointFault('is not the one that was anchored');
    if (!this.isChainSound) return;
    if (this.before !== null && this.keyInUse !== signed.key) this.retired.add(this.keyInUse);
    if (signed.nextKey !== undefined && signed.nextKey !== signed.key) this.retired.add(signed.key);
    this.checkpoints += 1;
    this.before = checkpoint;
    this.retired.delete(this.keyInUse);
    for (const head of signed.heads) this.takeHead(head);
    for (const { c, d, ...amended } of signed.amended ?? []) {
      const document = this.documents.get(`${c}/${d}`);
      if (document) document.amended = document.amended.filter(({ v, before, h, is }) => v !== amended.v || before !== amended.before || h !== amended.h || is !== amended.is);
    }
    for (const reference of signed.erased ?? []) this.erased.add(reference);
    for (const tombstone of signed.tombstones ?? []) this.removed.set(tombstone.d, tombstone);
  }

  takeHead({ c, d, v, h }) {
    if (v > (this.lastHeads.get(`${c}/${d}`)?.v ?? 0)) this.lastHeads.set(`${c}/${d}`, { v, h });
    const document = this.documents.get(`${c}/${d}`);
    if (document === undefined) this.unknown.add(`${c}/${d}`);
    if (document === undefined || document.fault !== null) return;
    if (document.next < v) document.fault = `changes ${document.next} to ${v - 1} are missing`;
    else if (document.seals.get(v) !== h) document.fault = `changes ${document.covered} to ${v - 1} are not those that were signed for`;
    else document.covered = Math.max(document.covered, v);
  }

  get keyInUse() {
    return this.before === null ? null : (this.before.nextKey ?? this.before.key);
  }

  maySign(key) {
    if (key === this.keyInUse) return true;
    return this.keys.length === 0 ? this.before === null : this.keys.includes(key) && !this.retired.has(key);
  }

  checkpointFault(words) {
    if (this.isChainSound) this.faults.push(`checkpoint ${this.checkpoints} ${words}`);
    this.isChainSound = false;
  }

  isRemoved(name, next) {
    return next === 0 && this.removed.has(name.slice(name.indexOf('/') + 1));
  }

  report() {
    const { faults, documents, header, end } = this;
    if (header === undefined) throw new Error('the file is empty');
    if (end === null) faults.push('the end of the file is missing');
    else {
      const hash = this.digest.digest();
      if (hash.toString('base64url') !== end.sha256 || end.lines !== this.lines) faults.push('the file is not as it was written');
      if (!isSignedBy(end.key, Buffer.from(String(end.sha256), 'base64url'), end.sig) || !this.maySign(end.key)) faults.push('the file is not signed by who may');
    }
    if (Math.max(-1, ...this.anchored.keys()) >= this.checkpoints) this.checkpointFault('was anchored and is missing');
    if (header.people === true) for (const reference of this.authors) if (!this.named.has(reference) && !this.erased.has(reference)) faults.push(`nobody stands behind the reference ${reference}, and no erasure was signed`);
    if (header.complete) for (const name of this.unknown) if (!this.isRemoved(name, 0)) faults.push(`${name} is missing`);
    for (const [name, { fault, amended: [changed], next }] of documents) {
      if (this.isRemoved(name, next)) continue;
      if (changed !== undefined) faults.push(`${name}: change ${changed.v} is not what was sealed`);
      else if (fault !== null) faults.push(`${name}: ${fault}`);
    }
    for (const [d, tombstone] of this.removed) {
      for (const c of ['dashboards', 'access']) {
        const [stood, last] = [tombstone.heads.find((head) => head.c === c) ?? { v: 0, h: '' }, this.lastHeads.get(`${c}/${d}`) ?? { v: 0, h: '' }];
        if (last.v > stood.v || (last.v === stood.v && last.h !== stood.h)) faults.push(`${c}/${d}: changes ${stood.v} to ${last.v - 1} were missing when it was deleted for good`);
      }
    }
    const uncovered = [...documents.values()].reduce((sum, { next, covered }) => sum + next - covered, 0);
    return { faults, documents: documents.size, ops: this.ops, checkpoints: this.checkpoints, removed: this.removed.size, uncovered, at: header.at };
  }
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

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(realpathSync(process.argv[1])).href) {
  try {
    const { file, ...given } = argumentsOf(process.argv.slice(2));
    if (file === null) throw new Error('usage: node verify-export.mjs FILE [--key PUBLIC_KEY]... [--anchors FILE]');
    const { faults, documents, ops, checkpoints, removed, uncovered, at } = await verifyExport(file, given);
    for (const fault of faults) console.log(fault);
    console.log(`${ops} changes of ${documents} documents, ${checkpoints} checkpoints, exported ${new Date(at).toISOString()}${uncovered > 0 ? `; ${uncovered} changes at the end are not under a checkpoint yet` : ''}${removed > 0 ? `; ${removed} dashboards were deleted for good, as was signed` : ''}`);
    console.log(faults.length === 0 ? 'None altered, none missing.' : 'NOT SOUND');
    process.exitCode = faults.length === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
