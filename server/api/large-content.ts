import { keysInOrder } from '../evidence/canonical-json.ts';
import { cellCount, parseDashboard, type Dashboard } from '../../model/dashboard.ts';
import { CoboardError } from '../../model/errors.ts';
import { innerLimits, limits } from '../../model/limits.ts';
import { isMap } from '../../model/maps.ts';
import { upgraded } from '../../model/migrations.ts';

const counts = { widgets: limits.widgetsMax, datasets: limits.datasetsMax } as const;

/**
 * A whole dashboard that a client made, parsed a few of its parts at a time: one of two megabytes can have tens of thousands of them.
 * @param inTurn resolves when it may go on
 * @throws CoboardError as `migrate` does
 */
export async function parseInTurns(content: unknown, inTurn: () => Promise<void>): Promise<Dashboard> {
  const document = upgraded(content);
  const { widgets, datasets } = document;
  if (!isMap(widgets) || !isMap(datasets)) return parseDashboard({ ...document, widgets: isMap(widgets) ? {} : widgets, datasets: isMap(datasets) ? {} : datasets });
  for (const [field, most] of Object.entries(counts)) {
    if (Object.keys(document[field] as object).length > most) throw new CoboardError('DOCUMENT_INVALID', `${field}: at most ${String(most)} entries`);
  }
  // the rest of it once, and then nothing but the parts
  const rest = parseDashboard({ ...document, widgets: {}, datasets: {} });
  const none = { ...rest, variables: {} };
  const parsed: { widgets: Dashboard['widgets'][string][]; datasets: Dashboard['datasets'][string][] } = { widgets: [], datasets: [] };
  const pages = [...pagesOf(widgets, innerLimits.contentWidgetsAtOnce).map((page) => ({ widgets: page })), ...pagesOf(datasets, 1).map((page) => ({ datasets: page }))];
  for (const page of pages) {
    await inTurn();
    const part = parseDashboard({ ...none, ...page });
    // a part at a time here is less at once when the whole is sealed
    parsed.widgets.push(...Object.values(part.widgets).map(keysInOrder));
    parsed.datasets.push(...Object.values(part.datasets).map(keysInOrder));
  }
  const named = <T>(map: object, parts: readonly T[]): Record<string, T> => Object.fromEntries(Object.keys(map).map((id, i) => [id, parts[i] as T]));
  const dashboard: Dashboard = { ...rest, widgets: named(widgets, parsed.widgets), datasets: named(datasets, parsed.datasets) };
  if (cellCount(dashboard.datasets) > limits.datasetCellsMax) throw new CoboardError('DOCUMENT_FULL', `Datasets hold at most ${String(limits.datasetCellsMax)} cells.`);
  await inTurn();
  return dashboard;
}

function pagesOf(map: Readonly<Record<string, unknown>>, size: number): Record<string, unknown>[] {
  const entries = Object.entries(map);
  return Array.from({ length: Math.ceil(entries.length / size) }, (_, i) => Object.fromEntries(entries.slice(i * size, (i + 1) * size)));
}
