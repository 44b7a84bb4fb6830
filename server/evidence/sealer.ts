import { innerLimits } from '../../model/limits.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import { CoboardError } from '../../model/errors.ts';
import { accessCollection } from '../../model/protocol.ts';
import type { StoredOp } from '../store/store.ts';
import { peopleNamed } from './canonical-op.ts';
import { beginning, keptSeal, sealOf } from './chain.ts';
import type { Identities } from './identities.ts';

/** Ops of a document in order, from the log. */
export type ReadOps = (from: number, to: number) => Promise<readonly StoredOp[]>;

/** Puts the seal on each op: the hash over it and all that came before it in its document. */
export class Sealer {
  private readonly identities: Identities;

  constructor(identities: Identities) {
    this.identities = identities;
  }

  /** What has to be known before an op can be sealed; undefined if it is. */
  ready(collection: string, op: Pick<StoredOp, 'op' | 'create'>, author: OpAuthor | undefined): Promise<unknown> | undefined {
    const { identities } = this;
    const isAuthorKnown = author === undefined || identities.reference(author) !== undefined;
    const strangers = collection === accessCollection ? peopleNamed(op).filter((person) => !identities.hasSalt(person)) : [];
    if (isAuthorKnown && strangers.length === 0) return undefined;
    return Promise.all([author === undefined ? null : identities.know(author), ...strangers.map((person) => identities.saltOf(person))]);
  }

  /** The reference of the author, for the op to bear. */
  reference(author: OpAuthor): string | undefined {
    return this.identities.reference(author);
  }

  /** An op with its seal, behind the op that has the seal `before`. @throws CoboardError OP_INVALID if it is not JSON */
  sealed(before: string, collection: string, id: string, op: StoredOp): StoredOp {
    try {
      return { ...op, m: { ...op.m, h: this.sealOf(before, collection, id, op) } };
    } catch (cause) {
      throw new CoboardError('OP_INVALID', 'The op cannot be written as JSON.', { cause });
    }
  }

  /** The seal behind an op of the log: its own, or the one that it would have if a program without seals has written it. */
  behind(before: string, collection: string, id: string, op: StoredOp): string {
    return keptSeal(op) ?? this.sealOf(before, collection, id, op);
  }

  /** The seal that the ops of a document before a version come to, where the last of them has none. */
  async foldUpTo(collection: string, id: string, version: number, readOps: ReadOps): Promise<string> {
    let seal = beginning;
    for (let from = 0; from < version; from += innerLimits.sealPageOps) {
      const ops = await readOps(from, Math.min(version, from + innerLimits.sealPageOps));
      for (const op of ops) {
        await this.ready(collection, op, undefined);
        seal = this.behind(seal, collection, id, op);
      }
    }
    return seal;
  }

  private sealOf(before: string, collection: string, id: string, op: StoredOp): string {
    return sealOf(before, collection, id, op, (person) => this.identities.accessReference(person));
  }
}
