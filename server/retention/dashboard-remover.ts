import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits, limits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';
import { beginning, keptSeal } from '../evidence/chain.ts';
import { walkCheckpoints } from '../evidence/checkpoint-walk.ts';
import { DamagedLog } from '../evidence/damaged-log.ts';
import { logPages } from '../evidence/log-pages.ts';
import type { Tombstone } from '../evidence/statements.ts';
import type { Store } from '../store/store.ts';
import { editAsServer } from '../sync/server-edit.ts';
import { keyOf, settledKey, subjectCollections } from '../history/subject.ts';
import type { Upkeep } from './upkeep.ts';

/** Who has a dashboard removed (a reference; null for nobody known), and why. It stands in the signed history for good, so it names nobody. */
export interface RemovalReason {
  readonly by: string | null;
  readonly why: string;
}

const ReasonSchema = v.object({ by: v.nullable(v.string()), why: v.string() });
const collections = [dashboardsCollection, accessCollection] as const;
const pendingKey = (id: string): string => `removing:${id}`;
const removedKey = (id: string): string => `removed:${id}`;

/** Whether a dashboard was removed for good: its id is never given again. */
export async function isRemoved(store: Pick<Store, 'readSetting'>, id: string): Promise<boolean> {
  return (await store.readSetting(removedKey(id))) !== null;
}

/**
 * Removes dashboards for good. A tombstone is signed before anything goes: what there was, how far it had come, when, by whom and why. It may be
 * ended at any point and goes on where it was.
 */
export class DashboardRemover {
  private readonly upkeep: Upkeep;
  /** Told of what is gone, so that it leaves the memory too. */
  private readonly removed: (id: string) => void;

  constructor(upkeep: Upkeep, removed: (id: string) => void = () => undefined) {
    this.upkeep = upkeep;
    this.removed = removed;
  }

  /** @throws CoboardError NOT_FOUND if there is nothing of it, and never was */
  async remove(id: string, reason: RemovalReason): Promise<void> {
    const { store, passed } = this.upkeep;
    const { removed } = (await walkCheckpoints({ store })).statements;
    if (!removed.has(id)) {
      if (!(await this.isThere(id))) throw new CoboardError('NOT_FOUND', `There is no dashboard ${id}.`);
      await store.createSetting(pendingKey(id), JSON.stringify(reason));
      passed('announced');
      await this.sign(id, v.parse(ReasonSchema, JSON.parse(await store.readSetting(pendingKey(id)) ?? 'null')));
      passed('signed');
    }
    await this.take(id);
    await store.removeSetting(pendingKey(id));
    this.removed(id);
    passed('removed');
  }

  /** Goes on with what was begun and not finished. */
  async resume(): Promise<number> {
    const { store } = this.upkeep;
    const pending: (readonly [id: string, reason: RemovalReason])[] = [];
    for await (const [key, value] of store.listSettings(pendingKey(''))) pending.push([key.slice(pendingKey('').length), v.parse(ReasonSchema, JSON.parse(value))]);
    for (const [id, reason] of pending) await this.remove(id, reason);
    return pending.length;
  }

  /** Removes those that were deleted so long ago (milliseconds) and can not be brought back any more. Gives their ids. */
  async empty(olderThanMs: number): Promise<string[]> {
    const { store, clock } = this.upkeep;
    const before = clock.now() - Math.max(olderThanMs, limits.binDurationMs);
    const due: (readonly [id: string, by: string | null])[] = [];
    for await (const { id, v: version, type } of store.listSnapshots(dashboardsCollection)) {
      if (type !== null) continue;
      const [last] = await store.readOps(dashboardsCollection, id, version - 1, version);
      const by = last?.m?.['r'];
      if (last?.del === true && (last.m?.ts ?? Infinity) < before) due.push([id, typeof by === 'string' ? by : null]);
    }
    for (const [id, by] of due) await this.remove(id, { by, why: 'It was deleted, and the time to bring it back is over.' });
    return due.map(([id]) => id);
  }

  private async isThere(id: string): Promise<boolean> {
    for (const collection of collections) if (await this.upkeep.store.keeping.has(collection, id)) return true;
    return false;
  }

  /** Ends it by an edit like any other, if nobody has, and says in a checkpoint where it stood. */
  private async sign(id: string, reason: RemovalReason): Promise<void> {
    const { store, checkpoints, clock, passed } = this.upkeep;
    const heads = await this.end(id).catch(async () => {
      await store.check();
      // one that is damaged can be removed too; what was missing before is not signed for
      return this.stand(id);
    });
    passed('deleted');
    await checkpoints.state({ tombstones: [{ d: id, heads, at: clock.now(), ...reason }] });
  }

  /** How far its logs can be read. */
  private async stand(id: string): Promise<Tombstone['heads']> {
    const heads: Tombstone['heads'] = [];
    for (const c of collections) {
      let head = { c, v: 0, h: beginning };
      try {
        for await (const page of logPages({ store: this.upkeep.log, collection: c, id, pageOps: innerLimits.removePageOps })) {
          for (const op of page) if (op.v === head.v) head = { c, v: op.v + 1, h: keptSeal(op) ?? beginning };
        }
      } catch (error) {
        if (!(error instanceof DamagedLog)) throw error;
      }
      if (head.v > 0) heads.push(head);
    }
    return heads;
  }

  private async end(id: string): Promise<Tombstone['heads']> {
    const { engine, checkpoints, clock } = this.upkeep;
    await editAsServer(engine, clock, dashboardsCollection, id, ({ type }) => (type === null ? null : { del: true }));
    await engine.flush();
    await checkpoints.flush();
    const heads: Tombstone['heads'] = [];
    for (const c of collections) {
      const { v: version } = await engine.read(c, id);
      if (version === 0) continue;
      const [last] = await engine.readOps(c, id, version - 1, version);
      if (last === undefined) throw new Error(`the end of ${c}/${id} is missing`);
      heads.push({ c, v: version, h: keptSeal(last) ?? beginning });
    }
    return heads;
  }

  private async take(id: string): Promise<void> {
    const { store, archives, engine, passed } = this.upkeep;
    await store.createSetting(removedKey(id), 'yes');
    for (const collection of collections) engine.forget(collection, id);
    await store.keeping.removeDocument(dashboardsCollection, id);
    passed('document');
    await store.keeping.removeDocument(accessCollection, id);
    passed('access');
    await archives.remove(dashboardsCollection, id);
    passed('archives');
    const histories = subjectCollections.map((collection) => keyOf({ collection, id }));
    for (const key of histories) await store.history.cut(key, 0);
    passed('history');
    const keys = [...histories.map(settledKey), `accessRequests/${id}`];
    for await (const [key] of store.listSettings(`named:${id}:`)) keys.push(key);
    for await (const [key] of store.listSettings('conflicts/')) if (key.endsWith(`/${id}`)) keys.push(key);
    for (const key of keys) await store.removeSetting(key);
    passed('records');
  }
}
