import { cellCount, type Box, type BoxField, type Cell, type Column, type Dashboard, type Dataset, type Row, type Tab, type Widget } from './dashboard.ts';
import { CoboardError } from './errors.ts';
import { newId } from './id.ts';
import type { Component, Json, Op, Path } from './json0.ts';
import { limits } from './limits.ts';
import { valueAt } from './op-paths.ts';
import { inOrder, orderBetween } from './order.ts';
import { textEdit } from './text-edit.ts';
import type { ChecklistItem } from './widgets/checklist.ts';

/**
 * Typed edits: each takes the dashboard as it is now and gives the json0 operation that makes the change, with what stood
 * there before as `od`, so that it inverts. An edit that would change nothing gives `[]`.
 */

/** Puts, replaces or (with undefined) removes what stands at a path. */
export function replaceAt(dashboard: Dashboard, path: Path, value: Json | undefined): Op {
  const before = valueAt(dashboard, path) as Json | undefined;
  if (before === value) return [];
  if (value === undefined) return before === undefined ? [] : [{ p: path, od: before }];
  return [before === undefined ? { p: path, oi: value } : { p: path, od: before, oi: value }];
}

/**
 * Changes a text by what differs, so that two people can type in it at once.
 * @throws CoboardError OP_TARGET_MISSING if there is no text at the path
 */
export function editText(dashboard: Dashboard, path: Path, text: string, caret?: number): Op {
  const before = valueAt(dashboard, path);
  if (typeof before !== 'string') throw new CoboardError('OP_TARGET_MISSING', 'There is no text to edit.');
  const components = textEdit(before, text, caret);
  return components.length === 0 ? [] : [{ p: path, t: 'text0', o: components }];
}

const entry = (...path: string[]): Path => path;

/** The order behind the last of a map. */
function lastOrder(map: Readonly<Record<string, { readonly order: string }>>): string {
  return orderBetween(inOrder(map).at(-1)?.[1].order ?? null, null);
}

/** The order that puts a thing at an index among the others of its map. */
export function orderAt(map: Readonly<Record<string, { readonly order: string }>>, id: string, index: number): string {
  const others = inOrder(map).filter(([other]) => other !== id);
  let before = others[index - 1]?.[1].order ?? null;
  const after = others[index]?.[1].order ?? null;
  // two with the very same order: nothing fits between them, so go in front of both
  if (before !== null && after !== null && before >= after) before = others.findLast(([, other]) => other.order < after)?.[1].order ?? null;
  return orderBetween(before, after);
}

// Tabs

export function addTab(dashboard: Dashboard, title: string, id: string = newId()): Op {
  return replaceAt(dashboard, entry('tabs', id), { title, order: lastOrder(dashboard.tabs) } satisfies Tab);
}

export function moveTab(dashboard: Dashboard, id: string, index: number): Op {
  return replaceAt(dashboard, entry('tabs', id, 'order'), orderAt(dashboard.tabs, id, index));
}

/** Removes a tab with its widgets. @throws CoboardError OP_RESULT_INVALID for the last tab */
export function removeTab(dashboard: Dashboard, id: string): Op {
  if (Object.keys(dashboard.tabs).length <= 1) throw new CoboardError('OP_RESULT_INVALID', 'A dashboard keeps at least one tab.');
  const widgets = Object.keys(dashboard.widgets).filter((widget) => dashboard.widgets[widget]?.tab === id);
  return [...removeWidgets(dashboard, widgets), ...replaceAt(dashboard, entry('tabs', id), undefined)];
}

// Widgets

export function addWidget(dashboard: Dashboard, widget: Widget, id: string = newId()): Op {
  return replaceAt(dashboard, entry('widgets', id), widget);
}

export function removeWidgets(dashboard: Dashboard, ids: readonly string[]): Op {
  return ids.flatMap((id) => replaceAt(dashboard, entry('widgets', id), undefined));
}

/** Moves or resizes a widget: only the fields of its box that differ are set, so that a move and a resize at once both hold. */
export function setBox(dashboard: Dashboard, id: string, box: Partial<Box>): Op {
  if (dashboard.widgets[id] === undefined) return [];
  return (Object.keys(box) as BoxField[]).flatMap((field) => replaceAt(dashboard, entry('widgets', id, 'box', field), box[field]));
}

/** Moves a widget's top left corner, within the grid. */
export function moveWidget(dashboard: Dashboard, id: string, to: { readonly x: number; readonly y: number; readonly tab?: string }): Op {
  const widget = dashboard.widgets[id];
  if (widget === undefined) return [];
  const x = Math.max(0, Math.min(limits.gridColumns - widget.box.w, to.x));
  const y = Math.max(0, Math.min(limits.gridRowsMax, to.y));
  return [...setBox(dashboard, id, { x, y }), ...(to.tab === undefined ? [] : replaceAt(dashboard, entry('widgets', id, 'tab'), to.tab))];
}

/** Sets one setting. Texts that people type are changed by {@link editText} instead, so that they merge. */
export function setSetting(dashboard: Dashboard, id: string, key: string, value: Json): Op {
  if (dashboard.widgets[id] === undefined) return [];
  return replaceAt(dashboard, entry('widgets', id, 'settings', key), value);
}

/** Switches one column of a setting that holds several on or off. */
export function setColumnChoice(dashboard: Dashboard, id: string, key: string, column: string, chosen: boolean): Op {
  if (dashboard.widgets[id] === undefined) return [];
  return replaceAt(dashboard, entry('widgets', id, 'settings', key, column), chosen ? true : undefined);
}

export function addChecklistItem(dashboard: Dashboard, widget: string, text: string, id: string = newId()): Op {
  const found = dashboard.widgets[widget];
  if (found?.kind !== 'checklist') return [];
  const item: ChecklistItem = { text, done: false, order: lastOrder(found.settings.items), doneBy: null };
  return replaceAt(dashboard, entry('widgets', widget, 'settings', 'items', id), item);
}

export function removeChecklistItem(dashboard: Dashboard, widget: string, id: string): Op {
  return replaceAt(dashboard, entry('widgets', widget, 'settings', 'items', id), undefined);
}

/** Checks an item off (or opens it again) and says who did. */
export function checkItem(dashboard: Dashboard, widget: string, id: string, done: boolean, by: string): Op {
  const path = entry('widgets', widget, 'settings', 'items', id);
  if (valueAt(dashboard, path) === undefined) return [];
  return [...replaceAt(dashboard, [...path, 'done'], done), ...replaceAt(dashboard, [...path, 'doneBy'], done ? by : null)];
}

// Datasets

export function addDataset(dashboard: Dashboard, dataset: Dataset, id: string = newId()): Op {
  const cells = cellCount(dashboard.datasets) + cellCount({ [id]: dataset });
  if (cells > limits.datasetCellsMax) throw cellsFull();
  return replaceAt(dashboard, entry('datasets', id), dataset);
}

export function removeDataset(dashboard: Dashboard, id: string): Op {
  return replaceAt(dashboard, entry('datasets', id), undefined);
}

export function addColumn(dashboard: Dashboard, dataset: string, column: Pick<Column, 'name' | 'type'>, id: string = newId()): Op {
  const found = dashboard.datasets[dataset];
  if (found === undefined) return [];
  if (cellCount(dashboard.datasets) + Object.keys(found.rows).length > limits.datasetCellsMax) throw cellsFull();
  return replaceAt(dashboard, entry('datasets', dataset, 'columns', id), { ...column, order: lastOrder(found.columns) });
}

/** Removes a column and its cells in every row. */
export function removeColumn(dashboard: Dashboard, dataset: string, id: string): Op {
  const found = dashboard.datasets[dataset];
  if (found === undefined) return [];
  const cells = Object.keys(found.rows).flatMap((row) => replaceAt(dashboard, entry('datasets', dataset, 'rows', row, 'cells', id), undefined));
  return [...cells, ...replaceAt(dashboard, entry('datasets', dataset, 'columns', id), undefined)];
}

/** Adds rows behind the last one. `cells` are keyed by column id. */
export function addRows(dashboard: Dashboard, dataset: string, rows: readonly { readonly id?: string; readonly cells: Readonly<Record<string, Cell>> }[]): Op {
  const found = dashboard.datasets[dataset];
  if (found === undefined) return [];
  const more = rows.length * Object.keys(found.columns).length;
  if (cellCount(dashboard.datasets) + more > limits.datasetCellsMax) throw cellsFull();
  let order = inOrder(found.rows).at(-1)?.[1].order ?? null;
  return rows.map((row): Component => {
    order = orderBetween(order, null);
    const value: Row = { order, cells: { ...row.cells } };
    return { p: entry('datasets', dataset, 'rows', row.id ?? newId()), oi: value };
  });
}

export function removeRows(dashboard: Dashboard, dataset: string, ids: readonly string[]): Op {
  return ids.flatMap((id) => replaceAt(dashboard, entry('datasets', dataset, 'rows', id), undefined));
}

/** Sets a cell; a text that was there changes by what differs, so that two people can type in one cell. null empties it. */
export function setCell(dashboard: Dashboard, dataset: string, row: string, column: string, value: Cell): Op {
  const cells = dashboard.datasets[dataset]?.rows[row]?.cells;
  if (cells === undefined) return [];
  const path = entry('datasets', dataset, 'rows', row, 'cells', column);
  if (typeof cells[column] === 'string' && typeof value === 'string') return editText(dashboard, path, value);
  return replaceAt(dashboard, path, value ?? undefined);
}

function cellsFull(): CoboardError {
  return new CoboardError('DOCUMENT_FULL', `Datasets hold at most ${String(limits.datasetCellsMax)} cells.`);
}
