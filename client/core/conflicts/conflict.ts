import type { Conflict } from '../../../model/conflict-book.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { addWidget, replaceAt } from '../../../model/edits.ts';
import type { ErrorCode } from '../../../model/errors.ts';
import type { Json, Op, Path } from '../../../model/json0.ts';
import { valueAt } from '../../../model/op-paths.ts';
import { inOrder } from '../../../model/order.ts';

/** How a conflict can be decided: for a field, its value; for what was deleted, whether it comes back. */
export type Choice = 'mine' | 'theirs' | 'both' | 'back' | 'leave';

/** What came of a choice: it changed something, there was nothing to change, or it cannot be made. */
export type Decision = { readonly status: 'changed' | 'nothing' } | { readonly status: 'refused'; readonly code: ErrorCode; readonly message: string };

/** What stands now: one of the values, something else that somebody chose since; for what was deleted, whether it is there. */
export type Standing = 'mine' | 'theirs' | 'else' | 'there' | 'deleted';

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What of a conflict stands now. */
export function standing({ kind, path, parts }: Conflict, dashboard: Dashboard): Standing {
  if (kind !== 'value') return valueAt(dashboard, path) === undefined ? 'deleted' : 'there';
  for (const side of ['mine', 'theirs'] as const) if (parts.every((part) => same(valueAt(dashboard, part.path), part[side]))) return side;
  return 'else';
}

/** Whether both of two values can be kept, one behind the other: where both are texts that people type. */
export function canKeepBoth({ kind, parts }: Conflict): boolean {
  const [only] = parts;
  return kind === 'value' && parts.length === 1 && only !== undefined && isTyped(only.path) && typeof only.mine === 'string' && typeof only.theirs === 'string';
}

/** Texts of many words: of others, two are no text. */
const isTyped = (path: Path): boolean => path.at(-1) === 'text' || path.at(-1) === 'description' || path.includes('cells');

/** The edit that a choice is: empty where it stands already. */
export function choiceOp(conflict: Conflict, choice: Choice, dashboard: Dashboard): Op {
  const { path, parts, thing } = conflict;
  switch (choice) {
    case 'mine':
    case 'theirs':
      return parts.flatMap((part) => setIfThere(dashboard, part.path, part[choice]));
    case 'both':
      return parts.flatMap(({ path: at, mine, theirs }) => (typeof mine === 'string' && typeof theirs === 'string' ? setIfThere(dashboard, at, `${theirs}${at.includes('cells') ? ' ' : '\n\n'}${mine}`) : []));
    case 'back':
      return thing === undefined || valueAt(dashboard, path) !== undefined ? [] : bringBack(dashboard, path, thing);
    case 'leave':
      return [];
  }
}

/** What a field belongs to may be gone meanwhile. */
function setIfThere(dashboard: Dashboard, path: Path, value: Json | undefined): Op {
  return valueAt(dashboard, path.slice(0, -1)) === undefined ? [] : replaceAt(dashboard, path, value);
}

function bringBack(dashboard: Dashboard, path: Path, thing: Json): Op {
  const [root, id = ''] = path.map(String);
  if (root !== 'widgets' || path.length > 2) return setIfThere(dashboard, path, thing);
  const widget = thing as unknown as Dashboard['widgets'][string];
  // its tab may be gone too
  const tab = dashboard.tabs[widget.tab] === undefined ? (inOrder(dashboard.tabs)[0]?.[0] ?? widget.tab) : widget.tab;
  return addWidget(dashboard, { ...widget, tab }, id);
}
