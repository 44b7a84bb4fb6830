import { ofDocument, ofOutbox, type Writing } from './idb-tables.ts';
import type { LocalCopy, LocalWrite } from './local-store.ts';

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
