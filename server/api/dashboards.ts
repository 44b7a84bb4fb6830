import * as v from 'valibot';
import { parseDashboard, type Dashboard } from '../../model/dashboard.ts';
import type { Summary } from '../../model/dashboard-summary.ts';
import { CoboardError } from '../../model/errors.ts';
import { Id, newId } from '../../model/id.ts';
import type { Op } from '../../model/json0.ts';
import { innerLimits, type Limiting } from '../../model/limits.ts';
import { accessCollection, dashboardsCollection, presenceChannel, type Role, type User } from '../../model/protocol.ts';
import { isTemplateName, templates } from '../../model/templates/templates.ts';
import type { Directory, DirectoryEntry } from '../access/directory.ts';
import { AccessSchema, hasOwner, may, ownersAccess, roleOf, type Access, type Action } from '../access/policy.ts';
import type { Session } from '../auth/session.ts';
import type { PresenceRoster } from '../presence/roster.ts';
import type { StoredOp } from '../store/store.ts';
import type { Documents } from '../sync/documents.ts';
import { firstWithin, opSize } from '../store/op-size.ts';
import { parseInTurns } from './large-content.ts';

export interface DashboardsParts {
  readonly documents: Documents;
  readonly directory: Directory;
  readonly roster: PresenceRoster;
  readonly now: () => number;
  readonly random: () => number;
  readonly limiting: Limiting;
  /** Whether a dashboard was removed for good. */
  readonly isRemoved: (id: string) => Promise<boolean>;
  /** Resolves when what takes long may go on, so that others have their turn. */
  readonly inTurn: () => Promise<void>;
  /** Looks a dashboard up where other servers may have created or shared it. */
  readonly lookUp?: (id: string) => Promise<void>;
}

/** A dashboard in a list. */
export interface ListedDashboard {
  readonly id: string;
  readonly title: string;
  readonly role: Role;
  readonly updatedAt: number;
  readonly updatedBy: DirectoryEntry['updatedBy'];
  readonly widgets: number;
  readonly preview: Summary['preview'];
  /** Who is there now. */
  readonly people: readonly User[];
  /** Only for one that was deleted and can be brought back. */
  readonly deletedAt?: number;
}

/** Whoever changes something: a person and their sign-in. */
type Acting = Pick<Session, 'id' | 'user'>;

/** What a dashboard is to begin with: all of it, or a template by its name and a title. */
export interface WantedDashboard {
  readonly title?: string | undefined;
  readonly template?: string | undefined;
  readonly id?: string | undefined;
  readonly dashboard?: unknown;
}

/** What the REST routes do with dashboards, for the person who asks. */
export class Dashboards {
  private readonly parts: DashboardsParts;

  constructor(parts: DashboardsParts) {
    this.parts = parts;
  }

  list(user: User): ListedDashboard[] {
    const { directory, roster, now } = this.parts;
    return directory.visibleTo(user.id, now()).map(({ entry: { id, summary, updatedAt, updatedBy, deletedAt }, role }) => ({
      id, role, updatedAt, updatedBy, ...summary.get(),
      people: roster.people(presenceChannel(id)),
      ...(deletedAt === null ? {} : { deletedAt }),
    }));
  }

  /**
   * Creates a dashboard that is its owner's alone. With an id made by the client, asking again is harmless, whatever became of it since.
   * @throws CoboardError DASHBOARDS_TOO_MANY, TEMPLATE_UNKNOWN, DOCUMENT_INVALID, DOCUMENT_FULL, SCHEMA_TOO_NEW, or REQUEST_INVALID for an id that is taken
   */
  async create({ user, id: session }: Acting, wanted: WantedDashboard): Promise<{ id: string; created: boolean }> {
    const { documents } = this.parts;
    const dashboard = wanted.dashboard === undefined ? this.fromTemplate(wanted.template ?? 'blank', wanted.title) : await this.fromContent(wanted.dashboard);
    const id = wanted.id ?? newId();
    if (wanted.id !== undefined && (await this.isMadeBy(user, id))) return { id, created: false };
    this.checkCount(user);
    // access first: a dashboard that nobody owns could never be reached
    await documents.create(accessCollection, id, ownersAccess(user.id), user, { session }).catch((error: unknown) => this.goOnAsOwner(user, id, error));
    try {
      await documents.create(dashboardsCollection, id, dashboard, user, { session });
    } catch (error) {
      // the same request came twice, and the other one was faster
      if (hasCode(error, 'ERR_DOC_ALREADY_CREATED') && (await this.isMadeBy(user, id))) return { id, created: false };
      throw error;
    }
    return { id, created: true };
  }

  /** Whether a person has created a dashboard, deleted or not: the log says so. @throws CoboardError REQUEST_INVALID if somebody else has */
  private async isMadeBy(user: User, id: string): Promise<boolean> {
    const [creation] = await this.parts.documents.readOps(dashboardsCollection, id, 0, 1);
    if (creation === undefined && (await this.parts.isRemoved(id))) throw idTaken(null);
    if (creation === undefined) return false;
    if (creation.m?.u !== user.id) throw idTaken(null);
    return true;
  }

  /** There is an access list already: that of the same request, or of one that was cut off before there was a dashboard. */
  private async goOnAsOwner(user: User, id: string, error: unknown): Promise<void> {
    if (!hasCode(error, 'ERR_DOC_ALREADY_CREATED')) throw error;
    const { data } = await this.parts.documents.read(accessCollection, id);
    const access = v.safeParse(AccessSchema, data);
    if (!access.success || access.output.people[user.id] !== 'owner') throw idTaken(error);
  }

  private checkCount(user: User): void {
    const { directory, now, limiting: { limits: { dashboardsPerPersonMax }, hit } } = this.parts;
    if (directory.ownedBy(user.id, now()) < dashboardsPerPersonMax) return;
    hit('dashboardsPerPersonMax');
    throw new CoboardError('DASHBOARDS_TOO_MANY');
  }

  /** A dashboard that a client made: within all limits that edits keep it in. */
  private async fromContent(content: unknown): Promise<Dashboard> {
    const { inTurn, limiting: { limits: { documentBytesMax }, hit } } = this.parts;
    const dashboard = await parseInTurns(content, inTurn);
    if (Object.keys(dashboard.tabs).length === 0) throw new CoboardError('DOCUMENT_INVALID', 'A dashboard keeps at least one tab.');
    if (Buffer.byteLength(JSON.stringify(dashboard)) > documentBytesMax) {
      hit('documentBytesMax');
      throw new CoboardError('DOCUMENT_FULL', `A dashboard has at most ${String(documentBytesMax)} bytes.`);
    }
    return dashboard;
  }

  private fromTemplate(name: string, title: string | undefined): Dashboard {
    if (!isTemplateName(name)) throw new CoboardError('TEMPLATE_UNKNOWN');
    const { now, random } = this.parts;
    const dashboard = templates[name].build({ today: new Date(now()).toISOString().slice(0, 10), random });
    return parseDashboard(title === undefined ? dashboard : { ...dashboard, title });
  }

  /** To be called before the others: another server may know more of a dashboard than is known here. */
  async prepare(user: User, id: string): Promise<void> {
    const { lookUp, directory } = this.parts;
    if (lookUp && v.is(Id, id) && !directory.may(id, user.id, 'share')) await lookUp(id);
  }

  async read(user: User, id: string): Promise<{ id: string; v: number; role: Role; data: unknown }> {
    const role = this.roleFor(user, id, 'read');
    const { v: version, type, data } = await this.parts.documents.read(dashboardsCollection, id);
    if (type === null) throw new CoboardError('NOT_FOUND');
    return { id, v: version, role, data };
  }

  /** A dashboard as it was at a version, for whoever may see its history. @throws CoboardError VERSION_UNKNOWN */
  async at(id: string, version: number): Promise<{ id: string; v: number; data: unknown; at: number | null }> {
    const { v: there, type, data, m } = await this.parts.documents.readVersion(dashboardsCollection, id, version);
    const at = m?.['mtime'];
    return { id, v: there, data: type === null ? null : data, at: typeof at === 'number' ? at : null };
  }

  /** Puts a dashboard into the bin. For who may do that, one that is there already stays as it is. */
  async delete({ user, id: session }: Acting, id: string): Promise<void> {
    const { documents, directory } = this.parts;
    if (typeof directory.entry(id)?.deletedAt === 'number' && directory.may(id, user.id, 'delete')) return;
    this.roleFor(user, id, 'delete');
    await documents.delete(dashboardsCollection, id, user, { session }).catch((error: unknown) => {
      // somebody else was faster
      if (!hasCode(error, 'NOT_FOUND')) throw error;
    });
  }

  /** Brings a deleted dashboard back as it was. One that is there already stays as it is. */
  async restore({ user, id: session }: Acting, id: string): Promise<void> {
    const { documents, directory, now } = this.parts;
    const entry = directory.entry(id);
    if (entry?.deletedAt === null) {
      this.roleFor(user, id, 'delete');
      return;
    }
    if (!entry || !directory.restorable(entry, user.id, now())) throw new CoboardError('NOT_FOUND');
    const { v: version, type } = await documents.read(dashboardsCollection, id);
    // somebody else was faster
    if (type !== null) return;
    // what the log makes of it, and not what was noted with the deletion
    const before = await documents.readVersion(dashboardsCollection, id, version - 1);
    if (before.type === null) throw new CoboardError('NOT_FOUND');
    const { data } = before;
    await documents.create(dashboardsCollection, id, data, user, { session, why: 'restore' }).catch((error: unknown) => {
      if (!hasCode(error, 'ERR_DOC_ALREADY_CREATED')) throw error;
    });
  }

  /** At most `opsPageMax` ops from a version on, and about `opsPageBytesMax` bytes of them. */
  async ops(user: User, id: string, from: number, to: number | null): Promise<StoredOp[]> {
    this.roleFor(user, id, 'read');
    const { limits: { opsPageMax, opsPageBytesMax }, hit } = this.parts.limiting;
    const end = Math.min(to ?? Infinity, from + opsPageMax);
    const found: StoredOp[] = [];
    let bytes = 0;
    while (from + found.length < end && bytes < opsPageBytesMax) {
      const at = from + found.length;
      const page = firstWithin(await this.parts.documents.readOps(dashboardsCollection, id, at, Math.min(end, at + innerLimits.restPageOps), opsPageBytesMax), opsPageBytesMax);
      if (page.length === 0) break;
      found.push(...page);
      bytes += page.reduce((sum, op) => sum + opSize(op), 0);
    }
    if (bytes >= opsPageBytesMax) hit('opsPageBytesMax');
    else if (found.length >= opsPageMax && (to ?? Infinity) > end) hit('opsPageMax');
    return found.map(forReading);
  }

  /** @throws CoboardError NOT_FOUND or FORBIDDEN for whoever may not share it */
  mayShare(user: User, id: string): void {
    this.roleFor(user, id, 'share');
  }

  isOwner(user: User, id: string): boolean {
    return this.parts.directory.role(id, user.id) === 'owner';
  }

  access(user: User, id: string): Access {
    this.roleFor(user, id, 'read');
    return this.parts.directory.access(id);
  }

  /** @throws CoboardError LAST_OWNER if it would leave nobody who can share it */
  async setAccess({ user, id: session }: Acting, id: string, wanted: Access): Promise<Access> {
    this.roleFor(user, id, 'share');
    if (!hasOwner(wanted)) throw new CoboardError('LAST_OWNER');
    const op = accessChange(this.parts.directory.access(id), wanted);
    if (op.length > 0) await this.parts.documents.edit(accessCollection, id, op, user, { session });
    return this.parts.directory.access(id);
  }

  /** @throws CoboardError NOT_FOUND or FORBIDDEN unless a person may edit it */
  checkEditor(user: User, id: string): void {
    this.roleFor(user, id, 'edit');
  }

  /** A person's role, if it is enough. @throws CoboardError NOT_FOUND without any access, else FORBIDDEN */
  private roleFor(user: User, id: string, action: Action): Role {
    const { directory } = this.parts;
    const entry = directory.entry(id);
    const role = entry?.deletedAt === null ? roleOf(directory.access(id), user.id) : null;
    if (role === null) throw new CoboardError('NOT_FOUND');
    if (!may(role, action)) throw new CoboardError('FORBIDDEN');
    return role;
  }
}

const idTaken = (cause: unknown): CoboardError => new CoboardError('REQUEST_INVALID', 'This id is taken.', { cause });

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code;

/** An op without what only the server needs: the copy of what was deleted. */
function forReading({ m, ...op }: StoredOp): StoredOp {
  const meta: Record<string, unknown> = { ...m };
  for (const key of ['data', 'h', 'r', 's']) Reflect.deleteProperty(meta, key);
  return { ...op, m: meta };
}

/** The op that turns one access list into another. */
function accessChange(before: Access, after: Access): Op {
  const op: Op[number][] = [];
  if (before.everyone !== after.everyone) op.push({ p: ['everyone'], od: before.everyone, oi: after.everyone });
  for (const id of new Set([...Object.keys(before.people), ...Object.keys(after.people)])) {
    const [was, is] = [before.people[id], after.people[id]];
    if (was === is) continue;
    if (is === undefined) op.push({ p: ['people', id], od: was ?? null });
    else op.push(was === undefined ? { p: ['people', id], oi: is } : { p: ['people', id], od: was, oi: is });
  }
  return op;
}
