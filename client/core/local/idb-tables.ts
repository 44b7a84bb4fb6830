import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import type { LocalCopy, LocalEdit, LocalWrite, LoggedOp, Sending } from './local-store.ts';

export interface Schema extends DBSchema {
  copies: { key: string; value: LocalCopy };
  ops: { key: [document: string, v: number]; value: LoggedOp & { readonly document: string } };
  outboxes: { key: string; value: { readonly id: string; readonly document: string; readonly seen?: number } };
  edits: { key: [outbox: string, n: number]; value: LocalEdit & { readonly outbox: string } };
  sendings: { key: [outbox: string, last: number]; value: Sending & { readonly outbox: string } };
  values: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Schema>;
type Tables = ('copies' | 'ops' | 'outboxes' | 'edits' | 'sendings' | 'values')[];
type Writing = IDBPTransaction<Schema, Tables, 'readwrite'>;

/** Changes with the tables. */
export const layout = 1;
export const tables: Tables = ['copies', 'ops', 'outboxes', 'edits', 'sendings', 'values'];

/** Makes the tables where there are none. */
export function createTables(database: Database): void {
  database.createObjectStore('copies', { keyPath: 'document' });
  database.createObjectStore('ops', { keyPath: ['document', 'v'] });
  database.createObjectStore('outboxes', { keyPath: 'id' });
  database.createObjectStore('edits', { keyPath: ['outbox', 'n'] });
  database.createObjectStore('sendings', { keyPath: ['outbox', 'last'] });
  database.createObjectStore('values');
}

/** What there is of a dashboard, up to a version. */
export const ofDocument = (document: string, before = Infinity): IDBKeyRange => IDBKeyRange.bound([document, -Infinity], [document, before], false, true);
/** What there is of an outbox, up to an edit. */
export const ofOutbox = (outbox: string, last = Infinity): IDBKeyRange => IDBKeyRange.bound([outbox, -Infinity], [outbox, last]);

/** Makes a change as a part of a transaction. */
export async function apply(writing: Writing, change: LocalWrite): Promise<void> {
  switch (change.type) {
    case 'copy':
      await putCopy(writing, change.copy);
      break;
    case 'op':
      await writing.objectStore('ops').put({ document: change.document, ...change.op });
      break;
    case 'edit':
      if ((await writing.objectStore('outboxes').getKey(change.outbox)) === undefined) await writing.objectStore('outboxes').put({ id: change.outbox, document: change.document });
      await writing.objectStore('edits').put({ outbox: change.outbox, ...change.edit });
      break;
    case 'sending':
      // found again in part, they would be another op under the numbers of this one
      if ((await writing.objectStore('edits').getKey([change.outbox, change.sending.last])) === undefined) await apply(writing, { type: 'settled', outbox: change.outbox, last: change.sending.last });
      else await writing.objectStore('sendings').put({ outbox: change.outbox, ...change.sending });
      break;
    case 'seen': {
      const outbox = await writing.objectStore('outboxes').get(change.outbox);
      if (outbox) await writing.objectStore('outboxes').put({ ...outbox, seen: change.v });
      break;
    }
    case 'settled':
      await writing.objectStore('sendings').delete(ofOutbox(change.outbox, change.last));
      await removeEdits(writing, change.outbox, ofOutbox(change.outbox, change.last));
      break;
    case 'dropped':
      await removeEdits(writing, change.outbox, IDBKeyRange.only([change.outbox, change.n]));
      break;
    case 'value':
      if (change.value === null) await writing.objectStore('values').delete(change.name);
      else await writing.objectStore('values').put(change.value, change.name);
  }
}

/** An outbox without edits is none. */
async function removeEdits(writing: Writing, outbox: string, range: IDBKeyRange): Promise<void> {
  const edits = writing.objectStore('edits');
  await edits.delete(range);
  if (await edits.count(ofOutbox(outbox)) > 0) return;
  await writing.objectStore('outboxes').delete(outbox);
  await writing.objectStore('sendings').delete(ofOutbox(outbox));
}

async function putCopy(writing: Writing, copy: LocalCopy): Promise<void> {
  const { document, version } = copy;
  const copies = writing.objectStore('copies');
  if (((await copies.get(document))?.version ?? -1) > version) return;
  await copies.put(copy);
  let from = version;
  for (const { id } of (await writing.objectStore('outboxes').getAll()).filter((one) => one.document === document)) {
    for (const edit of await writing.objectStore('edits').getAll(ofOutbox(id))) from = Math.min(from, edit.v);
  }
  await writing.objectStore('ops').delete(ofDocument(document, from));
}

/** Edits that are not about to be sent have to survive a power cut; for others the server is the better place, and faster. */
export const staysHere = (changes: readonly LocalWrite[]): boolean => changes.some(({ type }) => type === 'edit') && !changes.some(({ type }) => type === 'sending');
