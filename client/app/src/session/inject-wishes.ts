import { injectCoboard } from '@coboard/angular';
import type { Wishes } from '@coboard/core/wishes';

/** What waits to be created, deleted or brought back. @throws Error if the client was made without */
export function injectWishes(): Wishes {
  const { wishes } = injectCoboard();
  if (wishes === null) throw new Error('the client was made without wishes');
  return wishes;
}
