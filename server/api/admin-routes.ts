import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import type { User } from '../../model/protocol.ts';
import type { Authenticator } from '../auth/session.ts';
import { reportWords } from '../evidence/report-words.ts';
import type { VerifyReport } from '../evidence/verify.ts';
import { csvLines, jsonLines } from '../history/download.ts';
import type { Timeline } from '../history/timeline.ts';
import { filterOf, HistoryQuery, placeOf } from './history-routes.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';

export interface AdminRouteParts {
  readonly timeline: Timeline;
  readonly authenticator: Authenticator;
  /** Who sees everything. */
  readonly isAdmin: (user: User) => boolean;
  /** Recomputes the whole history. */
  readonly verify: () => Promise<VerifyReport>;
}

const DownloadQuery = v.strictObject({ ...v.omit(HistoryQuery, ['cursor', 'count']).entries, format: v.optional(v.picklist(['csv', 'json']), 'csv') });

/** `/api/admin/…`: the history over all dashboards, as pages and as a download of any size, and whether it is sound. */
export function adminRoutes(http: FastifyInstance, { timeline, authenticator, isAdmin, verify }: AdminRouteParts): void {
  const signedIn = withSession(authenticator);
  const asAdmin = (handler: Parameters<typeof signedIn>[0]): ReturnType<typeof signedIn> => signedIn((session, request, reply) => {
    if (!isAdmin(session.user)) throw new CoboardError('FORBIDDEN');
    return handler(session, request, reply);
  });
  /** One at a time: whoever asks meanwhile gets the same. */
  let verifying: Promise<VerifyReport> | null = null;

  http.get('/api/admin/history', asAdmin((_session, { query }) => {
    const { cursor, count, ...filter } = parseRequest(HistoryQuery, query);
    return timeline.page(null, filterOf(filter), placeOf(cursor), count);
  }));

  http.get('/api/admin/history/download', asAdmin((_session, { query }, reply) => {
    const { format, ...filter } = parseRequest(DownloadQuery, query);
    const entries = timeline.all(null, filterOf(filter));
    void reply.header('content-type', format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8');
    void reply.header('content-disposition', `attachment; filename="history.${format === 'csv' ? 'csv' : 'jsonl'}"`);
    return reply.send(Readable.from(format === 'csv' ? csvLines(entries) : jsonLines(entries)));
  }));

  http.post('/api/admin/verify', asAdmin(async () => {
    verifying ??= verify().finally(() => { verifying = null; });
    const report = await verifying;
    return { ...report, words: reportWords(report) };
  }));
}
