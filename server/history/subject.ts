import { accessCollection, dashboardsCollection } from '../../model/protocol.ts';

/** A document whose history is kept: a dashboard, or the list of who may see it. */
export interface Subject {
  readonly collection: typeof dashboardsCollection | typeof accessCollection;
  /** That of the dashboard in both cases. */
  readonly id: string;
}

export const subjectCollections = [dashboardsCollection, accessCollection] as const;

const prefix = `${accessCollection}:`;

/** What its lines stand under: no id of a dashboard has a colon. */
export const keyOf = ({ collection, id }: Subject): string => (collection === accessCollection ? prefix + id : id);

export const subjectOf = (key: string): Subject => (key.startsWith(prefix) ? { collection: accessCollection, id: key.slice(prefix.length) } : { collection: dashboardsCollection, id: key });

/** Where it stands up to which version lines do not change any more; with the form of the lines: those of another one are made anew. */
export const settledKey = (key: string): string => `history:2:${key}`;
