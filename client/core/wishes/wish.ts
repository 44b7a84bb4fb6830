import type { Dashboard } from '../../../model/dashboard.ts';

/** What a person wants a dashboard to be, and the server may not know yet: created, deleted, or back from the bin. */
export interface Wish {
  readonly dashboard: string;
  /** What it was called then, for whoever tells of it. */
  readonly name: string;
  /** What it is to be created with; null: the server has it. */
  readonly content: Dashboard | null;
  /** When it was wished for; milliseconds since 1970. */
  readonly at: number;
  /** When it was deleted; null: it is to be there. */
  readonly deletedAt: number | null;
  /** Whether the server may have heard of it, or of a deletion before. */
  readonly isSent: boolean;
  /** Why the server did not create it; it then waits for the person. */
  readonly refused: Refused | null;
}

/** Why the server did not do something. */
export interface Refused {
  readonly code: string;
  readonly message: string;
}

/** In the order in which they were wished for; one for each dashboard. */
export type WishList = readonly Wish[];

/** What the server is asked to do next. */
export type WishStep = 'create' | 'delete' | 'restore';

export const wishOf = (list: WishList, dashboard: string): Wish | null => list.find((wish) => wish.dashboard === dashboard) ?? null;

/** What the server is to be asked next; null where there is nothing to ask. */
export function stepOf(wish: Wish): WishStep | null {
  // what the server never heard of, and is to be gone, stays on this device
  if (wish.refused !== null || isVoid(wish)) return null;
  if (wish.content !== null) return 'create';
  return wish.deletedAt === null ? 'restore' : 'delete';
}

/** Whether it was created and deleted before the server heard of it. */
export const isVoid = ({ content, deletedAt, isSent }: Wish): boolean => content !== null && deletedAt !== null && !isSent;

/** Whether something is not as the person wants it to be. */
export const isUnsaved = (wish: Wish): boolean => wish.refused !== null || stepOf(wish) !== null;

/** A dashboard is to be created. */
export function withCreation(list: WishList, dashboard: string, content: Dashboard, at: number): WishList {
  return wishOf(list, dashboard) ? list : [...list, { ...plain(dashboard, content.title, at), content }];
}

/** A dashboard is to be deleted. */
export function withDeletion(list: WishList, dashboard: string, name: string, at: number): WishList {
  return turned(list, dashboard, name, at, at);
}

/** A dashboard is to be back. */
export function withReturn(list: WishList, dashboard: string, name: string, at: number): WishList {
  return turned(list, dashboard, name, null, at);
}

/** The server is about to be asked. */
export const asSent = (list: WishList, dashboard: string): WishList => changed(list, dashboard, { isSent: true });

/** The person wants it tried again. */
export const asNew = (list: WishList, dashboard: string): WishList => changed(list, dashboard, { refused: null });

/** The server has done a step. */
export function asDone(list: WishList, dashboard: string, step: WishStep): WishList {
  const wish = wishOf(list, dashboard);
  if (wish === null) return list;
  // the person may have wished for something else meanwhile
  if ((step === 'delete') !== (wish.deletedAt !== null)) return step === 'create' ? changed(list, dashboard, { content: null, isSent: false }) : list;
  return without(list, dashboard);
}

/** The server does not do a step: what it would create stays here, anything else is as it was. */
export const asRefused = (list: WishList, dashboard: string, step: WishStep, refused: Refused): WishList =>
  (step === 'create' ? changed(list, dashboard, { refused, isSent: false }) : without(list, dashboard));

export const without = (list: WishList, dashboard: string): WishList => list.filter((wish) => wish.dashboard !== dashboard);

const plain = (dashboard: string, name: string, at: number): Wish => ({ dashboard, name, content: null, at, deletedAt: null, isSent: false, refused: null });

function turned(list: WishList, dashboard: string, name: string, deletedAt: number | null, at: number): WishList {
  const known = wishOf(list, dashboard);
  // what is brought back was deleted, and the server knows that
  if (known === null) return [...list, { ...plain(dashboard, name, at), deletedAt, isSent: deletedAt === null }];
  if ((known.deletedAt === null) === (deletedAt === null)) return list;
  // the server never heard of the deletion
  if (deletedAt === null && known.content === null && !known.isSent) return without(list, dashboard);
  return changed(list, dashboard, { name, deletedAt, refused: null });
}

const changed = (list: WishList, dashboard: string, change: Partial<Wish>): WishList => list.map((wish) => (wish.dashboard === dashboard ? { ...wish, ...change } : wish));
