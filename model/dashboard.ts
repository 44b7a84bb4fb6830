import * as v from 'valibot';
import { CoboardError } from './errors.ts';
import { Id } from './id.ts';
import { limits } from './limits.ts';
import { mapById } from './maps.ts';
import { Order } from './order-schema.ts';
import { finite, typedText } from './text-fields.ts';
import { bar } from './widgets/bar.ts';
import { checklist } from './widgets/checklist.ts';
import { kpi } from './widgets/kpi.ts';
import { note } from './widgets/note.ts';
import { pie } from './widgets/pie.ts';
import { table } from './widgets/table.ts';
import { timeseries } from './widgets/timeseries.ts';

/** The version of the document's shape that this code writes. See `migrations.ts`. */
export const schemaVersion = 1;

const Title = typedText(limits.titleCharsMax);

/** A map keyed by id with at most `countMax` entries. */
const mapOf = <S extends v.GenericSchema>(item: S, countMax: number) =>
  v.pipe(mapById(item), v.check((map) => Object.keys(map).length <= countMax, `at most ${String(countMax)} entries`));

export const Tab = v.strictObject({ title: Title, order: Order });
export type Tab = v.InferOutput<typeof Tab>;

/** A value that widgets may refer to; reserved for filters. */
export const Variable = v.strictObject({ label: Title, value: v.union([typedText(limits.cellCharsMax), finite, v.null()]) });
export type Variable = v.InferOutput<typeof Variable>;

const whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** Where a widget lies: whole columns and rows from the top left. Each field is a key of its own, so a move and a resize merge. */
export const Box = v.strictObject({
  x: whole(0, limits.gridColumns - 1),
  y: whole(0, limits.gridRowsMax),
  w: whole(1, limits.gridColumns),
  h: whole(1, 100),
});
export type Box = v.InferOutput<typeof Box>;
export type BoxField = keyof Box;

const widgetOf = <K extends string, S extends v.GenericSchema>(spec: { readonly kind: K; readonly settings: S }) =>
  v.strictObject({ kind: v.literal(spec.kind), tab: Id, title: Title, box: Box, settings: spec.settings });

export const Widget = v.variant('kind', [
  widgetOf(kpi), widgetOf(timeseries), widgetOf(bar), widgetOf(pie), widgetOf(table), widgetOf(note), widgetOf(checklist),
]);
export type Widget = v.InferOutput<typeof Widget>;
export type WidgetOf<K extends Widget['kind']> = Extract<Widget, { kind: K }>;

export const Column = v.strictObject({ name: Title, type: v.picklist(['text', 'number', 'date']), order: Order });
export type Column = v.InferOutput<typeof Column>;

/** A cell's value. Dates are ISO 8601 strings; null or no key: empty. What does not fit the column's type is shown, not drawn. */
export const Cell = v.union([typedText(limits.cellCharsMax), finite, v.null()]);
export type Cell = v.InferOutput<typeof Cell>;

export const Row = v.strictObject({ order: Order, cells: mapById(Cell) });
export type Row = v.InferOutput<typeof Row>;

/** A small table that lives in the dashboard, edited cell by cell, and read by charts. */
export const Dataset = v.strictObject({
  title: Title,
  columns: mapOf(Column, limits.datasetColumnsMax),
  rows: mapOf(Row, limits.datasetRowsMax),
});
export type Dataset = v.InferOutput<typeof Dataset>;

/** The dashboard document. Maps keyed by id, never lists, so that edits of different things never conflict. */
export const Dashboard = v.strictObject({
  schema: v.literal(schemaVersion),
  title: Title,
  description: typedText(limits.descriptionCharsMax),
  tabs: mapOf(Tab, limits.tabsMax),
  variables: mapOf(Variable, limits.variablesMax),
  widgets: mapOf(Widget, limits.widgetsMax),
  datasets: mapOf(Dataset, limits.datasetsMax),
});
export type Dashboard = v.InferOutput<typeof Dashboard>;

/** How many cells the datasets hold, filled or not: rows times columns. */
export function cellCount(datasets: Dashboard['datasets']): number {
  let count = 0;
  for (const dataset of Object.values(datasets)) count += Object.keys(dataset.columns).length * Object.keys(dataset.rows).length;
  return count;
}

/**
 * Parses a dashboard of the current schema.
 * @throws CoboardError DOCUMENT_INVALID with the path that is wrong, DOCUMENT_FULL with too many cells
 */
export function parseDashboard(data: unknown): Dashboard {
  const result = v.safeParse(Dashboard, data, { abortEarly: true });
  if (!result.success) throw new CoboardError('DOCUMENT_INVALID', describeIssue(result.issues[0]));
  if (cellCount(result.output.datasets) > limits.datasetCellsMax) {
    throw new CoboardError('DOCUMENT_FULL', `Datasets hold at most ${String(limits.datasetCellsMax)} cells.`);
  }
  return result.output;
}

/** An issue repeats what was refused, however long that is. */
const issueCharsMax = 150;

/** Where and what a schema refused, in one line. */
export function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = issue.path?.map((item) => String(item.key)).join('.');
  const message = issue.message.length > issueCharsMax ? `${issue.message.slice(0, issueCharsMax)}…` : issue.message;
  return path === undefined || path.length > issueCharsMax ? message : `${path}: ${message}`;
}
