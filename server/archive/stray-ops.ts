import { canonicalOp } from '../evidence/canonical-op.ts';
import { keptSeal } from '../evidence/chain.ts';
import type { FullStore } from '../store/open-store.ts';
import type { StoredOp } from '../store/store.ts';
import type { Archives } from './archives.ts';

/**
 * The version of the first op in the store that lies where ops are archived and is another one than there; null for none. Those that are the
 * same are on their way out.
 */
export async function strayOp(store: FullStore, archives: Archives, c: string, d: string): Promise<number | null> {
  const first = await store.keeping.firstOp(c, d);
  if (first === null) return null;
  for (const record of await archives.of(c, d)) {
    if (record.to <= first) continue;
    const from = Math.max(first, record.from);
    const live = await store.readOps(c, d, from, record.to).catch(async () => {
      await store.check();
      return null;
    });
    // what cannot be read is none of ours
    if (live === null) return from;
    if (live.length === 0) continue;
    const archived = new Map((await archives.read(c, d, record)).map((op) => [op.v, op]));
    for (const op of live) if (!isSame(c, d, op, archived.get(op.v))) return op.v;
  }
  return null;
}

function isSame(c: string, d: string, op: StoredOp, other: StoredOp | undefined): boolean {
  const nobody = (person: string): string => person;
  try {
    return other !== undefined && keptSeal(op) === keptSeal(other) && canonicalOp(c, d, op, nobody) === canonicalOp(c, d, other, nobody);
  } catch {
    // it cannot even be written down
    return false;
  }
}
