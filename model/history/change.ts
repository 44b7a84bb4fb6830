import type { Dashboard } from '../dashboard.ts';
import type { Op, Path } from '../json0.ts';
import { opPaths, touchedBy, valueAt } from '../op-paths.ts';

/** Kinds of change that a history can be filtered by. */
export const changeKinds = ['created', 'deleted', 'restored', 'added', 'removed', 'moved', 'renamed', 'text', 'setting', 'data', 'access'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** What a change is about, as one word: `access`, `dashboard`, `widget:ID`, `tab:ID`, `variable:ID` or `dataset:ID`. */
export type Thing = string;

/** What an op is about, the first-mentioned first. */
export function thingsOf(op: Op): Thing[] {
  return [...new Set(opPaths(op).map((path) => {
    const touched = touchedBy(path);
    return touched.part === 'dashboard' ? 'dashboard' : `${touched.part}:${touched.id}`;
  }))];
}

/** What kinds of change an op makes to a dashboard. */
export function kindsOf(op: Op, before: Dashboard, after: Dashboard): ChangeKind[] {
  return [...new Set(opPaths(op).map((path) => kindOf(path, before, after)))];
}

function kindOf(path: Path, before: Dashboard, after: Dashboard): ChangeKind {
  const [root, , field, key, , leaf] = path.map(String);
  const isWhole = path.length === 2 || (root === 'datasets' && path.length === 4 && (field === 'rows' || field === 'columns'));
  if (isWhole || (root === 'widgets' && key === 'items' && path.length === 5)) {
    if (valueAt(after, path) === undefined) return root === 'datasets' && path.length === 4 ? 'data' : 'removed';
    if (valueAt(before, path) === undefined) return root === 'datasets' && path.length === 4 ? 'data' : 'added';
  }
  if (root === 'title' || field === 'title') return 'renamed';
  if (root === 'description' || key === 'text' || leaf === 'text') return 'text';
  if (field === 'box' || field === 'tab' || field === 'order' || leaf === 'order') return 'moved';
  return root === 'datasets' ? 'data' : 'setting';
}
