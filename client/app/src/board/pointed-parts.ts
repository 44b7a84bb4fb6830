import type { Dashboard } from '@coboard/core';

/** What of the board is ringed because something beside it speaks of it. */
export interface PointedParts {
  readonly widgets: ReadonlySet<string>;
  /** Tabs themselves, and those on which such widgets lie that are not in view. */
  readonly tabs: ReadonlySet<string>;
  readonly title: boolean;
  readonly data: boolean;
  readonly access: boolean;
}

/** Where on the board things of a history are, as it is shown on a tab. Of a dataset: the widgets that draw it. What is gone is nowhere. */
export function pointedParts(things: readonly string[], dashboard: Dashboard | null, tab: string): PointedParts {
  const ids = (part: string): Set<string> => new Set(things.flatMap((thing) => (thing.startsWith(`${part}:`) ? [thing.slice(part.length + 1)] : [])));
  const [named, datasets, tabs] = [ids('widget'), ids('dataset'), ids('tab')];
  const widgets = Object.entries(dashboard?.widgets ?? {}).filter(([id, { settings }]) => named.has(id) || ('dataset' in settings && settings.dataset !== null && datasets.has(settings.dataset)));
  return {
    widgets: new Set(widgets.map(([id]) => id)), tabs: new Set([...tabs, ...widgets.map(([, widget]) => widget.tab).filter((one) => one !== tab)]),
    title: things.includes('dashboard'), data: datasets.size > 0, access: things.includes('access'),
  };
}
