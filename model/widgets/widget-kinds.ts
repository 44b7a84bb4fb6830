import { bar } from './bar.ts';
import { checklist } from './checklist.ts';
import { kpi } from './kpi.ts';
import { note } from './note.ts';
import { pie } from './pie.ts';
import { table } from './table.ts';
import { timeseries } from './timeseries.ts';
import type { WidgetKindSpec } from './widget-kind.ts';

/** Every kind of widget by its name in the document. A new kind is a file beside these and a line here. */
export const widgetKinds = { timeseries, kpi, bar, table, pie, note, checklist } as const;

export type WidgetKind = keyof typeof widgetKinds;

/** The spec of a kind, without its exact types: for code that treats all kinds alike. */
export function specOf(kind: WidgetKind): WidgetKindSpec {
  return widgetKinds[kind];
}

/** Every kind, in the order of the gallery. */
export const widgetKindNames = Object.keys(widgetKinds) as WidgetKind[];
