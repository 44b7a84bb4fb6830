import type * as Idb from 'idb';
import type * as Writes from './idb-writes.ts';
import { Observable, type BehaviorSubject } from 'rxjs';
import { systemClock, within, type Clock } from '../../../model/clock.ts';
import { createTables, layout, ofDocument, ofOutbox, staysHere, tables, type Database, type Schema } from './idb-tables.ts';
import type { Keeping, LocalDocument, LocalStore, LocalWrite, Outbox, OutboxName } from './local-store.ts';
import { LocalWriter } from './local-writer.ts';
import { MemoryStore } from './memory-store.ts';

/** A browser may let one wait for ever, because of a tab that does not answer for example. */
const patienceMs = 10_000;
const wipePatienceMs = 3_000;

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
const wipingOf = (userId: string): string => `${nameOf(userId)}.wiping`;

/** What a browser keeps for one person, in a database of its own (IndexedDB). A lock says which tab an outbox belongs to. */
export class IdbStore implements LocalStore {
  readonly keeping: BehaviorSubject<Keeping>;
  readonly updates = new Observable<string>((subscriber) => {
    const channel = new BroadcastChannel(nameOf(this.userId));
    channel.onmessage = ({ data }) => { subscriber.next(data as string); };
    return () => { channel.close(); };
  });
  private readonly userId: string;
  private readonly locks: LockManager;
  private readonly clock: Clock;
  private readonly writer: LocalWriter;
  /** Tells other tabs that everything is removed. */
  private readonly wiping: BroadcastChannel;
  /** Outboxes that this tab has. */
  private readonly own = new Set<string>();
  private opening: Promise<Database> | null = null;

  constructor(userId: string, locks: LockManager, clock = systemClock) {
    this.userId = userId;
    this.locks = locks;
    this.clock = clock;
    this.writer = new LocalWriter({ clock, run: (changes) => this.run(changes) });
    this.keeping = this.writer.keeping;
    this.wiping = new BroadcastChannel(wipingOf(userId));
    this.wiping.onmessage = () => { this.end(); };
  }

  async readDocument(document: string): Promise<LocalDocument> {
    return this.tried({ copy: null, ops: [], outboxes: [] }, async (database) => {
      const reading = database.transaction(['copies', 'ops', 'outboxes', 'edits', 'sendings']);
      const [copy, ops, all] = await Promise.all([
        reading.objectStore('copies').get(document), reading.objectStore('ops').getAll(ofDocument(document)), reading.objectStore('outboxes').getAll(),
      ]);
      const outboxes = await Promise.all(all.filter((one) => one.document === document).map(async ({ id, seen }): Promise<Outbox> => {
        const [edits, sendings] = await Promise.all([reading.objectStore('edits').getAll(ofOutbox(id)), reading.objectStore('sendings').getAll(ofOutbox(id))]);
        this.writer.found(id);
        return { id, document, edits, sendings, seen };
      }));
      return { copy: copy ?? null, ops, outboxes };
    });
  }

  outboxes(): Promise<readonly OutboxName[]> {
    return this.tried([], async (database) => {
      const [all, { held = [] }] = await Promise.all([database.getAll('outboxes'), this.locks.query()]);
      return all.map(({ id, document }) => ({ id, document, isClaimed: held.some(({ name }) => name === this.lockOf(id)), isOwn: this.own.has(id) }));
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
    return this.writer.write(changes);
  }

  async claim(outbox: string): Promise<(() => void) | null> {
    return new Promise((resolve, reject) => {
      this.locks.request(this.lockOf(outbox), { ifAvailable: true }, (lock) => {
        if (lock === null) {
          resolve(null);
          return;
        }
        this.own.add(outbox);
        return new Promise<void>((release) => {
          resolve(() => {
            void this.writer.through().then(() => {
              this.own.delete(outbox);
              release();
            });
          });
        });
      }).catch(reject);
    });
  }

  async wipe(): Promise<void> {
    const opening = this.opening ?? this.open(undefined);
    this.opening = null;
    this.end();
    const channel = new BroadcastChannel(wipingOf(this.userId));
    channel.postMessage(null);
    channel.close();
    // its content first: a tab that does not answer keeps the database itself from going
    const wiped = opening.then(async (database) => {
      const writing = database.transaction(tables, 'readwrite');
      await Promise.all([...tables.map((table) => writing.objectStore(table).clear()), writing.done]).finally(() => { database.close(); });
    });
    await within(wiped, wipePatienceMs, this.clock).catch(() => undefined);
    await new Promise<void>((resolve) => {
      const done = (): void => { resolve(); };
      void within(idb().then(({ deleteDB }) => deleteDB(nameOf(this.userId), { blocked: done })), wipePatienceMs, this.clock).then(done, done);
    });
  }

  close(): void {
    this.wiping.close();
    this.writer.stop();
    this.disconnect();
  }

  private disconnect(): void {
    void this.opening?.then((database) => { database.close(); }, () => undefined);
    this.opening = null;
  }

  /** Nothing is read or kept any more. */
  private end(): void {
    this.writer.end();
    this.close();
  }

  private async run(changes: readonly LocalWrite[]): Promise<void> {
    const { apply } = await writes();
    const writing = (await this.database()).transaction(tables, 'readwrite', { durability: staysHere(changes) ? 'strict' : 'relaxed' });
    const work = (async () => { for (const change of changes) await apply(writing, change); })();
    // a failure in the one fails the other
    await Promise.all([work, writing.done]);
  }

  /** Runs something on the database; where the browser refuses, that is told by {@link keeping}, and nothing is kept from then on. */
  private async tried<T>(otherwise: T, run: (database: Database) => Promise<T>): Promise<T> {
    if (this.keeping.value !== 'kept') return otherwise;
    try {
      return await run(await this.database());
    } catch {
      this.writer.fail();
      return otherwise;
    }
  }

  /** @throws where the browser refuses, and once everything was removed */
  private async database(): Promise<Database> {
    // after a failure as it is: a newer tab may have changed the layout, and taking away goes on
    if (this.keeping.value !== 'wiped') this.opening ??= this.open(this.keeping.value === 'kept' ? layout : undefined);
    const { opening } = this;
    try {
      const database = await (opening ?? Promise.reject(new Error('wiped')));
      // removed meanwhile: that closes it
      if (this.opening !== opening) throw new Error('closed');
      return database;
    } catch (error) {
      if (this.opening === opening) this.opening = null;
      throw error;
    }
  }

  private lockOf(outbox: string): string {
    return `${nameOf(this.userId)}.${outbox}`;
  }

  /** Without a version: as it is, if there is one. */
  private open(version: number | undefined): Promise<Database> {
    const opening = idb().then(({ openDB }) => openDB<Schema>(nameOf(this.userId), version, {
      upgrade: (database, _before, _after, upgrading) => {
        if (version === undefined) upgrading.abort();
        else createTables(database);
      },
      // another tab wipes it, or a newer version of one wants to change the layout
      blocking: (_version, wanted) => {
        if (wanted === null) this.end();
        else this.disconnect();
      },
      terminated: () => { this.opening = null; },
    }));
    return within(opening, patienceMs, this.clock, (database) => { database.close(); });
  }
}

/** Not needed where nothing is kept. */
const idb = (): Promise<typeof Idb> => import('idb');
const writes = (): Promise<typeof Writes> => import('./idb-writes.ts');
