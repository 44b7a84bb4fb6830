import type { Run } from '../../model/history/run.ts';
import { innerLimits } from '../../model/limits.ts';
import { dashboardsCollection, type OpAuthor } from '../../model/protocol.ts';
import { erased, type Identities } from '../evidence/identities.ts';
import type { HistoryIndex, HistoryLine } from '../store/history-index.ts';
import type { Engine } from '../sync/engine.ts';
import type { HistoryWriter } from './history-writer.ts';

export interface LifeParts {
  readonly index: HistoryIndex;
  readonly writer: Pick<HistoryWriter, 'upToDate'>;
  readonly identities: Identities;
  readonly engine: Pick<Engine, 'readOps'>;
}

/** What one person did in a slice of time: the versions of the slice are `from` < v <= `to`, and `count` of them are theirs, about. */
export interface LifeSlice {
  readonly from: number;
  readonly to: number;
  /** From when to when; milliseconds since 1970. */
  readonly at: number;
  readonly until: number;
  readonly count: number;
  readonly by: OpAuthor | null;
}

/** The whole life of a dashboard in slices of equal time, however long it is; slices in which nothing happened are left out. */
export async function readLife({ index, writer, identities, engine }: LifeParts, id: string, slices: number): Promise<LifeSlice[]> {
  await writer.upToDate({ collection: dashboardsCollection, id });
  const [[first], [last]] = await Promise.all([engine.readOps(dashboardsCollection, id, 0, 1), index.read({ id, facets: [], count: 1 })]);
  if (first === undefined || last === undefined) return [];
  const start = typeof first.m?.ts === 'number' ? first.m.ts : last.until;
  const spanMs = Math.max(1, last.until - start + 1);
  const bounds = (i: number): { readonly since: number; readonly before: number } => ({ since: Math.floor(start + (spanMs * i) / slices), before: Math.floor(start + (spanMs * (i + 1)) / slices) });
  const samples: (readonly HistoryLine[])[] = [];
  for (let i = 0; i < slices; i += innerLimits.lifeSlicesAtOnce) {
    samples.push(...await Promise.all(Array.from({ length: Math.min(innerLimits.lifeSlicesAtOnce, slices - i) }, (_, k) => index.read({ id, facets: [], ...bounds(i + k), count: innerLimits.lifeSampleLines }))));
  }
  const authors = await identities.lookUp(samples.flat().flatMap(({ body }) => (body as Run).by ?? []));
  let from = 0;
  return samples.flatMap((lines, i) => {
    const to = lines.reduce((most, line) => Math.max(most, line.to), from);
    if (to === from) return [];
    const { since: at, before } = bounds(i);
    const slice = { from, to, at, until: before - 1 };
    from = to;
    return sharesOf(lines).map(([by, share]) => ({ ...slice, count: share * (to - slice.from), by: by === null ? null : (authors.get(by) ?? erased(by)) }));
  });
}

/** Who made which part of the edits of some lines. */
function sharesOf(lines: readonly HistoryLine[]): (readonly [by: string | null, share: number])[] {
  const counts = new Map<string | null, number>();
  for (const { body } of lines) {
    const { by, count } = body as Run;
    counts.set(by, (counts.get(by) ?? 0) + count);
  }
  const sum = [...counts.values()].reduce((all, count) => all + count, 0);
  return [...counts].map(([by, count]) => [by, count / sum]);
}
