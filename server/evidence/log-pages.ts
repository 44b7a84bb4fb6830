import { setImmediate as nextTurn } from 'node:timers/promises';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits } from '../../model/limits.ts';
import type { Store, StoredOp } from '../store/store.ts';
import { DamagedLog } from './damaged-log.ts';

export interface LogPagesParts {
  readonly store: Pick<Store, 'readOps' | 'check'>;
  readonly collection: string;
  readonly id: string;
  readonly pageOps: number;
  /** The version to begin at; left out: 0. */
  readonly first?: number;
  /** How many ops of it were read. */
  readonly progress?: (read: number) => void;
}

/** All ops of a document, a page after the other, with turns for others in between. @throws DamagedLog at the first that cannot be read */
export async function* logPages(parts: LogPagesParts): AsyncIterable<readonly StoredOp[]> {
  const { store, collection, id, pageOps, progress, first = 0 } = parts;
  let read = 0;
  const pages: Promise<readonly StoredOp[]>[] = [];
  for (let from = first; ; from += pageOps) {
    // the next ones are read while this one is looked at
    while (pages.length <= innerLimits.verifyPagesAhead) {
      const start = from + pages.length * pageOps;
      const coming = store.readOps(collection, id, start, start + pageOps);
      coming.catch(() => undefined);
      pages.push(coming);
    }
    let page: readonly StoredOp[];
    try {
      page = await pages.shift() ?? [];
    } catch (error) {
      yield* upToTheDamage(parts, from, error);
      return;
    }
    read += page.length;
    progress?.(read);
    await nextTurn();
    if (page.length < pageOps) {
      yield page;
      // some may have come meanwhile; and where some are missing the others are further on
      const behind = Math.max(from, (page.at(-1)?.v ?? -1) + 1);
      const rest = await store.readOps(collection, id, behind, null).catch((error: unknown) => upTo(parts, behind, error));
      if (rest instanceof DamagedLog) throw rest;
      if (rest.length > 0) yield rest;
      return;
    }
    yield page;
  }
}

/** The ops of a page before the one that cannot be read. @throws DamagedLog there, or what was wrong with the store itself */
async function* upToTheDamage({ store, collection, id, pageOps }: LogPagesParts, from: number, error: unknown): AsyncIterable<readonly StoredOp[]> {
  if (isHopeless(error)) throw error;
  await store.check();
  for (let v = from; v < from + pageOps; v += 1) {
    const ops = await store.readOps(collection, id, v, v + 1).catch((cause: unknown) => (cause instanceof DamagedLog ? cause : new DamagedLog('unreadable', v, undefined, { cause })));
    if (ops instanceof DamagedLog) throw ops;
    if (ops.length > 0) yield ops;
  }
  // it was the page as a whole, and not one of its ops
  throw error;
}

/** What is wrong with the ops from a version on, where a store that answers cannot read them. */
async function upTo({ store }: LogPagesParts, v: number, cause: unknown): Promise<DamagedLog> {
  if (cause instanceof DamagedLog) return cause;
  if (isHopeless(cause)) throw cause;
  await store.check();
  return new DamagedLog('unreadable', v, undefined, { cause });
}

/** Nobody said where the archives are. */
const isHopeless = (error: unknown): boolean => error instanceof CoboardError && error.code === 'ARCHIVE_UNAVAILABLE' && !(error instanceof DamagedLog);
