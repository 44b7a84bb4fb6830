import type { WidgetKind } from '@coboard/core';
import type { IconNode } from '@coboard/angular';
import { ChartBar, ChartLine, ChartPie, Gauge, ListChecks, NotebookPen, Table2 } from 'lucide';

const icons: Readonly<Record<WidgetKind, IconNode>> = {
  kpi: Gauge, timeseries: ChartLine, bar: ChartBar, pie: ChartPie, table: Table2, note: NotebookPen, checklist: ListChecks,
};

/** The icon of a kind of widget. */
export const kindIcon = (kind: WidgetKind): IconNode => icons[kind];
