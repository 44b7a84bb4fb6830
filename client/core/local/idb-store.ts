import { deleteDB, openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { BehaviorSubject, Observable } from 'rxjs';
import type { Keeping, LocalCopy, LocalDocument, LocalEdit, LocalStore, LocalWrite, LoggedOp, Outbox, OutboxName, Sending } from './local-store.ts';
import { MemoryStore } from './memory-store.ts';

interface Schema extends DBSchema {
  copies: { key: string; value: LocalCopy };
  ops: { key: [document: string, v: number]; value: LoggedOp & { readonly document: string } };
  outboxes: { key: string; value: { readonly id: string; readonly document: string } };
  edits: { key: [outbox: string, n: number]; value: LocalEdit & { readonly outbox: string } };
  sendings: { key: [outbox: string, last: number]; value: Sending & { readonly outbox: string } };
  values: { key: string; value: unknown };
}

type Database = IDBPDatabase<Schema>;
type Tables = ('copies' | 'ops' | 'outboxes' | 'edits' | 'sendings' | 'values')[];
type Writing = IDBPTransaction<Schema, Tables, 'readwrite'>;

const layout = 1;
const tables: Tables = ['copies', 'ops', 'outboxes', 'edits', 'sendings', 'values'];

interface BrowserScope {
  readonly indexedDB?: IDBFactory;
  readonly navigator: { readonly locks?: LockManager };
}

/**
 * What this browser keeps for a person: their dashboards, and edits that are not sent yet. Where it has no locks, which is wherever the
 * address is not secure, nothing is kept: two tabs would send the same edits.
 */
export function browserStore(userId: string, { indexedDB, navigator: { locks } }: BrowserScope = globalThis): LocalStore {
  return indexedDB && locks ? new IdbStore(userId, locks) : new MemoryStore();
}

const nameOf = (userId: string): string => `coboard.${userId}`;

/** What a browser keeps for one person, in a database of its own (IndexedDB). A lock says which tab an outbox belongs to. */
export class IdbStore implements LocalStore {
  readonly keeping = new BehaviorSubject<Keeping>('kept');
  readonly updates = new Observable<string>((subscriber) => {
    const channel = new BroadcastChannel(nameOf(this.userId));
    channel.onmessage = ({ data }) => { subscriber.next(data as string); };
    return () => { channel.close(); };
  });
  private readonly userId: string;
  private readonly locks: LockManager;
  private opening: Promise<Database> | null = null;

  constructor(userId: string, locks: LockManager) {
    this.userId = userId;
    this.locks = locks;
  }

  async readDocument(document: string): Promise<LocalDocument> {
    return this.tried({ copy: null, ops: [], outboxes: [] }, async (database) => {
      const reading = database.transaction(['copies', 'ops', 'outboxes', 'edits', 'sendings']);
      const [copy, ops, all] = await Promise.all([
        reading.objectStore('copies').get(document), reading.objectStore('ops').getAll(ofDocument(document)), reading.objectStore('outboxes').getAll(),
      ]);
      const outboxes = await Promise.all(all.filter((one) => one.document === document).map(async ({ id }): Promise<Outbox> => {
        const [edits, sendings] = await Promise.all([reading.objectStore('edits').getAll(ofOutbox(id)), reading.objectStore('sendings').getAll(ofOutbox(id))]);
        return { id, document, edits, sendings };
      }));
      return { copy: copy ?? null, ops, outboxes };
    });
  }

  outboxes(): Promise<readonly OutboxName[]> {
    return this.tried([], async (database) => {
      const [all, { held = [] }] = await Promise.all([database.getAll('outboxes'), this.locks.query()]);
      return all.map((one) => ({ ...one, isClaimed: held.some(({ name }) => name === this.lockOf(one.id)) }));
    });
  }

  readValue(name: string): Promise<unknown> {
    return this.tried<unknown>(null, async (database) => (await database.get('values', name)) ?? null);
  }

  update<T>(name: string, change: (value: unknown) => T): Promise<T | undefined> {
    return this.tried<T | undefined>(undefined, async (database) => {
      const writing = database.transaction('values', 'readwrite', { durability: 'strict' });
      const after = change((await writing.store.get(name)) ?? null);
      await Promise.all([writing.store.put(after, name), writing.done]);
      const channel = new BroadcastChannel(nameOf(this.userId));
      channel.postMessage(name);
      channel.close();
      return after;
    });
  }

  write(changes: readonly LocalWrite[]): Promise<void> {
    return this.tried(undefined, async (database) => {
      const writing = database.transaction(tables, 'readwrite', { durability: staysHere(changes) ? 'strict' : 'relaxed' });
      const work = (async () => { for (const change of changes) await apply(writing, change); })();
      // a failure in the one fails the other
      await Promise.all([work, writing.done]);
    });
  }

  async claim(outbox: string): Promise<(() => void) | null> {
    return new Promise((resolve, reject) => {
      this.locks.request(this.lockOf(outbox), { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return;
        }
        return new Promise<void>((release) => { resolve(release); });
      }).catch(reject);
    });
  }

  async wipe(): Promise<void> {
    const { opening } = this;
    this.opening = null;
    (await opening?.catch(() => null))?.close();
    await deleteDB(nameOf(this.userId)).catch(() => undefined);
  }

  close(): void {
    void this.opening?.then((database) => { database.close(); }, () => undefined);
    this.opening = null;
  }

  /** Runs something on the database; where the browser refuses, that is told by {@link keeping}, and nothing is kept from then on. */
  private async tried<T>(otherwise: T, run: (database: Database) => Promise<T>): Promise<T> {
    if (this.keeping.value === 'memory') return otherwise;
    try {
      return await run(await (this.opening ??= this.open()));
    } catch {
      this.keeping.next('memory');
      return otherwise;
    }
  }

  private lockOf(outbox: string): string {
    return `${nameOf(this.userId)}.${outbox}`;
  }

  private open(): Promise<Database> {
    return openDB<Schema>(nameOf(this.userId), layout, {
      upgrade: (database) => {
        database.createObjectStore('copies', { keyPath: 'document' });
        database.createObjectStore('ops', { keyPath: ['document', 'v'] });
        database.createObjectStore('outboxes', { keyPath: 'id' });
        database.createObjectStore('edits', { keyPath: ['outbox', 'n'] });
        database.createObjectStore('sendings', { keyPath: ['outbox', 'last'] });
        database.createObjectStore('values');
      },
      // another tab of a newer version wants to change the layout, or wipes it
      blocking: () => { this.close(); },
      terminated: () => { this.opening = null; },
    });
  }
}

const ofDocument = (document: string, before = Infinity): IDBKeyRange => IDBKeyRange.bound([document, -Infinity], [document, before], false, true);
const ofOutbox = (outbox: string, last = Infinity): IDBKeyRange => IDBKeyRange.bound([outbox, -Infinity], [outbox, last]);

async function apply(writing: Writing, change: LocalWrite): Promise<void> {
  switch (change.type) {
    case 'copy':
      await putCopy(writing, change.copy);
      break;
    case 'op':
      await writing.objectStore('ops').put({ document: change.document, ...change.op });
      break;
    case 'edit':
      await writing.objectStore('outboxes').put({ id: change.outbox, document: change.document });
      await writing.objectStore('edits').put({ outbox: change.outbox, ...change.edit });
      break;
    case 'sending':
      await writing.objectStore('sendings').put({ outbox: change.outbox, ...change.sending });
      break;
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
const staysHere = (changes: readonly LocalWrite[]): boolean => changes.some(({ type }) => type === 'edit') && !changes.some(({ type }) => type === 'sending');
