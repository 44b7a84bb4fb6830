import type { Dashboard, ListedDashboard, User } from '@coboard/core';
import { isVoid, summaryOf, wishOf, type WishList } from '@coboard/core/wishes';

/**
 * How a dashboard stands on this device: `waiting`: the server does not know all of it yet; `refused`: it did not take it; `here`: it was
 * deleted before the server heard of it, and is in the bin of this device alone.
 */
export type Standing = 'waiting' | 'refused' | 'here';

/** A dashboard on the home page: as the server told last, with what was done here since. */
export interface HomeDashboard extends ListedDashboard {
  readonly standing?: Standing;
}

/** What this device knows better than the list of the server. */
export interface KnownHere {
  readonly wishes: WishList;
  /** The dashboards that something is unsaved of, as they are here. */
  readonly unsaved: ReadonlyMap<string, Dashboard>;
  /** Whose device it is. */
  readonly user: User;
}

/** The server's list with what was done here since; what was created here comes first. */
export function asHere(listed: readonly ListedDashboard[], known: KnownHere): HomeDashboard[] {
  const there = new Set(listed.map(({ id }) => id));
  const created = known.wishes.flatMap(({ dashboard: id, content, at }) => (content === null || there.has(id) ? [] : [asListed(id, content, at, known.user)]));
  return [...created.reverse(), ...listed].map((one) => oneAsHere(one, known));
}

/** A dashboard that one has made oneself, as the server will list it. */
export const asListed = (id: string, content: Dashboard, at: number, { id: user, name }: User): ListedDashboard => ({
  id, role: 'owner', updatedAt: at, updatedBy: { id: user, name }, people: [], ...copied(summaryOf(content)),
});

/** As deleted at a time, or as there. */
export function withDeletion(dashboard: HomeDashboard, deletedAt: number | null): HomeDashboard {
  const changed: { -readonly [K in keyof HomeDashboard]: HomeDashboard[K] } = { ...dashboard };
  if (deletedAt === null) delete changed.deletedAt;
  else changed.deletedAt = deletedAt;
  return changed;
}

function oneAsHere(listed: ListedDashboard, { wishes, unsaved }: KnownHere): HomeDashboard {
  const wish = wishOf(wishes, listed.id);
  const local = unsaved.get(listed.id);
  if (wish === null && local === undefined) return listed;
  const updated = local === undefined ? listed : { ...listed, ...copied(summaryOf(local)) };
  const shown = wish === null ? updated : withDeletion(updated, wish.deletedAt);
  if (wish?.refused) return { ...shown, standing: 'refused' };
  return { ...shown, standing: wish !== null && isVoid(wish) ? 'here' : 'waiting' };
}

const copied = ({ preview, ...summary }: ReturnType<typeof summaryOf>): Pick<ListedDashboard, 'title' | 'widgets' | 'preview'> => ({ ...summary, preview: [...preview] });
