import { computed, signal } from '@angular/core';
import { NetworkError, roleIn, type Coboard, type DashboardAccess, type Role, type User } from '@coboard/core';
import { errorWords } from '../session/error-words';

/** A person with a role of their own on the dashboard. */
export interface PersonWithAccess {
  readonly user: User;
  readonly role: Role;
  readonly self: boolean;
}

/** Somebody to share with: known to the server, or only a name. */
export type Invited = { readonly user: User } | { readonly name: string };

/** What could not be done, and beside whom or what it is said: a person's id, `everyone` or `invite`. */
export interface AccessProblem {
  readonly at: string;
  readonly words: string;
}

type Change = (access: DashboardAccess) => { readonly everyone: DashboardAccess['everyone']; readonly people: Readonly<Record<string, Role>>; readonly names?: Readonly<Record<string, Role>> };

const rank: Readonly<Record<Role, number>> = { owner: 0, editor: 1, commenter: 2, viewer: 3 };

/** Who has access to one dashboard, and changing it: each change holds at once and is taken back if the server does not accept it. */
export class SharedAccess {
  private readonly coboard: Coboard;
  private readonly id: string;
  private readonly known = signal<DashboardAccess | null>(null);
  private readonly failed = signal<string | null>(null);
  private turn: Promise<unknown> = Promise.resolve();

  readonly access = this.known.asReadonly();
  /** Why the list could not be read; null if it could. */
  readonly failure = this.failed.asReadonly();
  readonly problem = signal<AccessProblem | null>(null);
  /** Beside whom or what a change is on its way. */
  readonly busyAt = signal<string | null>(null);

  readonly role = computed<Role | null>(() => {
    const access = this.known();
    const self = this.coboard.user.value;
    return access === null || self === null ? null : roleIn(access, self.id);
  });
  /** Oneself first, then from most rights to least, by name. */
  readonly people = computed<readonly PersonWithAccess[]>(() => {
    const access = this.known();
    const self = this.coboard.user.value?.id;
    if (access === null) return [];
    return Object.entries(access.people)
      .map(([id, role]) => ({ user: access.users[id] ?? { id, name: id, color: 'p12' }, role, self: id === self }))
      .sort((a, b) => Number(b.self) - Number(a.self) || rank[a.role] - rank[b.role] || a.user.name.localeCompare(b.user.name));
  });
  readonly owners = computed(() => this.people().filter(({ role }) => role === 'owner').map(({ user }) => user.name));

  constructor(coboard: Coboard, id: string) {
    this.coboard = coboard;
    this.id = id;
  }

  async load(): Promise<void> {
    this.failed.set(null);
    try {
      this.known.set(await this.coboard.api.access(this.id));
    } catch (error) {
      const creation = await this.coboard.wishes?.creationOf(this.id);
      this.failed.set(creation ? 'Sharing needs a connection: this dashboard is not saved yet.' : sharingWords(error));
    }
  }

  /** Gives somebody a role; whether the server accepted it. */
  invite(invited: Invited, role: Role): Promise<boolean> {
    return this.change('invite', ({ everyone, people }) =>
      'user' in invited ? { everyone, people: { ...people, [invited.user.id]: role } } : { everyone, people, names: { [invited.name]: role } },
      'user' in invited ? invited.user : null,
    );
  }

  setRole({ user }: PersonWithAccess, role: Role): Promise<boolean> {
    return this.change(user.id, ({ everyone, people }) => ({ everyone, people: { ...people, [user.id]: role } }));
  }

  remove({ user }: PersonWithAccess): Promise<boolean> {
    return this.change(user.id, ({ everyone, people }) => ({ everyone, people: Object.fromEntries(Object.entries(people).filter(([id]) => id !== user.id)) }));
  }

  setEveryone(everyone: DashboardAccess['everyone']): Promise<boolean> {
    return this.change('everyone', ({ people }) => ({ everyone, people }));
  }

  private change(at: string, change: Change, newcomer: User | null = null): Promise<boolean> {
    this.problem.set(null);
    const done = this.turn.then(() => this.perform(at, change, newcomer));
    this.turn = done;
    return done;
  }

  private async perform(at: string, change: Change, newcomer: User | null): Promise<boolean> {
    const before = this.known();
    this.busyAt.set(at);
    if (before !== null) {
      const { everyone, people } = change(before);
      this.known.set({ everyone, people: { ...people }, users: newcomer === null ? before.users : { ...before.users, [newcomer.id]: newcomer } });
    }
    try {
      // on top of what holds now, so that what another owner changed meanwhile stays
      const current = await this.coboard.api.access(this.id);
      this.known.set(await this.coboard.api.setAccess(this.id, change(current)));
      return true;
    } catch (error) {
      this.known.set(before);
      this.problem.set({ at, words: sharingWords(error) });
      return false;
    } finally {
      this.busyAt.set(null);
    }
  }
}

const sharingWords = (error: unknown): string => (error instanceof NetworkError ? 'Sharing needs a connection. Try again when you are back online.' : errorWords(error));
