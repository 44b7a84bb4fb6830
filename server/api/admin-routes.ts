import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { limits } from '../../model/limits.ts';
import type { User } from '../../model/protocol.ts';
import type { Authenticator } from '../auth/session.ts';
import { reportWords } from '../evidence/report-words.ts';
import { csvLines, jsonLines } from '../history/download.ts';
import type { ChangesPage, WantedChanges } from '../history/single-changes.ts';
import { subjectCollections } from '../history/subject.ts';
import type { Timeline } from '../history/timeline.ts';
import type { AdminView } from './admin-view.ts';
import { filterOf, HistoryQuery, LineQuery, lineOf, placeOf } from './history-routes.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';
import type { Verification } from './verification.ts';

export interface AdminRouteParts {
  readonly timeline: Timeline;
  readonly authenticator: Authenticator;
  /** Who sees everything. */
  readonly isAdmin: (user: User) => boolean;
  readonly view: AdminView;
  /** What a line of a history is made of. */
  readonly changes: (wanted: WantedChanges) => Promise<ChangesPage>;
  readonly verification: Verification;
}

const dashboard = v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(limits.idCharsMax)));
const AuditQuery = v.strictObject({ ...HistoryQuery.entries, dashboard });
const DownloadQuery = v.strictObject({ ...v.omit(AuditQuery, ['cursor', 'count']).entries, format: v.optional(v.picklist(['csv', 'json']), 'csv') });
const ChangesQuery = v.strictObject({
  ...LineQuery.entries, collection: v.picklist(subjectCollections), dashboard: v.pipe(v.string(), v.maxLength(limits.idCharsMax)),
});
const FindQuery = v.strictObject({ user: v.optional(v.string()), q: v.optional(v.pipe(v.string(), v.maxLength(limits.titleCharsMax)), '') });
/** `wait`: the answer is the whole report; else that it has begun, and how far it is says a GET. */
const VerifyBody = v.strictObject({ wait: v.optional(v.boolean(), true) });

/**
 * `/api/admin/…`: the history over all dashboards, as pages and as a download of any size; what its lines are made of; who is connected; and
 * whether the history is sound.
 */
export function adminRoutes(http: FastifyInstance, { timeline, authenticator, isAdmin, view, changes, verification }: AdminRouteParts): void {
  const asAdmin = withSession(authenticator, (user) => {
    if (!isAdmin(user)) throw new CoboardError('FORBIDDEN');
  });

  http.get('/api/admin/history', asAdmin(async ({ user }, { query }) => {
    const { cursor, count, dashboard: one = null, ...filter } = parseRequest(AuditQuery, query);
    return view.shown(user, await timeline.page(one, { ...filterOf(filter), withAccess: true }, placeOf(cursor), count));
  }));

  http.get('/api/admin/history/download', asAdmin((_session, { query }, reply) => {
    const { format, dashboard: one = null, ...filter } = parseRequest(DownloadQuery, query);
    const entries = timeline.all(one, { ...filterOf(filter), withAccess: true });
    void reply.header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8');
    void reply.header('content-disposition', `attachment; filename="history.${format === 'csv' ? 'csv' : 'jsonl'}"`);
    return reply.send(Readable.from(format === 'csv' ? csvLines(entries) : jsonLines(entries)));
  }));

  http.get('/api/admin/history/changes', asAdmin((_session, { query }) => {
    const { collection, dashboard: id, ...line } = parseRequest(ChangesQuery, query);
    return changes({ collection, id, ...lineOf(line) });
  }));

  http.get('/api/admin/dashboards', asAdmin((_session, { query }) => ({ dashboards: view.findDashboards(parseRequest(FindQuery, query).q) })));

  http.get('/api/admin/people', asAdmin(({ user }) => view.connected(user)));

  const stateFor = (user: User): object => {
    const { last, ...state } = verification.state;
    return { ...state, last: last && { ...last, documents: last.documents.map((one) => ({ ...one, canOpen: view.mayOpen(user, one.id) })) } };
  };

  http.get('/api/admin/verify', asAdmin(({ user }) => stateFor(user)));

  http.post('/api/admin/verify', asAdmin(async ({ user }, { body }, reply) => {
    const { wait } = parseRequest(VerifyBody, body ?? {});
    const running = verification.run();
    if (!wait) {
      // what comes of it is told by the state
      running.catch(() => undefined);
      return reply.code(202).send(stateFor(user));
    }
    const report = await running;
    return { ...report, words: reportWords(report) };
  }));
}
