import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { BSON, MongoClient } from 'mongodb';

/** Every byte in a folder, file by file; what is compressed, as it is read. */
export function filesIn(folder: string): ReadonlyMap<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(files.map(({ parentPath, name }) => {
    const bytes = readFileSync(join(parentPath, name));
    return [join(parentPath, name), name.endsWith('.gz') ? gunzipSync(bytes) : bytes];
  }));
}

/** Everything that a MongoDB gives out, collection by collection. */
export async function mongoDump(address: string): Promise<ReadonlyMap<string, Buffer>> {
  const client = await MongoClient.connect(address);
  const dump = new Map<string, Buffer>();
  for (const { collectionName } of await client.db().collections()) {
    const documents = await client.db().collection(collectionName).find().toArray();
    dump.set(collectionName, Buffer.concat(documents.map((document) => BSON.serialize(document))));
  }
  await client.close();
  return dump;
}

/** The names of what has a text in it. */
export const having = (dump: ReadonlyMap<string, Buffer>, text: string): string[] => [...dump].filter(([, bytes]) => bytes.includes(text)).map(([name]) => name);

const tables = { ops: 'collection, id, v', snapshots: 'collection, id', milestones: 'collection, id, v', settings: 'key', history: 'id, v_from', history_facets: 'facet, id, v_from' };

/** All rows of a SQLite file, without those that differ from run to run: checkpoints, and what only says where to look for them. */
export function rowsOf(file: string): Readonly<Record<string, unknown[]>> {
  const database = new DatabaseSync(file);
  const rows = Object.fromEntries(Object.entries(tables).map(([table, key]) => [
    table, database.prepare(`SELECT * FROM ${table}${table === 'settings' ? " WHERE key NOT LIKE 'checkpoint%'" : ''} ORDER BY ${key}`).all(),
  ]));
  database.close();
  return rows;
}
