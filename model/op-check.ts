import * as v from 'valibot';
import { applyShared } from './apply-shared.ts';
import { Column, Dashboard, Dataset, Row, Tab, Variable, Widget, cellCount, describeIssue } from './dashboard.ts';
import { CoboardError } from './errors.ts';
import type { Component, Json, Op, Path } from './json0.ts';
import { limits } from './limits.ts';
import { opPaths, valueAt } from './op-paths.ts';

/** The schema of the smallest part that a path lies in and that can be checked by itself, and the path to that part. */
function partOf(path: Path): { readonly at: Path; readonly schema: v.GenericSchema } {
  const [root, , third, fourth] = path;
  if (path.length >= 2) {
    if (root === 'tabs') return { at: path.slice(0, 2), schema: Tab };
    if (root === 'variables') return { at: path.slice(0, 2), schema: Variable };
    if (root === 'widgets') return { at: path.slice(0, 2), schema: Widget };
    if (root === 'datasets') {
      if (fourth !== undefined && third === 'rows') return { at: path.slice(0, 4), schema: Row };
      if (fourth !== undefined && third === 'columns') return { at: path.slice(0, 4), schema: Column };
      if (third === 'title' && path.length === 3) return { at: path.slice(0, 3), schema: Dataset.entries.title };
      return { at: path.slice(0, 2), schema: Dataset };
    }
  }
  if (path.length === 1 && (root === 'title' || root === 'description')) return { at: path, schema: Dashboard.entries[root] };
  throw new CoboardError('OP_RESULT_INVALID', `Nothing can be changed at ${path.map(String).join('.')}`);
}

/** The maps of a dashboard and how many entries each may have; `roots` are those that may have grown. */
function checkCounts(next: Dashboard, roots: ReadonlySet<unknown>): void {
  const full = (what: string, max: number): void => {
    throw new CoboardError('DOCUMENT_FULL', `A dashboard has at most ${String(max)} ${what}.`);
  };
  const over = (map: object, max: number): boolean => Object.keys(map).length > max;
  if (roots.has('tabs') && over(next.tabs, limits.tabsMax)) full('tabs', limits.tabsMax);
  if (roots.has('variables') && over(next.variables, limits.variablesMax)) full('variables', limits.variablesMax);
  if (roots.has('widgets') && over(next.widgets, limits.widgetsMax)) full('widgets', limits.widgetsMax);
  if (!roots.has('datasets')) return;
  if (over(next.datasets, limits.datasetsMax)) full('datasets', limits.datasetsMax);
  for (const dataset of Object.values(next.datasets)) {
    if (over(dataset.columns, limits.datasetColumnsMax)) full('columns in a dataset', limits.datasetColumnsMax);
    if (over(dataset.rows, limits.datasetRowsMax)) full('rows in a dataset', limits.datasetRowsMax);
  }
  if (cellCount(next.datasets) > limits.datasetCellsMax) full('cells in its datasets', limits.datasetCellsMax);
}

/** An op as it may be applied, and the dashboard after it. */
export interface Admitted {
  /** With what really stood there as `od`, so that it can be inverted whatever its sender claimed and however numbers round. */
  readonly op: Op;
  readonly next: Dashboard;
}

/**
 * Checks that an op may be applied to a dashboard: every changed part matches its schema afterwards and every limit holds. Cost is
 * that of the changed parts, not of the document. Call with the dashboard that the op will be applied to, after transformation.
 *
 * @throws CoboardError OP_INVALID, OP_TARGET_MISSING, OP_RESULT_INVALID (what it would make does not match the schema) or
 *   DOCUMENT_FULL
 */
export function admitOp(dashboard: Dashboard, op: Op): Admitted {
  const exact: Component[] = [];
  const grown = new Set<unknown>();
  const next = applyShared(dashboard, op, (component, before) => {
    exact.push(exactComponent(component, before));
    if ('oi' in component && (before === undefined || typeof component.oi === 'object')) grown.add(component.p[0]);
  });
  for (const path of opPaths(op)) checkPart(next, path);
  checkCounts(next, grown);
  if (next.tabs !== dashboard.tabs && Object.keys(next.tabs).length === 0) throw new CoboardError('OP_RESULT_INVALID', 'A dashboard keeps at least one tab.');
  return { op: exact, next };
}

/** The dashboard after an op. @throws CoboardError as {@link admitOp} */
export const checkOp = (dashboard: Dashboard, op: Op): Dashboard => admitOp(dashboard, op).next;

function checkPart(next: Dashboard, path: Path): void {
  const { at, schema } = partOf(path);
  const part = valueAt(next, at);
  if (part === undefined) {
    if (removable(at)) return;
    throw new CoboardError('OP_RESULT_INVALID', `${at.join('.')} cannot be removed`);
  }
  const id = at.at(-1);
  if (typeof id === 'string' && removable(at) && !isIdKey(id)) throw new CoboardError('OP_RESULT_INVALID', 'not an id');
  const result = v.safeParse(schema, part, { abortEarly: true });
  if (!result.success) throw new CoboardError('OP_RESULT_INVALID', `${at.join('.')}: ${describeIssue(result.issues[0])}`);
}

const isIdKey = (id: string): boolean => id.length <= limits.idCharsMax && /^[A-Za-z0-9_-]+$/.test(id);

/** Whether a part is an entry of a map, which may go, and not a field, which may not. */
const removable = (at: Path): boolean => at.length === 2 || at.length === 4;

/** The op with what really stood there as `od`. @throws CoboardError as {@link applyShared} */
export function exactOp(dashboard: Dashboard, op: Op): Op {
  const exact: Component[] = [];
  applyShared(dashboard, op, (component, before) => {
    exact.push(exactComponent(component, before));
  });
  return exact;
}

function exactComponent(component: Component, before: Json | undefined): Component {
  const { p } = component;
  if ('na' in component && typeof before === 'number') {
    const after = before + component.na;
    // what rounding takes away no subtraction gives back
    return after - component.na === before ? component : { p, od: before, oi: after };
  }
  if (!('oi' in component) && !('od' in component)) return component;
  if (before === undefined) {
    if (component.oi === undefined) throw new CoboardError('OP_TARGET_MISSING', `Nothing at ${p.join('.')}`);
    return { p, oi: component.oi };
  }
  return component.oi === undefined ? { p, od: before } : { p, od: before, oi: component.oi };
}
