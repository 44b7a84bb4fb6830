import type { Dashboard } from '../../model/dashboard.ts';
import { innerLimits } from '../../model/limits.ts';
import type { User } from '../../model/protocol.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import type { Directory } from '../access/directory.ts';
import { may } from '../access/policy.ts';
import type { Connected } from '../gate/connected.ts';
import type { TimelineEntry, TimelinePage } from '../history/timeline.ts';
import { specOf } from '../../model/widgets/widget-kinds.ts';
import type { Engine } from '../sync/engine.ts';

export interface AdminViewParts {
  readonly directory: Directory;
  readonly engine: Pick<Engine, 'read'>;
  /** The connections of this server, and of each of the others. */
  readonly connectedHere: () => readonly Connected[];
  readonly connectedElsewhere: () => Promise<readonly (readonly Connected[])[]>;
}

/** What an admin needs to know of a dashboard to go there. */
interface Named {
  /** Null for one that is not known any more. */
  readonly title: string | null;
  /** Whether they may see its history on the board itself: for that they need a role there. */
  readonly canOpen: boolean;
}

/** What the admin area shows beside the histories: titles, and who is connected. */
export class AdminView {
  private readonly parts: AdminViewParts;

  constructor(parts: AdminViewParts) {
    this.parts = parts;
  }

  /** A page of the audit log, with what the dashboards are called. */
  shown(user: User, { entries, cursor }: TimelinePage): { readonly entries: readonly (TimelineEntry & Named)[]; readonly cursor: string | null } {
    return { entries: entries.map((entry) => ({ ...entry, ...this.named(user, entry.dashboard) })), cursor };
  }

  titleOf(id: string): string | null {
    return this.parts.directory.entry(id)?.summary.get().title ?? null;
  }

  /** Dashboards, deleted ones too, with a word of their title that begins like the query; by title. */
  findDashboards(query: string): { readonly id: string; readonly title: string; readonly deletedAt: number | null }[] {
    const wanted = folded(query.trim());
    const found: { id: string; title: string; deletedAt: number | null }[] = [];
    for (const { id, summary, deletedAt } of this.parts.directory.all()) {
      const { title } = summary.get();
      const name = folded(title);
      if (name.startsWith(wanted) || name.includes(` ${wanted}`)) found.push({ id, title, deletedAt });
    }
    return found.sort((a, b) => a.title.localeCompare(b.title) || (a.id < b.id ? -1 : 1)).slice(0, innerLimits.adminFoundMax);
  }

  /** Who is connected to which server, and where they are. */
  async connected(user: User): Promise<{ readonly servers: number; readonly connections: readonly (Omit<Connected, 'places'> & { readonly places: readonly (Connected['places'][number] & Named & { readonly widgetTitle: string | null })[] })[] }> {
    const { connectedHere, connectedElsewhere } = this.parts;
    const elsewhere = await connectedElsewhere();
    const all = [...connectedHere(), ...elsewhere.flat()].sort((a, b) => a.user.name.localeCompare(b.user.name) || a.since - b.since);
    const connections = await Promise.all(all.map(async ({ places, ...connection }) => ({
      ...connection, places: await Promise.all(places.map(async (place) => ({ ...place, ...this.named(user, place.dashboard), widgetTitle: await this.widgetTitle(place.dashboard, place.widget) }))),
    })));
    return { servers: 1 + elsewhere.length, connections };
  }

  /** Whether somebody has a role that shows them a dashboard's history on the board. */
  mayOpen({ id: userId }: User, dashboard: string): boolean {
    return may(this.parts.directory.role(dashboard, userId), 'edit');
  }

  private named(user: User, dashboard: string): Named {
    return { title: this.titleOf(dashboard), canOpen: this.mayOpen(user, dashboard) };
  }

  private async widgetTitle(dashboard: string, widget: string | null): Promise<string | null> {
    if (widget === null) return null;
    // it is open, so it is in memory; one that cannot be read hides no person
    const state = await this.parts.engine.read(dashboardsCollection, dashboard).catch(() => null);
    if (state?.type == null) return null;
    const { widgets, datasets } = state.data as Dashboard;
    const one = widgets[widget];
    return one === undefined ? (datasets[widget]?.title ?? null) : (one.title.trim() || specOf(one.kind).name);
  }
}

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
