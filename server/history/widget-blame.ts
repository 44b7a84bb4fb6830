import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dashboard } from '../../model/dashboard.ts';
import { CoboardError } from '../../model/errors.ts';
import { BlameWalk, sentenceBlame, textPath } from '../../model/history/blame.ts';
import type { Op } from '../../model/json0.ts';
import { innerLimits } from '../../model/limits.ts';
import { valueAt } from '../../model/op-paths.ts';
import { dashboardsCollection, type OpAuthor } from '../../model/protocol.ts';
import type { HistoryIndex, HistoryLine } from '../store/history-index.ts';
import type { StoredOp } from '../store/store.ts';
import type { Engine } from '../sync/engine.ts';
import { facets } from './facets.ts';
import type { HistoryWriter } from './history-writer.ts';

export interface WidgetBlameParts {
  readonly engine: Pick<Engine, 'read' | 'readOps'>;
  readonly index: Pick<HistoryIndex, 'read'>;
  readonly writer: Pick<HistoryWriter, 'upToDate'>;
}

/** Who set what of a widget last, as it is told to a client: numbers point into `marks`. */
export interface WidgetBlameAnswer {
  /** The version that it is true of. */
  readonly v: number;
  readonly marks: readonly { readonly v: number; readonly at: number; readonly by: OpAuthor | null }[];
  readonly fields: Readonly<Record<string, number>>;
  /** Of a note: how long it is, and its sentences; null for what has no long text. */
  readonly text: { readonly length: number; readonly sentences: readonly (readonly [start: number, end: number, mark: number])[] } | null;
}

interface Mark {
  readonly v: number;
  readonly at: number;
  readonly by: OpAuthor | null;
}

type Range = readonly [from: number, to: number];

/**
 * Goes back from now through the ops that a widget was changed by, which the lines of its history name, and no further than it must.
 * @throws CoboardError NOT_FOUND for a widget that is not there
 */
export async function widgetBlame({ engine, index, writer }: WidgetBlameParts, id: string, widgetId: string): Promise<WidgetBlameAnswer> {
  const { v, type, data } = await engine.read(dashboardsCollection, id);
  const widget = type === null ? undefined : (data as Dashboard).widgets[widgetId];
  if (widget === undefined) throw new CoboardError('NOT_FOUND');
  await writer.upToDate({ collection: dashboardsCollection, id });
  const walk = new BlameWalk<Mark>(widgetId, widget);
  for (const [from, to] of await rangesOf(index, id, widgetId, v)) {
    for (let end = to; end > from && !walk.isDone; end -= innerLimits.historyPageOps) {
      const ops = await engine.readOps(dashboardsCollection, id, Math.max(from, end - innerLimits.historyPageOps), end);
      for (const op of ops.toReversed()) {
        if (op.op !== undefined) walk.take(op.op as Op, markOf(op));
        // one that was brought back from the bin is as it was before
        else if (op.v === 0) walk.takeCreation(markOf(op));
      }
      await nextTurn();
    }
    if (walk.isDone) break;
  }
  const text = valueAt(data, textPath(widgetId));
  return answerOf(v, walk.result(), typeof text === 'string' ? text : '');
}

/** Where ops may be that changed a widget, the latest first, none twice; last the creation of the dashboard. */
async function rangesOf(index: WidgetBlameParts['index'], id: string, widget: string, end: number): Promise<Range[]> {
  const lines = [...await linesOf(index, id, facets.thing(`widget:${widget}`)), ...await linesOf(index, id, facets.manyThings)];
  const ranges: [number, number][] = [];
  for (const { from, to } of [...lines, { from: 0, to: 1 }].sort((a, b) => b.to - a.to)) {
    const last = ranges.at(-1);
    if (last && to >= last[0]) last[0] = Math.min(last[0], from);
    else if (from < end) ranges.push([from, Math.min(to, end)]);
  }
  return ranges;
}

async function linesOf(index: WidgetBlameParts['index'], id: string, facet: string): Promise<HistoryLine[]> {
  const lines: HistoryLine[] = [];
  for (;;) {
    const after = lines.at(-1);
    const page = await index.read({ id, facets: [facet], count: innerLimits.historyPageLines, ...(after === undefined ? {} : { after }) });
    lines.push(...page);
    if (page.length < innerLimits.historyPageLines) return lines;
  }
}

const markOf = ({ v, m }: StoredOp): Mark => ({ v, at: m?.ts ?? 0, by: m?.u === undefined ? null : { id: m.u, name: m.n ?? '' } });

function answerOf(v: number, { fields, text }: ReturnType<BlameWalk<Mark>['result']>, written: string): WidgetBlameAnswer {
  const numbers = new Map<number, number>();
  const marks: Mark[] = [];
  const numberOf = (mark: Mark): number => {
    const known = numbers.get(mark.v);
    if (known !== undefined) return known;
    numbers.set(mark.v, marks.length);
    return marks.push(mark) - 1;
  };
  return {
    v, marks, fields: Object.fromEntries([...fields].map(([path, mark]) => [path, numberOf(mark)])),
    text: text && { length: written.length, sentences: sentenceBlame(written, text).map(({ start, end, mark }) => [start, end, numberOf(mark)]) },
  };
}
