/** A line of a dashboard's history as it is kept; what is in `body` is the history's own business. */
export interface HistoryLine {
  /** The dashboard. */
  readonly id: string;
  /** The version of its first op: no two lines of a dashboard have the same. */
  readonly from: number;
  /** The version after its last op. */
  readonly to: number;
  /** When that was made; milliseconds since 1970. */
  readonly until: number;
  /** What it can be found by: `by:…`, `kind:…`, `thing:…`, `word:…`. */
  readonly facets: readonly string[];
  readonly body: unknown;
}

export interface HistoryQuery {
  /** One dashboard; left out: all of them. */
  readonly id?: string;
  /** All of these. */
  readonly facets: readonly string[];
  /** Not before, and not from then on; milliseconds since 1970. */
  readonly since?: number;
  readonly before?: number;
  /** The line that a page goes on behind. */
  readonly after?: Pick<HistoryLine, 'until' | 'id' | 'from'>;
  readonly count: number;
}

/** A facet of so many lines is common; more are not counted, and of such the first one given leads. */
export const commonFrom = 1_000;

/** The facets of a query, the rarest first: its lines are walked, and looked at for the others. */
export function rarestFirst(facets: readonly string[], counts: readonly number[]): string[] {
  return facets.map((facet, i) => [facet, counts[i] ?? 0] as const).sort(([, a], [, b]) => a - b).map(([facet]) => facet);
}

/** Where the histories of dashboards are kept so that any part of them is found at once. It is made from the log and can be made again. */
export interface HistoryIndex {
  /** Keeps lines, each in place of the one that begins at the same version, unless that goes further already. */
  write(lines: readonly HistoryLine[]): Promise<void>;
  /** Forgets the lines of a dashboard that begin at a version or behind it. */
  cut(id: string, from: number): Promise<void>;
  /** Lines, the latest first (by `until`, then `id`, then `from`). */
  read(query: HistoryQuery): Promise<HistoryLine[]>;
}
