import type { Append, AppendOutcome, Store, StoredOp, Tail } from '../store/store.ts';
import { ForwardingStore } from '../store/forwarding-store.ts';
import type { Identities } from './identities.ts';

/**
 * A store whose log says who made an op by a reference alone. To everybody above it ops have their authors (`m.u`, `m.n`) as ever; where a
 * person was taken out, they have none.
 */
export class NamedStore extends ForwardingStore {
  private readonly identities: Identities;

  constructor(store: Store, identities: Identities) {
    super(store);
    this.identities = identities;
  }

  override append(entries: readonly Append[]): Promise<readonly AppendOutcome[]> {
    return this.store.append(entries.map((entry) => ({ ...entry, op: withoutName(entry.op) })));
  }

  override async readOps(collection: string, id: string, from: number, to: number | null, bytesMax?: number): Promise<StoredOp[]> {
    return this.named(await this.store.readOps(collection, id, from, to, bytesMax));
  }

  override async readTail(collection: string, id: string, from: number): Promise<Tail> {
    const tail = await this.store.readTail(collection, id, from);
    return { ...tail, ops: await this.named(tail.ops) };
  }

  private async named(ops: StoredOp[]): Promise<StoredOp[]> {
    const { identities } = this;
    const authors = await identities.lookUp(ops.flatMap((op) => referenceIn(op) ?? []));
    return ops.map((op) => {
      const author = authors.get(referenceIn(op) ?? '');
      // a name beside a reference that leads nowhere is not to be believed
      return author === undefined ? withoutName(op) : { ...op, m: { ...op.m, u: author.id, n: author.name } };
    });
  }
}

function referenceIn({ m }: StoredOp): string | undefined {
  const reference = m?.['r'];
  return typeof reference === 'string' ? reference : undefined;
}

function withoutName(op: StoredOp): StoredOp {
  if (referenceIn(op) === undefined) return op;
  const m: Record<string, unknown> = {};
  // not copied and then deleted: what something was deleted from is slow to write down
  for (const [key, value] of Object.entries(op.m ?? {})) if (key !== 'u' && key !== 'n') m[key] = value;
  return { ...op, m };
}
