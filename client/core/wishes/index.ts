// Dashboards created, deleted and brought back without a network; apart, because not every page does that
import { Wishes, type WishesParts } from './wishes.ts';

export * from '../../../model/dashboard-summary.ts';
export * from './wish.ts';
export type { WishDone, WishRefusal } from './wish-sender.ts';
export { Wishes, type WishesParts } from './wishes.ts';

/** For the option `wishes` of a client. */
export const keptWishes = (parts: WishesParts): Wishes => new Wishes(parts);
