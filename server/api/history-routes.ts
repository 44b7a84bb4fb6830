import type { FastifyInstance } from 'fastify';
import * as v from 'valibot';
import { CoboardError } from '../../model/errors.ts';
import { changeKinds } from '../../model/history/change.ts';
import { thingsMax } from '../../model/history/run.ts';
import { Id } from '../../model/id.ts';
import { limits } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection, editReasons, type User } from '../../model/protocol.ts';
import type { Authenticator } from '../auth/session.ts';
import type { DeletedWidget } from '../history/deleted-widgets.ts';
import type { NamedVersions } from '../history/named-versions.ts';
import type { LifeSlice } from '../history/life.ts';
import type { ChangesPage, WantedChanges } from '../history/single-changes.ts';
import type { WidgetBlameAnswer } from '../history/widget-blame.ts';
import { parseCursor, type Timeline, type TimelineFilter } from '../history/timeline.ts';
import type { Dashboards } from './dashboards.ts';
import { parseRequest } from './reply-errors.ts';
import { withSession } from './session-routes.ts';

const idParams = v.object({ id: v.string() });
const versionParams = v.object({ id: v.string(), v: v.pipe(v.string(), v.regex(/^\d{1,12}$/), v.transform(Number)) });
const Naming = v.strictObject({
  name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(limits.titleCharsMax)),
  note: v.optional(v.pipe(v.string(), v.trim(), v.maxLength(limits.noteOfVersionCharsMax)), ''),
});
/** A number as it stands in an address. */
export const number = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
/** What a history is asked for with. */
export const HistoryQuery = v.strictObject({
  // whose request it is; see `withSession`
  user: v.optional(v.string()),
  person: v.optional(v.pipe(v.string(), v.maxLength(200))),
  thing: v.optional(v.pipe(v.string(), v.maxLength(limits.idCharsMax + 20))),
  kind: v.optional(v.picklist(changeKinds)),
  text: v.optional(v.pipe(v.string(), v.maxLength(200))),
  since: v.optional(number),
  before: v.optional(number),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(200))),
  count: v.optional(v.pipe(number, v.minValue(1), v.maxValue(limits.listPageMax)), '50'),
});

/** Beside it, for one dashboard: `access=1` tells its owner too who was given access by whom. */
const OneHistoryQuery = v.strictObject({ ...HistoryQuery.entries, access: v.optional(v.literal('1')) });

const LifeQuery = v.strictObject({ user: v.optional(v.string()), slices: v.optional(v.pipe(number, v.minValue(1), v.maxValue(limits.lifeSlicesMax)), '240') });
/** Which line of a history: its versions, whose it is, and what it is about, one after the other, with commas. */
export const LineQuery = v.strictObject({
  user: v.optional(v.string()), from: number, to: number,
  person: v.optional(v.pipe(v.string(), v.maxLength(200))),
  things: v.optional(v.pipe(v.string(), v.maxLength(thingsMax * (limits.idCharsMax + 20))), ''),
});

/** @throws CoboardError REQUEST_INVALID */
export function lineOf({ from, to, person, things }: Omit<v.InferOutput<typeof LineQuery>, 'user'>): Pick<WantedChanges, 'from' | 'to' | 'person' | 'things'> {
  if (to < from) throw new CoboardError('REQUEST_INVALID', 'The last change comes before the first.');
  return { from, to, person: person ?? null, things: things === '' ? [] : things.split(',') };
}

/** The same of one dashboard: why it was made too, and `access=1` for a line about who may see it. A page goes on at `from`. */
const OneLineQuery = v.strictObject({
  ...LineQuery.entries, why: v.optional(v.picklist(editReasons)), access: v.optional(v.literal('1')),
  count: v.optional(v.pipe(number, v.minValue(1), v.maxValue(limits.listPageMax)), '50'),
});
const BlameQuery = v.strictObject({ user: v.optional(v.string()), widget: Id });

export const filterOf = ({ user: _user, ...filter }: Omit<v.InferOutput<typeof HistoryQuery>, 'cursor' | 'count'>): TimelineFilter => filter;

/** The place that a page goes on from. @throws CoboardError REQUEST_INVALID */
export function placeOf(cursor: string | undefined): ReturnType<typeof parseCursor> {
  const place = cursor === undefined ? null : parseCursor(cursor);
  if (cursor !== undefined && place === null) throw new CoboardError('REQUEST_INVALID', 'There is no such page.');
  return place;
}

export interface HistoryRouteParts {
  readonly dashboards: Dashboards;
  readonly timeline: Timeline;
  readonly named: NamedVersions;
  /** Who set what of a widget last. @throws CoboardError NOT_FOUND */
  readonly blame: (id: string, widget: string) => Promise<WidgetBlameAnswer>;
  /** The whole life of a dashboard in slices of time. */
  readonly life: (id: string, slices: number) => Promise<LifeSlice[]>;
  /** What a line of it is made of, page by page. */
  readonly changes: (wanted: WantedChanges, count: number) => Promise<ChangesPage>;
  /** The widgets of a dashboard that are gone. */
  readonly deleted: (id: string) => Promise<DeletedWidget[]>;
  readonly authenticator: Authenticator;
}

/**
 * `/api/dashboards/ID/history`: who changed what, page by page, the latest first; `…/history/changes`: what a line of it is made of, op by op; `…/history/deleted`: which widgets are gone; `…/life`: all of it in slices of time; `…/versions/V`: the dashboard as it was then;
 * `…/named`: versions that have names; `…/blame`: who set what of a widget last. For those who may edit.
 */
export function historyRoutes(http: FastifyInstance, { dashboards, timeline, named, blame, life, changes, deleted, authenticator }: HistoryRouteParts): void {
  const signedIn = withSession(authenticator);
  /** The dashboard that a request is about, if its sender may edit it. */
  const editable = async (user: User, params: unknown): Promise<string> => {
    const { id } = parseRequest(idParams, params);
    await dashboards.prepare(user, id);
    dashboards.checkEditor(user, id);
    return id;
  };

  http.get('/api/dashboards/:id/history', signedIn(async ({ user }, { params, query }) => {
    const id = await editable(user, params);
    const { cursor, count, access, ...filter } = parseRequest(OneHistoryQuery, query);
    return timeline.page(id, { ...filterOf(filter), withAccess: access !== undefined && dashboards.isOwner(user, id) }, placeOf(cursor), count);
  }));

  http.get('/api/dashboards/:id/history/changes', signedIn(async ({ user }, { params, query }) => {
    const id = await editable(user, params);
    const { access, why = null, count, ...line } = parseRequest(OneLineQuery, query);
    if (access !== undefined && !dashboards.isOwner(user, id)) throw new CoboardError('FORBIDDEN');
    return changes({ collection: access === undefined ? dashboardsCollection : accessCollection, id, ...lineOf(line), why }, count);
  }));

  http.get('/api/dashboards/:id/history/deleted', signedIn(async ({ user }, { params }) => ({ widgets: await deleted(await editable(user, params)) })));

  http.get('/api/dashboards/:id/life', signedIn(async ({ user }, { params, query }) => {
    const id = await editable(user, params);
    return { slices: await life(id, parseRequest(LifeQuery, query).slices) };
  }));

  http.get('/api/dashboards/:id/blame', signedIn(async ({ user }, { params, query }) => {
    const id = await editable(user, params);
    return blame(id, parseRequest(BlameQuery, query).widget);
  }));

  http.get('/api/dashboards/:id/versions/:v', signedIn(async ({ user }, { params }) => {
    const id = await editable(user, params);
    return dashboards.at(id, parseRequest(versionParams, params).v);
  }));

  http.get('/api/dashboards/:id/named', signedIn(async ({ user }, { params }) => ({ versions: await named.list(await editable(user, params)) })));

  http.put('/api/dashboards/:id/named/:v', signedIn(async ({ user }, { params, body }, reply) => {
    const id = await editable(user, params);
    const { v: version } = parseRequest(versionParams, params);
    const naming = parseRequest(Naming, body);
    // it has to be there
    await dashboards.at(id, version);
    await named.name(id, version, naming, user);
    return reply.code(204).send();
  }));

  http.delete('/api/dashboards/:id/named/:v', signedIn(async ({ user }, { params }, reply) => {
    const id = await editable(user, params);
    await named.forget(id, parseRequest(versionParams, params).v);
    return reply.code(204).send();
  }));
}
