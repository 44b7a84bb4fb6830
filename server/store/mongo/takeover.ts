import { MongoError, type Collection, type Db, type ObjectId } from 'mongodb';
import type { OpDocument, SnapshotDocument } from './mongo-formats.ts';

/** What was found when a database of a stock sharedb-mongo was taken over. */
export interface Takeover {
  readonly collection: string;
  /** Ops that never counted, set aside in `o_COLLECTION_orphans`. */
  readonly orphans: number;
}

/** There is an index of that name or on those keys, with other options. */
const indexConflicts = new Set([85, 86]);
const duplicateKey = 11000;

/**
 * Creates the indexes of an op log. In ours the one on document and version is unique; that of a stock sharedb-mongo is not, and ops
 * that never counted may lie beside the others: it writes an op before the snapshot that makes it count, and a crash in between leaves
 * it. Those are set aside first. May be ended at any point and run again. Gives null where there was nothing to take over.
 * @throws Error when an op that counts is missing: then the log cannot be trusted, and nothing is changed
 */
export async function prepareLog(db: Db, name: string): Promise<Takeover | null> {
  const ops = db.collection<OpDocument>(`o_${name}`);
  await ops.createIndex({ src: 1, seq: 1, v: 1 }, {}, {});
  const code = await ops.createIndex({ d: 1, v: 1 }, { unique: true }, {}).then(() => null, reasonToTakeOver);
  if (code === null) return null;
  const orphans = await findOrphans(db, name);
  await setAside(ops, db.collection<OpDocument>(`o_${name}_orphans`), orphans);
  if (indexConflicts.has(code)) await ops.dropIndex('d_1_v_1');
  await ops.createIndex({ d: 1, v: 1 }, { unique: true }, {});
  return { collection: name, orphans: orphans.length };
}

/** The code that says that there are indexes or ops of a stock sharedb-mongo. @throws any other error */
function reasonToTakeOver(error: unknown): number {
  const code = error instanceof MongoError ? Number(error.code) : 0;
  if (!indexConflicts.has(code) && code !== duplicateKey) throw error;
  return code;
}

/** The ops of all documents that are not on the way of links from the document's snapshot back to its first op. */
async function findOrphans(db: Db, name: string): Promise<ObjectId[]> {
  const orphans: ObjectId[] = [];
  const ops = db.collection<OpDocument>(`o_${name}`).find({}, { projection: { d: 1, v: 1, o: 1 }, sort: { d: 1, v: -1 } }).allowDiskUse();
  let id: string | null = null;
  let expected: ObjectId | null = null;
  let version = 0;
  for await (const op of ops) {
    if (op.d !== id) {
      if (version > 0) throw missing(name, id, version - 1);
      id = op.d;
      const snapshot = await db.collection<SnapshotDocument>(name).findOne({ _id: id }, { projection: { _v: 1, _o: 1 } });
      expected = snapshot?._o ?? null;
      version = snapshot?._v ?? 0;
    }
    if (version > 0 && op.v < version - 1) throw missing(name, id, version - 1);
    if (expected !== null && op._id.equals(expected)) {
      expected = op.o ?? null;
      version = op.v;
    } else {
      orphans.push(op._id);
    }
  }
  if (version > 0) throw missing(name, id, version - 1);
  return orphans;
}

const missing = (name: string, id: string | null, v: number): Error => new Error(`the op log of ${name}/${id ?? ''} has no op ${String(v)} that its snapshot leads to`);

async function setAside(ops: Collection<OpDocument>, aside: Collection<OpDocument>, ids: readonly ObjectId[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 1_000) {
    const page = ids.slice(from, from + 1_000);
    for await (const op of ops.find({ _id: { $in: page } })) await aside.replaceOne({ _id: op._id }, op, { upsert: true });
    await ops.deleteMany({ _id: { $in: page } });
  }
}
