import type { Dashboard } from '../dashboard.ts';
import type { Op } from '../json0.ts';
import { opWords } from '../op-words.ts';
import { thingsOf } from './change.ts';
import { restoreOp } from './restore.ts';

/** What is different between two moments of a dashboard. */
export interface Differences {
  /** Widgets by id: those that only the later one has, those that only the earlier one has, and what was changed, in words. */
  readonly added: ReadonlySet<string>;
  readonly removed: ReadonlySet<string>;
  readonly changed: ReadonlyMap<string, readonly string[]>;
  /** Widgets of both moments that draw other data, by id: what differs in them, in words. */
  readonly data: ReadonlyMap<string, readonly string[]>;
  /** Everything else, in words; data too. */
  readonly other: readonly string[];
}

export function differences(before: Dashboard, after: Dashboard): Differences {
  const op = restoreOp(before, after);
  const parts = new Map<string, Op>();
  for (const component of op) {
    const [thing = 'dashboard'] = thingsOf([component]);
    parts.set(thing, [...(parts.get(thing) ?? []), component]);
  }
  const changed = new Map<string, readonly string[]>();
  const data = new Map<string, readonly string[]>();
  const other: string[] = [];
  for (const [thing, part] of parts) {
    const id = thing.startsWith('widget:') ? thing.slice('widget:'.length) : null;
    if (id === null) {
      other.push(...opWords(part, before, after));
      // its name is not drawn
      const drawn = part.filter(({ p }) => p[0] === 'datasets' && p[2] !== 'title');
      if (drawn.length > 0) for (const widget of drawing(String(drawn[0]?.p[1]), before, after)) data.set(widget, opWords(drawn, before, after));
    }
    else if (before.widgets[id] !== undefined && after.widgets[id] !== undefined) changed.set(id, opWords(part, before, after));
  }
  const only = (one: Dashboard, two: Dashboard): Set<string> => new Set(Object.keys(one.widgets).filter((id) => two.widgets[id] === undefined));
  return { added: only(after, before), removed: only(before, after), changed, data, other };
}

/** The widgets that both have and that draw a dataset. */
function drawing(dataset: string, before: Dashboard, after: Dashboard): string[] {
  return Object.entries(after.widgets).flatMap(([id, { settings }]) => ('dataset' in settings && settings.dataset === dataset && before.widgets[id] !== undefined ? [id] : []));
}
