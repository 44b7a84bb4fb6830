import type { CoboardApi } from '../api/coboard-api.ts';
import { historyQuery, type HistoryFilter } from '../history/dashboard-history.ts';
import { ChangesSchema, type Changes } from '../history/history-schemas.ts';
import {
  AuditPageSchema, ConnectedSchema, FoundDashboardsSchema, VerificationSchema, type AuditEntry, type AuditPage, type Connected, type FoundDashboard, type Verification,
} from './admin-schemas.ts';

/** Which lines of the audit log; `dashboard` is an id. */
export interface AuditFilter extends Omit<HistoryFilter, 'withAccess' | 'thing'> {
  readonly dashboard?: string;
}

const at = '/api/admin';

/** What admins see: the history of every dashboard, who is connected, and whether the history is sound. Others are refused with FORBIDDEN. */
export class AdminApi {
  private readonly api: CoboardApi;

  constructor(api: CoboardApi) {
    this.api = api;
  }

  log(filter: AuditFilter, cursor: string | null = null, count = 50): Promise<AuditPage> {
    const query = historyQuery(filter);
    query.set('count', String(count));
    if (cursor !== null) query.set('cursor', cursor);
    return this.api.ask('GET', `${at}/history?${query.toString()}`, AuditPageSchema);
  }

  /** What a line is made of. */
  changes({ collection, dashboard, from, to, by, things }: AuditEntry): Promise<Changes> {
    const query = new URLSearchParams({ collection, dashboard, from: String(from), to: String(to), things: things.join(','), ...(by === null ? {} : { person: by.id }) });
    return this.api.ask('GET', `${at}/history/changes?${query.toString()}`, ChangesSchema);
  }

  /** The address of everything that a filter lets through, as a file. */
  downloadPath(filter: AuditFilter, format: 'csv' | 'json'): string {
    const query = historyQuery(filter);
    query.set('format', format);
    return `${at}/history/download?${query.toString()}`;
  }

  /** Dashboards of anybody, deleted ones too, by the beginning of a word of their title. */
  async dashboards(query: string): Promise<readonly FoundDashboard[]> {
    return (await this.api.ask('GET', `${at}/dashboards?q=${encodeURIComponent(query)}`, FoundDashboardsSchema)).dashboards;
  }

  connected(): Promise<Connected> {
    return this.api.ask('GET', `${at}/people`, ConnectedSchema);
  }

  verification(): Promise<Verification> {
    return this.api.ask('GET', `${at}/verify`, VerificationSchema);
  }

  /** Has the whole history recomputed; how far it is says {@link verification}. */
  verify(): Promise<Verification> {
    return this.api.ask('POST', `${at}/verify`, VerificationSchema, { wait: false });
  }
}
