import { createPublicKey, hash, sign, verify, type KeyObject } from 'node:crypto';
import canonicalize from 'canonicalize';
import * as v from 'valibot';
import { AmendedSchema, ArchivedSchema, TombstoneSchema } from './statements.ts';

/** Where a document stood: `v` ops, the last of which has the seal `h`. */
const HeadSchema = v.strictObject({ c: v.string(), d: v.string(), v: v.number(), h: v.string() });
export type Head = v.InferOutput<typeof HeadSchema>;

const CheckpointSchema = v.strictObject({
  /** Counts from 0, over all documents and servers of a store. */
  n: v.number(),
  /** Milliseconds since 1970. */
  at: v.number(),
  /** The hash of the checkpoint before; empty for the first. */
  before: v.string(),
  heads: v.array(HeadSchema),
  /** The Ed25519 key that it is signed with, 32 bytes in base64url; and the one that the next ones are signed with, where that changes. */
  key: v.string(),
  nextKey: v.optional(v.string()),
  /** What else was done and is signed for: see `statements.ts`. */
  tombstones: v.optional(v.array(TombstoneSchema)),
  archived: v.optional(v.array(ArchivedSchema)),
  amended: v.optional(v.array(AmendedSchema)),
  erased: v.optional(v.array(v.string())),
  /** The signature over everything else, in base64url. */
  sig: v.string(),
});
/** A signed statement of where documents stood. Together they are a chain like the ops of a document. */
export type Checkpoint = v.InferOutput<typeof CheckpointSchema>;

export type UnsignedCheckpoint = Omit<Checkpoint, 'key' | 'sig'>;

/** A key as it stands in checkpoints. */
export function publicKeyOf(key: KeyObject): string {
  const { x } = (key.type === 'public' ? key : createPublicKey(key)).export({ format: 'jwk' });
  if (x === undefined) throw new Error('an Ed25519 key is needed');
  return x;
}

const bytesOf = (part: object): Buffer => Buffer.from(canonicalize(part) ?? '');

export function signed(checkpoint: UnsignedCheckpoint, privateKey: KeyObject): Checkpoint {
  const part = { ...checkpoint, key: publicKeyOf(privateKey) };
  return { ...part, sig: sign(null, bytesOf(part), privateKey).toString('base64url') };
}

/** Whether it was signed with the key that it names. */
export function isSigned({ sig, ...part }: Checkpoint): boolean {
  try {
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: part.key }, format: 'jwk' });
    return verify(null, bytesOf(part), key, Buffer.from(sig, 'base64url'));
  } catch {
    return false;
  }
}

/** SHA-256 over the canonical form of all of it, in base64url. */
export const checkpointHash = (checkpoint: Checkpoint): string => hash('sha256', bytesOf(checkpoint), 'base64url');

/** A checkpoint as it is kept; null for what is none. */
export function parseCheckpoint(text: string): Checkpoint | null {
  try {
    const parsed = v.safeParse(CheckpointSchema, JSON.parse(text));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}

const prefix = 'checkpoint:';
export const checkpointKey = (n: number): string => `${prefix}${String(n).padStart(12, '0')}`;

/** Where checkpoints are kept; a part of the store. */
export interface CheckpointStore {
  readSetting(key: string): Promise<string | null>;
  writeSetting(key: string, value: string): Promise<void>;
  createSetting(key: string, value: string): Promise<string>;
  listSettings(prefix: string): AsyncIterable<readonly [key: string, value: string]>;
}

/** All checkpoints as they are kept, with the numbers that they stand under; null for what is none. */
export async function* listCheckpoints(store: CheckpointStore): AsyncIterable<readonly [n: number, checkpoint: Checkpoint | null, text: string]> {
  for await (const [key, value] of store.listSettings(prefix)) yield [Number(key.slice(prefix.length)), parseCheckpoint(value), value];
}
