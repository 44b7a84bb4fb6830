import type { HomeDashboard } from './home-dashboard';

/** A dashboard that a search found, and the widget that it was found by where the title is not it. */
export interface FoundDashboard {
  readonly dashboard: HomeDashboard;
  readonly widget: string | null;
}

/** Without case and marks, so that "lub" finds "Lübeck". */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();

/** Dashboards whose title or widgets have every word of a query: those by title first, then those by a widget, else in their order. */
export function findDashboards(dashboards: readonly HomeDashboard[], query: string): FoundDashboard[] {
  const words = folded(query).split(/\s+/).filter((word) => word !== '');
  const has = (text: string): boolean => words.every((word) => folded(text).includes(word));
  const byTitle: FoundDashboard[] = [];
  const byWidget: FoundDashboard[] = [];
  for (const dashboard of dashboards) {
    const widget = dashboard.preview.find(({ title }) => has(title));
    if (has(dashboard.title)) byTitle.push({ dashboard, widget: null });
    else if (widget) byWidget.push({ dashboard, widget: widget.title });
  }
  return [...byTitle, ...byWidget];
}
