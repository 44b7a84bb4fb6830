import * as v from 'valibot';
import type { Dashboard } from '../../model/dashboard.ts';
import { innerLimits, limits } from '../../model/limits.ts';
import { compareOrder } from '../../model/order.ts';
import { accessCollection, dashboardsCollection, type OpAuthor, type Role } from '../../model/protocol.ts';
import type { Store, StoredOp, StoredSnapshot } from '../store/store.ts';
import { LateSummary } from './late-summary.ts';
import { AccessSchema, may, roleOf, type Access, type Action } from './policy.ts';

/** What lists and checks need to know of a dashboard, without reading it. */
export interface DirectoryEntry {
  readonly id: string;
  /** The version that this was seen at. */
  readonly v: number;
  readonly summary: LateSummary;
  readonly updatedAt: number;
  readonly updatedBy: OpAuthor | null;
  /** When it was deleted; null while it is there. */
  readonly deletedAt: number | null;
}

/** A change of somebody's role, or of everybody's, on one dashboard. */
export interface AccessChange {
  readonly id: string;
  readonly before: Access;
  readonly after: Access;
  readonly by: OpAuthor | null;
}

/** Ops as the directory needs them; see `sync/sequencer.ts`. */
interface Committed {
  readonly collection: string;
  readonly id: string;
  readonly ops: readonly StoredOp[];
  /** The state after each of them. */
  readonly states: readonly { readonly v: number; readonly type: string | null; readonly data: unknown }[];
}

const noAccess: Access = { everyone: null, people: {} };

/**
 * Every dashboard's title, picture and access list, in memory: built from the store at start, kept up by committed ops. So a list
 * reads no document, and every check of a permission is a look-up.
 */
export class Directory {
  private readonly entries = new Map<string, DirectoryEntry>();
  private readonly accesses = new Map<string, { readonly v: number; readonly access: Access }>();
  private readonly waiting = new Map<string, LateSummary>();
  private readonly onAccessChange: (change: AccessChange) => void;

  constructor(onAccessChange: (change: AccessChange) => void) {
    this.onAccessChange = onAccessChange;
  }

  async load(store: Store): Promise<void> {
    for await (const { id, v, type, data } of store.listSnapshots(accessCollection)) {
      if (type !== null) this.accesses.set(id, { v, access: parseAccess(data) });
    }
    for await (const snapshot of store.listSnapshots(dashboardsCollection)) {
      const entry = await entryOf(snapshot, store);
      if (entry) this.entries.set(entry.id, entry);
    }
  }

  /** Takes in ops that became durable. What comes late or twice changes nothing. */
  committed({ collection, id, ops, states }: Committed): void {
    const [op, state] = [ops.at(-1), states.at(-1)];
    if (op === undefined || state === undefined) return;
    const by = authorOf(op);
    const { v, data } = state;
    if (collection === accessCollection) this.accessCommitted(id, v, data, by);
    if (collection !== dashboardsCollection) return;
    const known = this.entries.get(id);
    if (known && known.v >= v) return;
    const at = op.m?.ts ?? 0;
    if (state.type !== null) this.entries.set(id, { id, v, summary: this.late(id, data as Dashboard), updatedAt: at, updatedBy: by, deletedAt: null });
    else if (known) this.entries.set(id, { ...known, v, updatedAt: at, updatedBy: by, deletedAt: at });
  }

  /** A busy dashboard is summed up when somebody lists it, and not at each op. Only the latest ones wait for that, so that few are held. */
  private late(id: string, dashboard: Dashboard): LateSummary {
    const summary = new LateSummary(dashboard);
    this.waiting.delete(id);
    this.waiting.set(id, summary);
    const [oldest] = this.waiting;
    if (oldest !== undefined && this.waiting.size > innerLimits.summariesWaitingMax) {
      oldest[1].get();
      this.waiting.delete(oldest[0]);
    }
    return summary;
  }

  private accessCommitted(id: string, v: number, data: unknown, by: OpAuthor | null): void {
    const known = this.accesses.get(id);
    if (known && known.v >= v) return;
    const before = known?.access ?? noAccess;
    const after = data === undefined ? noAccess : parseAccess(data);
    this.accesses.set(id, { v, access: after });
    this.onAccessChange({ id, before, after, by });
  }

  /** The dashboard, deleted or not; undefined if there never was one. */
  entry(id: string): DirectoryEntry | undefined {
    return this.entries.get(id);
  }

  /** All of them, deleted ones too. */
  all(): IterableIterator<DirectoryEntry> {
    return this.entries.values();
  }

  /** How many ops there are of dashboards and access lists. */
  get opCount(): number {
    let count = 0;
    for (const { v } of this.entries.values()) count += v;
    for (const { v } of this.accesses.values()) count += v;
    return count;
  }

  /** It was removed for good. */
  forget(id: string): void {
    this.entries.delete(id);
    this.accesses.delete(id);
    this.waiting.delete(id);
  }

  /** How many dashboards there are, without deleted ones. */
  get size(): number {
    let count = 0;
    for (const { deletedAt } of this.entries.values()) if (deletedAt === null) count += 1;
    return count;
  }

  /** The version of a dashboard's access list that is known; 0 for none. */
  accessVersion(id: string): number {
    return this.accesses.get(id)?.v ?? 0;
  }

  access(id: string): Access {
    return this.accesses.get(id)?.access ?? noAccess;
  }

  /** A person's role on a dashboard that is there; null without access, and for one that is deleted or never was. */
  role(id: string, userId: string): Role | null {
    const entry = this.entries.get(id);
    return entry?.deletedAt === null ? roleOf(this.access(id), userId) : null;
  }

  /**
   * Whether a person may do something with a document. A deleted one counts as there: its subscribers see it go, and come back if
   * it is restored.
   */
  may(id: string, userId: string, action: Action): boolean {
    return this.entries.has(id) && may(roleOf(this.access(id), userId), action);
  }

  /** What a person can see, newest first; deleted ones too where they could bring them back. */
  visibleTo(userId: string, now: number): { readonly entry: DirectoryEntry; readonly role: Role }[] {
    const visible: { entry: DirectoryEntry; role: Role }[] = [];
    for (const entry of this.entries.values()) {
      const role = roleOf(this.access(entry.id), userId);
      if (role === null || (entry.deletedAt !== null && !this.restorable(entry, userId, now))) continue;
      visible.push({ entry, role });
    }
    return visible.sort((a, b) => b.entry.updatedAt - a.entry.updatedAt || compareOrder([a.entry.summary.get().title, a.entry.id], [b.entry.summary.get().title, b.entry.id]));
  }

  /** How many dashboards a person owns; of deleted ones those that could be brought back. */
  ownedBy(userId: string, now: number): number {
    let count = 0;
    for (const { id, deletedAt } of this.entries.values()) {
      if ((deletedAt === null || now - deletedAt < limits.binDurationMs) && this.access(id).people[userId] === 'owner') count += 1;
    }
    return count;
  }

  /** Whether a person may bring a deleted dashboard back: its owner may, for a while. */
  restorable(entry: DirectoryEntry, userId: string, now: number): boolean {
    return entry.deletedAt !== null && now - entry.deletedAt < limits.binDurationMs && may(roleOf(this.access(entry.id), userId), 'delete');
  }
}

/** Access as it is kept; a list that does not parse gives access to nobody. */
function parseAccess(data: unknown): Access {
  const result = v.safeParse(AccessSchema, data);
  return result.success ? result.output : noAccess;
}

function authorOf({ m }: StoredOp): OpAuthor | null {
  return m?.u === undefined ? null : { id: m.u, name: m.n ?? '' };
}

/** The entry of a stored dashboard: when and by whom it was last changed stands in its last op. */
async function entryOf({ id, v, type, data }: StoredSnapshot, store: Store): Promise<DirectoryEntry | null> {
  const [last] = await store.readOps(dashboardsCollection, id, v - 1, v);
  const updatedAt = last?.m?.ts ?? 0;
  const updatedBy = last === undefined ? null : authorOf(last);
  const dashboard = (type === null ? last?.m?.['data'] : data) as Dashboard | undefined;
  if (dashboard === undefined) return null;
  const summary = new LateSummary(dashboard);
  summary.get();
  return { id, v, summary, updatedAt, updatedBy, deletedAt: type === null ? updatedAt : null };
}
