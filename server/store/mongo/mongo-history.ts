import { MongoBulkWriteError, type Collection, type Db, type Document, type Filter } from 'mongodb';
import { commonFrom, rarestFirst, type HistoryIndex, type HistoryLine, type HistoryQuery } from '../history-index.ts';
import type { MongoConnection } from './mongo-connection.ts';

interface LineDocument {
  readonly _id: string;
  readonly d: string;
  readonly from: number;
  readonly to: number;
  readonly until: number;
  /** With the pairs; see {@link pairsOf}. */
  readonly facets: readonly string[];
  readonly body: unknown;
}

const duplicateKey = 11000;
/** Indexes in whose order the lines of a facet are read: of one dashboard, and of all. */
const oneByFacet = { d: 1, facets: 1, until: -1, from: -1 } as const;
const allByFacet = { facets: 1, until: -1, d: -1, from: -1 } as const;
const between = '\u0001';

/**
 * What somebody did and with what, as one facet: an index of MongoDB finds one facet of a line, and reads every line that has it to see
 * whether it has the other one.
 */
function pairsOf(facets: readonly string[]): string[] {
  const [who, what] = [facets.filter(isPerson), facets.filter((facet) => !isPerson(facet))];
  return who.flatMap((person) => what.map((other) => `${person}${between}${other}`));
}

const isPerson = (facet: string): boolean => facet.startsWith('by:');

/** The facets of a query, with a person and the rarest other one as the pair that they are. */
function paired(facets: readonly string[]): string[] {
  const [person, other] = [facets.find(isPerson), facets.find((facet) => !isPerson(facet))];
  if (person === undefined || other === undefined) return [...facets];
  return [...pairsOf([person, other]), ...facets.filter((facet) => facet !== person && facet !== other)];
}

const linesOf = (db: Db): Collection<LineDocument> => db.collection<LineDocument>('h_dashboards');

export class MongoHistory implements HistoryIndex {
  private readonly connection: MongoConnection;

  constructor(connection: MongoConnection) {
    this.connection = connection;
  }

  /** Each query has an index in whose order it is read. */
  static async prepare(db: Db): Promise<void> {
    await linesOf(db).createIndexes([
      { key: { d: 1, until: -1, from: -1 } },
      { key: { until: -1, d: -1, from: -1 } },
      { key: oneByFacet },
      { key: allByFacet },
    ]);
  }

  async write(lines: readonly HistoryLine[]): Promise<void> {
    if (lines.length === 0) return;
    await this.connection.use((db) => linesOf(db).bulkWrite(lines.map(({ id, from, to, until, facets, body }) => ({
      replaceOne: { filter: { _id: `${id}/${String(from)}`, to: { $lte: to } }, replacement: { d: id, from, to, until, facets: [...facets, ...pairsOf(facets)], body }, upsert: true },
    })), { ordered: false }).catch(ignoreFurther));
  }

  async cut(id: string, from: number): Promise<void> {
    await this.connection.use((db) => linesOf(db).deleteMany({ d: id, from: { $gte: from } }));
  }

  async read(query: HistoryQuery): Promise<HistoryLine[]> {
    const found = await this.connection.use(async (db) => this.find(db, await this.ordered(db, query)).toArray());
    return found.map(({ d, from, to, until, facets, body }) => ({ id: d, from, to, until, facets: facets.filter((facet) => !facet.includes(between)), body }));
  }

  /** How a query is carried out; for a test that no collection is read as a whole. */
  plan(query: HistoryQuery): Promise<Document> {
    return this.connection.use(async (db) => this.find(db, await this.ordered(db, query)).explain('executionStats'));
  }

  private async ordered(db: Db, query: HistoryQuery): Promise<HistoryQuery> {
    const { facets, id } = query;
    // somebody stands in a pair with the rarest of the others
    if (facets.filter((facet) => !isPerson(facet)).length < 2) return query;
    const hint = id === undefined ? allByFacet : oneByFacet;
    const counts = await Promise.all(facets.map(async (facet) => (isPerson(facet) ? 0 : linesOf(db).countDocuments({ ...(id === undefined ? {} : { d: id }), facets: facet }, { limit: commonFrom, hint }))));
    return { ...query, facets: rarestFirst(facets, counts) };
  }

  private find(db: Db, { id, facets, since, before, after, count }: HistoryQuery) {
    const filter: Filter<LineDocument> = {
      ...(id === undefined ? {} : { d: id }),
      ...(facets.length === 0 ? {} : { facets: { $all: paired(facets) } }),
      ...(since === undefined && before === undefined && after === undefined ? {} : { until: { ...(since === undefined ? {} : { $gte: since }), ...(before === undefined ? {} : { $lt: before }), ...(after === undefined ? {} : { $lte: after.until }) } }),
      ...(after === undefined ? {} : { $or: [{ until: { $lt: after.until } }, { until: after.until, d: { $lt: after.id } }, { until: after.until, d: after.id, from: { $lt: after.from } }] }),
    };
    // the one whose first facet leads
    const hint = id === undefined
      ? (facets.length === 0 ? { until: -1, d: -1, from: -1 } : allByFacet)
      : (facets.length === 0 ? { d: 1, until: -1, from: -1 } : oneByFacet);
    return linesOf(db).find(filter).sort(id === undefined ? { until: -1, d: -1, from: -1 } : { until: -1, from: -1 }).hint(hint).limit(count);
  }
}

/** A line that goes further is there already. */
function ignoreFurther(error: unknown): void {
  const errors = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
  if (errors.length === 0 || errors.some(({ code }) => code !== duplicateKey)) throw error;
}
