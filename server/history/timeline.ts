import type { ChangeKind, Thing } from '../../model/history/change.ts';
import { accessWords } from '../../model/access-words.ts';
import type { Run } from '../../model/history/run.ts';
import { innerLimits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection, type OpAuthor } from '../../model/protocol.ts';
import { erased, type Identities } from '../evidence/identities.ts';
import type { HistoryIndex, HistoryLine, HistoryQuery } from '../store/history-index.ts';
import type { Engine } from '../sync/engine.ts';
import { facets, searchWords } from './facets.ts';
import type { HistoryWriter } from './history-writer.ts';
import { keyOf, subjectOf, type Subject } from './subject.ts';

export interface TimelineParts {
  readonly index: HistoryIndex;
  readonly writer: Pick<HistoryWriter, 'upToDate' | 'allUpToDate'>;
  readonly identities: Identities;
  readonly engine: Pick<Engine, 'readOps'>;
  /** What somebody is called now; undefined for who is not known, or not any more. */
  readonly nameOf: (userId: string) => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface TimelineFilter {
  /** A user id, or what stands in place of it for somebody who was erased. */
  readonly person?: string | undefined;
  readonly thing?: Thing | undefined;
  readonly kind?: ChangeKind | undefined;
  /** Whole words. */
  readonly text?: string | undefined;
  /** Not before, and before; milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly before?: number | undefined;
  /** With who was given access by whom. Over all dashboards that is always told. */
  readonly withAccess?: boolean | undefined;
}

/** A line of a history, for people. */
export interface TimelineEntry extends Omit<Run, 'by'> {
  /** `access`: it is about who may see the dashboard, and its versions are those of that list. */
  readonly collection: Subject['collection'];
  readonly dashboard: string;
  /** Null where nobody is known; somebody without a name who was erased since. */
  readonly by: OpAuthor | null;
}

export interface TimelinePage {
  /** The latest first. */
  readonly entries: readonly TimelineEntry[];
  /** For the next page; null at the end. */
  readonly cursor: string | null;
}

/** Histories, read page by page. */
export class Timeline {
  private readonly parts: TimelineParts;

  constructor(parts: TimelineParts) {
    this.parts = parts;
  }

  /** A page of one dashboard's history, or of all. */
  async page(dashboard: string | null, filter: TimelineFilter, cursor: Cursor | null, count: number): Promise<TimelinePage> {
    await this.prepare(dashboard, filter);
    return this.read(dashboard, filter, cursor, count);
  }

  /**
   * Everything that a filter lets through, the latest first, a page after the other. A line that goes on meanwhile is in it once: if it came
   * to stand before where reading was, at the end.
   */
  async *all(dashboard: string | null, filter: TimelineFilter): AsyncIterable<TimelineEntry> {
    await this.prepare(dashboard, filter);
    const begun = this.parts.now();
    const given = new Set<string>();
    const lineOf = ({ collection, dashboard: id, from }: TimelineEntry): string => `${keyOf({ collection, id })}/${String(from)}`;
    for (let isFirst = true, found = 1; found > 0; isFirst = false) {
      found = 0;
      const wanted = isFirst ? filter : { ...filter, since: Math.max(filter.since ?? 0, begun - innerLimits.historyGrowthMs) };
      for await (const entry of this.pages(dashboard, wanted)) {
        // what began since is not in it
        if (given.has(lineOf(entry)) || (!isFirst && entry.at > begun)) continue;
        if (entry.until >= begun - 2 * innerLimits.historyGrowthMs) given.add(lineOf(entry));
        found += 1;
        yield entry;
      }
    }
  }

  private async *pages(dashboard: string | null, filter: TimelineFilter): AsyncIterable<TimelineEntry> {
    let place: Cursor | null = null;
    do {
      const { entries, cursor }: TimelinePage = await this.read(dashboard, filter, place, innerLimits.historyPageLines);
      yield* entries;
      place = cursor === null ? null : parseCursor(cursor);
    } while (place !== null);
  }

  /** Makes what there is to read. */
  private async prepare(dashboard: string | null, { withAccess = false }: TimelineFilter): Promise<void> {
    const { writer } = this.parts;
    if (dashboard === null) await writer.allUpToDate();
    else for (const subject of subjectsOf(dashboard, withAccess)) await writer.upToDate(subject);
  }

  private async read(dashboard: string | null, { person, thing, kind, text, since, before, withAccess = false }: TimelineFilter, cursor: Cursor | null, count: number): Promise<TimelinePage> {
    const { index, identities } = this.parts;
    const reference = person === undefined ? null : person.startsWith('~') ? person.slice(1) : await identities.personReference(person);
    // who never changed anything
    if (person !== undefined && reference === null) return { entries: [], cursor: null };
    const query: HistoryQuery = {
      count: count + 1, ...(since === undefined ? {} : { since }), ...(before === undefined ? {} : { before }),
      facets: [
        ...(thing === undefined ? [] : [facets.thing(thing)]), ...searchWords(text ?? '').map(facets.word),
        ...(reference === null ? [] : [facets.by(reference)]), ...(kind === undefined ? [] : [facets.kind(kind)]),
      ],
    };
    const queries: HistoryQuery[] = dashboard === null ? [{ ...query, ...(cursor === null ? {} : { after: cursor }) }] : subjectsOf(dashboard, withAccess).map(keyOf).map((id) => ({ ...query, id, ...(cursor === null ? {} : { after: placeIn(id, cursor) }) }));
    const found = await Promise.all(queries.map((one) => index.read(one)));
    const lines = found.flat().sort(latestFirst).slice(0, count + 1);
    const authors = await identities.lookUp(lines.flatMap(({ body }) => (body as Run).by ?? []));
    const last = lines[count - 1];
    return { entries: await Promise.all(lines.slice(0, count).map((line) => this.entry(line, authors))), cursor: lines.length > count && last !== undefined ? cursorOf(last) : null };
  }

  private async entry({ id: key, body }: HistoryLine, authors: ReadonlyMap<string, OpAuthor>): Promise<TimelineEntry> {
    const { by, ...run } = body as Run;
    const { collection, id } = subjectOf(key);
    return { collection, dashboard: id, ...run, ...(collection === accessCollection ? { words: await this.accessWords(id, run) } : {}), by: by === null ? null : (authors.get(by) ?? erased(by)) };
  }

  /** Names of people are asked for now, and never kept in a line. */
  private async accessWords(id: string, { from, to }: Pick<Run, 'from' | 'to'>): Promise<string[]> {
    const ops = await this.parts.engine.readOps(accessCollection, id, from, to);
    return ops.flatMap(({ m, ...op }) => accessWords({ ...op, by: m?.u }, this.parts.nameOf));
  }
}

const subjectsOf = (id: string, withAccess: boolean): Subject[] => [{ collection: dashboardsCollection, id }, ...(withAccess ? [{ collection: accessCollection, id } as const] : [])];

/** Where a page goes on in one of several histories that are read together: the order is that of all of them. */
const placeIn = (id: string, place: Cursor): Cursor => (id === place.id ? place : { until: place.until, id, from: id < place.id ? Number.MAX_SAFE_INTEGER : -1 });

type Cursor = Pick<HistoryLine, 'until' | 'id' | 'from'>;

const cursorOf = ({ until, from, id }: Cursor): string => `${String(until)}.${String(from)}.${id}`;

/** The place that a cursor names; null for what is none. */
export function parseCursor(text: string): Cursor | null {
  const parts = /^(\d{1,15})\.(\d{1,15})\.((?:access:)?[\w-]{1,100})$/.exec(text);
  return parts === null ? null : { until: Number(parts[1]), from: Number(parts[2]), id: parts[3] ?? '' };
}

const latestFirst = (one: HistoryLine, other: HistoryLine): number => other.until - one.until || (one.id < other.id ? 1 : one.id > other.id ? -1 : other.from - one.from);
