import * as v from 'valibot';
import { AccessRequestsSchema, type AccessAsk, type AccessRequest } from '../../../model/access-request.ts';
import type { Dashboard } from '../../../model/dashboard.ts';
import { ConflictBookSchema, type ConflictBook } from '../../../model/conflict-book.ts';
import type { Clock } from '../../../model/clock.ts';
import { CoboardError, errorTable, isErrorCode, type ErrorCode } from '../../../model/errors.ts';
import { limits } from '../../../model/limits.ts';
import { migrate } from '../../../model/migrations.ts';
import { roles, type Role, type User } from '../../../model/protocol.ts';
import {
  AccessAnswerSchema, CreatedSchema, ErrorAnswerSchema, FetchedSchema, ListSchema, OpsSchema, ServerConfigSchema, SessionSchema, SignedInSchema, UsersSchema,
  type DashboardAccess, type ListedDashboard, type ServerConfig, type Session, type SignedIn,
} from './api-schemas.ts';
import type { LoggedOp } from '../local/local-store.ts';

/** The server could not be reached, or what answered was not Coboard. */
export class NetworkError extends Error {
  constructor(options: { cause: unknown }) {
    super('The server cannot be reached.', options);
    this.name = 'NetworkError';
  }
}

/** A dashboard as it is at one moment. */
export interface FetchedDashboard {
  readonly id: string;
  readonly version: number;
  readonly role: Role;
  readonly dashboard: Dashboard;
}

/** Who may see a dashboard; `names` are people by name, where a name is enough to sign in. */
export interface WantedAccess {
  readonly everyone: DashboardAccess['everyone'];
  readonly people: Readonly<Record<string, Role>>;
  readonly names?: Readonly<Record<string, Role>>;
}

export interface CoboardApiParts {
  /** The server's address without a slash at its end; empty for the page's own. */
  readonly url: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Outside of a browser; there the cookie does it. */
  readonly token: () => string | null;
  /** Whose requests these are; the server does them for nobody else. Left out: of whoever is signed in. */
  readonly user?: string;
}

interface Answer {
  readonly status: number;
  /** What its body says in JSON; a NetworkError where it says nothing of the kind. */
  readonly json: unknown;
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** The REST routes. Every method throws a CoboardError with the server's code, or a {@link NetworkError}. */
export class CoboardApi {
  private readonly parts: CoboardApiParts;

  constructor(parts: CoboardApiParts) {
    this.parts = parts;
  }

  config(): Promise<ServerConfig> {
    return this.ask('GET', '/api/config', ServerConfigSchema);
  }

  /** Who is signed in; null for nobody. */
  async session(): Promise<Session | null> {
    try {
      const answer = await this.request('GET', '/api/session');
      return answer.status === 204 ? null : parsed(answer, SessionSchema);
    } catch (error) {
      if (error instanceof CoboardError && error.status === 401) return null;
      throw error;
    }
  }

  /** Signs in with a name where that is enough, or with a token from elsewhere. */
  signIn(credentials: { readonly name: string } | { readonly token: string }): Promise<SignedIn> {
    return this.ask('POST', '/api/session', SignedInSchema, credentials);
  }

  signOut(): Promise<void> {
    return this.tell('DELETE', '/api/session');
  }

  async dashboards(): Promise<ListedDashboard[]> {
    return (await this.ask('GET', '/api/dashboards', ListSchema)).dashboards;
  }

  /** Creates a dashboard from a template, by default an empty one, or as it is given; its id. An id of one's own makes asking again harmless. */
  async createDashboard(wanted: { readonly title?: string; readonly template?: string; readonly id?: string } | { readonly id: string; readonly dashboard: Dashboard }): Promise<string> {
    return (await this.ask('POST', '/api/dashboards', CreatedSchema, wanted)).id;
  }

  async dashboard(id: string): Promise<FetchedDashboard> {
    const { v: version, role, data } = await this.ask('GET', at(id), FetchedSchema);
    return { id, version, role, dashboard: migrate(data) };
  }

  /** Puts a dashboard into the bin. */
  deleteDashboard(id: string): Promise<void> {
    return this.tell('DELETE', at(id));
  }

  /** Brings a dashboard back from the bin. */
  restoreDashboard(id: string): Promise<void> {
    return this.tell('POST', `${at(id)}/restore`);
  }

  /** Ops of the log with `from` <= version < `to`, or the first page of them. */
  async ops(id: string, from: number, to: number): Promise<LoggedOp[]> {
    const { ops } = await this.ask('GET', `${at(id)}/ops?from=${String(from)}&to=${String(to)}`, OpsSchema);
    return ops.map(({ m: { u, n = '' }, ...op }) => (u === undefined ? op : { ...op, by: { id: u, name: n } }));
  }

  /** Gives what this device knows of one's own conflicts on a dashboard, and gets what all of one's devices know. */
  exchangeConflicts(id: string, book: ConflictBook): Promise<ConflictBook> {
    return this.ask('POST', `${at(id)}/conflicts`, ConflictBookSchema, book);
  }

  access(id: string): Promise<DashboardAccess> {
    return this.ask('GET', `${at(id)}/access`, AccessAnswerSchema);
  }

  setAccess(id: string, wanted: WantedAccess): Promise<DashboardAccess> {
    return this.ask('PUT', `${at(id)}/access`, AccessAnswerSchema, wanted);
  }

  /** Asks the owners of a dashboard for a role; nothing tells whether it is there. */
  askForAccess(id: string, ask: AccessAsk): Promise<void> {
    return this.tell('POST', asking(id), ask);
  }

  /** Who asks for access to a dashboard of one's own, the oldest first. */
  async accessRequests(id: string): Promise<AccessRequest[]> {
    return (await this.ask('GET', asking(id), AccessRequestsSchema)).requests;
  }

  /** Lets a request go that was decided. */
  settleAccessRequest(id: string, userId: string): Promise<void> {
    return this.tell('DELETE', `${asking(id)}/${encodeURIComponent(userId)}`);
  }

  /** People whose name matches; for sharing. */
  async users(query: string): Promise<User[]> {
    return (await this.ask('GET', `/api/users?q=${encodeURIComponent(query)}`, UsersSchema)).users;
  }

  /** The same routes, for one person only. */
  forUser(user: string): CoboardApi {
    return new CoboardApi({ ...this.parts, user });
  }

  /** Any route whose answer is described. @internal */
  async ask<S extends v.GenericSchema>(method: Method, path: string, schema: S, body?: object): Promise<v.InferOutput<S>> {
    return parsed(await this.request(method, path, body), schema);
  }

  /** Any route whose answer says nothing. @internal */
  async tell(method: Method, path: string, body?: object): Promise<void> {
    await this.request(method, path, body);
  }

  /** @throws NetworkError also where there is no answer, or not all of it, after a while */
  private async request(method: Method, path: string, body?: object): Promise<Answer> {
    const token = this.parts.token();
    const headers: Record<string, string> = {};
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (token !== null) headers['authorization'] = `Bearer ${token}`;
    // called without an object in front: a browser's fetch insists on it
    const { fetch, url, user, clock } = this.parts;
    const whose = user ? `${path.includes('?') ? '&' : '?'}user=${encodeURIComponent(user)}` : '';
    const ended = new AbortController();
    const timer = clock.setTimer(() => { ended.abort(); }, limits.answerTimeoutMs);
    try {
      const answer = await fetch(`${url}${path}${whose}`, { method, headers, credentials: 'same-origin', signal: ended.signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const json: unknown = await answer.json().catch((cause: unknown) => new NetworkError({ cause }));
      if (!answer.ok) throw errorOf(answer.status, json);
      return { status: answer.status, json };
    } catch (cause) {
      throw cause instanceof CoboardError || cause instanceof NetworkError ? cause : new NetworkError({ cause });
    } finally {
      clock.clearTimer(timer);
    }
  }
}

const at = (id: string): string => `/api/dashboards/${encodeURIComponent(id)}`;
const asking = (id: string): string => `${at(id)}/access-requests`;

/** An answer's body. @throws NetworkError if it is not what the schema says */
function parsed<S extends v.GenericSchema>({ json }: Answer, schema: S): v.InferOutput<S> {
  if (json instanceof NetworkError) throw json;
  const result = v.safeParse(schema, json);
  if (!result.success) throw new NetworkError({ cause: new v.ValiError(result.issues) });
  return result.output;
}

function errorOf(status: number, json: unknown): Error {
  const body = v.safeParse(ErrorAnswerSchema, json);
  if (!body.success) return new NetworkError({ cause: new Error(`status ${String(status)}`) });
  const { code, message } = body.output.error;
  return new CoboardError(isErrorCode(code) ? code : codeOfStatus(status), message);
}

/** A newer server may have codes that are not known here. */
function codeOfStatus(status: number): ErrorCode {
  const codes = Object.keys(errorTable) as ErrorCode[];
  return codes.find((code) => errorTable[code].status === status) ?? 'INTERNAL';
}

/** A person's role by an access list: the higher of their own and everyone's; null without either. */
export function roleIn(access: Pick<DashboardAccess, 'everyone' | 'people'>, userId: string): Role | null {
  const own = Object.hasOwn(access.people, userId) ? (access.people[userId] ?? null) : null;
  if (own === null || access.everyone === null) return own ?? access.everyone;
  return roles.indexOf(own) >= roles.indexOf(access.everyone) ? own : access.everyone;
}
