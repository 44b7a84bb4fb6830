import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { commonFrom, rarestFirst, type HistoryIndex, type HistoryLine, type HistoryQuery } from '../history-index.ts';
import { inTransaction } from './statements.ts';

interface Row { id: string; v_from: number; v_to: number; until: number; facets: string; body: string }

type Guarded = <T>(step: (database: DatabaseSync) => T) => Promise<T>;

export class SqliteHistory implements HistoryIndex {
  private readonly guarded: Guarded;
  private statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

  constructor(guarded: Guarded) {
    this.guarded = guarded;
  }

  write(lines: readonly HistoryLine[]): Promise<void> {
    return this.guarded((database) => {
      inTransaction(database, () => { for (const line of lines) this.put(database, line); });
    });
  }

  private put(database: DatabaseSync, { id, from, to, until, facets, body }: HistoryLine): void {
    const there = this.sql(database, 'SELECT * FROM history WHERE id = ? AND v_from = ?').get(id, from) as unknown as Row | undefined;
    if (there && there.v_to > to) return;
    const before = new Set(there?.until === until ? JSON.parse(there.facets) as string[] : []);
    if (there && there.until !== until) this.dropFacets(database, there);
    this.sql(database, 'INSERT OR REPLACE INTO history (id, v_from, v_to, until, facets, body) VALUES (?, ?, ?, ?, ?, ?)').run(id, from, to, until, JSON.stringify(facets), JSON.stringify(body));
    for (const facet of facets) if (!before.delete(facet)) this.sql(database, 'INSERT OR REPLACE INTO history_facets (facet, id, until, v_from) VALUES (?, ?, ?, ?)').run(facet, id, until, from);
    for (const facet of before) this.dropFacet(database, facet, id, until, from);
  }

  cut(id: string, from: number): Promise<void> {
    return this.guarded((database) => {
      inTransaction(database, () => {
        for (const row of this.sql(database, 'SELECT * FROM history WHERE id = ? AND v_from >= ?').all(id, from) as unknown as Row[]) this.dropFacets(database, row);
        this.sql(database, 'DELETE FROM history WHERE id = ? AND v_from >= ?').run(id, from);
      });
    });
  }

  private dropFacets(database: DatabaseSync, { id, v_from, until, facets }: Row): void {
    for (const facet of JSON.parse(facets) as string[]) this.dropFacet(database, facet, id, until, v_from);
  }

  private dropFacet(database: DatabaseSync, ...at: [facet: string, id: string, until: number, from: number]): void {
    this.sql(database, 'DELETE FROM history_facets WHERE facet = ? AND id = ? AND until = ? AND v_from = ?').run(...at);
  }

  read(query: HistoryQuery): Promise<HistoryLine[]> {
    return this.guarded((database) => {
      const { text, values } = selection(this.ordered(database, query));
      const rows = this.sql(database, text).all(...values) as unknown as Row[];
      return rows.map(({ id, v_from, v_to, until, facets, body }) => ({ id, from: v_from, to: v_to, until, facets: JSON.parse(facets) as string[], body: JSON.parse(body) as unknown }));
    });
  }

  /** How a query is carried out; for a test that no table is read as a whole. */
  plan(query: HistoryQuery): Promise<string[]> {
    return this.guarded((database) => {
      const { text, values } = selection(this.ordered(database, query));
      return (database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values) as { detail: string }[]).map(({ detail }) => detail);
    });
  }

  private ordered(database: DatabaseSync, query: HistoryQuery): HistoryQuery {
    const { facets, id } = query;
    if (facets.length < 2) return query;
    const counting = this.sql(database, `SELECT COUNT(*) AS n FROM (SELECT 1 FROM history_facets WHERE facet = ?${id === undefined ? '' : ' AND id = ?'} LIMIT ${String(commonFrom)})`);
    return { ...query, facets: rarestFirst(facets, facets.map((facet) => (counting.get(facet, ...(id === undefined ? [] : [id])) as { n: number }).n)) };
  }

  private sql(database: DatabaseSync, text: string): StatementSync {
    let known = this.statements.get(database);
    if (!known) this.statements.set(database, (known = new Map<string, StatementSync>()));
    let statement = known.get(text);
    if (!statement) known.set(text, (statement = database.prepare(text)));
    return statement;
  }
}

/** The rarest facet leads, in its order; the others are looked up for each of its rows. */
function selection({ id, facets: [first, ...others], since, before, after, count }: HistoryQuery): { readonly text: string; readonly values: SQLInputValue[] } {
  const values: SQLInputValue[] = [];
  const conditions: string[] = [];
  const add = (condition: string, ...given: SQLInputValue[]): void => {
    conditions.push(condition);
    values.push(...given);
  };
  const lead = first === undefined ? 'h' : 'f';
  if (first !== undefined) add('f.facet = ?', first);
  if (id !== undefined) add(`${lead}.id = ?`, id);
  if (since !== undefined) add(`${lead}.until >= ?`, since);
  if (before !== undefined) add(`${lead}.until < ?`, before);
  if (after !== undefined && id !== undefined) add(`(${lead}.until, ${lead}.v_from) < (?, ?)`, after.until, after.from);
  if (after !== undefined && id === undefined) add(`(${lead}.until, ${lead}.id, ${lead}.v_from) < (?, ?, ?)`, after.until, after.id, after.from);
  for (const facet of others) {
    add(`EXISTS (SELECT 1 FROM history_facets o WHERE o.facet = ? AND o.id = ${lead}.id AND o.until = ${lead}.until AND o.v_from = ${lead}.v_from)`, facet);
  }
  const from = first === undefined ? 'history h' : 'history_facets f CROSS JOIN history h ON h.id = f.id AND h.v_from = f.v_from';
  const order = id === undefined ? `${lead}.until DESC, ${lead}.id DESC, ${lead}.v_from DESC` : `${lead}.until DESC, ${lead}.v_from DESC`;
  const text = `SELECT h.* FROM ${from}${conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''} ORDER BY ${order} LIMIT ?`;
  return { text, values: [...values, count] };
}
