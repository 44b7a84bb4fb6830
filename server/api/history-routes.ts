import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { changeKinds } from '../../model/history/change.ts';
import { limits } from '../../model/limits.ts';
import type { Authenticator } from '../auth/session.ts';
import { parseCursor, type Timeline } from '../history/timeline.ts';
import type { Dashboards } from './dashboards.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';

const idParams = v.object({ id: v.string() });
const time = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const HistoryQuery = v.strictObject({
  person: v.optional(v.pipe(v.string(), v.maxLength(200))),
  thing: v.optional(v.pipe(v.string(), v.maxLength(limits.idCharsMax + 20))),
  kind: v.optional(v.picklist(changeKinds)),
  text: v.optional(v.pipe(v.string(), v.maxLength(200))),
  since: v.optional(time),
  before: v.optional(time),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  count: v.optional(v.pipe(time, v.minValue(1), v.maxValue(limits.listPageMax)), '50'),
});

export interface HistoryRouteParts {
  readonly dashboards: Dashboards;
  readonly timeline: Timeline;
  readonly authenticator: Authenticator;
}

/** `/api/dashboards/ID/history`: who changed what, page by page, the latest first. For those who may edit. */
export function historyRoutes(http: FastifyInstance, { dashboards, timeline, authenticator }: HistoryRouteParts): void {
  http.get('/api/dashboards/:id/history', withSession(authenticator)(async ({ user }, { params, query }) => {
    const { id } = parseRequest(idParams, params);
    await dashboards.prepare(user, id);
    dashboards.checkEditor(user, id);
    const { cursor, count, ...filter } = parseRequest(HistoryQuery, query);
    const place = cursor === undefined ? null : parseCursor(cursor);
    if (cursor !== undefined && place === null) throw new CoboardError('REQUEST_INVALID', 'There is no such page.');
    return timeline.page(id, filter, place, count);
  }));
}
