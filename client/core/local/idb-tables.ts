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
export type Writing = IDBPTransaction<Schema, Tables, 'readwrite'>;

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

/** Edits that are not about to be sent have to survive a power cut; for others the server is the better place, and faster. */
export const staysHere = (changes: readonly LocalWrite[]): boolean => changes.some(({ type }) => type === 'edit') && !changes.some(({ type }) => type === 'sending');
