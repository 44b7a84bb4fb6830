import type { Dashboard, Widget } from '../../model/dashboard.ts';
import { thingsMax, type Run } from '../../model/history/run.ts';
import type { Op } from '../../model/json0.ts';
import { innerLimits, limits, serverLimits } from '../../model/limits.ts';
import { dashboardsCollection } from '../../model/protocol.ts';
import { specOf } from '../../model/widgets/widget-kinds.ts';
import type { HistoryIndex } from '../store/history-index.ts';
import type { Engine } from '../sync/engine.ts';
import { facets } from './facets.ts';
import type { HistoryWriter } from './history-writer.ts';

export interface DeletedWidgetsParts {
  readonly engine: Pick<Engine, 'read' | 'readOps'>;
  readonly index: HistoryIndex;
  readonly writer: Pick<HistoryWriter, 'upToDate'>;
}

/** A widget that was there once, as it was called at the end. */
export interface DeletedWidget {
  readonly id: string;
  readonly name: string;
}

/** The widgets of a dashboard that are gone, the last deleted first, at most {@link limits.listPageMax}: found by the lines that tell of deletions. */
export async function deletedWidgets({ engine, index, writer }: DeletedWidgetsParts, id: string): Promise<DeletedWidget[]> {
  await writer.upToDate({ collection: dashboardsCollection, id });
  const { data } = await engine.read(dashboardsCollection, id);
  const here = (data as Dashboard | undefined)?.widgets ?? {};
  const gone = new Map<string, DeletedWidget>();
  const isFull = (): boolean => gone.size >= limits.listPageMax;
  for (let looked = 0, last: { until: number; id: string; from: number } | undefined; looked < innerLimits.deletionsLinesMax && !isFull();) {
    const lines = await index.read({ id, facets: [facets.kind('removed')], count: innerLimits.deletionsPageLines, ...(last === undefined ? {} : { after: last }) });
    for (const { from, to, body } of lines) {
      const { things } = body as Run;
      const mayHave = things.length === thingsMax || things.some((thing) => thing.startsWith('widget:') && here[thing.slice('widget:'.length)] === undefined);
      if (!mayHave || isFull()) continue;
      for (const widget of (await deletedBetween(engine, id, from, to)).reverse()) if (here[widget.id] === undefined && !gone.has(widget.id) && !isFull()) gone.set(widget.id, widget);
    }
    looked += lines.length;
    last = lines.at(-1);
    if (lines.length < innerLimits.deletionsPageLines) break;
  }
  return [...gone.values()];
}

async function deletedBetween(engine: Pick<Engine, 'readOps'>, id: string, from: number, to: number): Promise<DeletedWidget[]> {
  const found: DeletedWidget[] = [];
  for (let at = from; at < to;) {
    const ops = await engine.readOps(dashboardsCollection, id, at, Math.min(to, at + innerLimits.historyPageOps), serverLimits.opsPageBytesMax);
    if (ops.length === 0) break;
    for (const { op } of ops) {
      for (const component of (op ?? []) as Op) {
        const [root, widget] = component.p;
        // what was taken away stands in the op
        if (root !== 'widgets' || component.p.length !== 2 || !('od' in component) || 'oi' in component) continue;
        const { title, kind } = component.od as unknown as Widget;
        found.push({ id: String(widget), name: title.trim() || specOf(kind).name });
      }
    }
    at += ops.length;
  }
  return found;
}
