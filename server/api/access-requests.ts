import * as v from 'valibot';
import { AccessRequestsSchema, type AccessAsk, type AccessRequest } from '../../model/access-request.ts';
import type { Clock } from '../../model/clock.ts';
import { limits } from '../../model/limits.ts';
import { roles, type Role, type User } from '../../model/protocol.ts';
import type { Store } from '../store/store.ts';

export interface AccessRequestsParts {
  readonly store: Pick<Store, 'readSetting' | 'writeSetting'>;
  readonly clock: Clock;
  /** A person's role on a dashboard that is there; null without any. Undefined: there is no such dashboard. */
  readonly roleOf: (dashboard: string, userId: string) => Role | null | undefined;
  /** What waits on a dashboard has changed. */
  readonly changed: (dashboard: string) => void;
}

/** Who asks for access to which dashboard, until an owner has decided. */
export class AccessRequests {
  private readonly parts: AccessRequestsParts;
  /** One change at a time for each dashboard: it is read, changed and written. */
  private readonly working = new Map<string, Promise<unknown>>();

  constructor(parts: AccessRequestsParts) {
    this.parts = parts;
  }

  /** What waits, the oldest first; who has it by now, however they got it, is not among them. */
  async list(dashboard: string): Promise<AccessRequest[]> {
    return this.waiting(dashboard, await this.parts.store.readSetting(keyOf(dashboard)));
  }

  /** A person asks; a later request of theirs replaces an earlier one. Of no dashboard, or for what they have, nothing is kept. */
  async ask(user: User, dashboard: string, { role, note }: AccessAsk): Promise<void> {
    const has = this.parts.roleOf(dashboard, user.id);
    if (has === undefined || rank(has) >= rank(role)) return;
    await this.change(dashboard, (waiting) => {
      const others = waiting.filter((one) => one.user.id !== user.id);
      if (others.length >= limits.accessRequestsMax) return waiting;
      return [...others, { user: { id: user.id, name: user.name, color: user.color }, role, note, at: this.parts.clock.now() }];
    });
  }

  /** An owner has decided. */
  settle(dashboard: string, userId: string): Promise<void> {
    return this.change(dashboard, (waiting) => waiting.filter((one) => one.user.id !== userId));
  }

  private async change(dashboard: string, change: (waiting: AccessRequest[]) => AccessRequest[]): Promise<void> {
    const { store, changed } = this.parts;
    const key = keyOf(dashboard);
    const work = (this.working.get(key) ?? Promise.resolve()).catch(() => undefined).then(async () => {
      const kept = await store.readSetting(key);
      const after = JSON.stringify({ requests: change(this.waiting(dashboard, kept)) });
      if (after === (kept ?? JSON.stringify({ requests: [] }))) return;
      await store.writeSetting(key, after);
      changed(dashboard);
    });
    this.working.set(key, work);
    try {
      await work;
    } finally {
      if (this.working.get(key) === work) this.working.delete(key);
    }
  }

  private waiting(dashboard: string, kept: string | null): AccessRequest[] {
    const { clock, roleOf } = this.parts;
    const oldest = clock.now() - limits.accessRequestDurationMs;
    const { requests } = kept === null ? { requests: [] } : v.parse(AccessRequestsSchema, JSON.parse(kept));
    return requests.filter(({ user, role, at }) => at > oldest && rank(roleOf(dashboard, user.id) ?? null) < rank(role));
  }
}

const keyOf = (dashboard: string): string => `accessRequests/${dashboard}`;
const rank = (role: Role | null): number => (role === null ? -1 : roles.indexOf(role));
