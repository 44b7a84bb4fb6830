import { CoboardError, NetworkError } from '@coboard/core';

/** What an error means, in a sentence for the person in front of the screen. */
export function errorWords(error: unknown): string {
  if (error instanceof NetworkError) return 'Coboard cannot be reached right now.';
  if (error instanceof CoboardError) return error.message;
  return 'Something failed in this window. Reload the page.';
}

/** Whether the person has to sign in (again) before this can work. */
export const needsSignIn = (error: unknown): boolean => error instanceof CoboardError && error.status === 401;
