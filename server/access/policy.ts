import * as v from 'valibot';
import { limits } from '../../model/limits.ts';
import { mapById } from '../../model/maps.ts';
import { roles, RoleSchema, type Role } from '../../model/protocol.ts';

/** Who may do what on one dashboard: a role for everyone who is signed in, and roles for single people. */
export const AccessSchema = v.strictObject({
  everyone: v.nullable(v.picklist(['viewer', 'editor'])),
  people: v.pipe(
    mapById(RoleSchema),
    v.check((people) => Object.keys(people).length <= limits.accessPeopleMax, `at most ${String(limits.accessPeopleMax)} people`),
  ),
});
export type Access = v.InferOutput<typeof AccessSchema>;

/** What can be done with a dashboard. */
export type Action = 'read' | 'comment' | 'edit' | 'share' | 'delete';

/** The least role for each action. */
const leastRole: Readonly<Record<Action, Role>> = { read: 'viewer', comment: 'commenter', edit: 'editor', share: 'owner', delete: 'owner' };

const rank = (role: Role | null): number => (role === null ? -1 : roles.indexOf(role));

/** A person's role: the higher of their own and everyone's; null without either. */
export function roleOf(access: Access, userId: string): Role | null {
  const own = Object.hasOwn(access.people, userId) ? (access.people[userId] ?? null) : null;
  return rank(own) >= rank(access.everyone) ? own : access.everyone;
}

/** Whether a role is enough for an action. */
export function may(role: Role | null, action: Action): boolean {
  return rank(role) >= rank(leastRole[action]);
}

/** A new dashboard is its owner's alone. */
export const ownersAccess = (userId: string): Access => ({ everyone: null, people: { [userId]: 'owner' } });

/** Whether at least one owner is left. */
export const hasOwner = (access: Access): boolean => Object.values(access.people).includes('owner');
