import * as v from 'valibot';
import type { Dashboard } from '../../model/dashboard.ts';
import { limits } from '../../model/limits.ts';
import { compareOrder, inOrder } from '../../model/order.ts';
import { accessCollection, dashboardsCollection, type OpAuthor, type Role } from '../../model/protocol.ts';
import type { Store, StoredSnapshot } from '../store/store.ts';
import { AccessSchema, may, roleOf, type Access, type Action } from './policy.ts';

/** A widget's place for the small picture of a dashboard. */
export interface PreviewBox {
  readonly kind: string;
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** What lists and checks need to know of a dashboard, without reading it. */
export interface DirectoryEntry {
  readonly id: string;
  /** The version that this was seen at. */
  readonly v: number;
  readonly title: string;
  readonly widgets: number;
  readonly preview: readonly PreviewBox[];
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

/** An op as the directory needs it; see `sync/backend.ts`. */
interface CommittedOp {
  readonly collection: string;
  readonly id: string;
  readonly v: number;
  readonly data: unknown;
  readonly by: OpAuthor | null;
  readonly at: number;
}

const noAccess: Access = { everyone: null, people: {} };

/**
 * Every dashboard's title, picture and access list, in memory: built from the store at start, kept up by committed ops. So a list
 * reads no document, and every check of a permission is a look-up.
 */
export class Directory {
  private readonly entries = new Map<string, DirectoryEntry>();
  private readonly accesses = new Map<string, { readonly v: number; readonly access: Access }>();
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

  /** Takes in a committed op. Ops that come late or twice change nothing. */
  committed({ collection, id, v, data, by, at }: CommittedOp): void {
    if (collection === accessCollection) this.accessCommitted(id, v, data, by);
    if (collection !== dashboardsCollection) return;
    const known = this.entries.get(id);
    if (known && known.v >= v) return;
    if (data !== undefined) this.entries.set(id, { id, v, ...summary(data as Dashboard), updatedAt: at, updatedBy: by, deletedAt: null });
    else if (known) this.entries.set(id, { ...known, v, updatedAt: at, updatedBy: by, deletedAt: at });
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

  /** How many dashboards there are, without deleted ones. */
  get size(): number {
    let count = 0;
    for (const { deletedAt } of this.entries.values()) if (deletedAt === null) count += 1;
    return count;
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
    return visible.sort((a, b) => b.entry.updatedAt - a.entry.updatedAt || compareOrder([a.entry.title, a.entry.id], [b.entry.title, b.entry.id]));
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

const previewBoxesMax = 24;

/** Title, count and the first tab's boxes. Widgets of tabs that are gone count for no tab. */
function summary(dashboard: Dashboard): Pick<DirectoryEntry, 'title' | 'widgets' | 'preview'> {
  const firstTab = inOrder(dashboard.tabs)[0]?.[0];
  const widgets = Object.values(dashboard.widgets);
  const preview = widgets
    .filter(({ tab }) => tab === firstTab)
    .sort((a, b) => a.box.y - b.box.y || a.box.x - b.box.x)
    .slice(0, previewBoxesMax)
    .map(({ kind, title, box: { x, y, w, h } }) => ({ kind, title, x, y, w, h }));
  return { title: dashboard.title, widgets: widgets.length, preview };
}

/** The entry of a stored dashboard: when and by whom it was last changed stands in its last op. */
async function entryOf({ id, v, type, data }: StoredSnapshot, store: Store): Promise<DirectoryEntry | null> {
  const [last] = await store.readOps(dashboardsCollection, id, v - 1, v);
  const updatedAt = last?.m?.ts ?? 0;
  const updatedBy = last?.m?.u === undefined ? null : { id: last.m.u, name: last.m.n ?? '' };
  const dashboard = (type === null ? last?.m?.['data'] : data) as Dashboard | undefined;
  if (dashboard === undefined) return null;
  return { id, v, ...summary(dashboard), updatedAt, updatedBy, deletedAt: type === null ? updatedAt : null };
}
