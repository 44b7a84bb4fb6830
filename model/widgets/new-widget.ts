import type { Box, Column, Dashboard, Dataset, Widget } from '../dashboard.ts';
import { freePlace } from '../free-place.ts';
import { inOrder } from '../order.ts';
import { specOf, type WidgetKind } from './widget-kinds.ts';

/** The settings of a new widget: the kind's defaults, with the columns of a dataset that fit chosen for it. */
export function suggestSettings(kind: WidgetKind, datasetId: string | null, dataset: Dataset | undefined): Record<string, unknown> {
  const spec = specOf(kind);
  const settings = structuredClone(spec.defaults) as Record<string, unknown>;
  if (datasetId === null || dataset === undefined) return settings;
  const columns = inOrder(dataset.columns);
  const used = new Set<string>();
  const firstOf = (types: readonly string[]): readonly [string, Column] | undefined =>
    types.map((type) => columns.find(([id, column]) => column.type === type && !used.has(id))).find((found) => found !== undefined);
  for (const field of spec.fields) {
    if (field.control === 'dataset') settings[field.key] = datasetId;
    if (field.control === 'column' && !(field.optional && field.key !== 'date')) {
      const found = firstOf(field.types);
      if (found) used.add(found[0]);
      settings[field.key] = found?.[0] ?? null;
    }
    if (field.control === 'columns' && field.key === 'values') {
      const numbers = columns.filter(([, { type }]) => type === 'number').slice(0, 2);
      settings[field.key] = Object.fromEntries(numbers.map(([id]) => [id, true]));
    }
  }
  return settings;
}

/** A title that says what the widget shows: the column's name, or the kind's. */
export function suggestTitle(kind: WidgetKind, settings: Readonly<Record<string, unknown>>, dataset: Dataset | undefined): string {
  const nameOf = (key: string): string | undefined => {
    const id = settings[key];
    return typeof id === 'string' ? dataset?.columns[id]?.name : undefined;
  };
  const value = nameOf('value');
  const category = nameOf('category');
  if (value !== undefined && category !== undefined) return `${value} by ${category.toLowerCase()}`;
  if (kind === 'timeseries' || kind === 'table') return dataset?.title ?? specOf(kind).name;
  return value ?? specOf(kind).name;
}

/** A new widget of a kind at the first free place of a tab, from `fromRow` on. */
export function newWidget(kind: WidgetKind, dashboard: Dashboard, tab: string, datasetId: string | null, fromRow = 0): Widget {
  const dataset = datasetId === null ? undefined : dashboard.datasets[datasetId];
  const settings = suggestSettings(kind, datasetId, dataset);
  const taken = Object.values(dashboard.widgets).filter((widget) => widget.tab === tab).map((widget): Box => widget.box);
  const box = freePlace(taken, specOf(kind).size.initial, fromRow);
  return { kind, tab, title: suggestTitle(kind, settings, dataset), box, settings } as unknown as Widget;
}
