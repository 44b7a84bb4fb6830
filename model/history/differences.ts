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
  /** Everything else, in words. */
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
  const other: string[] = [];
  for (const [thing, part] of parts) {
    const id = thing.startsWith('widget:') ? thing.slice('widget:'.length) : null;
    if (id === null) other.push(...opWords(part, before, after));
    else if (before.widgets[id] !== undefined && after.widgets[id] !== undefined) changed.set(id, opWords(part, before, after));
  }
  const only = (one: Dashboard, two: Dashboard): Set<string> => new Set(Object.keys(one.widgets).filter((id) => two.widgets[id] === undefined));
  return { added: only(after, before), removed: only(before, after), changed, other };
}
