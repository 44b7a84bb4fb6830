import type { Store } from '../store/store.ts';
import { beginning } from './chain.ts';
import { checkpointHash, isSigned, listCheckpoints, type Checkpoint, type Head } from './checkpoint.ts';
import { StatementBook } from './statements.ts';

/** A checkpoint as it was told to the outside. */
export interface Anchor {
  readonly n: number;
  readonly hash: string;
}

/** What is wrong with a checkpoint: it is missing or damaged, does not stand behind the one before, is not signed by who may, or is not the one that was anchored. */
export type CheckpointFault = 'missing' | 'damaged' | 'unlinked' | 'unsigned' | 'unanchored';

export interface WalkParts {
  readonly store: Pick<Store, 'listSettings' | 'readSetting' | 'writeSetting' | 'createSetting'>;
  /** The public keys (base64url) that may sign, each until another one signs after it; besides those that a checkpoint names as the next. Left out: the first one's. */
  readonly keys?: readonly string[] | undefined;
  readonly anchors?: readonly Anchor[] | undefined;
  /** The public key that the server signs with: the last checkpoint has to be signed with it, or announce it. Left out: any. */
  readonly ownKey?: string | undefined;
}

export interface Walk {
  /** Where documents stood, by collection and id. */
  readonly heads: ReadonlyMap<string, readonly Head[]>;
  readonly statements: StatementBook;
  readonly count: number;
  /** The first that is wrong; it and those behind it count for nothing. */
  readonly fault: { readonly n: number; readonly fault: CheckpointFault } | null;
}

/** Walks the chain of checkpoints as far as it is sound. */
export async function walkCheckpoints({ store, keys, ownKey, anchors = [] }: WalkParts): Promise<Walk> {
  const heads = new Map<string, Head[]>();
  const statements = new StatementBook();
  const anchored = new Map(anchors.map(({ n, hash }) => [n, hash]));
  const signers = new Signers(keys);
  let count = 0;
  let before: Checkpoint | null = null;
  let fault: CheckpointFault | null = null;
  for await (const [n, checkpoint] of listCheckpoints(store)) {
    fault = faultOf(checkpoint, n, count, before, signers);
    if (fault === null && checkpoint !== null && (anchored.get(n) ?? checkpointHash(checkpoint)) !== checkpointHash(checkpoint)) fault = 'unanchored';
    if (fault !== null || checkpoint === null) break;
    signers.signed(checkpoint);
    for (const head of checkpoint.heads) {
      const key = `${head.c}\0${head.d}`;
      const list = heads.get(key);
      if (list) list.push(head);
      else heads.set(key, [head]);
    }
    statements.take(checkpoint);
    before = checkpoint;
    count += 1;
  }
  if (fault === null && Math.max(-1, ...anchored.keys()) >= count) fault = 'missing';
  // somebody who has not the key signed all of it anew, or removed what it signed since
  if (fault === null && before !== null && ownKey !== undefined && (before.nextKey ?? before.key) !== ownKey) fault = 'unsigned';
  return { heads, statements, count, fault: fault === null ? null : { n: count, fault } };
}

function faultOf(checkpoint: Checkpoint | null, n: number, expected: number, before: Checkpoint | null, signers: Signers): CheckpointFault | null {
  if (n !== expected) return 'missing';
  if (checkpoint?.n !== n) return 'damaged';
  if (checkpoint.before !== (before === null ? beginning : checkpointHash(before))) return 'unlinked';
  return isSigned(checkpoint) && signers.may(checkpoint.key) ? null : 'unsigned';
}

/** Who may sign the next checkpoint: the key in use, or one that is known from elsewhere and has not been given up. */
class Signers {
  private readonly given: readonly string[] | undefined;
  private readonly retired = new Set<string>();
  private inUse: string | null = null;

  constructor(given: readonly string[] | undefined) {
    this.given = given;
  }

  may(key: string): boolean {
    if (key === this.inUse) return true;
    if (this.given === undefined) return this.inUse === null;
    return this.given.includes(key) && !this.retired.has(key);
  }

  signed({ key, nextKey }: Checkpoint): void {
    if (this.inUse !== null && this.inUse !== key) this.retired.add(this.inUse);
    if (nextKey !== undefined && nextKey !== key) this.retired.add(key);
    this.inUse = nextKey ?? key;
    // what was given up once and is taken up again by who had it then, is in use
    this.retired.delete(this.inUse);
  }
}
