import { schemaVersion, type Box, type Cell, type Dashboard, type Dataset, type WidgetOf } from '../dashboard.ts';
import { newId, type RandomBytes } from '../id.ts';
import { ordersAfter } from '../order.ts';
import { specOf, widgetKinds, type WidgetKind } from '../widgets/widget-kinds.ts';

/** What a template needs from outside: the day it is made, ids and chance. */
export interface TemplateContext {
  /** Today, ISO 8601 (`2026-11-20`). */
  readonly today: string;
  readonly random: () => number;
  readonly randomBytes?: RandomBytes;
}

type ColumnSpec = readonly [name: string, type: 'text' | 'number' | 'date'];

/** Puts a dashboard together part by part; ids and orders are made here. */
export class DashboardBuilder {
  readonly dashboard: Dashboard;
  private readonly context: TemplateContext;

  constructor(title: string, context: TemplateContext) {
    this.context = context;
    this.dashboard = { schema: schemaVersion, title, description: '', tabs: {}, variables: {}, widgets: {}, datasets: {} };
  }

  private id(): string {
    return newId(this.context.randomBytes);
  }

  /** Tabs in order; gives their ids. */
  tabs(...titles: string[]): string[] {
    const orders = ordersAfter(null, titles.length, this.context.random);
    return titles.map((title, i) => {
      const id = this.id();
      this.dashboard.tabs[id] = { title, order: orders[i] ?? '' };
      return id;
    });
  }

  /** A dataset from columns and rows of values; gives its id and its columns' ids by name. */
  dataset(title: string, columns: readonly ColumnSpec[], rows: readonly (readonly Cell[])[]): { id: string; column: Record<string, string> } {
    const dataset: Dataset = { title, columns: {}, rows: {} };
    const column: Record<string, string> = {};
    const columnOrders = ordersAfter(null, columns.length, this.context.random);
    columns.forEach(([name, type], i) => {
      const id = this.id();
      column[name] = id;
      dataset.columns[id] = { name, type, order: columnOrders[i] ?? '' };
    });
    const ids = Object.values(column);
    const rowOrders = ordersAfter(null, rows.length, this.context.random);
    rows.forEach((values, i) => {
      const cells: Record<string, Cell> = {};
      values.forEach((value, k) => {
        const key = ids[k];
        if (key !== undefined && value !== null) cells[key] = value;
      });
      dataset.rows[this.id()] = { order: rowOrders[i] ?? '', cells };
    });
    const id = this.id();
    this.dashboard.datasets[id] = dataset;
    return { id, column };
  }

  /** A widget with its kind's defaults, where they are not given. Position and size in columns and rows. */
  widget<K extends WidgetKind>(
    tab: string, kind: K, title: string, [x, y, w, h]: readonly [number, number, number, number], settings: Partial<WidgetOf<K>['settings']>,
  ): this {
    const box: Box = { x, y, w, h };
    const all = { ...(specOf(kind).defaults as object), ...settings };
    this.dashboard.widgets[this.id()] = { kind: widgetKinds[kind].kind, tab, title, box, settings: all } as unknown as Dashboard['widgets'][string];
    return this;
  }

  /** Items of a checklist, in order. */
  items(...items: readonly (readonly [text: string, doneBy: string | null])[]): WidgetOf<'checklist'>['settings']['items'] {
    const orders = ordersAfter(null, items.length, this.context.random);
    return Object.fromEntries(items.map(([text, doneBy], i) => [this.id(), { text, done: doneBy !== null, order: orders[i] ?? '', doneBy }]));
  }

  /** The last `count` days up to today, oldest first. */
  days(count: number): string[] {
    const today = Date.parse(`${this.context.today}T00:00:00Z`);
    return Array.from({ length: count }, (_, i) => new Date(today - (count - 1 - i) * 86_400_000).toISOString().slice(0, 10));
  }

  /** A walk that looks like a business: a trend, a week's rhythm and some chance. */
  wave(count: number, start: number, end: number, weekly: number, noise: number): number[] {
    return Array.from({ length: count }, (_, i) => {
      const trend = start + ((end - start) * i) / Math.max(1, count - 1);
      const rhythm = 1 + weekly * Math.sin((2 * Math.PI * i) / 7);
      return Math.max(0, Math.round(trend * rhythm * (1 + noise * (this.context.random() - 0.5) * 2)));
    });
  }
}
