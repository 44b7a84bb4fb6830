import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import type { Store } from '../store/store.ts';
import { keptSeal } from './chain.ts';
import { listCheckpoints, type Head } from './checkpoint.ts';

const openKey = 'checkpoint-open:';

/** Marks that a server is at work, so that the next one knows if it crashed. Gives the marks of others: of who crashed, and of who is at work too. */
export async function markOpen(store: Store, server: string): Promise<readonly string[]> {
  const others: string[] = [];
  for await (const [key] of store.listSettings(openKey)) others.push(key.slice(openKey.length));
  await markAtWork(store, server);
  return others;
}

export const markAtWork = (store: Store, server: string): Promise<void> => store.writeSetting(`${openKey}${server}`, 'yes');

/** Whether a server is at work, or ended without a goodbye. */
export async function serversAtWork(store: Store): Promise<boolean> {
  for await (const _ of store.listSettings(openKey)) return true;
  return false;
}

/** What these servers wrote is covered. */
export async function markCovered(store: Store, servers: readonly string[]): Promise<void> {
  for (const server of servers) await store.removeSetting(`${openKey}${server}`);
}

/** Where documents stand whose last ops no checkpoint covers: a server ended before it could. */
export async function uncoveredHeads(store: Store): Promise<Head[]> {
  const covered = new Map<string, number>();
  for await (const [, checkpoint] of listCheckpoints(store)) {
    for (const { c, d, v } of checkpoint?.heads ?? []) covered.set(`${c}\0${d}`, Math.max(v, covered.get(`${c}\0${d}`) ?? 0));
  }
  const heads: Head[] = [];
  for (const c of [dashboardsCollection, accessCollection]) {
    for await (const { id: d, v } of store.listSnapshots(c)) {
      const last = (await store.readOps(c, d, Math.max(0, v - 1), null)).at(-1);
      const h = last && keptSeal(last);
      if (last && h !== undefined && last.v + 1 > (covered.get(`${c}\0${d}`) ?? 0)) heads.push({ c, d, v: last.v + 1, h });
    }
  }
  return heads;
}
