import type { ChangeKind, Thing } from '../../model/history/change.ts';
import type { Run } from '../../model/history/run.ts';
import type { OpAuthor } from '../../model/protocol.ts';
import type { Identities } from '../evidence/identities.ts';
import type { HistoryIndex, HistoryLine, HistoryQuery } from '../store/history-index.ts';
import { facets, searchWords } from './facets.ts';
import type { HistoryWriter } from './history-writer.ts';

export interface TimelineParts {
  readonly index: HistoryIndex;
  readonly writer: Pick<HistoryWriter, 'upToDate' | 'allUpToDate'>;
  readonly identities: Identities;
}

export interface TimelineFilter {
  /** A user id. */
  readonly person?: string | undefined;
  readonly thing?: Thing | undefined;
  readonly kind?: ChangeKind | undefined;
  /** Whole words. */
  readonly text?: string | undefined;
  /** Not before, and before; milliseconds since 1970. */
  readonly since?: number | undefined;
  readonly before?: number | undefined;
}

/** A line of a history, for people. */
export interface TimelineEntry extends Omit<Run, 'by'> {
  readonly dashboard: string;
  /** Null where nobody is known, or not any more. */
  readonly by: OpAuthor | null;
}

export interface TimelinePage {
  /** The latest first. */
  readonly entries: readonly TimelineEntry[];
  /** For the next page; null at the end. */
  readonly cursor: string | null;
}

const downloadPage = 500;

/** Histories, read page by page. */
export class Timeline {
  private readonly parts: TimelineParts;

  constructor(parts: TimelineParts) {
    this.parts = parts;
  }

  /** A page of one dashboard's history, or of all. */
  async page(dashboard: string | null, filter: TimelineFilter, cursor: Cursor | null, count: number): Promise<TimelinePage> {
    const { index, writer, identities } = this.parts;
    if (dashboard === null) await writer.allUpToDate();
    else await writer.upToDate(dashboard);
    const { person, thing, kind, text, since, before } = filter;
    const shared = [...searchWords(text ?? '').map(facets.word), ...(thing === undefined ? [] : [facets.thing(thing)])];
    const query: Omit<HistoryQuery, 'facets'> = {
      count: count + 1, ...(dashboard === null ? {} : { id: dashboard }), ...(since === undefined ? {} : { since }), ...(before === undefined ? {} : { before }), ...(cursor === null ? {} : { after: cursor }),
    };
    // somebody who had several names has several references
    const people = person === undefined ? [null] : identities.referencesOf(person);
    const found = await Promise.all(people.map((reference) => index.read({
      ...query, facets: [...shared, ...(reference === null ? [] : [facets.by(reference)]), ...(kind === undefined ? [] : [facets.kind(kind)])],
    })));
    const lines = found.flat().sort(latestFirst).slice(0, count + 1);
    await identities.lookUp(lines.flatMap(({ body }) => (body as Run).by ?? []));
    const last = lines[count - 1];
    return { entries: lines.slice(0, count).map((line) => this.entry(line)), cursor: lines.length > count && last !== undefined ? cursorOf(last) : null };
  }

  /** Everything that a filter lets through, the latest first, a page after the other. */
  async *all(dashboard: string | null, filter: TimelineFilter): AsyncIterable<TimelineEntry> {
    let place: Cursor | null = null;
    do {
      const { entries, cursor }: TimelinePage = await this.page(dashboard, filter, place, downloadPage);
      yield* entries;
      place = cursor === null ? null : parseCursor(cursor);
    } while (place !== null);
  }

  private entry({ id, body }: HistoryLine): TimelineEntry {
    const { by, ...run } = body as Run;
    return { dashboard: id, ...run, by: by === null ? null : (this.parts.identities.author(by) ?? null) };
  }
}

type Cursor = Pick<HistoryLine, 'until' | 'id' | 'from'>;

const cursorOf = ({ until, from, id }: Cursor): string => `${String(until)}.${String(from)}.${id}`;

/** The place that a cursor names; null for what is none. */
export function parseCursor(text: string): Cursor | null {
  const parts = /^(\d{1,15})\.(\d{1,15})\.([\w-]{1,100})$/.exec(text);
  return parts === null ? null : { until: Number(parts[1]), from: Number(parts[2]), id: parts[3] ?? '' };
}

const latestFirst = (one: HistoryLine, other: HistoryLine): number => other.until - one.until || (one.id < other.id ? 1 : one.id > other.id ? -1 : other.from - one.from);
