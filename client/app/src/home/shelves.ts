import type { HomeDashboard } from './home-dashboard';

/** The list as it lies on the page: where people are, and the rest. */
export interface Shelves {
  readonly here: readonly HomeDashboard[];
  readonly recent: readonly HomeDashboard[];
}

/** Each dashboard where it belongs. */
export function shelve(dashboards: readonly HomeDashboard[]): Shelves {
  return { here: dashboards.filter(({ people }) => people.length > 0), recent: dashboards.filter(({ people }) => people.length === 0) };
}

/**
 * Each dashboard where it lies already, with what is new about it, so that nothing moves under a pointer because of someone else.
 * New ones lie behind the others; those that are `gone` by one's own hand go.
 */
export function keepShelves(before: Shelves, dashboards: readonly HomeDashboard[], gone: (id: string) => boolean): Shelves {
  const now = new Map(dashboards.map((one) => [one.id, one]));
  const known = new Set([...before.here, ...before.recent].map(({ id }) => id));
  const kept = (shelf: readonly HomeDashboard[]): HomeDashboard[] => shelf.filter(({ id }) => !gone(id)).map((one) => now.get(one.id) ?? one);
  return { here: kept(before.here), recent: [...kept(before.recent), ...dashboards.filter(({ id }) => !known.has(id))] };
}
